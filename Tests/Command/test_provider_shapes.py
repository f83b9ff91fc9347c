"""Logins of the wrong shape for a provider are pointed out before they are stored; what may be
right is not, and an account's own password is marked as weak."""

import json

import pytest

from administrator import Refused

KEY_FILE = '{"type": "service_account"}'
GUID = "12345678-90ab-cdef-1234-567890abcdef"

#: Host or provider, options, a secret of the wrong shape, and what is said of it.
WRONG = [
    ("registry:ghcr.io", "--kind token", "github_pat_canary", "does not take fine-grained tokens"),
    ("registry:ghcr.io", "--kind token", "ghr_canary", "this is a refresh token"),
    ("registry:ghcr.io", "--username a", "glpat-canary", "a token of GitLab, not of GitHub Cont"),
    ("git:github.com", "--kind token", "dckr_pat_canary", "a token of Docker Hub, not of GitHub"),
    ("git:github.com", "--kind token", "-----BEGIN OPENSSH PRIVATE KEY-----", "--kind ssh-key"),
    ("registry:docker.io", "--username a", "ghp_canary", "a token of GitHub, not of Docker Hub"),
    ("registry:docker.io", "--username a@b.c", "dckr_oat_canary", "the organization's name"),
    ("registry:acme.azurecr.io", f"--username {GUID}", GUID, "this is an id, not a password"),
    ("registry:acme.azurecr.io", "--username a@b.c", "canary", "takes no person's account"),
    ("registry:acme.azurecr.io", "--username bob", "canary", "no user name of a registry of Azure"),
    ("registry:gcr.io", "--username bob", "canary", "knows no users of that name"),
    ("registry:public.ecr.aws", "--username bob", "canary", "with `--kind access-key`"),
    ("registry:123456789012.dkr.ecr.eu-west-1.amazonaws.com", "--kind token", "canary",
     "takes no user name and password"),
    ("registry:europe-docker.pkg.dev", "--username _json_key", "canary", "this is no JSON"),
    ("registry:gcr.io", "--username _json_key_base64", KEY_FILE, "this is the file itself"),
    ("registry:gcr.io", "--username a@b.c", "canary", "neither a Google account's password"),
    ("registry:123456789012.dkr.ecr.eu-west-1.amazonaws.com", "--username AWS", "canary",
     "ends after 12 hours"),
    ("registry:public.ecr.aws", "--username a@b.c", "canary", "with `--kind access-key`"),
    ("registry:quay.io", "--username 'robot$acme+bot'", "canary", "a robot of Harbor's"),
    ("registry:acme.jfrog.io", "--username a", "cmVmdGtuOjAxOjA", "a part of a token"),
    ("registry:acme.jfrog.io", "--username a", "eyJ2ZXIi.canary", "a part of a token"),
    ("registry:registry.gitlab.com", "--kind token", "gldt-canary", "--username gitlab+deploy"),
    ("registry:registry.gitlab.com", "--username a", "glrt-canary", "for runners, triggers"),
    ("registry:registry.gitlab.com", "--username gitlab-ci-token", "canary", "ends with its job"),
    ("git:gitlab.com", "--username gitlab+deploy-token-1", "glpat-canary", "and the token is not"),
    ("git:bitbucket.org", "--username a@b.c", "ATATTcanary", "x-bitbucket-api-token-auth"),
    ("git:bitbucket.org", "--kind token", "ATATTcanary", "x-bitbucket-api-token-auth"),
    ("git:codeberg.org", "--username a", "ghp_canary", "a token of GitHub, not of Codeberg"),
    ("registry:h.io", "--provider harbor --username robot+bot", "canary", "in single quotes"),
    ("registry:g.io", "--provider gitlab --username a", "ghp_canary", "GitHub, not of GitLab"),
    ("git:g.io", "--provider gitea --username a", "glpat-canary", "a token of GitLab"),
]

#: What is right, or may be: old shapes, and hosts that run what others do.
RIGHT = [
    ("registry:ghcr.io", "--kind token", "ghp_canary", "ok"),
    ("registry:ghcr.io", "--username a", "0123456789abcdef0123456789abcdef01234567", "ok"),
    ("git:github.com", "--kind token", "github_pat_canary", "ok"),
    ("registry:docker.io", "--username acme", "dckr_oat_canary", "ok"),
    ("registry:acme.azurecr.io", f"--username {GUID}", "canary", "ok"),
    ("registry:acme.azurecr.io", "--username acme1", "canary", "ok"),
    ("registry:acme.azurecr.io", "--username ci_pull-1", "canary", "ok"),
    ("registry:acme.azurecr.io", "--kind token", "eyJcanary", "ok"),
    ("registry:gcr.io", "--username oauth2accesstoken", "ya29.canary", "ok"),
    ("registry:gcr.io", "--kind token", "ya29.canary", "ok"),
    ("registry:quay.io", "--username acme+bot", "canary", "ok"),
    ("registry:quay.io", "--username '$oauthtoken'", "canary", "ok"),
    ("registry:acme.jfrog.io", "--username a", "eyJ2ZXIi.canary.sig", "ok"),
    ("registry:registry.gitlab.com", "--username gitlab+deploy-token-1", "canary", "ok"),
    ("registry:registry.gitlab.com", "--kind token", "glpat-canary", "ok"),
    ("git:bitbucket.org", "--username x-token-auth", "ATCTTcanary", "ok"),
    ("registry:h.io", "--provider harbor --username 'robot$acme+bot'", "canary", "ok"),
    # A host that says nothing of what it runs may take anything.
    ("registry:r.io", "--username AWS", "github_pat_canary", "ok"),
    ("registry:ghcr.io.example.com", "--username a", "github_pat_canary", "ok"),
    # An account's own password works at most of them; it is only marked.
    ("registry:docker.io", "--username a", "hunter2", "weak"),
    ("registry:quay.io", "--username a", "hunter2", "weak"),
    ("registry:g.io", "--provider gitlab --username a", "hunter2", "weak"),
    ("git:codeberg.org", "--username a", "hunter2", "weak"),
]


