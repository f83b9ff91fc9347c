"""Logins that a person types: on a terminal, by askpass programs, after wrong ones."""

import os
import signal

from askpass_notes import asked
from Support.login_messages import Failure, Login

SECRET = "canary-typed-secret"
URL = "https://git.example.com/acme/app.git"


def typed(username, secret=SECRET, **more):
    nothing = Login(username.encode(), secret.encode(), None, None, None, False)
    return nothing._replace(**more)


def test_a_login_is_asked_for_on_the_terminal_with_gits_words(prompt):
    prompt.home.configure("[prompt]\nverify = false\n")
    child = prompt.on_terminal("git.example.com", "acme/app.git")
    child.expect_exact("No login is stored for git.example.com/acme/app.git\r\n")
    child.expect_exact(f"Username for '{URL}': ")
    assert child.getecho()
    child.sendline("alice")
    child.expect_exact(f"Password for '{URL.replace('//', '//alice@')}': ")
    assert not child.getecho()
    child.sendline(SECRET)
    assert prompt.reply(child) == typed("alice")
    assert SECRET not in child.before


# Verification.

def host_of(code_hosts, prompt, provider="gitea", **preferences):
    host = code_hosts(provider)
    prompt.home.env.update(host.environment)
    prompt.home.configure(host.configuration(client=False, **preferences))
    return host


def place(host):
    name, _, port = host.host.partition(":")
    return {"host": name, "port": int(port), "path": "team/app.git"}


def answer(child, username, secret):
    child.expect_exact("Username for ")
    child.sendline(username)
    child.expect_exact("Password for ")
    child.sendline(secret)


def test_what_the_host_takes_is_verified_with_its_end_and_its_account(prompt, code_hosts):
    host = host_of(code_hosts, prompt, "github")
    token = host.book.give("alice", scopes=("repo",), lifetime=86400)
    child = prompt.on_terminal(**place(host))
    child.expect_exact(
        "GitHub takes a personal access token.\r\n"
        f"  from         https://{host.host}/settings/personal-access-tokens/new (fine-grained)\r\n"
        f"               https://{host.host}/settings/tokens/new?scopes=repo&description=Keyfob "
        "(classic)\r\n"
        "  permissions  fine-grained: Contents read, or read and write to push, on the "
        "repositories that are needed; classic: repo\r\n"
        "  user name    your GitHub login; none is needed with a token\r\n")
    answer(child, "", token)
    login = prompt.reply(child)
    assert login == typed("alice", token, is_verified=True, expires_at=login.expires_at)
    assert abs(login.expires_at - host.book.tokens[token].ends) <= 1
    assert host.count("user") == 1
    assert token not in child.before


def test_another_accounts_token_is_said_to_be_that_accounts(prompt, code_hosts):
    host = host_of(code_hosts, prompt)
    token = host.book.give("bob")
    child = prompt.on_terminal(**place(host))
    answer(child, "alice", token)
    assert prompt.reply(child) == typed("alice", token, is_verified=True)
    assert "This is bob's, and it is stored for alice" in child.before
    child = prompt.on_terminal(**place(host))
    answer(child, "Bob", token)
    assert prompt.reply(child) == typed("Bob", token, is_verified=True)
    assert "is stored for" not in child.before


def test_a_wrong_one_says_why_and_is_asked_for_again(prompt, code_hosts):
    host = host_of(code_hosts, prompt)
    token = host.book.give("alice")
    child = prompt.on_terminal(**place(host))
    answer(child, "alice", "0" * 40)
    child.expect(r"\r\n[^\r\n]+\r\n(?=Username for )")
    assert host.host in child.after or "401" in child.after, child.after
    answer(child, "alice", token)
    assert prompt.reply(child) == typed("alice", token, is_verified=True)
    assert host.count("user") == 2


def test_after_three_wrong_ones_it_is_over_with_the_last_reason(prompt, code_hosts):
    host = host_of(code_hosts, prompt)
    child = prompt.on_terminal(**place(host))
    for _ in range(3):
        answer(child, "alice", "0" * 40)
    failure = prompt.reply(child)
    assert failure.is_final and failure.code == "refused", failure
    assert "0" * 40 not in failure.problem + (failure.remedy or "")
    assert host.count("user") == 3


def test_by_askpass_the_reasons_go_to_standard_error(prompt, code_hosts, askpass):
    host = host_of(code_hosts, prompt)
    script = askpass("alice", "0" * 40)
    failure = prompt.without_terminal(**place(host), env={"GIT_ASKPASS": str(script)})
    assert failure.is_final and failure.code == "refused"
    assert len(asked(script)) == 6
    lines = prompt.errors.splitlines()
    assert len(lines) == 2 and all(line.startswith("keyfob: ") for line in lines), lines


def test_what_cannot_be_checked_is_taken_and_it_says_so(prompt, code_hosts):
    host = host_of(code_hosts, prompt)
    where = place(host)
    host.stop()
    child = prompt.on_terminal(**where)
    answer(child, "alice", SECRET)
    child.expect_exact("This could not be checked: ")
    assert prompt.reply(child) == typed("alice")


def test_nothing_is_asked_of_the_host_where_it_is_not_to_be(prompt, code_hosts):
    host = host_of(code_hosts, prompt, verify="false")
    for request in ({}, {"verifies": False}):
        child = prompt.on_terminal(**place(host), **request)
        answer(child, "alice", SECRET)
        assert prompt.reply(child) == typed("alice")
        prompt.home.configure(host.configuration(client=False))
    assert host.calls == []


