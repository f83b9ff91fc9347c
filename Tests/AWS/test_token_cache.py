"""What is kept of tokens: whatever becomes of the file, nobody is given a wrong or an old one."""

import os
import time
from dataclasses import replace

import pytest

from Support.aws_behaviour import error
from Support.aws_moto import ACCOUNT, ECR_HOST
from Support.ecr_user import TOKEN, ECRUser

OTHER = f"{ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com"
FOREIGN = "210987654321.dkr.ecr.eu-west-1.amazonaws.com"
HOUR = 3600
YEARS = 3652 * 86_400
FULL = os.environ.get("KEYFOB_TESTS_FULL")


@pytest.fixture
def user(home, fake_aws):
    return ECRUser(home, fake_aws)


class TestTheFile:
    def test_is_as_its_page_says(self, user):
        settings = user.home.path / ".aws/config"
        settings.parent.mkdir()
        settings.write_text("[default]\n")
        # The programs' clock, time(2), may be a tick behind.
        before = int(time.time()) - 1
        assert user.has(1)
        entry = user.cache.entry()
        obtained, expires = entry.times
        assert before <= obtained <= time.time()
        assert before + 12 * HOUR - 1 <= expires <= time.time() + 12 * HOUR
        assert entry.slot.ends_at == expires
        assert (entry.slot.host, entry.slot.is_locked) == (user.cache.host(ECR_HOST), False)
        assert (entry.fields["username"], entry.token) == (b"AWS", user.token(1))
        assert user.aws.key.id in entry.identity
        assert ECR_HOST.encode() in entry.fields["order"]
        assert entry.failure is None
        files = entry.files
        assert len(files[str(settings)]) == 32
        assert files[str(settings.with_name("credentials"))] == b""

    def test_keeps_why_there_is_no_token(self, user):
        user.aws.on(TOKEN, error("AccessDeniedException"))
        # The programs' clock, time(2), may be a tick behind.
        before = int(time.time()) - 1
        line = user.get().out.decode()
        when, code, problem, remedy = user.cache.entry().failure
        assert before <= when <= time.time()
        assert (code, line) == ("refused", f"keyfob: {problem}; {remedy}\n")
        assert "token" not in user.cache.entry().fields

    def test_written_anew_by_somebody_else_is_as_good(self, user):
        """The control of all that is rewritten here."""
        assert user.has(1)
        before = user.cache.data
        user.cache.rewrite(lambda entry: entry)
        assert user.cache.data != before
        assert user.has(1) and user.calls == 1


class TestDamage:
    @pytest.fixture
    def two(self, user):
        """A user with the tokens of two registries in the cache."""
        assert user.has(1, ECR_HOST) and user.has(2, OTHER)
        user.known = {ECR_HOST: 1, OTHER: 2}
        return user

    @staticmethod
    def answers(user, data):
        """How many tokens are fetched because the cache is so; each answer must be right."""
        user.cache.data = data
        before = user.calls
        for host, number in user.known.items():
            calls = user.calls
            if not user.has(number, host):
                assert user.has(calls + 1, host), "a token is not the registry's, or it is lost"
                assert user.calls == calls + 1
        return user.calls - before

    def test_cut_off_anywhere(self, two):
        whole = two.cache.data
        assert self.answers(two, whole) == 0
        lengths = range(len(whole)) if FULL else range(0, len(whole), 19)
        fetched = [self.answers(two, whole[:length]) for length in lengths]
        # What stands before the cut is still good.
        slot = len(two.cache.slots()[0].encoded)
        assert fetched == [2 if length < 8 + slot else 1 for length in lengths]

    def test_a_bit_flipped_anywhere(self, two):
        whole = two.cache.data
        places = range(len(whole)) if FULL else range(0, len(whole), 19)
        for place in places:
            flipped = bytearray(whole)
            flipped[place] ^= 1 << place % 8
            assert 1 <= self.answers(two, bytes(flipped)) <= 2, place

    @pytest.mark.parametrize("content", [
        b"", b"KFBTOK1", b"KFBTOK2\n", bytes(500), b"\xff" * 500, b"KFBTOK1\n" + b"\xff" * 500,
    ], ids=["nothing", "half a magic", "another magic", "zeros", "ones", "a magic and ones"])
    def test_something_else_in_its_place(self, two, content):
        assert self.answers(two, content) == 2
        assert two.calls == 4
        assert two.has(3, ECR_HOST) and two.has(4, OTHER) and two.calls == 4

    def test_twice_as_much(self, two):
        """The same slots again count as the last of each."""
        slots = two.cache.slots()
        two.cache.write(slots + slots)
        assert two.has(1, ECR_HOST) and two.has(2, OTHER) and two.calls == 2

    @pytest.mark.parametrize("make", [
        lambda path: path.mkdir(),
        lambda path: os.mkfifo(path),
        lambda path: path.symlink_to("/dev/zero"),
        lambda path: path.symlink_to("nowhere"),
        lambda path: path.touch(mode=0o666),
    ], ids=["folder", "pipe", "link to a device", "dead link", "open to all"])
    def test_no_file_of_ours_in_its_place(self, user, make):
        user.cache.path.parent.mkdir(mode=0o700, parents=True)
        make(user.cache.path)
        assert user.has(1) and user.calls == 1

    def test_open_to_others_is_not_trusted(self, user):
        assert user.has(1)
        user.cache.path.chmod(0o666)
        assert user.has(2)

    @pytest.mark.parametrize("change, number", [
        (lambda key: key.unlink(), 2),
        (lambda key: key.write_bytes(key.read_bytes()[:39]), 2),
        (lambda key: key.write_bytes(key.read_bytes()[:8] + bytes(32)), 2),
        (lambda key: key.write_bytes(key.read_bytes()), 1),
    ], ids=["missing", "cut off", "another", "the same"])
    def test_without_the_key_it_is_sealed_with(self, user, change, number):
        assert user.has(1)
        change(user.cache.path.with_name("key"))
        assert user.has(number)


