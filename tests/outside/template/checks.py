"""What AWS documents and no judge of templates looks at: `template.yaml` as AWS's own translator expands it, rule by rule.

Started by `template` beside this file. A rule is a function that answers with what it finds, and a line in RULES with a
way to put its fault into the template: each rule must find its own fault before it is believed. The next fault of this
kind is one more such line.
"""

import copy
import json
import os
import pathlib
import re
import subprocess
import sys

os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")
import yaml  # noqa: E402
import pipe  # noqa: E402
from samtranslator.translator.transform import transform  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[3]
README = (ROOT / "infra/README.md").read_text()
VERSION_DESCRIPTION_MAX = 256
POLICY_DESCRIPTION_MAX = 1000
# The ARN of a managed policy: its account, and 128 characters of its name at most; a stack's are shorter.
POLICY_NAME_MAX = 128


class NoManagedPolicies:
    def load(self):
        return {}


def read():
    return yaml.safe_load((ROOT / "template.yaml").read_text())


def expanded(template):
    """As AWS's translator expands it, with the default of each parameter."""
    template = copy.deepcopy(template)
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = {"Bucket": "code", "Key": "code.zip"}
    values = {name: parameter.get("Default", "https://issuer") for name, parameter in template["Parameters"].items()}
    return transform(template, values, NoManagedPolicies())


def of_type(template, *kinds):
    return {name: resource for name, resource in template["Resources"].items() if resource["Type"] in kinds}


def several(value):
    return value if isinstance(value, list) else [value]


def text(value):
    return json.dumps(value)


def statements(template, kind):
    for name, resource in of_type(template, kind).items():
        for statement in resource["Properties"]["PolicyDocument"]["Statement"]:
            yield name, statement


def targets(template):
    for name, rule in of_type(template, "AWS::Events::Rule").items():
        for target in rule["Properties"]["Targets"]:
            yield name, target


# Rules. Each takes the template as it is written and as it is expanded, and yields what is wrong.


def topic_policies(_, template):
    for name, statement in statements(template, "AWS::SNS::TopicPolicy"):
        who = several((statement["Principal"] if statement["Principal"] != "*" else {}).get("Service", []))
        if statement["Effect"] == "Allow" and "events.amazonaws.com" in who and "Condition" in statement:
            yield f"{name}: {statement['Sid']} lets EventBridge publish under a Condition"


# What EventBridge itself writes, and so holds no quotation mark.
PLAIN = {"$.id", "$.time", "$.account", "$.region", "$.source", "$.detail-type"}


def transformers(_, template):
    for name, target in targets(template):
        transformer = target.get("InputTransformer", {})
        for variable, path in transformer.get("InputPathsMap", {}).items():
            if path not in PLAIN:
                yield f"{name}: <{variable}> puts {path} into a text, unescaped"


def notices_have_dead_letters(_, template):
    allowed = text([statement for _, statement in statements(template, "AWS::SQS::QueuePolicy")])
    for name, target in targets(template):
        if "NotificationTopic" not in text(target["Arn"]):
            continue
        queue = target.get("DeadLetterConfig", {}).get("Arn")
        if queue is None or text(queue) not in allowed:
            yield f"{name}: what cannot be delivered is lost, or its queue does not take it"


NAMES = {"AWS::S3::Bucket": "BucketName", "AWS::DynamoDB::Table": "TableName", "AWS::SQS::Queue": "QueueName",
         "AWS::SNS::Topic": "TopicName", "AWS::Logs::LogGroup": "LogGroupName"}


# Made anew from what the other tables have.
DERIVED = ("WordsTable",)


def retention(_, template):
    for name, resource in of_type(template, *NAMES).items():
        kept = resource.get("DeletionPolicy", "Delete")
        has_name = NAMES[resource["Type"]] in resource["Properties"]
        if has_name and kept == "Retain":
            yield f"{name} has a name and is kept after a creation that failed: it cannot be created again"
        if resource["Properties"].get("DeletionProtectionEnabled") and kept != "Retain":
            yield f"{name} is protected, and so a rollback that deletes it fails"
        if resource["Type"] in ("AWS::S3::Bucket", "AWS::DynamoDB::Table") and kept == "Delete" and name not in DERIVED:
            yield f"{name} goes with the stack"


