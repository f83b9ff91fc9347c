"""A talk of a person with `keyfob` on a terminal, kept as a transcript without secrets."""

import pexpect

from administrator import shows


class Conversation:
    """What is asked and answered in turn. With `pytest -s` the whole of it is printed."""

    def __init__(self, child, line):
        self._child = child
        self._secrets = []
        #: All that the terminal showed.
        self.shown = f"$ {line}\n"

    def asked(self, prompt):
        """Waits for a question, or for something that is said."""
        self._child.expect_exact(prompt)
        self._keep()
        return self

    def answers(self, *pairs):
        """Answers questions in turn, in the open: (question, answer)."""
        for prompt, answer in pairs:
            self.asked(prompt)
            self._child.sendline(answer)
        return self

    def hides(self, *pairs):
        """Answers questions for secrets, which must not be echoed."""
        for prompt, secret in pairs:
            self.asked(prompt)
            assert not self._child.getecho(), prompt
            self._secrets.append(secret)
            self._child.sendline(secret)
        return self

    def interrupts(self):
        """Presses Ctrl-C."""
        self._child.sendintr()
        return self

    def ends(self, code=0):
        """Waits for the end; returns all that was shown."""
        self._child.expect(pexpect.EOF)
        self._keep()
        self._child.close()
        ended = 128 + self._child.signalstatus if self._child.signalstatus else (
            self._child.exitstatus)
        print(self.shown + (f"exit {ended}" if ended else ""))
        assert ended == code, self.shown
        for secret in filter(None, self._secrets):
            assert not shows(self.shown.encode(), secret), self.shown
        return self.shown

    def _keep(self):
        after = self._child.after if isinstance(self._child.after, str) else ""
        self.shown += (self._child.before + after).replace("\r\n", "\n")


def printed(admin, line, input="", **env):
    """A command's transcript, printed as well."""
    transcript = admin.transcript(line, input, **env)
    print(f"$ {line}{transcript}")
    return transcript
