"""The questions are git's own, byte for byte, whatever is in a name: editors read them."""

import pytest

from askpass_notes import asked

#: Host, path and user name as git hands them over, decoded.
PLACES = [
    ("git.example.com", "", None),
    ("git.example.com", "acme/app.git", None),
    ("git.example.com:8443", "", "alice"),
    ("[::1]:8443", "a b/ü.git", "al ice@example.com"),
    ("git_x.example.com", "a%b?c#d&e=f+g,h;i'j(k)*l!m$n[o]p|q\\r^s`t~u{v}<w>\"x\"", "a/b:c%d"),
    ("gït.example.com", "", "ünïcode name"),
    ("git.example.com", "café/\x1b]0;title\x07", "-._~"),
]


@pytest.mark.parametrize("host, path, username", PLACES)
@pytest.mark.parametrize("scheme", ["https", "http"])
def test_the_same_questions_as_gits(prompt, askpass, scheme, host, path, username):
    prompt.home.configure("[prompt]\nverify = false\n")
    gits, ours = askpass("alice", "canary", "gits"), askpass("alice", "canary", "ours")
    words = f"protocol={scheme}\nhost={host}\n" + (f"path={path}\n" if path else "")
    words += f"username={username}\n" if username else ""
    done = prompt.home.run(
        "git", "-c", "credential.useHttpPath=true", "credential", "fill", input=words,
        GIT_ASKPASS=gits)
    assert done.code == 0 and b"password=canary\n" in done.out, done

    name, port = host, 0
    if host.endswith(":8443"):
        name, port = host[:-5], 8443
    login = prompt.without_terminal(
        name, path, scheme=scheme, port=port, env={"GIT_ASKPASS": str(ours)}, username=username)
    assert login.secret == b"canary" and login.username == (username or "alice").encode(), login
    questions = asked(ours)
    assert questions == asked(gits) and len(questions) == (1 if username else 2)
