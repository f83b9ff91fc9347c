"""Signs requests with botocore and prints requests, canonical forms and signatures as JSON.

Run with a python that has botocore, and with `--write` to bring
`Tests/MintingTests/Data/signatures.json` up to date. Our own signer is tested against that file.

Where botocore does not follow AWS's published rules, a case gives the URL that botocore has to be
asked with so that it does (`botocoreURL`), and its note says what the deviation is.
"""

import json
import pathlib
import sys

DATA = pathlib.Path(__file__).parents[1] / "MintingTests/Data/signatures.json"

# The key, the time, the region and the service of AWS's public test suite for signatures.
KEY = {
    "accessKeyID": "AKIDEXAMPLE",
    "secretAccessKey": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
}
TIME = 1440938160  # 2015-08-30T12:36:00Z
SUITE = "https://example.amazonaws.com"
FORM = ["Content-Type", "application/x-www-form-urlencoded; charset=utf-8"]
JSON = ["Content-Type", "application/x-amz-json-1.1"]
TARGET = "AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken"
GALLERY_TARGET = "SpencerFrontendService.GetAuthorizationToken"
TOKEN = "FwoGZXIvYXdzEBYaDEXAMPLE/+token==" + "IQoJb3JpZ2luX2VjE" * 40

RAW = "botocore signs a query as it stands; AWS has every name and value percent-encoded first"
DOTS = "botocore drops the slash that RFC 3986 leaves where the last segment was a dot segment"

# Signatures that AWS itself published, in its test suite and its user guide. Botocore is checked
# against them as we are.
PUBLISHED = {
    "suite: vanilla": "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
    "suite: vanilla POST": "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
    "suite: header key twice": "c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea",
    "suite: header values keep their order":
        "08c7e5a9acfcfeb3ab6b2185e75ce8b1deb5e634ec47601a50643f830c755c01",
    "suite: header value over lines":
        "cfd34249e4b1c8d6b91ef74165d41a32e5fab3306300901bb65a51a73575eefd",
    "suite: header value trimmed":
        "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736",
    "suite: path of unreserved characters":
        "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f",
    "suite: path in UTF-8": "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85",
    "suite: empty query key": "a67d582fa61cc504c4bae71f336f98b97f1ea3c7a6bfe1b6e45aec72011b9aeb",
    "suite: query order by key":
        "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
    "suite: space in the path":
        "652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741",
    "suite: pointless dot": "ef75d96142cf21edca26f06005da7988e4f8dc83a165a80865db7089db637ec5",
    "suite: slashes": "9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84",
    "suite: query of unreserved characters":
        "9c3e54bfcdf0b19771a7f523ee5669cdf59bc7cc0884027167c21bb143a40197",
    "suite: query in UTF-8": "2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04",
    "suite: POST with a query": "28038455d6de14eafc1f9222cf5aa6f1a96197d7deb8263271d420d138af7f11",
    "suite: header names in any case":
        "c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c",
    "suite: header values keep their case":
        "cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d",
    "suite: form": "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a",
    "suite: form with a charset":
        "1a72ec8f64bd914b0e42e42607c7fbce7fb2c7465f63e3092b3b0d39fa77a6fe",
    "guide: ListUsers": "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7",
}


def case(name, method="GET", target="/", *, headers=(), body=None, **more):
    """One request; whatever is not said is as in the test suite."""
    botocore_target = more.pop("botocore", None)
    origin = more.pop("origin", SUITE)
    made = {
        "name": name,
        "method": method,
        "url": origin + target,
        "headers": [list(header) for header in headers],
        "body": body,
        **KEY,
        "sessionToken": None,
        "region": "us-east-1",
        "service": "service",
        "time": TIME,
        **more,
    }
    if name in PUBLISHED:
        made["published"] = PUBLISHED[name]
    if botocore_target is not None:
        made["botocoreURL"] = origin + botocore_target
    return made


