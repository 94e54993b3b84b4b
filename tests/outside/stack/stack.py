"""Creates the stack in ministack and uses it as a company would: a file dropped, Reset, the schedule, whatever goes wrong.

Started by tests/outside/stack, which has built the functions. Every check that fails says what the functions wrote.
"""

import base64
import http.server
import json
import threading
import time
import urllib.error
import urllib.request

import replay
from changes import on_their_way
from cloud import Cloud, wait
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from deploying import ROOT, STACK, Stack, bucket_of, come_and_go, expanded, put_code, say_what_is_missing
from failing import for_a_moment, for_good
from many import twenty_sources
from sign_in import Front, sign_in
from torn import carry_out_the_runbook

BUCKET = bucket_of(STACK)


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


class Mailbox:
    """A subscriber of the stack's topic."""

    def __init__(self, cloud, resources):
        self.sqs, topic = cloud.client("sqs"), resources["NotificationTopic"]
        self.queue = self.sqs.create_queue(QueueName="mailbox")["QueueUrl"]
        arn = self.sqs.get_queue_attributes(QueueUrl=self.queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        let_in = {"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage", "Resource": arn}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [let_in]})
        self.sqs.set_queue_attributes(QueueUrl=self.queue, Attributes={"Policy": policy})
        cloud.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
        self.notices = []

    def has(self, wanted, count=1):
        """Waits for so many notices of this run."""

        def arrived():
            found = self.sqs.receive_message(QueueUrl=self.queue, MaxNumberOfMessages=10, VisibilityTimeout=900)
            self.notices += [json.loads(json.loads(message["Body"])["Message"]) for message in found.get("Messages", [])]
            of_run = [notice for notice in self.notices if notice["run"] == wanted]
            return of_run if len(of_run) >= count else None

        return wait(f"a notice of {wanted} arrives", arrived, 30)


def send_a_notice(cloud, mailbox):
    """A notice with everything in its text that JSON has to escape arrives at the topic's subscriber as it was sent."""
    detail = {"stack": STACK, "notice": "source_failing", "state": "raised", "text": NASTY, "run": "r", "source": "staff"}
    entry = {"Source": "rollcall", "DetailType": "Rollcall Notice", "Detail": json.dumps(detail), "EventBusName": "default"}
    cloud.client("events").put_events(Entries=[entry])
    expect("a notice with quotation marks arrives", [notice["text"] for notice in mailbox.has("r")], [NASTY])


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
    expect("GET /accounts/{id}", (status, answer["explanation"]["place"]), (200, {"place": 1, "more_than": None, "of": 10}))
    expect("GET /audit", site.ask("GET", "audit?outcome=created_active&limit=5", issuer.token())[0], 200)
    expect("POST /accounts at the limit", site.ask("POST", "accounts", issuer.token(), b'{"username": "root"}')[0], 409)
    act(site, issuer, "POST", f"accounts/{first}/block", b'{"why": "lost laptop"}')
    act(site, issuer, "POST", f"accounts/{first}/unblock", b"{}")
    act(site, issuer, "PUT", "licence", b'{"limit": 50, "below_use": true}')
    bucket, key = site.outputs["BucketName"], "config/rollcall.toml"
    config = site.s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    site.s3.put_object(Bucket=bucket, Key=key, Body=ROLES + config)
    for what, groups, expected in [("none of the roles", ["staff", "x hr-admins"], 403), ("a role", ["staff", "hr-admins"], 200)]:
        expect(f"GET /runs with {what}", site.ask("GET", "runs?limit=1", issuer.token(groups=groups))[0], expected)
    site.s3.put_object(Bucket=bucket, Key=key, Body=config)


def main():
    with Cloud() as cloud, Issuer() as issuer:
        say_what_is_missing()
        put_code(cloud)
        stack = Stack(cloud, STACK)
        template, parameters = expanded(issuer.url)
        stack.create(template, parameters)
        outputs, resources = stack.outputs(), stack.resources()
        print(f"created: {len(resources)} resources")
        site, mailbox = Site(cloud, outputs, resources), Mailbox(cloud, resources)
        quickstart = ROOT / "examples/quickstart"
        site.s3.put_object(
            Bucket=BUCKET, Key="config/rollcall.toml", Body=(quickstart / "rollcall.toml").read_bytes()
        )

        site.s3.put_object(Bucket=BUCKET, Key="inbox/staff.csv", Body=(quickstart / "staff.csv").read_bytes())
        run = wait("the run of a dropped file ends", lambda: site.finished("drop"))
        expect("a dropped file", run["status"], "completed")
        told = sorted({notice["notice"] for notice in mailbox.has(run["id"], 2)})
        expect("what the run tells", told, ["first_waiting", "limit_reached"])
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

        # From here on every run is asked for.
        cloud.client("events").disable_rule(Name=resources["FirstScheduleRule"])
        for_good(site, expect)
        send_a_notice(cloud, mailbox)
        replay.replay(cloud, resources, expect)
        on_their_way(site, issuer, template, expect)
        for_a_moment(site, issuer, expect)
        twenty_sources(site, issuer, expect)
        # Were policies not looked at, all of the above would say nothing of them.
        iam, role = cloud.client("iam"), resources["ResetFunctionRole"]
        policies = [iam.get_role_policy(RoleName=role, PolicyName=name) for name in iam.list_role_policies(RoleName=role)["PolicyNames"]]
        for policy in policies:
            iam.delete_role_policy(RoleName=role, PolicyName=policy["PolicyName"])
        expect("POST /reset where its role may do nothing", site.reset(issuer.token())[0], 500)
        for policy in policies:
            iam.put_role_policy(RoleName=role, PolicyName=policy["PolicyName"], PolicyDocument=json.dumps(policy["PolicyDocument"]))
        carry_out_the_runbook(site, issuer, stack, expect)
        site.s3.put_object(Bucket=BUCKET, Key="config/rollcall.toml", Body=ROLES + (quickstart / "rollcall.toml").read_bytes())
        sign_in(site, Front(), expect)
        come_and_go(cloud, issuer.url, expect)
        print("the stack does what the product promises")


main()
