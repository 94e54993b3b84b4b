"""The changes of accounts on their way to the event bus: what the emulator's DynamoDB streams of the deployed table, through
the pipe's own filter and the deployed function, is what `GET /events` gives.

Used by stack.py. The emulator makes the pipe, but delivers from none to an event bus and knows no enrichment: the last step
is AWS's own, and is not seen here.
"""

import json

from cloud import wait


def records(cloud, stream):
    """Everything in a stream of DynamoDB's, as a pipe gets it."""
    streams = cloud.client("dynamodbstreams")
    found = []
    for shard in streams.describe_stream(StreamArn=stream)["StreamDescription"]["Shards"]:
        place = streams.get_shard_iterator(StreamArn=stream, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
        while place:
            page = streams.get_records(ShardIterator=place)
            found += page["Records"]
            place = page.get("NextShardIterator") if page["Records"] else None
    for record in found:
        record["dynamodb"].pop("ApproximateCreationDateTime", None)
        record["eventSource"] = "aws:dynamodb"
    return found


def passes(cloud, pattern, record):
    """Whether the emulator's EventBridge finds that a pattern fits; it asks for the frame of an event around it."""
    frame = {"id": "1", "account": "0", "source": "s", "time": "2026-01-01T00:00:00Z", "region": "r", "resources": [], "detail-type": "t"}
    event = json.dumps({**frame, "detail": record})
    return cloud.client("events").test_event_pattern(EventPattern=json.dumps({"detail": json.loads(pattern)}), Event=event)["Result"]


def told(site, issuer):
    events, after = [], ""
    while True:
        status, page = site.ask("GET", f"events?limit=500{after}", issuer.token())
        if status != 200:
            raise SystemExit(f"FAILED: GET /events answers {status}: {page}")
        events += page["events"]
        if not page["more"]:
            return events
        after = f"&after={page['next']}"


def on_their_way(site, issuer, template, expect):
    cloud, resources = site.cloud, site.resources
    pipe = cloud.client("pipes").describe_pipe(Name=resources["ChangesPipe"])
    table = site.dynamo.describe_table(TableName=site.outputs["AuditTableName"])["Table"]
    expect("the pipe, and what it reads", (pipe["CurrentState"], pipe["Source"]), ("RUNNING", table["LatestStreamArn"]))
    properties = template["Resources"]["ChangesPipe"]["Properties"]
    pattern = properties["SourceParameters"]["FilterCriteria"]["Filters"][0]["Pattern"]
    seen = records(cloud, pipe["Source"])
    passed = [record for record in seen if passes(cloud, pattern, record)]
    expect("records stay behind that are no change of an account", 0 < len(passed) < len(seen), True)
    enrichment = f"{resources['ReadFunction']}:live"
    events = []
    functions = cloud.client("lambda")
    for begin in range(0, len(passed), 10):
        batch = passed[begin : begin + 10]
        answer = json.load(functions.invoke(FunctionName=enrichment, Payload=json.dumps(batch))["Payload"])
        expect(f"events of records {begin} to {begin + len(batch) - 1}", len(answer), len(batch)) if begin == 0 else None
        events += answer
    given = told(site, issuer)
    by_id = {event["id"]: event for event in events}
    expect("events, each once", (len(by_id), len(given)), (len(events), len(events)))
    expect("and each as GET /events gives it", by_id == {event["id"]: event for event in given}, True)
    versions = {}
    for event in events:
        expected = versions.get(event["account"], 0) + 1
        if event["version"] != expected:
            raise SystemExit(f"FAILED: {event['id']} comes where version {expected} should")
        versions[event["account"]] = expected
    print("those of one account come in the order of their versions")
    wait("the alarms of the pipe", lambda: len([name for name in resources if name.startswith("Changes") and name.endswith("Alarm")]) == 2, 5)
