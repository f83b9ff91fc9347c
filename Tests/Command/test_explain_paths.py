"""What `explain` says of a repository's URL is what git then gets."""

import pytest

URL = "https://git.example.com/team/app.git"
ALONE = "  git asks for git.example.com alone: credential.useHttpPath is not set\n"


@pytest.fixture
def git(admin):
    """Git, which asks Keyfob: a function of the user name that it is given for a URL."""
    admin.home.run("git", "config", "--global", "credential.helper", "keyfob")

    def fill(url=URL):
        answer = admin.home.run("git", "credential", "fill", input=f"url={url}\n\n")
        fields = dict(line.split("=", 1) for line in answer.out.decode().splitlines())
        return fields.get("username") if answer.code == 0 else None

    def use_path(isOn=True):
        admin.home.run("git", "config", "--global", "credential.useHttpPath",
                       "true" if isOn else "false")

    fill.use_path = use_path
    return fill


def stored_by_git(admin, path=None):
    fields = "protocol=https\nhost=git.example.com\nusername=alice\npassword=s3cret\n"
    assert admin.home.git("store", fields + (f"path={path}\n" if path else "")).code == 0


def answer(admin, address=URL):
    [explained] = admin.json(f"keyfob explain git:{address}")
    return explained.get("answer"), explained.get("asked"), explained["address"]


def test_a_login_that_git_stored_for_the_host_answers_its_repositories(admin, git):
    stored_by_git(admin)
    assert git() == "alice"
    said = admin.transcript(f"keyfob explain git:{URL}")
    assert said == f"""
git git.example.com/team/app.git, outside any scope
{ALONE}  answer: git.example.com-alice as alice, from the store file
  because: it is bound to git.example.com, which encloses it
"""
    assert answer(admin) == (
        "git.example.com-alice", "git.example.com", "git.example.com/team/app.git")

    # With the path, git's own helpers give such a login to nobody, and so does Keyfob.
    git.use_path()
    assert git() is None
    assert answer(admin) == (None, None, "git.example.com/team/app.git")
    assert ALONE not in admin.transcript(f"keyfob explain git:{URL}")


def test_a_binding_with_a_path_is_reached_only_where_git_names_it(admin, git):
    admin.does("keyfob add team --username ci --bind git:git.example.com/team --stdin", "x")
    assert git() is None
    said = admin.transcript(f"keyfob explain git:{URL}")
    assert "  answer: none\n" in said and ALONE in said
    assert "not team (git:git.example.com/team): git does not name its path\n" in said
    assert "for another path" in admin.transcript(
        "keyfob explain git:https://git.example.com/other/app.git")

    git.use_path()
    assert git() == "ci" and answer(admin)[0] == "team"
    git.use_path(False)
    admin.home.run("git", "config", "--global", "credential.https://git.example.com.useHttpPath",
                   "true")
    assert git() == "ci" and answer(admin)[0] == "team"


def test_a_login_of_one_repository_answers_where_git_names_none(admin, git):
    stored_by_git(admin, "team/app.git")
    assert git() == git("https://git.example.com/other.git") == "alice"
    assert ("because: it is a login for git.example.com/team/app.git, and git names no path\n"
            in admin.transcript("keyfob explain git:git.example.com/other.git"))
    git.use_path()
    assert git() == "alice" and git("https://git.example.com/other.git") is None
    assert "it is bound to exactly this address" in admin.transcript(f"keyfob explain git:{URL}")


def test_the_user_in_a_url_is_the_one_that_git_asks_for(admin, git):
    stored_by_git(admin)
    for user in ("alice", "bob"):
        url = URL.replace("//", f"//{user}@")
        found = "git.example.com-alice" if user == "alice" else None
        assert answer(admin, url)[0] == found and (git(url) is None) == (found is None)
    both = admin.json(f"keyfob explain {URL.replace('//', '//alice@')}")
    assert [each.get("answer") for each in both] == [None, "git.example.com-alice"]


@pytest.mark.parametrize("address", [
    "git@git.example.com:team/app.git", "git.example.com:team/app.git", "git@git.example.com",
    "ssh://git@git.example.com/team/app.git", "git+ssh://git.example.com/team/app.git",
])
def test_an_address_for_ssh_is_told_where_keys_are_kept(admin, address):
    problem = admin.fails(2, f"keyfob explain {address}")
    assert "SSH" in problem and "--kind ssh-key" in problem


def test_a_port_or_a_tag_is_not_taken_for_ssh(admin):
    admin.does("keyfob explain git.example.com:8443/team/app.git")
    admin.does("keyfob explain registry:registry.example.com/app:latest")
    assert "is not an address" in admin.fails(2, "keyfob explain alpine:latest")
    assert "git://" in admin.fails(2, "keyfob explain git://git.example.com/team/app.git")