def status(admin, name="it"):
    [status] = {each["status"] for each in admin.json("keyfob list") if each["name"] == name}
    return status


@pytest.mark.parametrize("binding, options, secret, told", WRONG)
def test_the_wrong_shape_is_pointed_out_and_stored_only_by_force(
        admin, binding, options, secret, told):
    line = f"keyfob add it {options} --bind {binding} --stdin"
    said = admin.fails(2, line, secret)
    assert told in said and "--force" in said
    assert "canary" not in said
    assert admin.names() == []
    admin.does(line + " --force", secret)
    assert admin.names() == ["it"]


@pytest.mark.parametrize("binding, options, secret, expected", RIGHT)
def test_what_may_be_right_is_stored(admin, binding, options, secret, expected):
    admin.does(f"keyfob add it {options} --bind {binding} --stdin", secret)
    assert status(admin) == expected


@pytest.mark.parametrize("binding, options, told", [
    ("registry:ghcr.io", "--kind token", "does not look like a token of GitHub Container Registry"),
    ("git:github.com", "--kind token", "does not look like a token of GitHub,"),
    ("registry:docker.io", "--username a", "an account's own password, and Docker Hub has tokens"),
])
def test_what_is_weak_is_said(admin, binding, options, told):
    admin.does(f"keyfob add it {options} --stdin", "canary")
    for line in (f"bind it {binding}", "edit it --stdin",
                 f"add other {options} --bind {binding} --stdin"):
        said = admin.transcript(f"keyfob {line}", "canary")
        assert told in said and "it counts as weak" in said, line
    admin.does("keyfob remove other --yes")
    assert status(admin) == "weak"
    assert "weak" not in admin.transcript("keyfob edit it --description words")


def test_a_token_in_its_place_takes_the_mark_away(admin):
    admin.does("keyfob add it --username a --bind registry:docker.io --stdin", "hunter2")
    assert status(admin) == "weak"
    said = admin.fails(2, "keyfob edit it --stdin", "ghp_canary")
    assert "not of Docker Hub" in said and status(admin) == "weak"
    admin.does("keyfob edit it --stdin", "dckr_pat_canary")
    assert status(admin) == "ok"


def store(admin, server, username, secret):
    entry = json.dumps({"ServerURL": server, "Username": username, "Secret": secret})
    assert admin.home.docker("store", entry).code == 0


def test_a_password_that_a_client_stores_is_marked_until_a_token_takes_its_place(admin):
    store(admin, "ghcr.io", "alice", "hunter2")
    store(admin, "r.io", "alice", "hunter2")
    store(admin, "quay.io", "acme+bot", "hunter2")
    store(admin, "https://index.docker.io/v1/", "alice", "dckr_pat_canary")
    store(admin, "https://index.docker.io/v1/refresh-token", "alice", "canary")
    states = {each["bindings"][0]: each["status"] for each in admin.json("keyfob list")}
    assert states.pop("registry:ghcr.io") == "weak"
    assert set(states.values()) == {"ok"} and len(states) == 4, states
    store(admin, "ghcr.io", "alice", "ghp_canary")
    assert {each["status"] for each in admin.json("keyfob list")} == {"ok"}
    assert not isinstance(admin.docker_get("ghcr.io"), Refused)


def test_git_marks_what_it_stores_too(admin):
    def approve(password):
        fields = f"protocol=https\nhost=github.com\nusername=alice\npassword={password}\n\n"
        assert admin.home.git("store", fields).code == 0

    approve("hunter2")
    [login] = admin.json("keyfob list")
    assert login["status"] == "weak"
    approve("gho_canary")
    assert [each["status"] for each in admin.json("keyfob list")] == ["ok"]


def test_an_unknown_provider_is_refused_with_those_that_are_known(admin):
    said = admin.fails(2, "keyfob add it --provider nobody --username a --stdin", "x")
    assert "no guide named `nobody`" in said and "harbor" in said
