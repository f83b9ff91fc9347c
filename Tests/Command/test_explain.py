"""Which of several accounts answers where, and what `explain` says about it."""

import json

import pytest

from Support import Account

ALICE = Account("alice", "canary of alice")
WORK = Account("work-bot", "canary of work")


@pytest.fixture
def two(admin):
    """Two accounts of one registry: one everywhere, one in a scope."""
    admin.does("keyfob add ghcr --username alice --bind registry:ghcr.io --stdin", ALICE.password)
    admin.does("keyfob add ghcr-work --username work-bot --bind registry:ghcr.io"
               " --scope acme/work --stdin", WORK.password)
    return admin


def test_two_accounts_in_two_scopes(two):
    assert two.transcript("keyfob explain registry:ghcr.io") == """
registry ghcr.io, outside any scope
  answer: ghcr as alice, from the store file
  because: it is bound to exactly this address
  not ghcr-work (registry:ghcr.io): only in the scope acme/work
"""
    assert two.transcript("keyfob explain registry:ghcr.io/acme/app --scope acme/work/ci") == """
registry ghcr.io/acme/app, in the scope acme/work/ci
  answer: ghcr-work as work-bot, from the store file
  because: it is bound to ghcr.io, which encloses it, and the scope acme/work is the nearest
  not ghcr (registry:ghcr.io): it has no scope, and one is nearer
"""
    assert two.docker_get("ghcr.io") == ALICE
    assert two.docker_get("ghcr.io", KEYFOB_SCOPE="acme/work/ci") == WORK
    assert two.docker_get("ghcr.io", KEYFOB_SCOPE="acme/working") == ALICE


def test_json_says_the_same(two):
    [explained] = two.json("keyfob explain registry:ghcr.io --scope acme/work")
    assert explained == {
        "protocol": "registry", "address": "ghcr.io", "scope": "acme/work", "answer": "ghcr-work",
        "username": "work-bot", "binding": "registry:ghcr.io", "store": "file", "locked": False,
        "reason": "it is bound to exactly this address, and the scope acme/work is the nearest",
        "others": [{"name": "ghcr", "binding": "registry:ghcr.io",
                    "reason": "it has no scope, and one is nearer"}],
        "otherHosts": 0,
    }


def test_the_scope_comes_from_the_link_the_environment_or_the_folder(two):
    home = two.home
    folder = home.path / "src/work/app"
    folder.mkdir(parents=True)
    (home.path / "elsewhere").symlink_to(folder)
    home.configure('[link "work"]\n\tscope = acme/work\n[scope "acme/work"]\n\tpath = ~/src/work\n')
    home.link("docker-credential-keyfob-work", "docker-credential-keyfob")

    def get(program="docker-credential-keyfob", **options):
        answer = home.docker("get", "ghcr.io", program, **options)
        return Account(json.loads(answer.out)["Username"], json.loads(answer.out)["Secret"])

    assert get() == ALICE
    assert get("docker-credential-keyfob-work") == WORK
    assert get(KEYFOB_SCOPE="acme/work") == WORK
    assert get(cwd=folder) == get(cwd=home.path / "elsewhere") == WORK
    assert get(cwd=folder, KEYFOB_SCOPE="") == ALICE
    assert get("docker-credential-keyfob-work", KEYFOB_SCOPE="other") == WORK

    shown = home.keyfob("explain", "registry:ghcr.io", cwd=folder)
    assert shown.out.startswith(b"registry ghcr.io, in the scope acme/work\n  answer: ghcr-work ")
    assert b"\nscope        acme/work\n" in home.keyfob("status", cwd=folder).out
    assert two.json("keyfob status").get("scope") is None


def test_without_a_prefix_both_protocols_are_explained_and_other_hosts_are_counted(two):
    two.does("keyfob bind ghcr git:github.com")
    assert two.transcript("keyfob explain https://github.com/acme/app") == """
registry github.com/acme/app, outside any scope
  answer: none
  because: no credential is for this address
  not ghcr (git:github.com): only for git
  and 2 bindings for other hosts; see them with `--all`

git github.com/acme/app, outside any scope
  git asks for github.com alone: credential.useHttpPath is not set
  answer: ghcr as alice, from the store file
  because: it is bound to github.com, which encloses it
  and 2 bindings for other hosts; see them with `--all`
"""
    assert two.transcript("keyfob explain git:github.com --all --username bob") == """
git github.com, outside any scope
  answer: none
  because: no credential is for this address
  not ghcr (registry:ghcr.io): only for registry
  not ghcr (git:github.com): for another user
  not ghcr-work (registry:ghcr.io): only for registry
"""


def test_every_reason_against_a_neighbour_is_named(admin):
    for name, options in {
        "wide": "--bind 'registry:*.example.com'", "host": "--bind registry:r.example.com",
        "path": "--bind registry:r.example.com/acme", "port": "--bind registry:r.example.com:5000",
        "other": "--bind registry:r.example.com/other", "forge": "--bind git:r.example.com",
        "older": "--bind registry:r.example.com/acme",
    }.items():
        admin.does(f"keyfob add {name} --username u {options} --stdin", "x")
    admin.does("keyfob remove path --yes")
    admin.does("keyfob add path --username u --bind registry:r.example.com/acme --stdin", "x")
    assert admin.transcript("keyfob explain registry:r.example.com/acme/app") == """
registry r.example.com/acme/app, outside any scope
  answer: path as u, from the store file
  because: it is bound to r.example.com/acme, which encloses it
  not forge (git:r.example.com): only for git
  not host (registry:r.example.com): its path is shorter
  not older (registry:r.example.com/acme): stored less recently
  not other (registry:r.example.com/other): for another path
  not port (registry:r.example.com:5000): for another port
  not wide (registry:*.example.com): a wildcard, and a host is nearer
"""
    assert "the wildcard *.example.com matches" in admin.transcript(
        "keyfob explain registry:q.example.com")


def test_an_expired_one_is_named_and_answers_nobody(admin):
    admin.does("keyfob add old --username u --bind registry:r.io --expires 2020-01-01 --stdin", "x")
    assert admin.transcript("keyfob explain registry:r.io") == """
registry r.io, outside any scope
  answer: none
  because: old would answer, but has expired; renew it with `keyfob edit old`
"""
    assert admin.docker_get("r.io").line == (
        "keyfob: the credential old for r.io has expired; renew it with `keyfob edit old`, "
        "or log in again")
    admin.does("keyfob edit old --stdin", "y")
    assert admin.docker_get("r.io") == Account("u", "y")


def test_what_is_no_address_is_refused(admin):
    for line in ("keyfob explain registry:", "keyfob explain 'a b'", "keyfob explain git:a/../b"):
        assert "is not an address" in admin.fails(2, line)
    admin.does("keyfob explain git:a/b")
