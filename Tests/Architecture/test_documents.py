"""Completions and man pages say what the installed command says of itself."""

import json
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
COMPLETIONS = {
    "bash": ("bash/keyfob", "share/bash-completion/completions/keyfob", ["bash", "-n"]),
    "zsh": ("zsh/_keyfob", "share/zsh/site-functions/_keyfob", ["zsh", "-n"]),
    "fish": (
        "fish/keyfob.fish", "share/fish/vendor_completions.d/keyfob.fish",
        ["fish", "--no-execute"]),
}


@pytest.fixture
def keyfob(home):
    """Runs the installed command, and gives what it prints."""
    def run(*arguments):
        answer = home.keyfob(*arguments)
        assert (answer.code, answer.err) == (0, b"")
        return answer.out
    return run


@pytest.mark.parametrize("shell", COMPLETIONS)
def test_completions_are_current(keyfob, prefix, shell):
    source, installed, _ = COMPLETIONS[shell]
    generated = keyfob("completions", shell)
    assert b"unbind" in generated
    assert (ROOT / "install/completions" / source).read_bytes() == generated
    assert (prefix / installed).read_bytes() == generated


@pytest.mark.parametrize("shell", COMPLETIONS)
def test_the_shell_accepts_its_completions(prefix, tmp_path, shell):
    _, installed, check = COMPLETIONS[shell]
    subprocess.run([*check, str(prefix / installed)], check=True)
    broken = tmp_path / "broken"
    broken.write_text("if [ 1 = 1\nthen (\n")
    assert subprocess.run([*check, str(broken)], capture_output=True).returncode != 0


def letters(text):
    """A text without what mdoc escapes or breaks."""
    return re.sub(r"[^A-Za-z0-9]", "", re.sub(r"\\(?:&|e|\(..)", "", text))


def items_of_page(page):
    """Each item of a page's lists with the line that explains it, in order."""
    lines = page.splitlines()
    return [
        (letters(line[4:]), letters("" if following.startswith(".") else following))
        for line, following in zip(lines, [*lines[1:], ""]) if line.startswith(".It ")]


def items_of_command(command):
    """What the page of a command must list, from the command's own description of itself."""
    items = []
    for argument in command.get("arguments", []):
        if argument["shouldDisplay"]:
            names = sorted(argument.get("names", []), key=lambda name: name["kind"] != "short")
            value = "" if argument["kind"] == "flag" else argument.get("valueName", "")
            marks = ["Fl"] * bool(names) + [name["name"] for name in names] + ["Ar"] * bool(value)
            items.append((letters("".join(marks) + value), letters(argument.get("abstract", ""))))
    for subcommand in command.get("subcommands", []):
        if subcommand.get("shouldDisplay", True):
            label = "".join([subcommand["commandName"], *subcommand.get("aliases", [])])
            items.append((letters("Em" + label), letters(subcommand.get("abstract", ""))))
            items += items_of_command(subcommand)
    return items


def test_the_man_page_is_current(keyfob, prefix):
    described = items_of_command(json.loads(keyfob("--experimental-dump-help"))["command"])
    assert len(described) > 50
    page = (ROOT / "install/man/keyfob.1").read_text()
    assert items_of_page(page) == described
    assert (prefix / "share/man/man1/keyfob.1").read_text() == page


@pytest.mark.parametrize("page", ["man1/docker-credential-keyfob.1", "man1/git-credential-keyfob.1",
                                  "man5/keyfob-config.5", "man7/keyfob-exchange.7",
                                  "man7/keyfob-kinds.7", "man7/keyfob-seed.7"])
def test_a_written_page_is_installed_as_it_is(prefix, page):
    installed = (prefix / "share/man" / page).read_bytes()
    assert b".Sh NAME" in installed
    assert installed == (ROOT / "install/man" / Path(page).name).read_bytes()