def ecr(name, registry_ids, **more):
    """The call that gets the token of private registries."""
    region = more.get("region", "us-east-1")
    more.setdefault("origin", f"https://api.ecr.{region}.amazonaws.com")
    body = json.dumps({"registryIds": registry_ids} if registry_ids else {})
    return case(
        name, "POST", headers=[JSON, ["X-Amz-Target", TARGET]], body=body, service="ecr", **more)


def sts(name, body, **more):
    region = more.get("region", "us-east-1")
    return case(
        name, "POST", headers=[FORM], body=body, service="sts",
        origin=f"https://sts.{region}.amazonaws.com", **more)


def suite():
    """The situations of AWS's public test suite, in our own words."""
    unreserved = "-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    old_form = ["Content-Type", FORM[1].replace("utf-8", "utf8")]
    return [
        case("suite: vanilla"),
        case("suite: vanilla POST", "POST"),
        case("suite: header key twice",
             headers=[["My-Header1", v] for v in ("value2", "value2", "value1")]),
        case("suite: header values keep their order",
             headers=[["My-Header1", v] for v in ("value4", "value1", "value3", "value2")]),
        case("suite: header value over lines",
             headers=[["My-Header1", "value1\n  value2\n     value3"]]),
        case("suite: header value trimmed",
             headers=[["My-Header1", " value1"], ["My-Header2", ' "a   b   c"']]),
        case("suite: path of unreserved characters", target="/" + unreserved),
        case("suite: path in UTF-8", target="/\u1234"),
        case("suite: space in the path", target="/example space/"),
        case("suite: relative path", target="/example/.."),
        case("suite: relative path twice", target="/example1/example2/../.."),
        case("suite: slash", target="//"),
        case("suite: slash dot slash", target="/./"),
        case("suite: pointless dot", target="/./example"),
        case("suite: slashes", target="//example//"),
        case("suite: empty query key", target="/?Param1=value1"),
        case("suite: query order by key", target="/?Param2=value2&Param1=value1"),
        case("suite: query order by key, lower case last",
             target="/?param1=value2&Param1=value1"),
        case("suite: query order by value", target="/?Param1=value2&Param1=value1"),
        case("suite: query order of encoded keys",
             target="/?Param-3=Value3&Param=Value2&%E1%88%B4=Value1"),
        case("suite: query of unreserved characters", target=f"/?{unreserved}={unreserved}"),
        case("suite: query in UTF-8", target="/?\u1234=bar", botocore="/?%E1%88%B4=bar",
             note=RAW),
        case("suite: empty query value", "POST", "/?Param1="),
        case("suite: POST with a query", "POST", "/?Param1=value1"),
        case("suite: header names in any case", "POST", headers=[["My-Header1", "value1"]]),
        case("suite: header names sorted", "POST",
             headers=[["Zoo", "z"], ["My-Header1", "value1"], ["abc", "a"]]),
        case("suite: header values keep their case", "POST", headers=[["My-Header1", "VALUE1"]]),
        case("suite: session token", sessionToken=TOKEN),
        case("suite: session token, POST", "POST", sessionToken=TOKEN),
        case("suite: form", "POST", headers=[["Content-Type", FORM[1].split(";")[0]]],
             body="Param1=value1"),
        case("suite: form with a charset", "POST", headers=[old_form], body="Param1=value1"),
        # The example of the IAM user guide, whose signature is published there.
        case("guide: ListUsers", target="/?Action=ListUsers&Version=2010-05-08",
             origin="https://iam.amazonaws.com", headers=[FORM], service="iam"),
    ]


