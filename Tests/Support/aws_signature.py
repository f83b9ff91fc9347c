"""Signature Version 4, from AWS's description of it and with nothing but the standard library.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

import hashlib
import hmac
import re
import time
from urllib.parse import parse_qsl, quote, urlsplit

_AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=(?P<key>[^/]+)/(?P<date>\d{8})/(?P<region>[^/]+)"
    r"/(?P<service>[^/]+)/aws4_request, *SignedHeaders=(?P<signed>[^,]+)"
    r", *Signature=(?P<signature>[0-9a-f]{64})")


def authorization(request):
    """The parts of a request's `Authorization`, by name, or None if it does not look like one."""
    found = _AUTHORIZATION.fullmatch(request.headers.get("Authorization", ""))
    return found and found.groupdict()


def access_key_id(request):
    """Who signed a request, without a look at the signature."""
    parts = authorization(request)
    return parts and parts["key"]


def signature(secret, request, parts):
    """What the signature over a request must be, by the parts of its `Authorization`."""
    scope = f"{parts['date']}/{parts['region']}/{parts['service']}/aws4_request"
    text = "\n".join([
        "AWS4-HMAC-SHA256", request.headers["X-Amz-Date"], scope,
        _digest(_canonical(request, parts["signed"]))])
    key = f"AWS4{secret}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    return hmac.new(key, text.encode(), "sha256").hexdigest()


def is_signed(secret, request):
    """Whether the signature is right, over everything that must be under one."""
    parts = authorization(request)
    needed = {"host", "x-amz-date"} | {
        name.lower() for name in request.headers if name.lower().startswith("x-amz-")}
    return (
        needed <= set(parts["signed"].split(";"))
        and request.headers.get("X-Amz-Date", "").startswith(parts["date"])
        and hmac.compare_digest(signature(secret, request, parts), parts["signature"]))


def sign(request, key_id, secret, service, region):
    """Adds to a request what makes it a signed one."""
    moment = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    request.headers["X-Amz-Date"] = moment
    signed = sorted(
        name.lower() for name in request.headers
        if name.lower() in ("host", "content-type") or name.lower().startswith("x-amz-"))
    parts = {
        "date": moment[:8], "region": region, "service": service, "signed": ";".join(signed)}
    request.headers["Authorization"] = (
        f"AWS4-HMAC-SHA256 Credential={key_id}/{moment[:8]}/{region}/{service}/aws4_request, "
        f"SignedHeaders={parts['signed']}, Signature={signature(secret, request, parts)}")


def _canonical(request, signed):
    query = sorted(
        (quote(name, safe="-_.~"), quote(value, safe="-_.~"))
        for name, value in parse_qsl(urlsplit(request.target).query, keep_blank_values=True))
    return "\n".join([
        request.method, quote(request.path, safe="/-_.~"),
        "&".join(f"{name}={value}" for name, value in query),
        *(f"{name}:{_values(request, name)}" for name in signed.split(";")),
        "", signed, hashlib.sha256(request.body).hexdigest()])


def _values(request, name):
    return ",".join(" ".join(value.split()) for value in request.headers.get_all(name, []))


def _digest(text):
    return hashlib.sha256(text.encode()).hexdigest()
