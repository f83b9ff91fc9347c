"""The programs under test, one of which starts another way."""

import shutil


def scripted_prefix(prefix, folder, program, *lines):
    """A copy of the installed programs in which these lines of a shell run in the place of one of
    `libexec`; the program itself is then `$0.real`."""
    for part in ("bin", "libexec"):
        shutil.copytree(prefix / part, folder / part)
    script = folder / "libexec/keyfob" / program
    script.rename(script.with_suffix(".real"))
    script.write_text("\n".join(["#!/bin/sh", *lines, ""]))
    script.chmod(0o755)
    return folder
