"""A Cognito trigger (pre token generation) that lets in whom Rollcall lets in: no token for anybody else.

Cognito calls it after the person has proved who they are, at each sign-in and at each refresh, so a block ends a session
with its next refresh. Put it into one zip with fold.py and may_sign_in.py of ../python, set ROLLCALL_ACCOUNTS and
ROLLCALL_USERNAMES, and let its role do dynamodb:GetItem on both tables, nothing else.
"""

import boto3

from may_sign_in import may_sign_in

# Once for each container; a slow table must not hold up every sign-in.
_dynamodb = None


def handler(event, context, ask=may_sign_in):
    """Answers with the event and two claims, or raises: Cognito shows the message of the error to the person."""
    global _dynamodb
    if _dynamodb is None:
        _dynamodb = boto3.client("dynamodb")
    # What the directory knows the person by; with a user pool of its own it may be the e-mail address.
    attributes = event["request"]["userAttributes"]
    username = attributes.get("preferred_username") or attributes.get("email") or event["userName"]
    answer = ask(_dynamodb, username)
    if not answer.may:
        raise PermissionError(answer.words)
    event["response"]["claimsOverrideDetails"] = {"claimsToAddOrOverride": {"rollcall_account": answer.account}}
    return event