def urls():
    """What the suite leaves out about paths, queries and hosts."""
    return [
        case("dot segments at the end", target="/a/b/..", botocore="/a/", note=DOTS),
        case("dot at the end", target="/a/b/.", botocore="/a/b/", note=DOTS),
        case("more dot segments than segments", target="/../../a"),
        case("dot segments inside", target="/a/./b/../c//d/"),
        case("dots that are no dot segments", target="/.../..a/a.."),
        case("no path", target=""),
        case("no path but a query", target="?a=b"),
        case("path encoded once is encoded twice", target="/a%20b/%2F"),
        case("reserved characters in the path", target="/a:b@c!$&'()*+,;=d"),
        case("path in Cyrillic and emoji", target="/\u043f\u0443\u0442\u044c/\U0001f511"),
        case("query value without a sign", target="/?b&a"),
        case("query value with signs", target="/?a=b%3Dc%3D"),
        case("query value with signs left as they are", target="/?a=b=c=",
             botocore="/?a=b%3Dc%3D", note=RAW),
        case("query with a slash, a colon and an at sign", target="/?a=b/c:d@e",
             botocore="/?a=b%2Fc%3Ad%40e", note=RAW),
        case("query with a plus sign", target="/?a=b+c", botocore="/?a=b%2Bc", note=RAW),
        case("query encoded in lower case", target="/?a=%c3%bc", botocore="/?a=%C3%BC", note=RAW),
        case("query with unreserved characters encoded", target="/?%61=%7E",
             botocore="/?a=~", note=RAW),
        case("query with a broken escape", target="/?a=%zz%2&b=%", botocore="/?a=%25zz%252&b=%25",
             note=RAW),
        case("query with empty pairs", target="/?&a=1&&b=2&", botocore="/?a=1&b=2",
             note="botocore signs an empty pair as `=`; there is no name or value in it"),
        case("query order of a key that begins another", target="/?ab=1&a=2&a-b=3"),
        case("fragment", target="/?a=b#c"),
        case("port", origin="http://127.0.0.1:5599"),
        case("port of another scheme", origin="http://127.0.0.1:443"),
        case("port that the scheme has anyway, https", origin="https://example.amazonaws.com:443"),
        case("port that the scheme has anyway, http", origin="http://localhost:80"),
        case("port that ends like the scheme's", origin="https://example.amazonaws.com:8443"),
        case("host in upper case", origin="https://Example.AmazonAWS.com"),
        case("IPv6 address", origin="http://[::1]"),
        case("IPv6 address and port", origin="http://[fd00:ec2::23]:8080", target="/v1/creds"),
    ]


def messages():
    """Headers, bodies, times and keys."""
    long_body = "Action=" + "\u00fc\U0001f511" * 300
    return [
        case("PUT", "PUT", "/latest/api/token", body="x",
             headers=[["X-aws-ec2-metadata-token-ttl-seconds", "21600"]]),
        case("header without a value", headers=[["My-Header1", ""]]),
        case("header of spaces", headers=[["My-Header1", "   "]]),
        case("header with tabs and line ends", headers=[["My-Header1", "\ta \t b\r\n c\x0b"]]),
        case("header names that differ in case",
             headers=[["My-Header", "b"], ["my-header", "a"], ["MY-HEADER", "c"]]),
        case("duplicate headers apart",
             headers=[["A", "1"], ["B", "2"], ["A", "  3  4 "], ["B", ""]]),
        case("header in UTF-8", headers=[["X-Amz-Meta-Name", "Gr\u00fc\u00dfe \u2713"]]),
        case("header with a comma and a colon", headers=[["X-List", "a:b, c:d"]]),
        case("headers that are not signed",
             headers=[["User-Agent", "keyfob"], ["Expect", "100-continue"],
                      ["Transfer-Encoding", "chunked"], ["Connection", "close"],
                      ["X-Amzn-Trace-Id", "Root=1"], ["Accept", "*/*"]]),
        case("date and token of an earlier try are replaced", sessionToken=TOKEN,
             headers=[["X-Amz-Date", "20000101T000000Z"], ["x-amz-security-token", "old"],
                      ["Authorization", "AWS4-HMAC-SHA256 old"], ["Accept", "*/*"]]),
        case("body in UTF-8", "POST", headers=[JSON], body='{"name":"\u043a\u043b\u044e\u0447"}'),
        case("long body", "POST", headers=[FORM], body=long_body),
        case("body of one byte", "POST", body="\0"),
        case("leap day", time=1709210096),
        case("the last second of a year", time=1798761599),
        case("the first second of a year", time=1798761600),
        case("the epoch", time=0),
        case("after 2038", time=4102444799),
        case("secret longer than a block of the hash", secretAccessKey="k/+" * 50),
        case("secret as long as a block of the hash, with its prefix", secretAccessKey="s" * 60),
        case("secret of one character", secretAccessKey="s"),
        case("session token of one character", sessionToken="t"),
        case("region and service elsewhere", region="cn-northwest-1", service="ecr",
             origin="https://api.ecr.cn-northwest-1.amazonaws.com.cn"),
    ]