def test_a_shape_that_cannot_be_right_never_reaches_the_host(prompt, code_hosts):
    host = host_of(code_hosts, prompt, "gitlab")
    token = host.book.give("alice", scopes=("api",))
    child = prompt.on_terminal(**place(host))
    answer(child, "alice", "ghp_" + "a" * 36)
    child.expect_exact("this is a token of GitHub, not of GitLab; give a deploy, project")
    answer(child, "", "gldt-" + "a" * 20)
    child.expect_exact("a deploy token goes with its own user name\r\n")
    assert host.calls == []
    answer(child, "", token)
    assert prompt.reply(child)[:2] == (b"oauth2", token.encode())
    assert host.calls


# What stays out.

def test_an_empty_answer_is_a_no(prompt):
    prompt.home.configure("[prompt]\nverify = false\n")
    child = prompt.on_terminal("git.example.com")
    answer(child, "alice", "")
    assert prompt.reply(child) == Failure(
        "declined", "nothing was entered and nothing was stored", None, True)


def test_a_user_name_is_asked_for_again_where_one_is_needed(prompt):
    prompt.home.configure("[prompt]\nverify = false\n")
    child = prompt.on_terminal("git.example.com")
    answer(child, "", SECRET)
    child.expect_exact("a user name is needed here\r\n")
    answer(child, "alice", SECRET)
    assert prompt.reply(child) == typed("alice")


def test_control_characters_are_refused_and_shown_encoded(prompt):
    prompt.home.configure("[prompt]\nverify = false\n")
    child = prompt.on_terminal(
        "git.example.com", "a\x1b[31mb/\u202ec", reason="the token\r\nof \x1b]0;x\x07 ended")
    child.expect_exact("the token%0D%0Aof %1B]0;x%07 ended\r\n")
    child.expect_exact("Username for 'https://git.example.com/a%1B%5B31mb/%E2%80%AEc': ")
    # Ctrl-V takes what follows as it is.
    child.sendline("ali\x16\x1bce")
    child.expect_exact("Password for 'https://ali%1Bce@git.example.com/")
    child.sendline(SECRET)
    child.expect_exact("a user name has no control characters and at most 1024 bytes\r\n")
    answer(child, "alice", "can\x16\x1bary")
    child.expect_exact("a password or token has no control characters and at most 65000 bytes\r\n")
    answer(child, "alice", SECRET)
    assert prompt.reply(child) == typed("alice")
    child = prompt.on_terminal("git.example.com", username="al\x1bice")
    failure = prompt.reply(child)
    assert failure.code == "badRequest" and failure.is_final and "Password" not in child.before


# The terminal, whatever happens.

def test_ctrl_c_at_either_question_ends_everything_in_the_foreground(prompt):
    prompt.home.configure("[prompt]\nverify = false\n")
    for hidden in (False, True):
        before = prompt.home.root / "before"
        # A shell of its own, with a group of its own: it ends with what it runs.
        child = prompt.on_terminal(
            "git.example.com", username="alice" if hidden else None,
            before=f"trap : INT; stty -a > {before}; set -m; (",
            then=f"; echo survived); echo ended $?; stty -a | cmp - {before} && echo same")
        child.expect_exact("Password for " if hidden else "Username for ")
        child.send("half")
        child.sendintr()
        child.expect_exact("same")
        assert "ended 130" in child.before and "survived" not in child.before
        assert not os.path.exists(f"{prompt.home.root}/reply")


def test_a_signal_restores_the_terminal_and_ends_it(prompt):
    prompt.home.configure("[prompt]\nverify = false\n")
    before = prompt.home.root / "before"
    child = prompt.on_terminal(
        "git.example.com", username="alice", before=f"stty -a > {before}; set -m; ",
        then=f" & fg; stty -a | cmp - {before} && echo same")
    child.expect_exact("Password for ")
    name = "keyfob-prompt"
    pids = [int(pid) for pid in os.listdir("/proc") if pid.isdigit() and is_of(pid, child, name)]
    assert len(pids) == 1
    os.kill(pids[0], signal.SIGTERM)
    child.expect_exact("same")
    assert (prompt.home.root / "reply").read_bytes() == b""


def test_it_ends_with_whoever_asked(prompt):
    prompt.home.configure("[prompt]\nverify = false\n")
    before = prompt.home.root / "before"
    child = prompt.on_terminal(
        "git.example.com", username="alice", before=f"stty -a > {before}; set -m; ",
        then=" & echo $!; fg; "
        f"while ! stty -a | cmp -s - {before}; do sleep 0.02; done; echo same")
    child.expect(r"(\d+)\r\n")
    pid = int(child.match[1])
    child.expect_exact("Password for ")
    os.kill(pid, signal.SIGKILL)
    child.expect_exact("same")


def is_of(pid, child, name):
    """Whether a process is of that name and runs on the child's terminal."""
    try:
        with open(f"/proc/{pid}/stat") as stat:
            command, rest = stat.read().split("(", 1)[1].rsplit(")", 1)
    except (FileNotFoundError, ProcessLookupError):
        return False
    return command == name and int(rest.split()[3]) == child.pid


def test_without_a_client_to_log_in_by_browser_it_is_typed(prompt):
    prompt.home.configure("[prompt]\nverify = false\n")
    child = prompt.on_terminal("git.example.com", way="oauth")
    child.expect_exact("keyfob setup oauth")
    answer(child, "alice", SECRET)
    assert prompt.reply(child) == typed("alice")
    failure = prompt.without_terminal("git.example.com", way="browser", is_command=True)
    assert failure.code == "configuration" and not failure.is_final
