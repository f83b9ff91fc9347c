"""A person who answers git's questions, and remembers them."""

_SCRIPT = """\
#!/bin/sh
printf '%s\\n' "$1" >> "${0%/*}/prompts"
case "$1" in
    Username*) cat "${0%/*}/username" ;;
    *) cat "${0%/*}/password" ;;
esac
"""


class Askpass:
    def __init__(self, folder, account):
        folder.mkdir()
        self._prompts = folder / "prompts"
        self._script = folder / "askpass"
        (folder / "username").write_text(account.username)
        (folder / "password").write_text(account.password)
        self._script.write_text(_SCRIPT)
        self._script.chmod(0o700)

    @property
    def environment(self):
        return {"GIT_ASKPASS": str(self._script)}

    def prompts(self):
        """Every question so far, in order."""
        return self._prompts.read_text().splitlines() if self._prompts.exists() else []
