"""`keyfob refresh`, and what `explain`, `status`, `lock` and `remove` make of tokens."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pexpect
import pytest

from Support import Account
from Support.aws_behaviour import error
from Support.aws_moto import ECR_HOST
from Support.processes import SYSTEM_PATH, required
from Support.token_cache import TokenCache

sys.path.append(str(Path(__file__).parents[1] / "Command"))

from administrator import Administrator, Refused, shows  # noqa: E402

TOKEN = "ecr:GetAuthorizationToken"
HOUR = 3600
OTHER_HOST = ECR_HOST.replace("123456789012", "999999999999")
SERVICE = Path(__file__).parents[2] / "install/systemd/keyfob-refresh.service"


@pytest.fixture
def admin(aws_home):
    administrator = Administrator(aws_home)
    yield administrator
    aws_home.keyfob("lock")


@pytest.fixture
def keyed(admin, moto):
    """The builder's key is stored, and the environment has none."""
    for name in moto.builder.environment:
        del admin.home.env[name]
    admin.does(f"keyfob add aws --kind access-key --access-key-id {moto.builder.key_id}"
               f" --bind registry:{ECR_HOST} --stdin", moto.builder.secret)
    return admin


def tokens(admin, **env):
    return admin.json("keyfob status", **env)["tokens"]


def test_refresh_mints_anew_whatever_is_cached(admin, aws_proxy):
    first = admin.docker_get(ECR_HOST)
    assert admin.docker_get(ECR_HOST) == first and aws_proxy.count(TOKEN) == 1
    for address in (f"registry:{ECR_HOST}", ECR_HOST):
        line = admin.plain(admin.does(f"keyfob refresh {address}"))
        assert re.fullmatch(
            rf"registry:{ECR_HOST}: token from .+, good until <time>\n", line), line
    assert aws_proxy.count(TOKEN) == 3
    third = admin.docker_get(ECR_HOST)
    assert third.password.startswith("token-3-of-") and aws_proxy.count(TOKEN) == 3
    [token] = admin.json(f"keyfob refresh {ECR_HOST}")["tokens"]
    assert token["address"] == f"registry:{ECR_HOST}" and token["expires"] > token["obtained"]
    assert not shows(admin.output, third.password)


def test_a_refusal_is_told_and_the_token_at_hand_stays(admin, aws_proxy):
    first = admin.docker_get(ECR_HOST)
    aws_proxy.on(TOKEN, error("AccessDeniedException"))
    assert "AccessDenied" in admin.fails(1, f"keyfob refresh {ECR_HOST}")
    assert admin.docker_get(ECR_HOST) == first
    shown = admin.does("keyfob status").decode()
    assert "attention    no new token for " in shown and "AccessDenied" in shown
    assert "AccessDenied" in admin.does(f"keyfob explain registry:{ECR_HOST}").decode()
    [token] = tokens(admin)
    assert token["usable"] and "AccessDenied" in token["failure"]
    aws_proxy.on(TOKEN, None)
    admin.does(f"keyfob refresh {ECR_HOST}")
    assert "failure" not in tokens(admin)[0]


def test_without_credentials_it_says_so(admin, moto):
    without = dict.fromkeys(moto.builder.environment)
    assert admin.fails(4, f"keyfob refresh {ECR_HOST}", **without)
    admin.does(f"keyfob refresh {ECR_HOST}")


def test_due_renews_what_is_past_half_its_life_and_is_quiet_about_the_rest(admin, aws_proxy):
    aws_proxy.lifetime = 1
    admin.docker_get(ECR_HOST)
    admin.docker_get(OTHER_HOST)
    aws_proxy.lifetime = 12 * 3600
    aws_proxy.forget()
    lines = admin.plain(admin.does("keyfob refresh --due")).splitlines()
    assert [line.split(": ")[0] for line in lines] == [
        f"registry:{ECR_HOST}", f"registry:{OTHER_HOST}"]
    assert aws_proxy.count(TOKEN) == 2
    assert admin.run("keyfob refresh --due") == (0, b"", b"")
    assert admin.run(f"keyfob refresh --due {ECR_HOST}") == (0, b"", b"")
    assert aws_proxy.count(TOKEN) == 2
    admin.docker_get(ECR_HOST)
    assert aws_proxy.count(TOKEN) == 2
    assert admin.does("keyfob refresh").count(b"\n") == 2
    assert aws_proxy.count(TOKEN) == 4


