"""Addresses of the bucket that are signed with a key: what a page can bring along that knows the key, or guesses it."""

import hashlib
import hmac
import time
from urllib.parse import quote

REGION, SERVICE = "us-east-1", "s3"


def address(method, host, path, key="local", secret="local"):
    """The path with its query, as AWS Signature Version 4 has it."""
    now = time.gmtime()
    day, moment = time.strftime("%Y%m%d", now), time.strftime("%Y%m%dT%H%M%SZ", now)
    scope = f"{day}/{REGION}/{SERVICE}/aws4_request"
    query = {
        "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
        "X-Amz-Credential": f"{key}/{scope}",
        "X-Amz-Date": moment,
        "X-Amz-Expires": "900",
        "X-Amz-SignedHeaders": "host",
    }
    query = "&".join(f"{name}={quote(value, safe='')}" for name, value in sorted(query.items()))
    request = "\n".join([method, path, query, f"host:{host}", "", "host", "UNSIGNED-PAYLOAD"])
    text = "\n".join(["AWS4-HMAC-SHA256", moment, scope, hashlib.sha256(request.encode()).hexdigest()])
    signature = f"AWS4{secret}".encode()
    for part in (day, REGION, SERVICE, "aws4_request", text):
        signature = hmac.new(signature, part.encode(), hashlib.sha256).digest()
    return f"{path}?{query}&X-Amz-Signature={signature.hex()}"
