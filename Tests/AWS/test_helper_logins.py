"""Logins that somebody made by hand on an ECR host, and when a token takes their place."""

import base64
import calendar
import time

import pytest

from Support import Account
from Support.aws_moto import ECR_HOST
from token_user import NO_CREDENTIALS, TOKEN, keyless, login, user  # noqa: F401


class TestLogin:
    @pytest.fixture
    def stored(self, user):
        """What is stored for the registry."""
        def look():
            found = user.json("keyfob list")
            assert len(found) == 1
            return user.json(f"keyfob show {found[0]['name']}")
        return look

    def test_answers_until_it_says_that_it_ends(self, user, fake_aws, stored):
        ends = int(time.time()) + 7200
        user.docker_store(ECR_HOST, Account("AWS", login(ends)))
        assert _seconds(stored()["expires"]) == ends
        assert user.token() == login(ends)
        assert user.docker_list() == {ECR_HOST: "AWS"}
        assert fake_aws.counts() == {}

    @pytest.mark.parametrize("password", [
        login(), "no base64 at all", base64.b64encode(b'["expiration", 1]').decode(),
        login("1500000000"),
    ], ids=["without", "text", "array", "string"])
    def test_answers_for_twelve_hours_if_it_does_not_say(
            self, user, fake_aws, stored, password):
        # The programs' clock, time(2), may be a tick behind.
        before = int(time.time()) - 1
        user.docker_store(ECR_HOST, Account("AWS", password))
        assert before <= _seconds(stored()["expires"]) - 12 * 3600 <= time.time()
        assert user.token() == password and fake_aws.counts() == {}

    def test_gives_way_to_a_token_when_its_time_is_over(self, user, fake_aws, stored):
        user.docker_store(ECR_HOST, Account("AWS", login(1500000000)))
        assert _seconds(stored()["expires"]) == 1500000000
        assert user.token() == f"token-1-of-{fake_aws.key.id}"
        assert user.docker_list() == {}, "docker would ask for it"
        # The next login answers again.
        ends = int(time.time()) + 3600
        user.docker_store(ECR_HOST, Account("AWS", login(ends)))
        assert (user.token(), _seconds(stored()["expires"])) == (login(ends), ends)

    def test_gives_way_at_the_second_it_names(self, user, fake_aws):
        ends = int(time.time()) + 2
        user.docker_store(ECR_HOST, Account("AWS", login(ends)))
        while user.token() == login(ends):
            assert time.time() < ends + 1
        assert time.time() >= ends
        assert user.token() == f"token-1-of-{fake_aws.key.id}"

    def test_is_kept_without_aws_credentials_too(self, keyless, fake_aws, stored):
        keyless.docker_store(ECR_HOST, Account("AWS", login(4102444800)))
        assert keyless.token() == login(4102444800) and fake_aws.counts() == {}
        keyless.docker_store(ECR_HOST, Account("AWS", login(1500000000)))
        assert keyless.refusal() == NO_CREDENTIALS

    def test_elsewhere_has_no_end(self, user, stored):
        user.docker_store("r.example.com", Account("AWS", login(1500000000)))
        assert "expires" not in stored()
        assert user.token("r.example.com") == login(1500000000)

    def test_that_is_the_token_just_minted_is_not_kept(self, user, fake_aws):
        minted = user.token()
        user.docker_store(ECR_HOST, Account("AWS", minted))
        assert not user.home.credentials.exists()
        assert user.docker_list() == {} and user.token() == minted
        # One byte less, or another name, and it is somebody's own.
        for other in (Account("AWS", minted[:-1]), Account("me", minted)):
            user.docker_store(ECR_HOST, other)
            assert user.docker_get(ECR_HOST) == other
        assert fake_aws.count(TOKEN) == 1

    def test_and_token_go_by_erase(self, user, fake_aws):
        minted = user.token()
        user.docker_store(ECR_HOST, Account("AWS", login(4102444800)))
        assert user.token() == login(4102444800) and fake_aws.count(TOKEN) == 1
        user.forget()
        assert user.docker_list() == {} and user.json("keyfob list") == []
        assert minted != user.token() == f"token-2-of-{fake_aws.key.id}"
        user.forget()
        assert user.token() == f"token-3-of-{fake_aws.key.id}"


def _seconds(moment):
    """A time as `keyfob show --json` has it, in seconds since 1970."""
    return calendar.timegm(time.strptime(moment, "%Y-%m-%dT%H:%M:%SZ"))