def calls():
    """The requests that tokens and roles are really asked for with."""
    assumed = ("Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012"
               "%3Arole%2Fpull&RoleSessionName=keyfob")
    return [
        ecr("ECR: token", ["123456789012"], region="eu-west-1"),
        ecr("ECR: token with a session token", ["123456789012"], region="eu-west-1",
            sessionToken=TOKEN),
        ecr("ECR: token of the caller's own registry", []),
        ecr("ECR: token in GovCloud, FIPS", ["123456789012"], region="us-gov-west-1",
            origin="https://api.ecr-fips.us-gov-west-1.amazonaws.com"),
        ecr("ECR: token, dual-stack", ["123456789012"], region="us-west-2",
            origin="https://ecr.us-west-2.api.aws"),
        ecr("ECR: token from a loopback server", ["123456789012"],
            origin="http://127.0.0.1:5000"),
        ecr("ECR: token behind a path", ["123456789012"],
            origin="https://gateway.example/aws/ecr"),
        case("ECR Public: token", "POST", headers=[JSON, ["X-Amz-Target", GALLERY_TARGET]],
             body="{}", service="ecr-public",
             origin="https://api.ecr-public.us-east-1.amazonaws.com"),
        sts("STS: AssumeRole", assumed, region="eu-central-1"),
        sts("STS: AssumeRole with an MFA code and an external id", assumed
            + "&SerialNumber=arn%3Aaws%3Aiam%3A%3A123456789012%3Amfa%2Fanna&TokenCode=123456"
            "&ExternalId=a%2Bb%20c", sessionToken=TOKEN),
        sts("STS: GetCallerIdentity", "Action=GetCallerIdentity&Version=2011-06-15",
            region="ap-southeast-2"),
    ]


def cases():
    return suite() + urls() + messages() + calls()


def signed(request):
    """What botocore makes of a case: canonical request, string to sign, Authorization."""
    from datetime import datetime, timedelta, timezone
    from unittest import mock

    from botocore.auth import SigV4Auth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials

    # Built up, so that a time after 2038 does not depend on the C library.
    now = datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(seconds=request["time"])
    credentials = Credentials(
        request["accessKeyID"], request["secretAccessKey"], request["sessionToken"])
    signer = SigV4Auth(credentials, request["service"], request["region"])
    body = request["body"]
    made = AWSRequest(
        method=request["method"], url=request.get("botocoreURL", request["url"]),
        data=None if body is None else body.encode())
    for name, value in request["headers"]:
        made.headers.add_header(name, value)
    with mock.patch("botocore.auth.get_current_datetime", lambda: now):
        signer.add_auth(made)
    authorization = made.headers["Authorization"]
    # The header it has just added is none that is signed.
    del made.headers["Authorization"]
    canonical = signer.canonical_request(made)
    return {
        "canonicalRequest": canonical,
        "stringToSign": signer.string_to_sign(made, canonical),
        "authorization": authorization,
    }


def answers():
    return [{**request, **signed(request)} for request in cases()]


def main():
    text = json.dumps(answers(), indent=1) + "\n"
    if sys.argv[1:] == ["--write"]:
        DATA.write_text(text)
    else:
        print(text, end="")


if __name__ == "__main__":
    main()
