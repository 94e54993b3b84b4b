"""The pipe from the audit table's stream to the event bus, as AWS documents it. Rules and faults for checks.py."""

import json

# What AWS documents for a pipe from a stream of DynamoDB's through a function to a bus, with dead letters.
PIPE_CALLS = {
    "dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams",
    "lambda:InvokeFunction", "events:PutEvents", "sqs:SendMessage",
}


def of_type(template, kind):
    return {name: resource for name, resource in template["Resources"].items() if resource["Type"] == kind}


def several(value):
    return value if isinstance(value, list) else [value]


def changes_are_told(_, template):
    """The pipe asks the alias, may do no more than it does, and what fails is kept and told."""
    for name, pipe in of_type(template, "AWS::Pipes::Pipe").items():
        properties = pipe["Properties"]
        stream = properties["SourceParameters"]["DynamoDBStreamParameters"]
        if "DeadLetterConfig" not in stream or "MaximumRecordAgeInSeconds" not in stream:
            yield f"{name}: one record that fails holds up all others of its shard for a day, and is lost then"
        elif not 0 < stream["MaximumRecordAgeInSeconds"] < 86400:
            yield f"{name}: a record is gone from the stream before it is given up"
        if stream.get("BatchSize") != 1:
            yield f"{name}: a batch that is taken in part comes out of order"
        if stream.get("StartingPosition") != "TRIM_HORIZON":
            yield f"{name}: what was changed between the making of the table and of the pipe is lost"
        if "ReadFunctionAliaslive" not in json.dumps(properties["Enrichment"]):
            yield f"{name}: it asks a version that is not let in gradually"
        role = template["Resources"][properties["RoleArn"]["Fn::GetAtt"][0]]["Properties"]
        allowed = [one for policy in role["Policies"] for one in policy["PolicyDocument"]["Statement"]]
        actions = {action for one in allowed for action in several(one["Action"])}
        if actions != PIPE_CALLS or any("*" in several(one["Resource"]) for one in allowed):
            yield f"{name}: its role may do {sorted(actions ^ PIPE_CALLS)} too many or too few, or with anything"
        sends = next((one for one in allowed if one["Action"] == "events:PutEvents"), {})
        target = properties["TargetParameters"]["EventBridgeEventBusParameters"]
        limits = sends.get("Condition", {}).get("StringEquals", {})
        if (limits.get("events:source"), limits.get("events:detail-type")) != (target["Source"], target["DetailType"]):
            yield f"{name}: its role may send events of other names"
        for alarm in ("ExecutionFailed", "ChangesDeadLetterQueue"):
            if alarm not in json.dumps(of_type(template, "AWS::CloudWatch::Alarm")):
                yield f"{name}: nobody is told of {alarm}"


# Faults.


def without_dead_letters(template):
    del template["Resources"]["ChangesPipe"]["Properties"]["SourceParameters"]["DynamoDBStreamParameters"]["DeadLetterConfig"]


def that_may_more(template):
    policies = template["Resources"]["ChangesPipeRole"]["Properties"]["Policies"]
    policies[0]["PolicyDocument"]["Statement"][2].pop("Condition")
