"""The binaries, given events as AWS writes them, by a runtime interface of our own (Lambda's Runtime API).

Called by stack.py, in whose emulated AWS the tables and the bucket lie. What is not seen in an emulator is seen here: the
deadline, a batch of which one message is bad, a body in base64, and the end by SIGTERM.
"""

import base64
import http.server
import json
import os
import pathlib
import queue
import signal
import subprocess
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[3]
EVENTS = ROOT / "tests/events"


class Runtime:
    """Serves the Runtime API to one process, which it has started."""

    def __init__(self, function, environment):
        self.events, self.answers, self.ready = queue.Queue(), queue.Queue(), []
        runtime = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def log_message(self, *_):
                pass

            def do_GET(self):
                runtime.ready.append(time.monotonic())
                number, event, deadline = runtime.events.get()
                body = json.dumps(event).encode()
                self.send_response(200)
                self.send_header("lambda-runtime-aws-request-id", f"00000000-0000-4000-8000-{number:012d}")
                self.send_header("lambda-runtime-deadline-ms", str(deadline))
                self.send_header("lambda-runtime-invoked-function-arn", "arn:aws:lambda:us-east-1:000000000000:function:x")
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"] or 0)) if self.headers["content-length"] else chunks(self.rfile)
                runtime.answers.put((self.path.rsplit("/", 1)[1], json.loads(body or b"null")))
                self.send_response(202)
                self.send_header("content-length", "0")
                self.end_headers()

        self.function = function
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        variables = {
            **os.environ,
            **environment,
            "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{self.server.server_port}",
            "AWS_LAMBDA_FUNCTION_NAME": function,
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
            "AWS_LAMBDA_LOG_FORMAT": "JSON",
        }
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            [ROOT / f".aws-sam/build/{function.capitalize()}Function/bootstrap"], env=variables, stdout=subprocess.PIPE, text=True
        )
        self.number = 0

    def invoke(self, event, seconds=300.0):
        """Answers with `response` or `error`, and what was said."""
        self.number += 1
        asked = time.monotonic()
        self.events.put((self.number, event, int((time.time() + seconds) * 1000)))
        answer = self.answers.get(timeout=60)
        if self.number == 1:
            ready, answered = self.ready[0] - self.started, time.monotonic() - max(asked, self.ready[0])
            print(f"{self.function}: ready {ready * 1000:.0f} ms after its start, first answer in {answered * 1000:.0f} ms")
        return answer

    def end(self):
        """Ends the process as AWS does, and answers with its lines."""
        self.process.send_signal(signal.SIGTERM)
        try:
            lines, _ = self.process.communicate(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise SystemExit("FAILED: SIGTERM does not end the process")
        self.server.shutdown()
        return lines


def chunks(stream):
    body = b""
    while size := int(stream.readline().strip() or b"0", 16):
        body += stream.read(size)
        stream.readline()
    stream.readline()
    return body


def event(name):
    return json.loads((EVENTS / f"{name}.json").read_text())


def environment(cloud, resources, logical):
    lambdas = cloud.client("lambda")
    return lambdas.get_function_configuration(FunctionName=resources[logical])["Environment"]["Variables"]


def replay(cloud, resources, expect):
    fetch = Runtime("fetch", environment(cloud, resources, "FetchFunction"))
    expect("EventBridge's tick", fetch.invoke(event("schedule")), ("response", None))
    expect("S3's notice of two objects", fetch.invoke(event("s3"))[0], "response")
    kind, answer = fetch.invoke(event("sqs"))
    failed = [item["itemIdentifier"] for item in answer["batchItemFailures"]]
    # The first message is of a run that is not there: nothing is left to do for it.
    expect("a batch whose second message is bad", (kind, failed), ("response", ["bad", "behind"]))
    kind, answer = fetch.invoke({"what": "is this"})
    expect("an event of nobody", (kind, "not from EventBridge" in answer["errorMessage"]), ("error", True))
    begun = time.monotonic()
    fetch.invoke(event("sqs"), seconds=2)
    expect("an answer before a deadline of two seconds", time.monotonic() - begun < 2, True)
    metrics = [line for line in fetch.end().splitlines() if '"_aws"' in line]
    expect("a line of metrics for the tick", any("AgeOfLastSuccess" in line for line in metrics), True)

    reset = Runtime("reset", environment(cloud, resources, "ResetFunction"))
    for name in ["http", "http-base64"]:
        kind, answer = reset.invoke(event(name))
        expect(f"API Gateway's request ({name})", (kind, answer["statusCode"]), ("response", 202))
    bad = {**event("http"), "body": base64.b64encode(b"{").decode(), "isBase64Encoded": True}
    expect("a body that is no JSON", reset.invoke(bad)[1]["statusCode"], 400)
    reset.end()

    reconcile = Runtime("reconcile", environment(cloud, resources, "ReconcileFunction"))
    kind, answer = reconcile.invoke(event("sqs"))
    expect("the same batch for reconcile", len(answer["batchItemFailures"]), 2)
    reconcile.end()
