"""Each way in which the fake goes wrong does so for botocore, AWS's own client, too."""

import gzip
import json
import time
import urllib.request

import pytest

from Support.aws_behaviour import (
    body, bomb, cut, delayed, dripping, dropped, edited, endless, error, first, hanging, redirect,
    truncated, typed, xml,
)
from Support.aws_moto import REGION
from Support.processes import prepare

TOKEN = "ecr:GetAuthorizationToken"


class TestBehaviours:
    """In each, botocore's answer beside the one that it got first, when nothing was wrong."""

    @pytest.fixture(autouse=True)
    def as_usual(self, fake_aws, aws_token):
        assert aws_token(fake_aws.environment())[0] == f"token-1-of-{fake_aws.key.id}"
        fake_aws.forget()

    @pytest.mark.parametrize("behaviour, result", [
        (error("ThrottlingException"), "ThrottlingException"),
        (error("TooManyRequestsException"), "TooManyRequestsException"),
        (error("ServerException"), "ServerException"),
        (error("ExpiredTokenException"), "ExpiredTokenException"),
        (error("AccessDeniedException"), "AccessDeniedException"),
        (xml("InvalidClientTokenId"), "InvalidClientTokenId"),
        (error("MadeUpException", "made up", 418), "MadeUpException"),
        (body(b"", status=502), "502"),
        (body(b"<html>", "text/html", status=503), "503"),
        (body(b"<html>", "text/html"), None),
        (truncated, None),
        (cut, None),
        (edited(lambda value: value.clear()), None),
        (dropped, "ConnectionClosedError"),
        (hanging, "ReadTimeoutError"),
        (delayed(5), "ReadTimeoutError"),
    ])
    def test_fails(self, fake_aws, aws_token, behaviour, result):
        fake_aws.on(TOKEN, behaviour)
        assert aws_token(fake_aws.environment(), timeouts=1) == result
        assert fake_aws.count(TOKEN) == 1

    @pytest.mark.parametrize("fault", [
        error("ThrottlingException"), error("TooManyRequestsException"), error("ServerException"),
        dropped,
    ])
    def test_passes(self, fake_aws, aws_token, fault):
        fake_aws.on(TOKEN, first(1, fault))
        assert aws_token(fake_aws.environment(), retries=1)[0] == f"token-2-of-{fake_aws.key.id}"
        assert fake_aws.count(TOKEN) == 2

    def test_is_late(self, fake_aws, aws_token):
        fake_aws.on(TOKEN, delayed(0.5))
        start = time.monotonic()
        assert isinstance(aws_token(fake_aws.environment()), tuple)
        assert time.monotonic() - start > 0.5

    def test_is_nothing_to_who_does_not_look(self, fake_aws, aws_token):
        fake_aws.on(TOKEN, typed("text/html"))
        assert isinstance(aws_token(fake_aws.environment()), tuple)
        fake_aws.password = "one\r\ntwo"
        assert aws_token(fake_aws.environment())[0] == "one\r\ntwo"

    def test_speaks_in_other_types(self, fake_aws, reference):
        fake_aws.on(TOKEN, edited(lambda value: value.update(authorizationData=7)))
        answer = reference.call(
            "ecr", "GetAuthorizationToken", environment=fake_aws.environment(), region=REGION)
        assert not answer["ok"] and answer["error"] in ("TypeError", "ResponseParserError")

    def test_is_a_bomb(self, fake_aws, aws_token):
        fake_aws.on(TOKEN, bomb)
        assert aws_token(fake_aws.environment()) == "UnicodeDecodeError"
        packed = fake_aws.ask(fake_aws.token_request())[1]
        assert len(packed) < 1 << 17
        value = json.loads(gzip.decompress(packed))
        assert len(value["padding"]) == 64 << 20 and value["authorizationData"]

    @pytest.mark.parametrize("behaviour, enough", [(endless, 8 << 20), (dripping, 2)])
    def test_does_not_come_to_an_end(self, fake_aws, behaviour, enough):
        fake_aws.on("container:GetCredentials", behaviour)
        with urllib.request.urlopen(fake_aws.url + fake_aws.container_path, timeout=5) as answer:
            assert len(answer.read(enough)) == enough

    def test_leads_elsewhere(self, fake_aws, aws_token, elsewhere):
        fake_aws.on(TOKEN, redirect(f"{elsewhere.url}/there"))
        assert isinstance(aws_token(fake_aws.environment()), str)
        assert elsewhere.requests == []
        prepare(["curl", "--silent", "--location", "--header", "X-Amz-Target: "
                 "AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken",
                 "--data", "sent again", fake_aws.url])
        [followed] = elsewhere.requests
        assert (followed.method, followed.path) == ("POST", "/there")
        assert followed.body == b"sent again"
