"""A machine whose clock is wrong gets its tokens, and keeps them for as long as they last."""

import calendar
import re
import time

import pytest

from Support.aws_behaviour import error, first
from Support.token_cache import TokenCache
from refused_user import user  # noqa: F401
from token_user import TOKEN

YEARS = 10 * 365 * 86400
#: How far the server's clock is ahead of ours, in seconds: more than AWS puts up with.
SKEWS = [YEARS, -YEARS, 360, -1200]
HALF_A_DAY = 12 * 3600


def signed_at(server):
    """The dates of the requests for tokens, in seconds since 1970."""
    return [calendar.timegm(time.strptime(each.headers["X-Amz-Date"], "%Y%m%dT%H%M%SZ"))
            for each in server.requests(TOKEN)]


@pytest.mark.parametrize("skew", SKEWS)
def test_the_servers_clock_counts(user, fake_aws, aws_token, skew):
    assert isinstance(aws_token(user.home.env), tuple)
    fake_aws.skew = skew
    assert aws_token(user.home.env) == "InvalidSignatureException"
    fake_aws.forget()
    # The programs' clock, time(2), may be a tick behind.
    before = int(time.time()) - 1
    assert user.token() == f"token-2-of-{fake_aws.key.id}"
    early, late = signed_at(fake_aws)
    assert before <= early <= time.time()
    assert abs(late - early - skew) <= 2, "not signed with the server's time"
    # It lasts here as long as there, and is served without another call.
    obtained, expires = TokenCache.of(user.home).entry().times
    assert abs(obtained - before) <= 5 and abs(expires - obtained - HALF_A_DAY) <= 3
    for _ in range(2):
        assert user.token() == f"token-2-of-{fake_aws.key.id}"
    assert fake_aws.count(TOKEN) == 2
    # Nor does the clock of the next process know better.
    user.does("keyfob refresh")
    assert user.token() == f"token-4-of-{fake_aws.key.id}"


@pytest.mark.parametrize("skew", [60, -60, 0])
def test_a_clock_that_is_nearly_right_is_followed(user, fake_aws, aws_token, skew):
    fake_aws.skew = skew
    assert isinstance(aws_token(user.home.env), tuple)
    fake_aws.forget()
    assert user.token() == f"token-1-of-{fake_aws.key.id}"
    assert abs(signed_at(fake_aws)[0] - time.time()) <= 3
    _, expires = TokenCache.of(user.home).entry().times
    assert abs(expires - time.time() - HALF_A_DAY) <= 3
    assert user.token() and fake_aws.count(TOKEN) == 1


@pytest.mark.parametrize("skew, said", [
    (YEARS, "behind"), (-YEARS, "ahead"), (360, "behind"), (-1200, "ahead"), (60, None),
])
def test_a_wrong_secret_stays_wrong_by_any_clock(user, fake_aws, aws_token, skew, said):
    fake_aws.skew = skew
    wrong = {"AWS_SECRET_ACCESS_KEY": "not-the-secret-of-this-key"}
    assert aws_token({**user.home.env, **wrong}) == "InvalidSignatureException"
    fake_aws.forget()
    told = user.refusal(**wrong)
    assert fake_aws.count(TOKEN) == (2 if said else 1)
    assert ": InvalidSignatureException (" in told, told
    assert told.endswith(
        "; enter the secret access key again: it is not the one of this access key id"), told
    assert ("the clock of this machine" in told) == (said is not None), told
    if said:
        found = re.search(r", while the clock of this machine is (\d+) s (\w+); ", told)
        assert found and abs(int(found[1]) - abs(skew)) <= 2 and found[2] == said, told
    assert user.token().endswith(fake_aws.key.id)


def test_the_clock_is_corrected_once(user, fake_aws):
    """A server whose clock jumps with every answer is not followed for ever."""
    def jumping(exchange):
        fake_aws.skew += 3600
        return exchange.proceed()
    fake_aws.skew = 3600
    fake_aws.on(TOKEN, jumping)
    assert "InvalidSignatureException" in user.refusal()
    assert fake_aws.count(TOKEN) == 2
    fake_aws.on(TOKEN, first(1, jumping))
    assert user.token().endswith(fake_aws.key.id)


@pytest.mark.parametrize("code", ["AccessDeniedException", "UnrecognizedClientException"])
def test_a_wrong_clock_is_no_excuse_for_another_refusal(user, fake_aws, code):
    fake_aws.skew = 360
    fake_aws.on(TOKEN, error(code))
    told = user.refusal()
    assert f": {code} (" in told and fake_aws.count(TOKEN) == 1
    fake_aws.on(TOKEN, None)
    assert user.token()


@pytest.mark.parametrize("skew", SKEWS)
def test_sessions_too_last_as_long_here_as_there(user, fake_aws, skew):
    """Their end, by our clock, was years ago, or will be in years."""
    fake_aws.skew = skew
    container = {
        **dict.fromkeys(fake_aws.key.environment),
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": fake_aws.url + fake_aws.container_path}
    assert user.token(**container).startswith("token-2-of-ASIA")
    assert user.token(**container).startswith("token-2-of-ASIA")
    # A token ends with the session that it was got with.
    obtained, expires = TokenCache.of(user.home).entry().times
    assert abs(expires - obtained - fake_aws.session_lifetime) <= 3
    fake_aws.session_lifetime = -60
    user.forget()
    told = user.refusal(**container)
    assert " with credentials that ended " in told, told


class TestToken:
    """One that ended before it came."""

    @pytest.mark.parametrize("skew", [0, *SKEWS])
    def test_is_refused(self, user, fake_aws, aws_token, skew):
        fake_aws.lifetime = -60
        if not skew:
            assert aws_token(user.home.env)[1] < time.time(), "botocore does not look"
        fake_aws.forget()
        fake_aws.skew = skew
        told = user.refusal()
        assert f"{fake_aws.host} answered ecr:GetAuthorizationToken with a token that ended " \
            in told, told
        calls = 2 if skew else 1
        assert fake_aws.count(TOKEN) == calls
        entry = TokenCache.of(user.home).entry()
        assert "token" not in entry.fields and entry.failure
        assert user.refusal() and fake_aws.count(TOKEN) == 2 * calls, "something was cached"
        fake_aws.lifetime = 3600
        assert user.token() == f"token-{3 * calls}-of-{fake_aws.key.id}"
        assert user.token() and fake_aws.count(TOKEN) == 3 * calls

    def test_of_the_cache_goes_on_when_the_next_one_is_over(self, user, fake_aws):
        served = user.token()
        fake_aws.lifetime = -60
        told = user.refused_refresh(1)
        assert " with a token that ended " in told, told
        assert user.token() == served and fake_aws.count(TOKEN) == 2
