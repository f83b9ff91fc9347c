"""What in git's configuration goes before any credential helper."""

import pytest

from Support import ALICE

HEADER = "Authorization: Basic b3RoZXI6aGVhZGVyLXNlY3JldA=="


@pytest.fixture
def address(patient, git_server):
    patient.stores(f"git:{git_server.host}", ALICE)
    address = f"git:{git_server.url()}"
    assert patient.asks(address).is_well
    return address


def sets(patient, *words):
    answer = patient.home.run("git", "config", "--global", *words)
    assert answer.code == 0, answer


def test_a_header(patient, git_server, address):
    patient.keeps(HEADER.split()[-1])
    section = f"http.https://{git_server.host}/"
    sets(patient, "http.https://other.example/.extraHeader", HEADER)
    sets(patient, f"{section}.extraHeader", "X-Trace: 1")
    assert patient.asks(address).is_well
    sets(patient, "--add", f"{section}.extraHeader", HEADER)
    bad = patient.asks(address)
    assert (bad.code, bad.state) == (1, "bad")
    assert bad.cause.startswith(f"git sends a login of its own to {git_server.url()}"), bad
    assert f"take {section}.extraHeader out of " in bad.remedy
    # An empty one takes back those before it.
    sets(patient, "--add", f"{section}.extraHeader", "")
    assert patient.asks(address).is_well
    sets(patient, "--unset-all", f"{section}.extraHeader")
    sets(patient, "http.extraHeader", HEADER)
    assert patient.asks(address).cause.startswith("git sends a login of its own")


def test_another_address(patient, git_server, address):
    here = f"https://{git_server.host}/"
    sets(patient, "url.https://elsewhere.example/.insteadOf", "https://other.example/")
    assert patient.asks(address).is_well
    sets(patient, "url.https://elsewhere.example/.insteadOf", here)
    found = patient.asks(address)
    assert (found.code, found.state) == (0, "doubtful")
    assert found.cause.startswith("git goes to https://elsewhere.example/git/team/app.git in place")
    assert found.remedy == (
        "look at that one: `keyfob doctor git:https://elsewhere.example/git/team/app.git`")
    # The longest one counts.
    sets(patient, "url.git@ssh.example:.insteadOf", f"{here}git/")
    found = patient.asks(address)
    assert found.cause.startswith("git goes to git@ssh.example:team/app.git in place"), found
    assert found.remedy.startswith("no credential helper is asked there")


def test_a_login_in_another_address(patient, git_server, address):
    patient.keeps("url-secret")
    sets(patient, f"url.https://robot:url-secret@{git_server.host}/.insteadOf",
         f"https://{git_server.host}/")
    bad = patient.asks(address)
    assert (bad.code, bad.state) == (1, "bad")
    assert bad.cause.startswith(f"git sends a login of its own to {git_server.url()}"), bad
