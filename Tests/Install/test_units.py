"""The units that renew tokens, as systemd itself reads them."""

import re
import shlex
import shutil

import pytest

from Support.processes import required

NAMES = ("keyfob-refresh.service", "keyfob-refresh.timer")


@pytest.fixture
def units(prefix):
    return prefix / "share/systemd/user"


@pytest.fixture
def verify(home):
    """What systemd finds wrong with the units of a folder."""

    def run(folder):
        answer = home.run(required("systemd-analyze"), "--user", "--man=no", "verify",
                          *(folder / name for name in NAMES))
        return answer.code, answer.out + answer.err

    return run


def test_systemd_finds_nothing_wrong(units, verify, tmp_path):
    assert verify(units) == (0, b"")
    # It would have.
    broken = tmp_path / "broken"
    shutil.copytree(units, broken)
    service = broken / NAMES[0]
    service.write_text(service.read_text().replace("LockPersonality", "LokPersonality"))
    assert b"LokPersonality" in verify(broken)[1]


def test_the_service_starts_the_program_beside_it(units, prefix, home):
    text = (units / NAMES[0]).read_text()
    [command] = re.findall(r"^ExecStart=(.*)$", text, re.MULTILINE)
    words = shlex.split(command.replace("%%", "%"))
    assert words == [f"{prefix}/bin/keyfob", "refresh", "--due"]
    # Where nothing was ever stored or minted it has nothing to do, and nothing to say.
    assert home.run(*words) == (0, b"", b"")
    assert list(home.path.iterdir()) == []


def test_the_timer_is_one_that_can_be_enabled_and_makes_up_for_lost_time(units):
    text = (units / NAMES[1]).read_text()
    assert "WantedBy=timers.target" in text and "Persistent=yes" in text
