"""What `explain` offers where nothing answers."""

import json

import pytest

CLASSIC = "if its token is a classic one with read:packages"


@pytest.fixture
def github(admin):
    """A token for github.com alone."""
    admin.does("keyfob add gh --kind token --bind git:github.com --stdin", "ghp_canary")
    return admin


def offers(admin, address, options=""):
    [explained] = admin.json(f"keyfob explain {address} {options}")
    return [offer["command"] for offer in explained.get("offers", [])]


def test_a_token_for_github_is_offered_to_ghcr_and_then_answers_there(github):
    assert github.transcript("keyfob explain registry:ghcr.io") == f"""
registry ghcr.io, outside any scope
  answer: none
  because: no credential is for this address
  try: keyfob bind gh registry:ghcr.io  ({CLASSIC})
  and 1 binding for other hosts; see them with `--all`
"""
    [command] = offers(github, "registry:ghcr.io/acme/app")
    github.does(command)
    assert github.docker_get("ghcr.io").password == "ghp_canary"
    assert offers(github, "registry:ghcr.io") == []


def test_a_token_for_ghcr_is_offered_to_github(admin):
    admin.does("keyfob add pkg --kind token --bind registry:ghcr.io --stdin", "ghp_canary")
    assert offers(admin, "git:github.com/acme/app") == ["keyfob bind pkg git:github.com"]
    assert "(if its token has the scope repo)" in admin.transcript("keyfob explain git:github.com")


def test_what_could_not_serve_there_is_not_offered(github):
    github.does("keyfob remove gh --yes")
    add = "keyfob add {0} --bind git:github.com --stdin"
    github.does(add.format("password --username alice"), "hunter2")
    github.does(add.format("old --kind token --expires 2020-01-01"), "ghp_canary")
    github.does(add.format("work --kind token --scope acme/work"), "ghp_canary")
    github.does(add.replace("github.com", "example.com").format("other --username u"), "x")
    assert offers(github, "registry:ghcr.io") == [
        "keyfob add NAME --kind token --bind registry:ghcr.io"]
    # Each of them is left out for one reason: in its scope the last but one is offered.
    assert offers(github, "registry:ghcr.io", "--scope acme/work/ci") == [
        "keyfob bind work registry:ghcr.io"]


def test_a_login_of_another_port_or_host_is_another_place(github):
    assert offers(github, "registry:ghcr.io:8443") == [
        "keyfob add NAME --kind token --bind registry:ghcr.io:8443"]
    assert offers(github, "registry:ghcr.io.example.com") == []


@pytest.mark.parametrize("address, kind, binding, takes", [
    ("registry:docker.io", "token", "registry:index.docker.io",
     "Docker Hub takes an access token"),
    ("registry:europe-docker.pkg.dev/acme/app", "service-account",
     "registry:europe-docker.pkg.dev/acme/app", "a service account's key file"),
    ("registry:acme.azurecr.io", "password", "registry:acme.azurecr.io",
     "a service principal's password"),
    ("registry:quay.io", "password", "registry:quay.io", "a robot account's token"),
    ("registry:registry.gitlab.com", "token", "registry:registry.gitlab.com", "GitLab takes"),
    ("git:gitlab.com", "token", "git:gitlab.com", "GitLab takes"),
    ("git:bitbucket.org", "token", "git:bitbucket.org", "Bitbucket takes"),
])
def test_a_host_with_a_guide_and_nothing_stored_says_what_to_add(
        admin, address, kind, binding, takes):
    [explained] = admin.json(f"keyfob explain {address}")
    [offer] = explained["offers"]
    assert offer["command"] == f"keyfob add NAME --kind {kind} --bind {binding}"
    assert takes in offer["note"]


def test_a_host_without_a_guide_for_these_clients_offers_nothing(admin):
    for address in ("registry:github.com", "git:ghcr.io", "registry:gitlab.com", "registry:r.io",
                    "git:registry.gitlab.com", "git:acme.azurecr.io"):
        assert offers(admin, address) == [], address


def test_what_answers_or_would_answer_but_for_its_time_is_no_place_for_offers(github):
    github.does("keyfob add hub --username u --bind registry:docker.io --stdin", "dckr_pat_x")
    assert offers(github, "registry:docker.io") == []
    github.does("keyfob edit hub --expires 2020-01-01")
    shown = github.does("keyfob explain registry:docker.io --json")
    assert "has expired" in json.loads(shown)[0]["reason"] and b"offers" not in shown
