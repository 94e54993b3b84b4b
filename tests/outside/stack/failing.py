"""A step that fails: for a moment, and for good. With the queues as they are deployed.

Used by stack.py.
"""

import http.client
import http.server
import threading
import time

from cloud import wait
from many import messages, switch


class Flaky:
    """Stands between a function and S3, and answers 503 to what would write there for as long as it is told to."""

    def __init__(self, cloud, path):
        self.refused, self.until = [], 0.0
        flaky, behind = self, cloud.url.removeprefix("http://")

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def forward(self):
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                if self.command == "PUT" and path in self.path:
                    flaky.until = flaky.until or time.monotonic() + 6
                    if time.monotonic() < flaky.until:
                        flaky.refused.append(time.monotonic())
                        self.send_response(503)
                        self.send_header("content-length", "0")
                        self.end_headers()
                        return
                connection = http.client.HTTPConnection(behind)
                connection.request(self.command, self.path, body, dict(self.headers))
                answer = connection.getresponse()
                body = answer.read()
                self.send_response(answer.status)
                for name, value in answer.getheaders():
                    if name.lower() not in ("connection", "content-length", "transfer-encoding"):
                        self.send_header(name, value)
                # An answer to HEAD has the length of what it does not have.
                length = answer.getheader("content-length") if self.command == "HEAD" else str(len(body))
                self.send_header("content-length", length or "0")
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = forward

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


def for_a_moment(site, issuer, expect):
    """A step that failed is tried again within a minute, not after the queue's quarter of an hour."""
    cloud, resources = site.cloud, site.resources
    queues = [resources["FetchQueue"], resources["ReconcileQueue"]]
    hidden = {cloud.client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["VisibilityTimeout"])["Attributes"]["VisibilityTimeout"] for queue in queues}
    expect("a queue by itself would wait, in seconds", hidden, {"960"})
    functions, name = cloud.client("lambda"), resources["FetchFunction"]
    variables = functions.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
    flaky = Flaky(cloud, "snapshots/")
    functions.update_function_configuration(FunctionName=name, Environment={"Variables": {**variables, "AWS_ENDPOINT_URL_S3": flaky.url}})
    begun = time.monotonic()
    run = site.reset(issuer.token())[1]["run"]

    def ended():
        return next((one for one in site.runs() if one["id"] == run and one["finished_at"]), None)

    found = wait("the run whose step failed ends", ended, 120)
    seconds = time.monotonic() - begun
    functions.update_function_configuration(FunctionName=name, Environment={"Variables": variables})
    flaky.server.shutdown()
    expect("S3 refused what was written", len(flaky.refused) > 1, True)
    expect("the run, after a step that failed", (found["status"], found["invocations"] > 2), ("completed", True))
    print(f"it ends {seconds:.0f} s after it was asked for")
    expect("within a minute", seconds < 60, True)


def for_good(site, expect):
    """A message that nobody understands is delivered six times and then kept among the dead letters."""
    cloud, resources = site.cloud, site.resources
    sqs, queue = cloud.client("sqs"), resources["FetchQueue"]
    # The pauses between six deliveries are 20 minutes together. So the first five are the test's own, and seen by nobody.
    switch(cloud, resources, False)
    sqs.send_message(QueueUrl=queue, MessageBody="poison", MessageGroupId="staff", MessageDeduplicationId="poison")

    def counted():
        for message in sqs.receive_message(QueueUrl=queue, VisibilityTimeout=0, AttributeNames=["All"]).get("Messages", []):
            if message["Body"] == "poison" and int(message["Attributes"]["ApproximateReceiveCount"]) >= 5:
                return True
        return None

    wait("a poison message was delivered five times", counted)
    switch(cloud, resources, True)
    dead = resources["FetchDeadLetterQueue"]
    wait("a poison message goes to the dead letters", lambda: messages(cloud, dead))
    expect("dead letters after a poison message", messages(cloud, dead), 1)
    sqs.purge_queue(QueueUrl=dead)