def invented_issuers(_, __):
    if "example.com" in re.sub(r"#.*", "", (ROOT / "infra/samconfig.toml").read_text()):
        yield "infra/samconfig.toml answers with an invented address"


def bounded_versions(_, template):
    for name, bucket in of_type(template, "AWS::S3::Bucket").items():
        for rule in bucket["Properties"]["LifecycleConfiguration"]["Rules"]:
            if "Prefix" in rule and "NoncurrentVersionExpiration" not in rule:
                yield f"{name}: earlier versions below {rule['Prefix']} are kept as long as what people put there"


def alarms_are_told(_, template):
    for name in of_type(template, "AWS::CloudWatch::Alarm"):
        if not re.search(rf"^\|[^|]*`{name}`", README, re.MULTILINE):
            yield f"{name} is missing in the table of infra/README.md"
    for name in re.findall(r"`(\w+Alarm)`", README):
        if name not in template["Resources"]:
            yield f"infra/README.md has {name}, which is no alarm"


def alarms_of_an_empty_stack(_, template):
    for name, alarm in of_type(template, "AWS::CloudWatch::Alarm").items():
        if alarm["Properties"].get("TreatMissingData") not in ("notBreaching", "ignore", "missing"):
            yield f"{name} rings where nothing was measured yet"


# What is sent as a notice: an alarm on its metric may not send a second mail.
OF_NOTICES = {"RunsFailed", "RunsHeld", "Waiting", "SeatsLimit", "SeatsUsed"}


def told_once(_, template):
    for name, alarm in of_type(template, "AWS::CloudWatch::Alarm").items():
        measured = set(re.findall(r'"MetricName": "(\w+)"', text(alarm)))
        if measured & OF_NOTICES and "AlarmActions" in alarm["Properties"]:
            yield f"{name} tells what a notice has told"


def words_in(value):
    """What a value refers to: parameters and resources."""
    return {word for pair in re.findall(r'"Ref": "(\w+)"|\$\{(\w+)\}', text(value)) for word in pair if word}


def parameters_in(value, template):
    """The parameters that a value hangs on, through conditions too, and through what is made anew with its description."""
    found = words_in(value) & template["Parameters"].keys()
    for condition in re.findall(r'"(?:Fn::If": \[|Condition": )"(\w+)"', text(value)):
        found |= parameters_in(template["Conditions"][condition], template)
    for policy in words_in(value) & of_type(template, "AWS::IAM::ManagedPolicy").keys():
        found |= parameters_in(template["Resources"][policy]["Properties"]["Description"], template)
    return found


def longest(description, template):
    """How many characters a text may have at most."""
    given = {name: parameter.get("MaxLength", 5) for name, parameter in template["Parameters"].items()}
    given |= {policy: POLICY_NAME_MAX for policy in of_type(template, "AWS::IAM::ManagedPolicy")}
    sentence = description["Fn::Sub"]
    sentence = sentence if isinstance(sentence, str) else sentence[0]
    named = re.findall(r"\$\{(\w+)\}", sentence)
    return sum(given.get(word, 5) for word in named) + len(re.sub(r"\$\{\w+\}", "", sentence))


def versions_follow_parameters(written, template):
    common = written["Globals"]["Function"]["Environment"]
    for name, function in of_type(written, "AWS::Serverless::Function").items():
        properties = function["Properties"]
        if "AutoPublishAlias" not in properties:
            continue
        description = properties.get("VersionDescription", {"Fn::Sub": ""})
        own = {key: properties.get(key) for key in ("Environment", "MemorySize", "EphemeralStorage")}
        for parameter in sorted(parameters_in([common, own], written) - parameters_in(description, written)):
            yield f"{name}: another {parameter} makes no new version, and the alias goes on with the one of before"
        if longest(description, written) > VERSION_DESCRIPTION_MAX:
            yield f"{name}: the text of a version may have {longest(description, written)} characters"
    for name, policy in of_type(written, "AWS::IAM::ManagedPolicy").items():
        characters = longest(policy["Properties"]["Description"], written)
        if characters > POLICY_DESCRIPTION_MAX:
            yield f"{name}: its description may have {characters} characters"


