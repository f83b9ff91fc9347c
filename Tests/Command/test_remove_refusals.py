"""`keyfob remove`: what it is refused for, and that it is all or nothing."""

import pytest

FORCE = "nothing was removed; `--force` removes it all the same"


@pytest.fixture
def seeded(admin):
    add(admin, "ci", "--bind registry:ghcr.io --bind git:github.com --scope acme/build")
    add(admin, "spare", "--bind registry:spare.example.com")
    return admin


def add(admin, name, options=""):
    admin.does(f"keyfob add {name} --username bot {options} --stdin", "canary")


def refused(admin, why, names="ci"):
    before = admin.home.credentials.read_bytes()
    assert admin.fails(1, f"keyfob remove {names} --yes") == f"ci is in use: {why}; {FORCE}"
    assert admin.home.credentials.read_bytes() == before


def goes(admin, names="ci", options=""):
    admin.does(f"keyfob remove {names} --yes {options}")
    assert not set(names.split()) & set(admin.names())


class TestAnotherCredential:
    @pytest.fixture
    def needed(self, seeded):
        add(seeded, "app", "--needs spare --needs ci")
        return seeded

    def test_that_needs_it(self, needed):
        refused(needed, "app needs it")
        refused(needed, "app needs it", "ci ci")

    def test_may_go_with_it(self, needed):
        goes(needed, "ci spare app")

    def test_needs_it_no_more_after_force(self, needed):
        generation = needed.json("keyfob status")["generation"]
        goes(needed, "ci", "--force")
        assert needed.json("keyfob show app")["settings"]["needs"] == "spare"
        assert needed.json("keyfob status")["generation"] == generation + 1
        goes(needed, "spare", "--force")
        assert "settings" not in needed.json("keyfob show app")


class TestScope:
    @pytest.mark.parametrize("text, what", [
        ('[scope "acme/build"]\n\tpath = ~/src\n', "~/src"),
        ('[link "work"]\n\tscope = acme/build\n', "the link work"),
    ])
    def test_of_the_configuration_that_nobody_else_has(self, seeded, text, what):
        seeded.home.configure(text)
        refused(seeded, "it is the last of the scope acme/build, which the configuration names "
                        f"for {what}")
        goes(seeded, "spare")
        add(seeded, "second", "--scope acme/build")
        goes(seeded)

    def test_that_the_configuration_does_not_name(self, seeded):
        seeded.home.configure('[scope "acme"]\n\tpath = ~/src\n')
        goes(seeded)


class TestClient:
    def test_docker_that_was_set_up_for_the_host(self, seeded):
        seeded.does("keyfob setup docker --registry ghcr.io")
        refused(seeded, "docker was set up to ask Keyfob for ghcr.io, and nothing else answers "
                        "there")
        goes(seeded, "spare")
        add(seeded, "wild", "--bind registry:ghcr.io/acme")
        goes(seeded)

    def test_git_that_was_set_up_for_the_host(self, seeded):
        seeded.does("keyfob setup git --host https://github.com")
        refused(seeded, "git was set up to ask Keyfob for github.com, and nothing else answers "
                        "there")
        seeded.does("keyfob setup git --host https://github.com --undo")
        goes(seeded)

    def test_one_that_was_set_up_for_every_host_names_none(self, seeded):
        seeded.does("keyfob setup docker")
        seeded.does("keyfob setup git")
        goes(seeded)

    def test_force(self, seeded):
        seeded.does("keyfob setup docker --registry ghcr.io")
        goes(seeded, options="--force")


def test_every_name_is_looked_at_before_the_first_goes(seeded):
    before = seeded.home.credentials.read_bytes()
    assert seeded.fails(3, "keyfob remove spare none --yes") == (
        "there is no credential named `none`; see the names with `keyfob list`")
    assert seeded.fails(2, "keyfob remove spare ci") == (
        "spare answers for registry:spare.example.com. Remove it? Nobody is there to answer; "
        "add `--yes`")
    assert seeded.home.credentials.read_bytes() == before
    generation = seeded.json("keyfob status")["generation"]
    assert seeded.transcript("keyfob remove spare ci spare --yes") == (
        "\n2> keyfob: removed spare, ci\n")
    assert seeded.json("keyfob status")["generation"] == generation + 1


def test_a_refusal_comes_before_the_question(seeded, terminal):
    add(seeded, "app", "--needs ci")
    child = terminal("keyfob remove spare ci")
    child.expect_exact(f"keyfob: ci is in use: app needs it; {FORCE}")
    assert "[y/N]" not in child.before
    child = terminal("keyfob remove ci --force; echo exit $?")
    child.expect_exact(
        "ci answers for registry:ghcr.io, git:github.com. Remove it? [y/N] ")
    child.sendline("y")
    child.expect_exact("keyfob: removed ci")
    child.expect_exact("exit 0")