class TestTime:
    @pytest.mark.parametrize("seconds, number", [
        (0, 1), (-5 * HOUR, 1), (250, 1),
        (-12 * HOUR, 2), (-12 * HOUR + 30, 2), (-YEARS, 2),
        (400, 2), (12 * HOUR, 2), (YEARS, 2),
    ])
    def test_of_a_token_that_is_given_out(self, user, seconds, number):
        """To set a token back by ten years is to set the clock forward by as much."""
        assert user.has(1)
        user.cache.rewrite(lambda entry: entry.shifted(seconds))
        assert user.has(number)
        assert user.has(number) and user.calls == number
        obtained, expires = user.cache.entry().times
        if number == 2:
            assert abs(obtained - time.time()) < HOUR
            assert abs(expires - time.time() - 12 * HOUR) < HOUR

    def test_that_is_nearly_over_is_given_out_once_more(self, user):
        assert user.has(1)
        user.cache.rewrite(lambda entry: entry.shifted(-12 * HOUR + 600))
        assert user.has(1)
        user.wait_for(lambda: user.cache.entry().token == user.token(2))
        assert user.has(2)

    @pytest.mark.parametrize("skew", [-YEARS, YEARS])
    def test_of_a_server_that_is_years_off_is_told_in_ours(self, user, skew):
        user.aws.skew = skew
        # The first call is signed at a wrong time, by the server's clock.
        assert user.has(2)
        obtained, expires = user.cache.entry().times
        assert abs(obtained - time.time()) < HOUR
        assert abs(expires - time.time() - 12 * HOUR) < HOUR
        assert user.has(2) and user.calls == 2


class TestSwaps:
    """What is sealed for one stands where another's was."""

    @pytest.fixture
    def two(self, user):
        """The slots of two accounts' tokens."""
        assert user.has(1, ECR_HOST) and user.has(2, FOREIGN)
        return user, *user.cache.slots()

    @pytest.mark.parametrize("taken", [
        ("sealed",), ("nonce", "sealed"), ("nonce", "sealed", "ends_at"),
        ("nonce", "sealed", "ends_at", "host")])
    def test_of_what_is_sealed(self, two, taken):
        user, ours, theirs = two
        swapped = [
            replace(slot, **{name: getattr(other, name) for name in taken})
            for slot, other in ((ours, theirs), (theirs, ours))]
        user.cache.write(swapped)
        assert user.has(3, ECR_HOST) and user.has(4, FOREIGN)

    def test_of_their_order(self, two):
        user, ours, theirs = two
        user.cache.write([theirs, ours])
        assert user.has(1, ECR_HOST) and user.has(2, FOREIGN) and user.calls == 2

    def test_by_who_has_the_key(self, two):
        """The control: sealed for the other, it is the other's."""
        user, ours, theirs = two
        entry, _ = user.cache.entries()
        user.cache.write([ours, user.cache.sealed(replace(entry, slot=theirs))])
        assert user.has(1, ECR_HOST) and user.has(1, FOREIGN) and user.calls == 2


class TestSecrecy:
    def test_nothing_is_in_clear_nor_open_to_others(self, user):
        key = user.aws.add_key(lifetime=HOUR)
        settings = user.home.path / ".aws/credentials"
        settings.parent.mkdir()
        settings.write_text(
            f"[default]\naws_access_key_id = {key.id}\naws_secret_access_key = {key.secret}\n"
            f"aws_session_token = {key.token}\n")
        for name in user.aws.key.environment:
            del user.home.env[name]
        assert user.has(1, key=key)
        user.cache.age(0.6)
        assert user.has(1, key=key)
        user.wait_for(lambda: user.cache.entry().token == user.token(2, key))
        user.cache.age(1.5)
        user.aws.on(TOKEN, error("AccessDeniedException"))
        assert user.get().code == 1
        user.aws.on(TOKEN, None)
        assert user.has(4, key=key)

        secrets = [key.secret, key.token, *(user.token(number, key) for number in range(1, 5))]
        # The control: they are found where they are.
        holders = [path for path in user.home.root.rglob("*") if path.is_file() and any(
            secret.encode() in path.read_bytes() for secret in secrets)]
        assert holders == [settings]
        kept = [path for name in ("XDG_STATE_HOME", "XDG_DATA_HOME")
                for path in (user.home.path / user.home.env[name] / "keyfob").rglob("*")]
        assert user.cache.path in kept
        assert {oct(path.stat().st_mode) for path in kept} == {"0o100600"}
        assert not (user.home.path / ".ecr").exists()
        assert not any(user.home.root.joinpath("tmp").iterdir())