def answers_have_an_alias(written, _):
    """A function that API Gateway calls is let in gradually, and an alarm rolls it back."""
    for name, function in of_type(written, "AWS::Serverless::Function").items():
        properties = function["Properties"]
        answers = any(event["Type"] == "HttpApi" for event in properties.get("Events", {}).values())
        if answers and not ("AutoPublishAlias" in properties and properties.get("DeploymentPreference", {}).get("Alarms")):
            yield f"{name}: a new version gets every request at once, and nothing takes it back"


def version_is_the_program(written, _):
    listed = written["Metadata"]["AWS::ServerlessRepo::Application"]["SemanticVersion"]
    program = re.search(r'^version = "(.*)"', (ROOT / "Cargo.toml").read_text(), re.MULTILINE)[1]
    if listed != program:
        yield f"the template is {listed} and the program {program}"


def terraform_names(written, _):
    """Parameters and outputs that the Terraform module names are the template's, or those that a release adds."""
    module = "".join(file.read_text() for file in sorted((ROOT / "infra/terraform").glob("*.tf")))
    known = written["Parameters"].keys() | {"CodeBucket", "CodePrefix"}
    for name in re.findall(r"^    (\w+)\s*= var\.", module, re.MULTILINE):
        if name not in known:
            yield f"infra/terraform gives {name}, which is no parameter"
    for name in re.findall(r'outputs\["(\w+)"\]', module):
        if name not in written["Outputs"]:
            yield f"infra/terraform reads {name}, which is no output"


# Faults, each put into a template that has none.


