"""The template as it is deployed to the emulator, and what becomes of a stack: created, failed, deleted, created again.

Used by stack.py. What the emulator cannot take is taken out of the template here, and said by name.
"""

import copy
import io
import json
import pathlib
import zipfile

import yaml
from cloud import ACCOUNT, REGION, wait
from samtranslator.translator.transform import transform

ROOT = pathlib.Path(__file__).resolve().parents[3]
STACK = "rollcall"
CODE = "rollcall-code"
FUNCTIONS = ["fetch", "reconcile", "reset", "read", "console"]
TABLES = ["AccountsTable", "UsernamesTable", "ControlTable", "AuditTable"]


def bucket_of(stack):
    return f"{stack}-{ACCOUNT}-{REGION}"


def expanded(issuer, **given):
    """The template as AWS's own translator expands it with these parameters, and the parameters."""

    class ManagedPolicies:
        def load(self):
            return {}

    template = yaml.safe_load((ROOT / "template.yaml").read_text())
    parameters = {
        "JwtIssuer": issuer,
        "JwtAudience": "rollcall",
        "Schedule": "rate(1 minute)",
        "Architecture": "x86_64",
        # The emulator has no CodeDeploy.
        "GradualDeployment": "false",
        **given,
    }
    known = template["Parameters"]
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            binary = resource["Metadata"]["BuildProperties"]["Binary"]
            resource["Properties"]["CodeUri"] = {"Bucket": CODE, "Key": f"{binary}.zip"}
    # The issuer that is played here speaks no TLS.
    del known["JwtIssuer"]["AllowedPattern"]
    # The emulator is called without TLS, and so nobody could read the bucket.
    del template["Resources"]["BucketPolicy"]
    # The emulator does not know what an event is called when it checks who may send it.
    for resource in template["Resources"].values():
        for policy in resource["Properties"].get("Policies", []):
            for statement in policy.get("PolicyDocument", policy).get("Statement", []):
                if statement["Action"] == "events:PutEvents":
                    statement.pop("Condition")
    # The emulator knows alarms on one metric only.
    for name in [name for name, resource in template["Resources"].items() if "Metrics" in resource["Properties"]]:
        del template["Resources"][name]
    # As `sam deploy` does: the translator reads defaults too.
    defaults = {name: value["Default"] for name, value in known.items() if "Default" in value}
    template = transform(template, {**defaults, **parameters}, ManagedPolicies())
    spell_out(template, "HttpApi")
    return template, parameters


def say_what_is_missing():
    """What of the template is not deployed, since the emulator does not know it."""
    resources = yaml.safe_load((ROOT / "template.yaml").read_text())["Resources"]
    for name in [name for name, resource in resources.items() if "Metrics" in resource["Properties"]]:
        print(f"skipped: {name} (the emulator knows no alarm on several metrics)")
    print("skipped: BucketPolicy (the emulator is called without TLS)")
    print("skipped: the Condition events:source (the emulator does not know the key, and would refuse every notice)")
    print("skipped: what the pipe sends (the emulator has pipes, but none to an event bus; changes.py does the rest)")
    print("skipped: GradualDeployment (the emulator has no CodeDeploy)")


def spell_out(template, api):
    """The same API as resources of its own, since the emulator reads no Body of an API."""
    resources = template["Resources"]
    properties = resources[api]["Properties"]
    body = properties.pop("Body")
    properties.update(Name=api, ProtocolType="HTTP")
    for name, scheme in body["components"]["securitySchemes"].items():
        jwt = scheme["x-amazon-apigateway-authorizer"]
        resources[f"Authorizer{name}"] = {
            "Type": "AWS::ApiGatewayV2::Authorizer",
            "Properties": {
                "ApiId": {"Ref": api},
                "Name": name,
                "AuthorizerType": "JWT",
                "IdentitySource": [jwt["identitySource"]],
                "JwtConfiguration": {
                    "Audience": jwt["jwtConfiguration"]["audience"],
                    "Issuer": jwt["jwtConfiguration"]["issuer"],
                },
            },
        }
    routes = [(path, method, route) for path, methods in body["paths"].items() for method, route in methods.items()]
    for number, (path, method, route) in enumerate(routes):
        integration = route["x-amazon-apigateway-integration"]
        resources[f"Integration{number}"] = {
            "Type": "AWS::ApiGatewayV2::Integration",
            "Properties": {
                "ApiId": {"Ref": api},
                "IntegrationType": integration["type"].upper(),
                "IntegrationUri": integration["uri"],
                "PayloadFormatVersion": integration["payloadFormatVersion"],
            },
        }
        security = {"AuthorizationType": "NONE"}
        # The translator writes NONE where a route has no authorizer.
        for scheme in route.get("security", []):
            for name in scheme.keys() - {"NONE"}:
                security = {"AuthorizationType": "JWT", "AuthorizerId": {"Ref": f"Authorizer{name}"}}
        resources[f"Route{number}"] = {
            "Type": "AWS::ApiGatewayV2::Route",
            "Properties": {
                "ApiId": {"Ref": api},
                "RouteKey": f"{method.upper()} {path}",
                "Target": {"Fn::Join": ["/", ["integrations", {"Ref": f"Integration{number}"}]]},
                **security,
            },
        }


