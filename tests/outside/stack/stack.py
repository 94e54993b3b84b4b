"""Creates the stack in ministack and uses it as a company would: a file dropped, Reset, the schedule, a poison message.

Started by tests/outside/stack, which has built the functions. Every check that fails says what the functions wrote.
"""

import base64
import http.server
import io
import json
import pathlib
import threading
import time
import urllib.error
import urllib.request
import zipfile

import replay
import yaml
from cloud import ACCOUNT, REGION, Cloud, wait
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from samtranslator.translator.transform import transform
from sign_in import Front, sign_in

ROOT = pathlib.Path(__file__).resolve().parents[3]
STACK = "rollcall"
BUCKET = f"{STACK}-{ACCOUNT}-{REGION}"
CODE = "rollcall-code"


def expanded(schedule, issuer):
    """The template as AWS's own translator expands it."""

    class ManagedPolicies:
        def load(self):
            return {}

    template = yaml.safe_load((ROOT / "template.yaml").read_text())
    parameters = {
        "JwtIssuer": issuer,
        "JwtAudience": "rollcall",
        "Schedule": schedule,
        "Architecture": "x86_64",
        # The emulator has no CodeDeploy.
        "GradualDeployment": "false",
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
    # The issuer that is played here speaks no TLS.
    del known["JwtIssuer"]["AllowedPattern"]
    # The emulator is called without TLS, and so nobody could read the bucket.
    del template["Resources"]["BucketPolicy"]
    # The emulator knows alarms on one metric only.
    for name in [name for name, resource in template["Resources"].items() if "Metrics" in resource["Properties"]]:
        print(f"skipped: {name} (the emulator knows no alarm on several metrics)")
        del template["Resources"][name]
    # As `sam deploy` does: the translator reads defaults too.
    defaults = {name: value["Default"] for name, value in known.items() if "Default" in value}
    template = transform(template, {**defaults, **parameters}, ManagedPolicies())
    spell_out(template, "HttpApi")
    return template, parameters


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
    for function in ["fetch", "reconcile", "reset", "read", "console"]:
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            entry = zipfile.ZipInfo("bootstrap")
            entry.external_attr = 0o755 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, (ROOT / f".aws-sam/build/{function.capitalize()}Function/bootstrap").read_bytes())
        s3.put_object(Bucket=CODE, Key=f"{function}.zip", Body=packed.getvalue())