def test_due_names_each_failure_and_waits_before_it_tries_again(admin, aws_proxy):
    aws_proxy.lifetime = 1
    admin.docker_get(ECR_HOST)
    admin.docker_get(OTHER_HOST)
    aws_proxy.on(TOKEN, error("AccessDeniedException"))
    aws_proxy.forget()
    answer = admin.run("keyfob refresh --due")
    assert (answer.code, answer.out) == (1, b"")
    for line, host in zip(answer.err.decode().splitlines(), (ECR_HOST, OTHER_HOST), strict=True):
        assert line.startswith(f"keyfob: registry:{host}: ") and "AccessDenied" in line
    assert aws_proxy.count(TOKEN) == 2
    # The service comes again in a moment, and does not go on about it.
    assert admin.run("keyfob refresh --due") == (0, b"", b"")
    assert aws_proxy.count(TOKEN) == 2
    assert admin.run("keyfob refresh").code == 1 and aws_proxy.count(TOKEN) == 4


@pytest.fixture
def profile(admin, moto):
    """The builder's key is in AWS' own file, and the environment has none."""
    for name in moto.builder.environment:
        del admin.home.env[name]
    file = admin.home.path / ".aws/credentials"
    file.parent.mkdir()
    file.write_text(f"[default]\naws_access_key_id = {moto.builder.key_id}\n"
                    f"aws_secret_access_key = {moto.builder.secret}\n")
    return file


def test_due_renews_what_came_from_a_file_that_changed(admin, profile, aws_proxy):
    admin.docker_get(ECR_HOST)
    assert admin.run("keyfob refresh --due") == (0, b"", b"") and aws_proxy.count(TOKEN) == 1
    profile.write_text(profile.read_text() + "# rotated\n")
    assert not tokens(admin)[0]["usable"]
    assert admin.does("keyfob refresh --due").count(b"\n") == 1
    assert tokens(admin)[0]["usable"] and aws_proxy.count(TOKEN) == 2
    assert admin.run("keyfob refresh --due") == (0, b"", b"")
    profile.write_text(profile.read_text() + "# again\n")
    aws_proxy.on(TOKEN, error("AccessDeniedException"))
    assert admin.run("keyfob refresh --due").code == 1 and aws_proxy.count(TOKEN) == 3
    # And here, too, it waits before it tries again.
    assert admin.run("keyfob refresh --due") == (0, b"", b"") and aws_proxy.count(TOKEN) == 3


