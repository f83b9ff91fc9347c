"""keyfob-keyring carries no secret to or from a Secret Service that does not encrypt it."""

import pytest
from keyring_program import Status

from Support import FakeSecretService

ATTRIBUTES = {"xdg:schema": "dev.keyfob.Credential", "id": "1"}
SECRET = b"canary that is not to be seen"


@pytest.fixture
def service(bus):
    """A Secret Service with one item, which can encrypt and also grants sessions that do not."""
    with FakeSecretService(bus) as fake:
        fake.store("Label", ATTRIBUTES, SECRET)
        yield fake


def carried(bus, body):
    """What went over the bus meanwhile, as bytes."""
    with bus.traffic() as messages:
        body()
    return b"".join(message.serialise(serial=1) for message in messages)


def test_a_service_that_encrypts_is_used_so(bus, service, start):
    program = start()
    [item] = service.items()
    assert SECRET not in carried(bus, lambda: program.read(item.path))
    assert program.read(item.path)[0].secret == SECRET
    # The bus does show what is not encrypted.
    assert SECRET in carried(bus, service.items)


def test_a_service_that_cannot_encrypt_is_given_no_secret(bus, service, start):
    service.behave(dh=False)
    program = start()
    before = service.items()

    def refused():
        for request in (program.create, "Other", {}, SECRET), (program.read, before[0].path):
            failure = program.failure(*request)
            assert failure.code == "unreachable"
            assert failure.problem == (
                "the Secret Service cannot carry secrets: it does not encrypt them on the way")

    with service.calls() as calls:
        assert SECRET not in carried(bus, refused)
    members = {call.member for call in calls}
    assert "OpenSession" in members
    assert not members & {"CreateItem", "SetSecret", "GetSecret", "GetSecrets"}
    assert service.items() == before


def test_what_takes_no_secret_is_done_all_the_same(service, start):
    service.behave(dh=False)
    program = start()
    assert program.status() == Status("Fake", False)
    [item] = program.search(**ATTRIBUTES)
    program.annotate(item.path, "New", ATTRIBUTES)
    assert service.items() == [(item.path, "New", ATTRIBUTES, SECRET)]
    assert program.delete(item.path) is None
    assert service.items() == []


def test_it_is_asked_again_once_it_can(service, start):
    service.behave(dh=False)
    program = start()
    [item] = service.items()
    program.failure(program.read, item.path)
    service.behave(dh=True)
    assert program.read(item.path)[0].secret == SECRET
