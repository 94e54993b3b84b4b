"""Creates the stack in ministack and uses it as a company would: a file dropped, Reset, the schedule, a poison message.

Started by .ci/stack, which has built the functions. Every check that fails says what the functions wrote.
"""

import io
import json
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import zipfile

import boto3
import replay
import yaml
from samtranslator.translator.transform import transform

ROOT = pathlib.Path(__file__).resolve().parent.parent
ACCOUNT, REGION, STACK = "000000000000", "us-east-1", "rollcall"
BUCKET = f"{STACK}-{ACCOUNT}-{REGION}"
CODE = "rollcall-code"


def free_port():
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        return server.getsockname()[1]


class Cloud:
    """An emulated AWS, for as long as the `with` lasts."""

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory()
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        environment = {
            **os.environ,
            "BIND_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(port),
            "MINISTACK_HOST": "127.0.0.1",
            "MINISTACK_ACCOUNT_ID": ACCOUNT,
            # Or the functions would ask the real AWS.
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": REGION,
            "AWS_REGION": REGION,
            "TMPDIR": self.folder.name,
        }
        os.environ.update({name: environment[name] for name in environment if name.startswith("AWS_")})
        self.log = open(pathlib.Path(self.folder.name) / "log", "w+")
        program = pathlib.Path(sys.executable).parent / "ministack"
        self.process = subprocess.Popen(
            [program], env=environment, stdout=self.log, stderr=subprocess.STDOUT, cwd=self.folder.name
        )
        wait("the emulator answers", lambda: self.client("sts").get_caller_identity(), 60)
        return self

    def __exit__(self, kind, *_):
        self.process.terminate()
        self.process.wait(30)
        if kind:
            self.log.seek(0)
            print(self.log.read()[-20000:])
        self.log.close()
        self.folder.cleanup()

    def client(self, service):
        return boto3.client(service, endpoint_url=self.url, region_name=REGION)


def wait(what, look, seconds=90):
    """Looks again and again until there is something; the last error is shown."""
    last, until = None, time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            found = look()
            if found:
                return found
        except Exception as error:
            last = error
        time.sleep(0.5)
    raise SystemExit(f"FAILED: {what} ({last})")


def expanded(schedule):
    """The template as AWS's own translator expands it."""

    class ManagedPolicies:
        def load(self):
            return {}

    template = yaml.safe_load((ROOT / "template.yaml").read_text())
    parameters = {
        "JwtIssuer": "https://login.example.com/tenant/v2.0",
        "JwtAudience": "rollcall",
        "Schedule": schedule,
        "Architecture": "x86_64",
    }
    known = template["Parameters"]
    parameters = {name: value for name, value in parameters.items() if name in known}
    if "Architecture" not in known:
        template["Globals"]["Function"]["Architectures"] = ["x86_64"]
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            binary = resource["Metadata"]["BuildProperties"]["Binary"]
            resource["Properties"]["CodeUri"] = {"Bucket": CODE, "Key": f"{binary}.zip"}
        if resource["Type"] == "AWS::SQS::Queue" and "VisibilityTimeout" in resource["Properties"]:
            # A message that failed comes back after a quarter of an hour or more; nobody waits for that here.
            resource["Properties"]["VisibilityTimeout"] = 2
    # As `sam deploy` does: the translator reads defaults too.
    defaults = {name: value["Default"] for name, value in known.items() if "Default" in value}
    return transform(template, {**defaults, **parameters}, ManagedPolicies()), parameters


def put_code(cloud):
    s3 = cloud.client("s3")
    s3.create_bucket(Bucket=CODE)
    for function in ["fetch", "reconcile", "reset"]:
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            entry = zipfile.ZipInfo("bootstrap")
            entry.external_attr = 0o755 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, (ROOT / f"target/lambda/{function}/bootstrap").read_bytes())
        s3.put_object(Bucket=CODE, Key=f"{function}.zip", Body=packed.getvalue())


