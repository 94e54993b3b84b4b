"""Twenty sources at once: all finish, none gives up, and a person gets through meanwhile.

Used by stack.py. The emulator gives a FIFO queue's messages to a function one at a time, whatever their groups; AWS gives
each group its own invocation. So the mappings are switched off, and `Poller` does here what AWS does: one message of a
group at a time, many groups side by side, the deployed functions under their own roles.

The emulator's DynamoDB takes one transaction after another, so transactions never meet there, and nothing is throttled:
tests/it/races.rs and faults.rs show these.
"""

import json
import pathlib
import statistics
import threading
import time

import botocore.config
from cloud import wait

ROOT = pathlib.Path(__file__).resolve().parents[3]
SOURCES, PEOPLE = 20, 60
# What a person may wait. A machine that is this busy is slower altogether: what a mere look takes then is added.
SECONDS_MAX = 2.0


# A seat for everybody but one in ten, so that nearly each commit moves seats.
SEATS = 50 + SOURCES * PEOPLE * 9 // 10


def configuration():
    """Twenty sources, whose licence is set over the API."""
    parts = ["[licence]\nseats = 50\n"]
    for number in range(SOURCES):
        parts.append(
            f'[[source]]\nname = "many-{number}"\nkind = "csv"\nobject = "inbox/many/{number}.csv"\nmatch_field = "id"\n'
            f'[source.mapping]\nusername = "user"\n'
        )
    return "\n".join(parts)


def people(number):
    return "id,user\n" + "".join(f"{number}-{row},person.{number}.{row}\n" for row in range(PEOPLE))


class Poller:
    """Delivers the messages of a queue to its function, for as long as the `with` lasts."""

    def __init__(self, cloud, queue, function, at_once):
        self.cloud, self.queue, self.function, self.at_once = cloud, queue, function, at_once
        self.is_over, self.deliveries, self.again, self.busy, self.most = threading.Event(), 0, 0, 0, 0
        self.lock = threading.Lock()

    def __enter__(self):
        self.threads = [threading.Thread(target=self.poll, daemon=True) for _ in range(self.at_once)]
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.is_over.set()
        for thread in self.threads:
            thread.join(120)

    def poll(self):
        sqs = self.cloud.client("sqs")
        patient = botocore.config.Config(read_timeout=300, retries={"max_attempts": 1})
        functions = self.cloud.client("lambda", config=patient)
        while not self.is_over.is_set():
            found = sqs.receive_message(QueueUrl=self.queue, MaxNumberOfMessages=1, AttributeNames=["All"], WaitTimeSeconds=0)
            for message in found.get("Messages", []):
                self.deliver(sqs, functions, message)
            if not found.get("Messages"):
                time.sleep(0.3)

    def deliver(self, sqs, functions, message):
        times = int(message["Attributes"]["ApproximateReceiveCount"])
        record = {
            "messageId": message["MessageId"],
            "receiptHandle": message["ReceiptHandle"],
            "body": message["Body"],
            "attributes": message["Attributes"],
            "messageAttributes": {},
            "md5OfBody": message["MD5OfBody"],
            "eventSource": "aws:sqs",
            "eventSourceARN": f"arn:aws:sqs:us-east-1:000000000000:{self.queue.rsplit('/', 1)[1]}",
            "awsRegion": "us-east-1",
        }
        with self.lock:
            self.deliveries, self.again = self.deliveries + 1, self.again + (times > 1)
            self.busy += 1
            self.most = max(self.most, self.busy)
        answer = functions.invoke(FunctionName=self.function, Payload=json.dumps({"Records": [record]}))
        said = json.load(answer["Payload"])
        with self.lock:
            self.busy -= 1
        if "FunctionError" not in answer and not said["batchItemFailures"]:
            sqs.delete_message(QueueUrl=self.queue, ReceiptHandle=message["ReceiptHandle"])


def switch(cloud, resources, is_on):
    """Lets AWS's part deliver messages, or not."""
    functions = cloud.client("lambda")
    for mapping in ["FetchFromQueue", "ReconcileFromQueue"]:
        functions.update_event_source_mapping(UUID=resources[mapping], Enabled=is_on)


def timed(call):
    begun = time.monotonic()
    status, answer = call()
    return time.monotonic() - begun, status, answer