def put_code(cloud):
    s3 = cloud.client("s3")
    s3.create_bucket(Bucket=CODE)
    for function in FUNCTIONS:
        packed = io.BytesIO()
        # Stored, not deflated: the binaries are some hundred megabytes, and nothing here is sent far.
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
            entry = zipfile.ZipInfo("bootstrap")
            entry.external_attr = 0o755 << 16
            archive.writestr(entry, (ROOT / f".aws-sam/build/{function.capitalize()}Function/bootstrap").read_bytes())
        s3.put_object(Bucket=CODE, Key=f"{function}.zip", Body=packed.getvalue())


class Stack:
    """A stack of this name, which may or may not be there."""

    def __init__(self, cloud, name):
        self.cloud, self.name, self.formation = cloud, name, cloud.client("cloudformation")

    def status(self):
        try:
            return self.formation.describe_stacks(StackName=self.name)["Stacks"][0]["StackStatus"]
        except self.formation.exceptions.ClientError:
            return "DELETE_COMPLETE"

    def failures(self):
        pages = self.formation.get_paginator("describe_stack_events").paginate(StackName=self.name)
        return [
            (event["LogicalResourceId"], event.get("ResourceStatusReason"))
            for page in pages
            for event in page["StackEvents"]
            if event["ResourceStatus"].endswith("FAILED") and event["LogicalResourceId"] != self.name
        ]

    def send(self, call, template, parameters):
        # As `sam deploy` does: from S3, since a body may have 51,200 bytes only.
        self.cloud.client("s3").put_object(Bucket=CODE, Key="template.json", Body=json.dumps(template).encode())
        call(
            StackName=self.name,
            TemplateURL=f"{self.cloud.url}/{CODE}/template.json",
            Parameters=[{"ParameterKey": name, "ParameterValue": value} for name, value in parameters.items()],
            Capabilities=["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"],
        )

    def ended(self):
        """Waits until nothing is under way, and answers with the status."""

        def looked():
            status = self.status()
            return None if status.endswith("_IN_PROGRESS") else status

        return wait(f"what is done to {self.name} ends", looked, 180)

    def create(self, template, parameters, expected="CREATE_COMPLETE"):
        self.send(self.formation.create_stack, template, parameters)
        return self.check("created", expected)

    def update(self, template, parameters, expected="UPDATE_COMPLETE"):
        self.send(self.formation.update_stack, template, parameters)
        return self.check("updated", expected)

    def delete(self):
        self.formation.delete_stack(StackName=self.name)
        return self.check("deleted", "DELETE_COMPLETE")

    def check(self, done, expected):
        status = self.ended()
        if status not in expected.split():
            raise SystemExit(f"FAILED: {self.name} is {status} instead of {expected}: {self.failures()}")
        print(f"{self.name} is {done}: {status}")

    def outputs(self):
        stack = self.formation.describe_stacks(StackName=self.name)["Stacks"][0]
        return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}

    def resources(self):
        listed = self.formation.describe_stack_resources(StackName=self.name)["StackResources"]
        return {resource["LogicalResourceId"]: resource["PhysicalResourceId"] for resource in listed}


def with_a_fault(template):
    """The same with a second version of what has one, which Lambda refuses, after everything else: so all must be undone."""
    template = copy.deepcopy(template)
    resources = template["Resources"]
    resources["Broken"] = {
        "Type": "AWS::Lambda::Version",
        "DependsOn": [name for name in resources if "Condition" not in resources[name]],
        "Properties": {"FunctionName": {"Ref": "ReadFunction"}},
    }
    return template


def names(cloud, part):
    """Buckets and tables with this in their names."""
    buckets = [bucket["Name"] for bucket in cloud.client("s3").list_buckets()["Buckets"]]
    tables = [name for page in cloud.client("dynamodb").get_paginator("list_tables").paginate() for name in page["TableNames"]]
    return [name for name in buckets if part in name], [name for name in tables if part in name]


def come_and_go(cloud, issuer, expect):
    """A deployment that fails leaves nothing in the way of the next; what was deleted can come back under its name."""
    stack = Stack(cloud, "again")
    template, parameters = expanded(issuer, ScheduleState="DISABLED")
    stack.create(with_a_fault(template), parameters, "ROLLBACK_COMPLETE")
    expect("what failed", [name for name, _ in stack.failures()], ["Broken"])
    expect("buckets after a creation that failed", names(cloud, "again")[0], [])
    stack.delete()
    stack.create(template, parameters)
    before = stack.resources()
    # A later deployment that fails leaves what was there.
    stack.update(with_a_fault(template), {**parameters, "AuditRetentionDays": "30"}, "UPDATE_ROLLBACK_COMPLETE")
    after = stack.resources()
    expect("the same stack after an update that failed", {name: after.get(name) for name in before} == before, True)
    kept = after["Bucket"], [after[table] for table in TABLES]
    stack.delete()
    buckets, tables = names(cloud, "again")
    expect("data outlives the stack", (kept[0] in buckets, set(kept[1]) <= set(tables)), (True, True))
    # The name of the bucket is taken now: AWS refuses it, and infra/README.md says what to do.
    stack.create(template, parameters, "ROLLBACK_COMPLETE CREATE_FAILED")
    expect("the bucket of before", kept[0] in names(cloud, "again")[0], True)
    stack.delete()
    stack.create(*expanded(issuer, ScheduleState="DISABLED", BucketName="again-two"))
    stack.delete()
