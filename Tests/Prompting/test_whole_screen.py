"""All that a person sees, from the first line to the last, on the screen of a terminal emulator."""

import time

import pytest

from Support.processes import SYSTEM_PATH, finish, required


class Screen:
    """A terminal of tmux's, of a server of its own."""

    def __init__(self, home, line, columns=130, rows=30):
        self._environment = {**home.env, "PATH": SYSTEM_PATH, "TERM": "xterm"}
        self._socket = str(home.root / "tmux")
        self._tmux(
            "-f", "/dev/null", "new-session", "-d", "-x", str(columns), "-y", str(rows), "-s", "it",
            "/bin/sh", "-c", line + "; sleep 60")

    def _tmux(self, *words):
        done = finish(
            [required("tmux"), "-S", self._socket, *words], env=self._environment, timeout=10)
        assert done.code == 0, done
        return done.out.decode()

    def text(self):
        lines = self._tmux("capture-pane", "-p", "-t", "it").rstrip("\n").split("\n")
        return "\n".join(line.rstrip() for line in lines)

    def waits_for(self, end):
        deadline = time.monotonic() + 10
        while not self.text().endswith(end):
            assert time.monotonic() < deadline, self.text()
            time.sleep(0.02)
        return self

    def types(self, text):
        if text:
            self._tmux("send-keys", "-t", "it", "-l", text)
        self._tmux("send-keys", "-t", "it", "Enter")

    def close(self):
        self._tmux("kill-server")


@pytest.fixture
def screen(home):
    opened = []

    def open_screen(line):
        opened.append(Screen(home, line))
        return opened[-1]

    yield open_screen
    for each in opened:
        each.close()


def test_from_a_wrong_token_to_a_right_one(prompt, screen, code_hosts):
    host = code_hosts("github")
    prompt.home.env.update(host.environment)
    prompt.home.configure(host.configuration(client=False))
    token = host.book.give("alice", scopes=("repo",))
    name, _, port = host.host.partition(":")
    url = f"https://{host.host}/team/app.git"
    line = prompt.line(name, "team/app.git", port=int(port))
    shown = screen(f"clear; {line} && echo over")
    shown.waits_for(f"Username for '{url}':").types("")
    shown.waits_for(f"Password for '{url}':").types("glpat-canary")
    shown.waits_for(f"Username for '{url}':").types("alice")
    shown.waits_for(f"Password for '{url.replace('//', '//alice@')}':").types(token)
    shown.waits_for("over")
    assert shown.text() == f"""\
No login is stored for {host.host}/team/app.git
GitHub takes a personal access token.
  from         https://{host.host}/settings/personal-access-tokens/new (fine-grained)
               https://{host.host}/settings/tokens/new?scopes=repo&description=Keyfob (classic)
  permissions  fine-grained: Contents read, or read and write to push, on the repositories that \
are needed; classic: repo
  user name    your GitHub login; none is needed with a token
Username for '{url}':
Password for '{url}':
this is a token of GitLab, not of GitHub; give a personal access token
Username for '{url}': alice
Password for '{url.replace('//', '//alice@')}':
over"""
    assert prompt.reply().username == b"alice"
