"""Tokens beside a store of ours: they are locked when it is, and end with its keys."""

import pytest

from Support.aws_moto import ECR_HOST
from Support.ecr_user import ECRUser
from Support.token_cache import TokenCache

PASSPHRASE = "canary pass phrase"


class Owner(ECRUser):
    """A user whose access key is stored in Keyfob, and nowhere else."""

    def __init__(self, home, aws):
        super().__init__(home, aws)
        for name in aws.key.environment:
            del home.env[name]

    def does(self, *words, input=""):
        answer = self.home.keyfob(*words, input=input)
        assert answer.code == 0, (words, answer)
        return answer

    def add(self, key):
        self.does("add", "aws", "--kind", "access-key", "--access-key-id", key.id, "--bind",
                  f"registry:{ECR_HOST}", "--stdin", input=key.secret)


@pytest.fixture
def owner(home, fake_aws):
    return Owner(home, fake_aws)


@pytest.fixture
def keyed(owner):
    owner.add(owner.aws.key)
    return owner


@pytest.fixture
def locked(owner):
    """One whose store a passphrase locks, and who has a token."""
    owner.does("init", "--lock-with", "passphrase", "--passphrase-stdin", input=PASSPHRASE)
    unlock(owner)
    owner.add(owner.aws.key)
    assert owner.has(1) and owner.has(1)
    yield owner
    # No key may stay in the kernel's keyring, which all tests of a user share.
    owner.home.keyfob("lock")


def unlock(owner):
    owner.does("unlock", "--stdin", "--for", "1m", input=PASSPHRASE)


class TestALockedStore:
    def test_has_no_tokens(self, locked):
        kept = locked.cache.data
        assert [slot.is_locked for slot in locked.cache.slots()] == [True]
        locked.does("lock")
        assert locked.cache.slots() == []
        # Nor do they come back with the file.
        for data in (locked.cache.data, kept):
            locked.cache.data = data
            answer = locked.get()
            assert answer.code == 1 and b"is locked; run `keyfob unlock`" in answer.out, answer
        assert locked.calls == 1
        # The control: it was there.
        unlock(locked)
        assert locked.has(1) and locked.calls == 1

    def test_keeps_them_under_its_own_key(self, locked):
        opened = TokenCache.of(locked.home, passphrase=PASSPHRASE.encode()).entry()
        assert opened.token == locked.token(1)

    def test_fetches_nothing_ahead(self, locked):
        cache = TokenCache.of(locked.home, passphrase=PASSPHRASE.encode())
        cache.age(0.6)
        aged = cache.data
        locked.does("lock")
        cache.data = aged
        assert locked.get().code == 1 and locked.calls == 1
        unlock(locked)
        assert locked.has(1)
        locked.wait_for(lambda: cache.entry().token == locked.token(2))


class TestAStoredKey:
    def test_is_not_taken_for_the_one_that_was_there(self, keyed):
        other = keyed.aws.add_key()
        assert keyed.has(1)
        keyed.does("edit", "aws", "--access-key-id", other.id, "--stdin", input=other.secret)
        assert keyed.has(2, key=other) and keyed.has(2, key=other)
        keyed.does("remove", "aws", "--yes")
        answer = keyed.get()
        assert answer.code == 1 and b"token-" not in answer.out
        keyed.add(keyed.aws.key)
        assert keyed.has(3) and keyed.calls == 3

    def test_comes_before_the_environment(self, keyed):
        other = keyed.aws.add_key()
        assert keyed.has(1, **other.environment)
        assert keyed.has(1) and keyed.calls == 1
        keyed.does("unbind", "aws", f"registry:{ECR_HOST}")
        assert keyed.has(2, key=other, **other.environment)
        keyed.does("bind", "aws", f"registry:{ECR_HOST}")
        assert keyed.has(1, **other.environment) and keyed.calls == 2

    def test_is_in_no_file_in_clear(self, keyed):
        assert keyed.has(1)
        secrets = [keyed.aws.key.secret.encode(), keyed.token(1).encode()]
        files = [path for path in keyed.home.root.rglob("*") if path.is_file()]
        assert keyed.cache.path in files and keyed.home.credentials in files
        assert not [path for path in files if any(
            secret in path.read_bytes() for secret in secrets)]
        # The control: the token is there, for who has the keys.
        assert keyed.cache.entry().token == keyed.token(1)


class TestKeysThatAreRotated:
    @pytest.mark.parametrize("is_stored", [True, False])
    def test_end_the_tokens_under_them(self, owner, is_stored):
        owner.add(owner.aws.key)
        if not is_stored:
            owner.does("unbind", "aws", f"registry:{ECR_HOST}")
            owner.home.env.update(owner.aws.key.environment)
        assert owner.has(1) and owner.has(1)
        kept = owner.cache.data
        owner.does("store", "rotate-key")
        assert owner.has(2) and owner.has(2)
        assert owner.cache.entry().token == owner.token(2)
        # What was sealed before opens no more.
        owner.cache.data = kept
        assert owner.cache.entries() == []
        assert owner.has(3) and owner.calls == 3