def test_due_leaves_alone_what_ended_long_ago(admin, aws_proxy):
    admin.docker_get(ECR_HOST)
    cache = TokenCache.of(admin.home)
    cache.rewrite(lambda entry: entry.shifted(-13 * HOUR))
    assert admin.run("keyfob refresh --due") == (0, b"", b"") and aws_proxy.count(TOKEN) == 1
    cache.rewrite(lambda entry: entry.shifted(HOUR // 2))
    assert admin.does("keyfob refresh --due").count(b"\n") == 1 and aws_proxy.count(TOKEN) == 2
    # Whoever names a registry wants it.
    cache.rewrite(lambda entry: entry.shifted(-14 * HOUR))
    assert admin.run("keyfob refresh --due") == (0, b"", b"")
    admin.does(f"keyfob refresh --due {ECR_HOST}")
    assert aws_proxy.count(TOKEN) == 3


def test_tokens_of_another_environment_are_left_alone(admin, moto, aws_proxy):
    theirs = moto.second.environment
    admin.docker_get(ECR_HOST)
    admin.docker_get(ECR_HOST, **theirs)
    aws_proxy.forget()
    answer = admin.run("keyfob refresh")
    assert answer.code == 0 and answer.out.count(b"\n") == 1
    assert answer.err == b"keyfob: 1 token of another environment was left alone\n"
    assert aws_proxy.count(TOKEN) == 1
    assert admin.json("keyfob refresh")["others"] == 1
    assert len(tokens(admin)) == len(tokens(admin, **theirs)) == 1
    assert tokens(admin) != tokens(admin, **theirs)
    # The account's registry gets its credentials from a profile now.
    admin.home.configure('[aws "123456789012"]\n\tprofile = build\n')
    assert tokens(admin) == []


def test_tokens_of_a_program_in_another_environment_are_left_alone(
        admin, profile, moto, aws_proxy):
    """The program may decide by any variable: a timer, say, has others than a terminal."""
    key = profile.with_name("key.json")
    key.write_text(json.dumps({
        "Version": 1, "AccessKeyId": moto.builder.key_id,
        "SecretAccessKey": moto.builder.secret}))
    profile.write_text(f"[default]\ncredential_process = cat {key}\n")
    first = admin.docker_get(ECR_HOST, TENANT="one")
    TokenCache.of(admin.home).age(0.6)
    assert admin.run("keyfob refresh --due", TENANT="two") == (0, b"", b"")
    assert admin.json("keyfob refresh", TENANT="two")["others"] == 1
    assert tokens(admin, TENANT="two") == []
    assert len(tokens(admin, TENANT="one", TERM="vt100")) == 1 == aws_proxy.count(TOKEN)
    assert admin.does("keyfob refresh --due", TENANT="one").count(b"\n") == 1
    second = admin.docker_get(ECR_HOST, TENANT="one")
    assert isinstance(second, Account) and second != first and aws_proxy.count(TOKEN) == 2


def test_status_and_explain_show_identity_age_and_expiry(admin):
    admin.docker_get(ECR_HOST)
    [token] = tokens(admin)
    assert (token["address"], token["usable"]) == (ECR_HOST, True)
    assert token["registry"] == "ECR, account 123456789012 in eu-west-1"
    assert token["source"] == "the AWS credentials of this environment"
    identity = token["identity"]
    shown = admin.plain(admin.does("keyfob status"))
    assert f"token        {ECR_HOST}  {identity}  minted just now, good until <time>\n" in shown
    explained = admin.plain(admin.does(f"keyfob explain registry:{ECR_HOST}"))
    assert f"  token: from {identity}, minted just now, good until <time>\n" in explained
    assert admin.json(f"keyfob explain registry:{ECR_HOST}")[0]["token"] == token


def test_a_stored_key_in_a_scope_is_renewed_outside_of_it(keyed, aws_proxy):
    keyed.does("keyfob edit aws --scope acme/work")
    got = keyed.docker_get(ECR_HOST, KEYFOB_SCOPE="acme/work/ci")
    assert isinstance(got, Account) and isinstance(keyed.docker_get(ECR_HOST), Refused)
    assert "token from" in keyed.plain(keyed.does("keyfob refresh"))
    assert "token from" in keyed.plain(keyed.does(f"keyfob refresh {ECR_HOST} --scope acme/work"))
    assert aws_proxy.count(TOKEN) == 3


@pytest.mark.parametrize("change", [
    "keyfob edit aws --role-arn {moto.deployer.arn}", "keyfob edit aws --stdin",
    "keyfob edit aws --region us-east-1",
])
def test_a_changed_key_never_serves_the_token_of_before(keyed, moto, aws_proxy, change):
    before = keyed.docker_get(ECR_HOST)
    assert len(tokens(keyed)) == 1
    keyed.does(change.format(moto=moto), moto.builder.secret)
    assert tokens(keyed) == []
    assert keyed.json("keyfob refresh")["others"] == 0
    after = keyed.docker_get(ECR_HOST)
    assert isinstance(after, Account) and after != before and aws_proxy.count(TOKEN) == 2


def test_remove_forgets_the_tokens_of_a_key(keyed):
    cache = keyed.home.path / ".local/state/keyfob/tokens.keyfob"
    keyed.does("keyfob bind aws 'registry:*.dkr.ecr.eu-west-1.amazonaws.com'")
    for host in (ECR_HOST, OTHER_HOST):
        assert isinstance(keyed.docker_get(host), Account)
    filled = cache.stat().st_size
    keyed.does("keyfob remove aws --yes")
    assert cache.stat().st_size < 100 < filled


def test_lock_forgets_what_was_minted_from_the_store(keyed, aws_proxy):
    keyed.does("keyfob store rotate-key --lock-with passphrase --passphrase-stdin", "of the store")
    keyed.does("keyfob unlock --stdin", "of the store")
    assert isinstance(keyed.docker_get(ECR_HOST), Account)
    keyed.docker_get(ECR_HOST)
    assert aws_proxy.count(TOKEN) == 1
    keyed.does("keyfob lock")
    assert "locked" in keyed.docker_get(ECR_HOST).line
    assert keyed.run("keyfob refresh --due") == (0, b"", b"")
    keyed.does("keyfob unlock --stdin", "of the store")
    assert isinstance(keyed.docker_get(ECR_HOST), Account) and aws_proxy.count(TOKEN) == 2


def test_lock_forgets_what_was_minted_from_the_keyring(secret_service, admin, moto, aws_proxy):
    admin.home.env["KEYFOB_STORE"] = "secret-service"
    for name in moto.builder.environment:
        del admin.home.env[name]
    admin.does(f"keyfob add aws --kind access-key --access-key-id {moto.builder.key_id}"
               f" --bind registry:{ECR_HOST} --stdin", moto.builder.secret)
    assert isinstance(admin.docker_get(ECR_HOST), Account)
    assert isinstance(admin.docker_get(ECR_HOST), Account) and aws_proxy.count(TOKEN) == 1
    admin.does("keyfob lock")
    assert "locked" in admin.docker_get(ECR_HOST).line and aws_proxy.count(TOKEN) == 1


class TestOneTimeCodes:
    @pytest.fixture
    def role(self, keyed, moto, aws_proxy):
        device = "GAHT12345678"
        aws_proxy.wanted[moto.deployer.arn] = {"SerialNumber": device, "TokenCode": "123456"}
        keyed.does(f"keyfob edit aws --role-arn {moto.deployer.arn} --mfa-serial {device}")
        return keyed

    def ask(self, admin, code):
        keyfob = admin.home.program("keyfob")
        child = pexpect.spawn(
            str(keyfob), ["refresh", ECR_HOST], env=admin.home.env, cwd=str(admin.home.path),
            encoding="utf-8", timeout=20)
        child.delaybeforesend = None
        child.expect_exact("code of the device: ")
        child.sendline(code)
        child.expect(pexpect.EOF)
        child.close()
        return child.exitstatus, child.before

    def test_a_terminal_is_asked(self, role):
        assert "keyfob refresh" in role.docker_get(ECR_HOST).line
        code, said = self.ask(role, "123456")
        assert code == 0 and "good until" in said
        assert isinstance(role.docker_get(ECR_HOST), Account)

    @pytest.mark.parametrize("typed, code, told", [
        ("654321", 1, "AccessDenied"), ("12345", 2, "a code is six digits")])
    def test_a_wrong_code_is_told(self, role, typed, code, told):
        ended, said = self.ask(role, typed)
        assert ended == code and told in said
        assert isinstance(role.docker_get(ECR_HOST), Refused)

    def test_without_a_terminal_it_says_that_one_is_wanted(self, role, moto):
        told = (f"role {moto.deployer.arn} wants a code of the MFA device GAHT12345678; run `keyfob"
                f" refresh {ECR_HOST}` on a terminal")
        assert role.fails(1, f"keyfob refresh {ECR_HOST}") == told
        assert role.fails(1, "keyfob refresh") == f"registry:{ECR_HOST}: {told}"

    @pytest.mark.parametrize("line", ["keyfob refresh --due", f"keyfob refresh --due {ECR_HOST}"])
    def test_a_timer_says_once_that_one_is_wanted(self, role, line):
        assert self.ask(role, "123456")[0] == 0
        cache = TokenCache.of(role.home)
        cache.age(0.6)
        answer = role.run(line)
        assert (answer.code, answer.out) == (0, b""), answer
        told = answer.err.decode()
        assert told.startswith(f"keyfob: registry:{ECR_HOST}: role ") and told.count("\n") == 1
        assert told.endswith(f"; run `keyfob refresh {ECR_HOST}` on a terminal\n")
        # Ten minutes later, and ten more.
        cache.rewrite(lambda entry: entry.shifted(-600))
        assert role.run(line) == (0, b"", b"")
        cache.rewrite(lambda entry: entry.shifted(-600))
        [failure] = role.json(line)["failures"]
        assert "on a terminal" in failure["message"]
        assert isinstance(role.docker_get(ECR_HOST), Account)


def test_the_unit_allows_every_call_that_a_refresh_makes(admin, tmp_path):
    """The service manager is none of ours: its filter is compared with what strace sees."""
    log = tmp_path / "calls"
    admin.docker_get(ECR_HOST)
    traced = admin.home.run(
        required("strace"), "-f", "-qq", "-o", log, admin.home.program("keyfob"), "refresh",
        ECR_HOST, timeout=60)
    assert traced.code == 0, traced
    made = set(re.findall(r"^\d+ +(\w+)\(", log.read_text(), re.MULTILINE))
    assert {"connect", "execve", "socket"} <= made
    [allowed] = re.findall(r"^SystemCallFilter=(.*)$", SERVICE.read_text(), re.MULTILINE)
    assert made <= system_calls(allowed)
    families = re.search(r"^RestrictAddressFamilies=(.*)$", SERVICE.read_text(), re.MULTILINE)
    assert set(re.findall(r"socket\((AF_\w+)", log.read_text())) <= set(families[1].split())


def system_calls(name):
    """The calls of a set of systemd's, and of those in it."""
    listed = subprocess.run(
        [required("systemd-analyze"), "--no-pager", "syscall-filter", name], check=True,
        capture_output=True, text=True, env={"PATH": SYSTEM_PATH}).stdout
    words = [line.strip() for line in listed.splitlines()[1:]]
    calls = {word for word in words if word and not word.startswith(("#", "@"))}
    for inner in (word for word in words if word.startswith("@")):
        calls |= system_calls(inner)
    return calls