def create(cloud):
    template, parameters = expanded("rate(1 minute)")
    formation = cloud.client("cloudformation")
    formation.create_stack(
        StackName=STACK,
        TemplateBody=json.dumps(template),
        Parameters=[{"ParameterKey": name, "ParameterValue": value} for name, value in parameters.items()],
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"],
    )

    def state():
        stack = formation.describe_stacks(StackName=STACK)["Stacks"][0]
        if "FAILED" in stack["StackStatus"] or "ROLLBACK" in stack["StackStatus"]:
            events = formation.describe_stack_events(StackName=STACK)["StackEvents"]
            why = [event for event in events if "FAILED" in event["ResourceStatus"]]
            raise SystemExit(f"FAILED: the stack cannot be created: {why}")
        return stack if stack["StackStatus"] == "CREATE_COMPLETE" else None

    stack = wait("the stack is created", state, 120)
    outputs = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
    resources = formation.describe_stack_resources(StackName=STACK)["StackResources"]
    print(f"created: {len(resources)} resources")
    return outputs, {resource["LogicalResourceId"]: resource["PhysicalResourceId"] for resource in resources}


class Site:
    """The deployed product."""

    def __init__(self, cloud, outputs, resources):
        self.cloud, self.outputs, self.resources = cloud, outputs, resources
        self.dynamo, self.s3 = cloud.client("dynamodb"), cloud.client("s3")

    def items(self, output):
        pages = self.dynamo.get_paginator("scan").paginate(TableName=self.outputs[output])
        return [item for page in pages for item in page["Items"]]

    def runs(self):
        records = [item["record"]["S"] for item in self.items("ControlTableName") if item["name"]["S"].startswith("run#")]
        return sorted((json.loads(record) for record in records), key=lambda run: run["started_at"])

    def finished(self, trigger):
        found = [run for run in self.runs() if run["trigger"] == trigger and run["finished_at"]]
        return found[-1] if found else None

    def states(self):
        states = {}
        for account in self.items("AccountsTableName"):
            state = account["state"]["S"]
            states[state] = states.get(state, 0) + 1
        return states

    def reset(self):
        api = self.resources["HttpApi"]
        request = urllib.request.Request(
            f"{self.cloud.url}/_aws/execute-api/{api}/$default/reset",
            data=b"{}",
            headers={"content-type": "application/json", "authorization": f"Bearer {token()}"},
            method="POST",
        )
        try:
            with urllib.request.urlopen(request) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()


def token():
    import base64

    def part(value):
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    claims = {"iss": "https://login.example.com/tenant/v2.0", "aud": "rollcall", "sub": "boss", "exp": time.time() + 600}
    return f"{part({'alg': 'RS256'})}.{part(claims)}.signature"


def expect(what, found, expected):
    if found != expected:
        raise SystemExit(f"FAILED: {what}: {found} instead of {expected}")
    print(f"{what}: {found}")


def main():
    with Cloud() as cloud:
        put_code(cloud)
        outputs, resources = create(cloud)
        site = Site(cloud, outputs, resources)
        quickstart = ROOT / "examples/quickstart"
        site.s3.put_object(
            Bucket=BUCKET, Key="config/rollcall.toml", Body=(quickstart / "rollcall.toml").read_bytes()
        )

        site.s3.put_object(Bucket=BUCKET, Key="inbox/staff.csv", Body=(quickstart / "staff.csv").read_bytes())
        run = wait("the run of a dropped file ends", lambda: site.finished("drop"))
        expect("a dropped file", run["status"], "completed")
        states = site.states()
        expect("active accounts, as the licence has seats", states["active"], 50)
        expect("accounts in all", sum(states.values()), sum(run["summary"]["counts"][outcome] for outcome in ("created_active", "created_blocked")))
        expect("entries in the audit log", len(site.items("AuditTableName")) >= sum(states.values()), True)

        status, answer = wait("the HTTP API answers", lambda: site.reset(), 30)
        expect("POST /reset", (status, answer.get("status") if isinstance(answer, dict) else answer), (202, "started"))
        run = wait("the run of a Reset ends", lambda: site.finished("reset"))
        expect("account writes of a Reset that finds nothing new", run["summary"]["writes"], 0)

        run = wait("the schedule fires", lambda: site.finished("schedule"), 150)
        expect("a run of the schedule", run["status"], "completed")

        sqs = cloud.client("sqs")
        queue, dead = resources["FetchQueue"], resources["FetchDeadLetterQueue"]
        sqs.send_message(QueueUrl=queue, MessageBody="poison", MessageGroupId="staff", MessageDeduplicationId="poison")

        def dead_letters():
            names = ["ApproximateNumberOfMessages"]
            attributes = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=names)["Attributes"]
            return int(attributes["ApproximateNumberOfMessages"]) or None

        expect("dead letters after a poison message", wait("a poison message goes to the dead letters", dead_letters), 1)
        replay.replay(cloud, resources, expect)
        print("the stack does what the product promises")


main()
