"""What a program writes to a terminal, as an SVG that looks right on light and dark pages."""

import re
import unicodedata
from html import escape

#: The styles that `keyfob` uses (ECMA-48, SGR), as classes.
CLASSES = {"1": "bold", "2": "dim", "31": "red", "32": "green", "33": "yellow", "35": "magenta"}
CELL, LINE, MARGIN = 8.4, 19, 16
STYLE = """
  .page { fill: #f6f8fa; stroke: #d0d7de } text { fill: #1f2328;
    font: 14px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace;
    white-space: pre }
  .prompt, .dim { fill: #656d76 } .bold { font-weight: bold }
  .red { fill: #cf222e } .green { fill: #1a7f37 } .yellow { fill: #9a6700 }
  .magenta { fill: #8250df }
  @media (prefers-color-scheme: dark) {
    .page { fill: #0d1117; stroke: #30363d } text { fill: #e6edf3 }
    .prompt, .dim { fill: #8d96a0 } .red { fill: #ff7b72 } .green { fill: #3fb950 }
    .yellow { fill: #d29922 } .magenta { fill: #bc8cff }
  }
"""
_CODE = re.compile(r"\x1b\[([0-9;]*)m")


def picture(command, output):
    """The command line after a prompt, and below it what it wrote."""
    lines = [[("prompt", "$ "), ("bold", command)], *map(runs, output.splitlines())]
    columns = max(sum(width(text) for _, text in line) for line in lines)
    across, down = round(2 * MARGIN + CELL * columns), 2 * MARGIN + LINE * len(lines)
    rows = "".join(row(number, line) for number, line in enumerate(lines))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{across}" height="{down}" '
        f'viewBox="0 0 {across} {down}" role="img">\n'
        f"<title>{escape(command)}</title>\n<style>{STYLE}</style>\n"
        f'<rect class="page" x="0.5" y="0.5" width="{across - 1}" height="{down - 1}" rx="8"/>\n'
        f"{rows}</svg>\n")


def runs(line):
    """A line as (class, text), without the codes between."""
    parts = _CODE.split(line.rstrip("\r"))
    codes = ["", *parts[1::2]]
    if "\x1b" in "".join(parts[::2]):
        raise ValueError(f"a code that is none of a style: {line!r}")
    return [(CLASSES.get(code, ""), text) for code, text in zip(codes, parts[::2]) if text]


def row(number, line):
    """Each run where its cells are, whatever font it is drawn in."""
    baseline, spans, column = MARGIN + LINE * number + 14, "", 0
    for name, text in line:
        cells = width(text)
        kind = f' class="{name}"' if name else ""
        spans += (f'<tspan x="{MARGIN + CELL * column:.1f}" textLength="{CELL * cells:.1f}"{kind}>'
                  f"{escape(text)}</tspan>")
        column += cells
    return f'<text y="{baseline}">{spans}</text>\n'


def width(text):
    """How many cells a text takes."""
    return sum(0 if unicodedata.combining(each) else
               2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in text)
