"""`keyfob setup helm`. Its file has docker's format, so docker can read it in helm's place."""

import json

import pytest

from Support import ALICE

USUAL = ".config/helm/registry/config.json"


@pytest.mark.parametrize("variables, place", [
    ({}, USUAL), ({"XDG_CONFIG_HOME": None}, USUAL), ({"XDG_CONFIG_HOME": "x"},
                                                      "x/helm/registry/config.json"),
    ({"HELM_CONFIG_HOME": "h"}, "h/registry/config.json"),
    ({"HELM_CONFIG_HOME": "h", "HELM_REGISTRY_CONFIG": "r.json"}, "r.json")])
def test_the_setting_goes_where_helm_looks_and_undo_takes_it_away(
        setup, home, variables, place):
    variables = {
        name: value and home.path / value for name, value in variables.items()}
    setup("helm", **variables)
    assert json.loads((home.path / place).read_text()) == {"credsStore": "keyfob"}
    setup("helm", "--undo")
    assert not (home.path / place).exists()


def test_the_file_makes_a_client_ask_keyfob(setup, registry_user, registry, spy):
    setup("helm")
    folder = (registry_user.path / USUAL).parent
    answer = registry_user.run(
        "docker", "login", "-u", ALICE.username, "--password-stdin", registry.host,
        input=ALICE.password, DOCKER_CONFIG=folder)
    assert answer.code == 0 and spy.verbs() == ["store"]


def test_a_login_in_plain_text_is_named_and_the_rest_of_the_file_kept(setup, report, home):
    config = home.path / USUAL
    config.parent.mkdir(parents=True)
    before = '{"auths": {"charts.example.com": {"auth": "aGlkZGVu"}}}'
    config.write_text(before)
    assert report("helm")["unseenLogins"] == [{
        "address": "charts.example.com", "where": f"in plain text (base64) in {config}",
        "remedy": "run `helm registry login charts.example.com` again"}]
    setup("helm", "--undo")
    assert config.read_text() == before


def test_clients_are_undone_one_by_one(setup, home):
    for client in ("docker", "helm", "podman", "git"):
        setup(client)
    setup("helm", "--undo")
    assert not (home.path / USUAL).exists()
    assert (home.path / ".docker/config.json").exists()
    for client in ("docker", "podman", "git"):
        setup(client, "--undo")
    left = [path for path in home.path.rglob("*") if path.is_file() and path.name != "lock"]
    assert left == []