def twenty_sources(site, issuer, expect):
    cloud, resources = site.cloud, site.resources
    bucket = site.outputs["BucketName"]
    active = [item["id"]["S"] for item in site.items("AccountsTableName") if item["state"]["S"] == "active"]
    for number in range(SOURCES):
        site.s3.put_object(Bucket=bucket, Key=f"inbox/many/{number}.csv", Body=people(number).encode())
    # The notices of these files come before their sources are known, so one tick starts them all.
    time.sleep(3)
    before = site.s3.get_object(Bucket=bucket, Key="config/rollcall.toml")["Body"].read()
    site.s3.put_object(Bucket=bucket, Key="config/rollcall.toml", Body=configuration().encode())
    set_licence(site, issuer, SEATS)
    switch(cloud, resources, False)
    tick = json.loads((ROOT / "tests/events/schedule.json").read_text())
    cloud.client("lambda").invoke(FunctionName=resources["FetchFunction"], Payload=json.dumps(tick))

    def runs():
        return [run for run in site.runs() if run["source"].startswith("many-")]

    started = [run["started_at"] for run in runs()]
    expect("runs that one tick starts", len(started), SOURCES)
    begun = time.monotonic()
    waits, looks, statuses = [], [], set()
    with Poller(cloud, resources["FetchQueue"], resources["FetchFunction"], 4) as fetch, Poller(
        cloud, resources["ReconcileQueue"], resources["ReconcileFunction"], SOURCES
    ) as reconcile:
        done = threading.Event()

        def person():
            token = issuer.token()
            # Somebody else each time, so that each block frees a seat, and so meets the runs at the ledger.
            for somebody in active:
                if done.is_set():
                    break
                seconds, status, _ = timed(lambda: site.ask("POST", f"accounts/{somebody}/block", token, b'{"why": "lost laptop"}'))
                waits.append(seconds)
                statuses.add(status)
                looks.append(timed(lambda: site.ask("GET", f"accounts/{somebody}", token))[0])

        at_work = threading.Thread(target=person)
        at_work.start()
        try:
            wait("all runs end", lambda: all(run["finished_at"] for run in runs()), 400)
        finally:
            done.set()
            at_work.join(120)
        seconds = time.monotonic() - begun
    ended = runs()
    expect("how they end", {run["status"] for run in ended}, {"completed"})
    made = [item for item in site.items("AccountsTableName") if item.get("source", {}).get("S", "").startswith("many-")]
    expect("accounts that were made", len(made), SOURCES * PEOPLE)
    counts = {}
    for run in ended:
        for outcome, count in run["summary"]["counts"].items():
            counts[outcome] = counts.get(outcome, 0) + count
    print(f"as the runs count them: { {outcome: count for outcome, count in counts.items() if count} }")
    # A seat that a block frees while a run goes on is for whoever the run has made to wait a moment before.
    told = sum(counts.get(outcome, 0) for outcome in ("created_active", "created_blocked", "activated"))
    expect("accounts of which the runs tell", told, SOURCES * PEOPLE)
    print(
        f"twenty sources take {seconds:.0f} s: {reconcile.deliveries} deliveries to reconcile, {reconcile.most} at once, "
        f"{fetch.again + reconcile.again} of them once more than the first time"
    )
    expect("some of them run side by side", reconcile.most >= 5, True)
    for queue in ["FetchDeadLetterQueue", "ReconcileDeadLetterQueue"]:
        expect(f"given up ({queue})", messages(cloud, resources[queue]), 0)
    slowest, look = max(waits), statistics.median(looks)
    print(f"a person blocks {len(waits)} accounts meanwhile: {statistics.median(waits):.2f} s, at most {slowest:.2f} s; a look takes {look:.2f} s")
    expect("a person gets through each time", statuses, {200})
    # A look needs the same ways and functions and meets nobody: what a block takes beyond it, it takes for the others.
    expect("within two seconds beyond a look", slowest <= SECONDS_MAX + max(looks), True)
    licence = site.ask("GET", "licence", issuer.token())[1]
    expect("seats in use", (licence["limit"], SEATS - len(waits) <= licence["used"] <= SEATS), (SEATS, True))
    set_licence(site, issuer, 50)
    switch(cloud, resources, True)
    site.s3.put_object(Bucket=bucket, Key="config/rollcall.toml", Body=before)


def set_licence(site, issuer, seats):
    status, answer = site.ask("PUT", "licence", issuer.token(), json.dumps({"limit": seats, "below_use": True}).encode())
    if status != 200:
        raise SystemExit(f"FAILED: PUT /licence answers {status}: {answer}")


def messages(cloud, queue):
    attributes = cloud.client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["ApproximateNumberOfMessages"])
    return int(attributes["Attributes"]["ApproximateNumberOfMessages"])
