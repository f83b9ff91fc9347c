"""Draws `keyfob list` and `keyfob status` for README.md, from the installed command.

usage: pictures.py PREFIX FOLDER
"""

import pathlib
import re
import sys
import tempfile

import pexpect

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from Support.home import ScratchHome  # noqa: E402
from Support.terminal_picture import picture  # noqa: E402

COLUMNS = 118
#: How each picture's file is called, and what is run for it.
PICTURES = {"list.svg": "keyfob list", "status.svg": "keyfob status"}
#: The day on which everything was written, as far as the pictures know.
TODAY = "2026-11-20T09:00:00Z"
#: What is in the store. The times are so far off that no status ever changes.
EXAMPLES = [
    ("ghcr --kind token --username octocat --bind registry:ghcr.io --bind git:github.com"
     " --expires 2099-12-31", "ghp_" + "0123456789abcdefghij" * 2),
    ("harbor --username robot$acme+ci --bind registry:harbor.example.com --scope acme/build"
     " --provider harbor --rotate-after 2026-01-31", "0123456789abcdefghijklmnopqrstuv"),
    ("hub --username acme --bind registry:docker.io", "the password of the account"),
    ("gitlab-old --username ci --bind git:gitlab.example.com", "words of the old one"),
    ("gitlab --username ci --bind git:gitlab.example.com", "words of the new one"),
    ("mirror --username pull --bind registry:*.mirror.example.com --expires 2026-01-31",
     "words of the mirror"),
    ("orders-db --kind database --username orders --field engine=postgresql"
     " --field host=db.example.com --scope acme/prod", "words of the database"),
    ("registry --username ci --bind registry:registry.example.com --scope acme/prod",
     "words of the registry"),
]


def drawn(prefix, root):
    """Each picture's text by the name of its file."""
    home = ScratchHome(pathlib.Path(root), pathlib.Path(prefix))
    for options, secret in EXAMPLES:
        answer = home.keyfob("add", *options.split(), "--stdin", input=secret)
        if answer.code:
            raise SystemExit(f"keyfob add {options}: {answer.err.decode().strip()}")
    return {name: picture(command, shown(home, command)) for name, command in PICTURES.items()}


def shown(home, command):
    """What the command writes to a terminal, with the times and places of nobody's home."""
    child = pexpect.spawn(
        command, env={**home.env, "TERM": "xterm-256color"}, cwd=str(home.path),
        encoding="utf-8", timeout=20, dimensions=(40, COLUMNS))
    child.expect(pexpect.EOF)
    child.close()
    if child.exitstatus:
        raise SystemExit(f"{command}: {child.before}")
    text = re.sub(r"written( +)\S+Z", rf"written\g<1>{TODAY}", child.before)
    return text.replace(str(home.path), "~")


def main(prefix, folder):
    with tempfile.TemporaryDirectory(prefix="keyfob-pictures-") as root:
        for name, text in drawn(prefix, root).items():
            (pathlib.Path(folder) / name).write_text(text)


if __name__ == "__main__":
    main(*sys.argv[1:])