def create(cloud, issuer):
    template, parameters = expanded("rate(1 minute)", issuer)
    formation = cloud.client("cloudformation")
    # As `sam deploy` does: from S3, since a body may have 51,200 bytes only.
    cloud.client("s3").put_object(Bucket=CODE, Key="template.json", Body=json.dumps(template).encode())
    formation.create_stack(
        StackName=STACK,
        TemplateURL=f"{cloud.url}/{CODE}/template.json",
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

    def reset(self, token):
        """POST /reset: the status, and what is answered."""
        return self.ask("POST", "reset", token, b"{}")

    def ask(self, method, path, token, body=None):
        """A request to the HTTP API: the status, and what is answered."""
        api = self.resources["HttpApi"]
        request = urllib.request.Request(
            f"{self.cloud.url}/_aws/execute-api/{api}/$default/{path}",
            data=body,
            headers={"content-type": "application/json", "authorization": f"Bearer {token}"},
            method=method,
        )
        try:
            with urllib.request.urlopen(request) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()


class Issuer:
    """An OpenID Connect issuer, for as long as the `with` lasts."""

    def __enter__(self):
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        issuer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def log_message(self, *_):
                pass

            def do_GET(self):
                numbers = issuer.key.public_key().public_numbers()
                answers = {
                    "/.well-known/openid-configuration": {"issuer": issuer.url, "jwks_uri": f"{issuer.url}/keys"},
                    "/keys": {"keys": [{"kid": "1", "kty": "RSA", "alg": "RS256", "n": number(numbers.n), "e": number(numbers.e)}]},
                }
                answer = json.dumps(answers.get(self.path)).encode()
                self.send_response(200 if self.path in answers else 404)
                self.send_header("content-length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()

    def claims(self, **other):
        return {"iss": self.url, "aud": "rollcall", "sub": "boss", "exp": int(time.time()) + 600, **other}

    def unsigned(self):
        return f"{part({'alg': 'none', 'kid': '1'})}.{part(self.claims())}."

    def token(self, **other):
        claims = self.claims(**other)
        text = f"{part({'alg': 'RS256', 'kid': '1'})}.{part(claims)}"
        return f"{text}.{b64url(self.key.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256()))}"


def b64url(value):
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def number(value):
    return b64url(value.to_bytes((value.bit_length() + 7) // 8, "big"))


def part(value):
    return b64url(json.dumps(value).encode())


def expect(what, found, expected):
    if found != expected:
        raise SystemExit(f"FAILED: {what}: {found} instead of {expected}")
    print(f"{what}: {found}")


NASTY = """staff cannot be synced: "C:\\people.csv", line 2: a quotation mark " is not closed
(mend the file)"""


def send_a_notice(cloud, resources):
    """A notice with everything in its text that JSON has to escape arrives at the topic's subscriber as it was sent."""
    sqs, topic = cloud.client("sqs"), resources["NotificationTopic"]
    mailbox = sqs.create_queue(QueueName="mailbox")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=mailbox, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    let_in = {"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage", "Resource": arn}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [let_in]})
    sqs.set_queue_attributes(QueueUrl=mailbox, Attributes={"Policy": policy})
    cloud.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    detail = {"stack": STACK, "notice": "source_failing", "state": "raised", "text": NASTY, "run": "r", "source": "staff"}
    entry = {"Source": "rollcall", "DetailType": "Rollcall Notice", "Detail": json.dumps(detail), "EventBusName": "default"}
    cloud.client("events").put_events(Entries=[entry])

    def arrived():
        for message in sqs.receive_message(QueueUrl=mailbox, MaxNumberOfMessages=10).get("Messages", []):
            notice = json.loads(json.loads(message["Body"])["Message"])
            # The runs before have sent notices too.
            if notice["run"] == "r":
                return notice
        return None

    expect("a notice with quotation marks arrives", wait("the notice arrives", arrived, 30)["text"], NASTY)


ROLES = b"""
[roles]
claim = "groups"
people_administrator = ["hr-admins"]
"""


def act(site, issuer, method, path, body):
    expect(f"{method} {path.split('/')[0]}", site.ask(method, path, issuer.token(), body)[0], 200)


def look_around(site, issuer, run):
    """Reads over the HTTP API, with and without a role."""
    status, answer = site.ask("GET", f"runs/{run['id']}", issuer.token())
    expect("GET /runs/{id}", (status, answer["status"]), (200, "completed"))
    status, answer = site.ask("GET", "licence", issuer.token())
    expect("GET /licence", (status, answer["used"], answer["limit"]), (200, 50, 50))
    status, answer = site.ask("GET", "waiting?limit=1", issuer.token())
    first = answer["waiting"][0]["account"]["id"]
    expect("GET /waiting", (status, answer["waiting"][0]["place"]), (200, 1))
    status, answer = site.ask("GET", f"accounts/{first}", issuer.token())
    expect("GET /accounts/{id}", (status, answer["explanation"]["place"]), (200, {"place": 1, "of": 10}))
    expect("GET /audit", site.ask("GET", "audit?outcome=created_active&limit=5", issuer.token())[0], 200)
    expect("POST /accounts at the limit", site.ask("POST", "accounts", issuer.token(), b'{"username": "root"}')[0], 409)
    act(site, issuer, "POST", f"accounts/{first}/block", b'{"why": "lost laptop"}')
    act(site, issuer, "POST", f"accounts/{first}/unblock", b"{}")
    act(site, issuer, "PUT", "licence", b'{"limit": 50}')
    bucket, key = site.outputs["BucketName"], "config/rollcall.toml"
    config = site.s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    site.s3.put_object(Bucket=bucket, Key=key, Body=ROLES + config)
    for what, groups, expected in [("none of the roles", ["staff", "x hr-admins"], 403), ("a role", ["staff", "hr-admins"], 200)]:
        expect(f"GET /runs with {what}", site.ask("GET", "runs?limit=1", issuer.token(groups=groups))[0], expected)
    site.s3.put_object(Bucket=bucket, Key=key, Body=config)


def main():
    with Cloud() as cloud, Issuer() as issuer:
        put_code(cloud)
        outputs, resources = create(cloud, issuer.url)
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

        for what, refused in {
            "an expired token": issuer.token(exp=int(time.time()) - 60),
            "a token for somebody else": issuer.token(aud="another"),
            "a token that nobody signed": issuer.token()[:-8] + "AAAAAAAA",
            "a token that says it needs no signature": issuer.unsigned(),
            "no token": "",
        }.items():
            expect(what, site.reset(refused)[0], 401)
        status, answer = site.reset(issuer.token())
        expect("POST /reset", (status, answer.get("status") if isinstance(answer, dict) else answer), (202, "started"))
        run = wait("the run of a Reset ends", lambda: site.finished("reset"))
        expect("account writes of a Reset that finds nothing new", run["summary"]["writes"], 0)
        look_around(site, issuer, run)

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
        send_a_notice(cloud, resources)
        replay.replay(cloud, resources, expect)
        # Were policies not looked at, all of the above would say nothing of them.
        iam, role = cloud.client("iam"), resources["ResetFunctionRole"]
        policies = [iam.get_role_policy(RoleName=role, PolicyName=name) for name in iam.list_role_policies(RoleName=role)["PolicyNames"]]
        for policy in policies:
            iam.delete_role_policy(RoleName=role, PolicyName=policy["PolicyName"])
        expect("POST /reset where its role may do nothing", site.reset(issuer.token())[0], 500)
        for policy in policies:
            iam.put_role_policy(RoleName=role, PolicyName=policy["PolicyName"], PolicyDocument=json.dumps(policy["PolicyDocument"]))
        site.s3.put_object(Bucket=BUCKET, Key="config/rollcall.toml", Body=ROLES + (quickstart / "rollcall.toml").read_bytes())
        sign_in(site, Front(), expect)
        print("the stack does what the product promises")


main()
