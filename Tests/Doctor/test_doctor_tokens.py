"""Logins that are renewed by themselves: OAuth's at git hosts, and minted tokens of registries."""

import sys
from pathlib import Path

import pytest

from Support import Account
from Support.aws_behaviour import error
from Support.aws_fake import FakeAWS
from Support.aws_moto import ECR_HOST

for folder in ("Asking", "Faults"):
    sys.path.append(str(Path(__file__).parents[1] / folder))

from fault_mounts import PrivateMounts  # noqa: E402
from oauth_user import OAuthUser  # noqa: E402


def test_an_oauth_login(patient, code_hosts):
    host = code_hosts("gitea")
    patient.home.configure(host.configuration())
    # That user sets git up in their own way.
    patient.home.run("git", "config", "--global", "--unset-all", "credential.helper")
    user, address = OAuthUser(patient.home, host), f"git:{host.url_of()}"
    live = user.grant(ended=-3600)
    user.seed(live)
    good = patient.asks(address)
    assert good.is_well, good
    assert good.of("login", "good")
    # What has ended is renewed by git's next question, not by the doctor.
    ended = user.grant()
    user.seed(ended)
    found = patient.asks(address)
    assert found.is_well, found
    assert "renewed when it is asked for next" in found.of("credential")[0]
    assert found.of("login") == [] and user.refreshes == 0
    user.seed(ended._replace(refused_at=1000))
    bad = patient.asks(address)
    assert (bad.code, "has expired" in bad.cause) == (1, True), bad
    assert bad.remedy == f"run `keyfob login git:{host.host}`"
    # What git is refused it renews with its next request.
    user.seed(live)
    host.book.revoke(live.secret)
    bad = patient.asks(address)
    assert (bad.code, "refuses the login" in bad.cause) == (1, True), bad
    assert "its next request renews the login" in bad.remedy
    assert bad.remedy.endswith(f"run `keyfob login git:{host.host}`")
    ls_remote = "ls-remote", host.url_of()
    assert [patient.home.run("git", *ls_remote).code for _ in range(2)] == [128, 0]
    assert patient.asks(address).is_well
    patient.keeps(user.the_login().secret)
    user.seed(live._replace(refresh=None))
    assert patient.asks(address).remedy.endswith(
        f"; replace what is stored with `keyfob login git:{host.host}`")
    for login in (live, ended):
        patient.keeps(login.secret)
        patient.keeps(login.refresh)


def test_a_login_that_cannot_be_renewed(patient, code_hosts):
    host = code_hosts("gitea")
    patient.home.run("git", "config", "--global", "--unset-all", "credential.helper")
    user, address = OAuthUser(patient.home, host), f"git:{host.url_of()}"
    live, ended = user.grant(ended=-3600), user.grant()
    obstacles = [
        (host.configuration(client=False), f"Keyfob is not registered as an OAuth client at "
         f"{host.host}", f"keyfob setup oauth {host.host} --client-id ID"),
        (host.configuration() + "\tclientSecret = nosuch\n",
         "the client secret nosuch that [oauth] names is not stored",
         "add it with `keyfob add nosuch --kind secret`"),
    ]
    for configuration, problem, remedy in obstacles:
        patient.home.configure(configuration)
        user.seed(ended)
        bad = patient.asks(address)
        assert (bad.code, bad.cause) == (
            1, f"login-1 has ended and cannot be renewed: {problem}")
        assert remedy in bad.remedy
        user.seed(live)
        found = patient.asks(address)
        assert (found.code, found.state) == (0, "doubtful"), found
        assert found.cause.endswith(f" and cannot be renewed then: {problem}"), found
    patient.home.configure(host.configuration())
    assert patient.asks(address).is_well
    user.seed(ended)
    assert patient.asks(address).is_well
    with PrivateMounts() as mounts:
        mounts.run("mount", "--bind", patient.home.path, patient.home.path)
        mounts.run("mount", "-o", "remount,bind,ro", patient.home.path)
        bad = patient.asks(address, within=mounts.wrapper)
    assert (bad.code, "nothing can be written to" in bad.cause) == (1, True), bad
    assert bad.remedy == "make that folder writable"
    assert user.refreshes == 0
    user.seed(ended._replace(refresh=None))
    assert "no refresh token" in patient.asks(address).cause


def test_nothing_stored_where_oauth_is_to_log_in(patient, code_hosts):
    host = code_hosts("gitea")
    address = f"git:{host.url_of()}"
    patient.home.env.update(host.environment)
    patient.home.configure(host.configuration(mode="oauth", client=False))
    bad = patient.asks(address)
    problem = f"Keyfob is not registered as an OAuth client at {host.host}"
    assert (bad.code, bad.cause) == (
        1, f"nothing is stored for git:{host.host}, and Keyfob cannot log in by OAuth: {problem}")
    assert "keyfob setup oauth" in bad.remedy
    assert bad.of("client", "doubtful")[0].endswith(problem)
    patient.home.configure(host.configuration(mode="oauth"))
    bad = patient.asks(address)
    assert bad.cause == f"nothing is stored for git:{host.host}"
    assert any("logs in by OAuth" in text for text in bad.of("client", "good"))


def test_a_token_that_is_short_and_renewed(patient, code_hosts):
    host = code_hosts("gitlab")
    patient.home.configure(host.configuration())
    patient.home.run("git", "config", "--global", "--unset-all", "credential.helper")
    user, address = OAuthUser(patient.home, host), f"git:{host.url_of()}"
    login = user.grant(ended=-3600)
    user.seed(login)
    found = patient.asks(address)
    assert found.is_well, found
    assert found.of("expiry", "good"), found
    # Of what nobody renews it is worth a word.
    patient.does("remove", "login-1", "--yes")
    patient.stores(f"git:{host.host}", Account("oauth2", login.secret))
    found = patient.asks(address)
    assert (found.state, "make a new one" in found.remedy) == ("doubtful", True), found


@pytest.fixture
def aws():
    with FakeAWS() as server:
        yield server


def test_a_minted_token(patient, aws):
    patient.home.env.update(aws.environment())
    # No test goes to the registry itself: there is a token, and nobody to show it to.
    found = patient.asks(f"registry:{ECR_HOST}", https_proxy="http://127.0.0.1:9")
    assert found.of("token", "good")[0].startswith("a token minted from "), found
    assert found.cause.startswith(f"{ECR_HOST}:443 cannot be reached"), found
    patient.keeps("token-1-of-" + aws.key.id)


def test_a_token_that_cannot_be_minted(patient, aws):
    patient.home.env.update(aws.environment())
    aws.on("ecr:GetAuthorizationToken", error("AccessDeniedException"))
    bad = patient.asks(f"registry:{ECR_HOST}", https_proxy="http://127.0.0.1:9")
    (problem,) = bad.of("token", "bad")
    assert "AccessDenied" in problem or "GetAuthorizationToken" in problem, bad
    assert bad.code == 1