def condition_for_events(template):
    policy = template["Resources"]["NotificationTopicPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    next(one for one in policy if one["Sid"] == "Notices")["Condition"] = {"StringEquals": {"aws:SourceAccount": "1"}}


def sentence_for_a_mail(template):
    target = template["Resources"]["NoticesRule"]["Properties"]["Targets"][0]
    target["InputTransformer"] = {"InputPathsMap": {"text": "$.detail.text"}, "InputTemplate": '"<text>"'}


def no_dead_letters(template):
    del template["Resources"]["NoticesRule"]["Properties"]["Targets"][0]["DeadLetterConfig"]


def bucket_that_stays(template):
    template["Resources"]["Bucket"]["DeletionPolicy"] = "Retain"


def protected_table_that_goes(template):
    template["Resources"]["AccountsTable"]["DeletionPolicy"] = "RetainExceptOnCreate"


def versions_for_ever(template):
    rules = template["Resources"]["Bucket"]["Properties"]["LifecycleConfiguration"]["Rules"]
    next(rule for rule in rules if rule["Id"] == "readings").pop("NoncurrentVersionExpiration")


def another_alarm(template):
    template["Resources"]["OtherAlarm"] = copy.deepcopy(template["Resources"]["FetchErrorsAlarm"])


def breaching(template):
    template["Resources"]["NothingSucceededAlarm"]["Properties"]["TreatMissingData"] = "breaching"


def mailed_twice(template):
    template["Resources"]["FirstWaitingAlarm"]["Properties"]["AlarmActions"] = [{"Ref": "NotificationTopic"}]


def alias_of_before(template):
    template["Resources"]["ResetFunction"]["Properties"]["VersionDescription"] = {"Fn::Sub": "${AccountsTableName}"}


def settings_of_before(template):
    template["Resources"]["ConsolePolicy"]["Properties"]["Description"] = {"Fn::Sub": "${JwtIssuer}"}


def console_at_once(template):
    del template["Resources"]["ConsoleFunction"]["Properties"]["AutoPublishAlias"]
    del template["Resources"]["ConsoleFunction"]["Properties"]["DeploymentPreference"]


def renamed_output(template):
    template["Outputs"]["Bucket"] = template["Outputs"].pop("BucketName")


def another_version(template):
    template["Metadata"]["AWS::ServerlessRepo::Application"]["SemanticVersion"] = "0.0.0"


RULES = [
    ("EventBridge publishes to a topic without a Condition", topic_policies, condition_for_events),
    ("free text goes through no input transformer", transformers, sentence_for_a_mail),
    ("a notice that cannot be delivered is kept", notices_have_dead_letters, no_dead_letters),
    ("a creation that fails can be tried again", retention, bucket_that_stays),
    ("a rollback does not fail over a protected table", retention, protected_table_that_goes),
    ("no answer for sam is invented", invented_issuers, None),
    ("versions of what Rollcall writes go soon", bounded_versions, versions_for_ever),
    ("each alarm is in the table of infra/README.md", alarms_are_told, another_alarm),
    ("no alarm rings on an empty new stack", alarms_of_an_empty_stack, breaching),
    ("each crossing is told once", told_once, mailed_twice),
    ("a published version has the parameters in force", versions_follow_parameters, alias_of_before),
    ("so has the console's, which has more of them", versions_follow_parameters, settings_of_before),
    ("what answers requests is let in gradually", answers_have_an_alias, console_at_once),
    ("a change that cannot be told is kept", pipe.changes_are_told, pipe.without_dead_letters),
    ("the pipe may send its own events only", pipe.changes_are_told, pipe.that_may_more),
    ("the Terraform module names what there is", terraform_names, renamed_output),
    ("the application has the version of the program", version_is_the_program, another_version),
]


# An update may create or delete one index of a table (UpdateTable), so two in one release fail on every stack there is.


def indexes(template):
    found = {}
    for name, table in of_type(template, "AWS::DynamoDB::Table").items():
        listed = table["Properties"].get("GlobalSecondaryIndexes", [])
        found[name] = {index["IndexName"]: text([index["KeySchema"], index["Projection"]]) for index in listed}
    return found


def index_changes(before, after):
    """Tables of both of which more than one index is created, deleted, or made anew."""
    before, after = indexes(before), indexes(after)
    for table in before.keys() & after.keys():
        old, new = before[table], after[table]
        changed = [name for name in old.keys() | new.keys() if old.get(name) != new.get(name)]
        renewed = [name for name in changed if name in old and name in new]
        # One that is made anew is deleted and created, which is two.
        if len(changed) + len(renewed) > 1:
            yield f"{table}: {sorted(changed)} change at once; a release may create or delete one of them"


def last_release():
    """The template of the newest release before this state, and its name; None where there is none."""
    git = ["git", "-C", str(ROOT)]
    tag = subprocess.run([*git, "describe", "--tags", "--abbrev=0", "--match", "v*"], capture_output=True, text=True)
    if tag.returncode != 0:
        return None
    name = tag.stdout.strip()
    shown = subprocess.run([*git, "show", f"{name}:template.yaml"], capture_output=True, text=True, check=True)
    return name, yaml.safe_load(shown.stdout)


def fewer_indexes(template, count):
    fewer = copy.deepcopy(template)
    del fewer["Resources"]["AuditTable"]["Properties"]["GlobalSecondaryIndexes"][:count]
    return fewer


def main():
    written = read()
    found = []
    for name, rule, fault in RULES:
        wrong = list(rule(written, expanded(written)))
        found += [f"{name}: {one}" for one in wrong]
        if fault and not wrong:
            broken = copy.deepcopy(written)
            fault(broken)
            if not list(rule(broken, expanded(broken))):
                found.append(f"the check itself: {name!r} does not find {fault.__name__}")
        print(f"{'wrong' if wrong else 'holds'}: {name}")
    if list(index_changes(fewer_indexes(written, 1), written)) or not list(index_changes(fewer_indexes(written, 2), written)):
        found.append("the check itself: one index of a table may change at once, and two may not")
    release = last_release()
    if release:
        found += [f"since {release[0]}, {one}" for one in index_changes(release[1], written)]
    else:
        print("skipped: indexes since the last release (there is none, or its tag was not fetched)")
    if found:
        sys.exit("\n".join(found))


main()
