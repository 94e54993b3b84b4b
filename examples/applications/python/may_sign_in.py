"""May this person in, and if not, why, in words: the contract of docs/application.md in Python.

Run: python may_sign_in.py USERNAME. Needs boto3, and GetItem on two tables. AWS_ENDPOINT_URL and the usual AWS_ variables say
where they are; `rollcall up --expose` prints them for this machine.
"""

import os
import sys
from dataclasses import dataclass

import boto3

from fold import fold

WORDS = {
    "no_seat": "You have an account, but all licences are in use. You are in the waiting list.",
    "left_scope": "Your account is closed, because you are no longer among the users. Your data is kept.",
    "disabled_in_directory": "Your company account is disabled. Ask your IT department.",
    "not_started": "Your account is ready. You can sign in from your first day on.",
    "by_admin": "An administrator has blocked your account.",
}


@dataclass
class Answer:
    """Whether somebody may in, and what to say if not. `account` names them for ever; None where there is nobody."""

    may: bool
    words: str
    account: str | None = None


def may_sign_in(dynamodb, username: str) -> Answer:
    """Ask after the person has proved who they are. Fails where an item is not as the contract says."""
    nobody = Answer(False, "There is no account with this name.")
    folded = fold(username)
    if not folded:
        return nobody
    accounts = os.environ.get("ROLLCALL_ACCOUNTS", "rollcall-accounts")
    usernames = os.environ.get("ROLLCALL_USERNAMES", "rollcall-usernames")
    claim = dynamodb.get_item(TableName=usernames, Key={"username": {"S": folded}}, ConsistentRead=True).get("Item")
    if claim is None:
        return nobody
    key = {"shard": claim["shard"], "id": claim["account"]}
    account = dynamodb.get_item(TableName=accounts, Key=key, ConsistentRead=True)["Item"]
    if account["state"]["S"] == "active":
        return Answer(True, "", account["id"]["S"])
    reason = account.get("reason", {}).get("S")
    words = WORDS.get(reason, "You cannot sign in at the moment. Ask your administrator.")
    return Answer(False, words, account["id"]["S"])


if __name__ == "__main__":
    answer = may_sign_in(boto3.client("dynamodb"), sys.argv[1])
    print("yes" if answer.may else f"no: {answer.words}")
