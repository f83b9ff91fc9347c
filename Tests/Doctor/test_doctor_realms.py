"""A registry on the Internet that sends its clients into their own network for a token."""

import pytest

from scripted_registry import ScriptedRegistry
from Support import ALICE, Certificate
from Support.metadata_network import MetadataNetwork

REGISTRY, TOKENS, INSIDE = "93.184.216.34", "93.184.216.35", "10.9.8.7"


@pytest.fixture
def internet(tmp_path, patient):
    """A network where a registry answers at two public addresses and a private one."""
    folder = tmp_path / "internet"
    folder.mkdir()
    names = ",".join(f"IP:{each}" for each in (REGISTRY, TOKENS, INSIDE, "127.0.0.1"))
    certificate = Certificate(folder, f"{names},DNS:localhost")
    patient.home.env.update(certificate.environment())
    with ScriptedRegistry(ALICE, certificate=certificate) as server, MetadataNetwork(
            server, (REGISTRY, TOKENS, INSIDE, "127.0.0.1"), 443) as network:
        server.within = network.within
        yield server


def test_a_token_server_in_a_private_network(patient, internet):
    address = f"registry:{REGISTRY}"
    patient.stores(address, ALICE)
    for realm, where in [
        (f"https://{INSIDE}/token", INSIDE), ("https://127.0.0.1/token", "127.0.0.1"),
        ("https://localhost/token", ""), ("https://0xa090807/token", INSIDE),
    ]:
        internet.realm = realm
        bad = patient.asks(address, within=internet.within)
        assert (bad.code, bad.state) == (1, "bad")
        assert bad.cause.startswith(f"the registry's token server is at {where}"), bad
        assert bad.remedy.startswith("send no login there")
    assert [each.path for each in internet.requests] == ["/v2/"] * 4
    # Another public one is as usual as could be.
    internet.realm = f"https://{TOKENS}/token"
    assert patient.asks(address, within=internet.within).is_well
    assert [each.headers["Host"] for each in internet.logins] == [TOKENS, REGISTRY]
    # And a registry inside may send its clients to its neighbour.
    patient.does("bind", "mine", f"registry:{INSIDE}")
    internet.realm = f"https://{INSIDE}/token"
    assert patient.asks(f"registry:{INSIDE}", within=internet.within).is_well
