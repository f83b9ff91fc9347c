"""The pictures in README.md show what the installed command writes today."""

import xml.etree.ElementTree as XML
from pathlib import Path

import pytest

from pictures import PICTURES, drawn
from Support.terminal_picture import picture, runs

DOCS = Path(__file__).resolve().parents[2] / "docs"


@pytest.fixture(scope="module")
def current(prefix, tmp_path_factory):
    return drawn(prefix, tmp_path_factory.mktemp("pictures"))


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_current(current, name):
    assert (DOCS / name).read_text() == current[name], (
        f"docs/{name} is not what `install/screenshots.sh PREFIX` draws now")


@pytest.mark.parametrize("name", PICTURES)
def test_it_is_drawn_in_colours_and_tells_of_no_machine(current, name):
    root = XML.fromstring(current[name])
    assert root.attrib["viewBox"].split()[2:] == [root.attrib["width"], root.attrib["height"]]
    for word in ('class="green">ok', 'class="red">expired', 'class="yellow">weak'):
        assert word in current[name]
    assert "/tmp" not in current[name] and "\x1b" not in current[name]


def test_a_style_that_is_not_known_is_no_picture():
    assert runs("a \x1b[31mb\x1b[0m c") == [("", "a "), ("red", "b"), ("", " c")]
    assert "&lt;b&gt; &amp; 木" in picture("x", "<b> & 木")
    with pytest.raises(ValueError):
        runs("\x1b[2Jgone")
