"""The reference client: what botocore makes of the same environment and the same servers."""

import json
import select
import subprocess
from pathlib import Path

import pytest

from .processes import SYSTEM_PATH, finish

_PROGRAM = Path(__file__).parents[1] / "AWS/botocore_client.py"


class Reference:
    """botocore in a process of its own, with nothing of this one's environment."""

    def __init__(self, python, home):
        #: Its `HOME`, unless a call says otherwise.
        self._home = str(home)
        self._argv = [str(python), "-I", "-B", str(_PROGRAM)]
        self._process = subprocess.Popen(
            self._argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True,
            env=self._environment, cwd=home)

    @property
    def _environment(self):
        return {
            "PATH": SYSTEM_PATH, "LANG": "C.UTF-8", "HOME": self._home,
            "AWS_EC2_METADATA_DISABLED": "true"}

    def call(self, service, operation, parameters=None, **options):
        """Calls an operation, its name and parameters as AWS writes them.

        Options: environment, region, endpoint, timeouts (in seconds), retries, and `within`: what
        comes before the command line, such as the way into a network.
        Returns `{"ok": true, "value"}` or `{"ok": false, "error", "text", "status"}`.
        """
        task = {"service": service, "operation": operation, "parameters": parameters or {}}
        return self._do({**task, **options})

    def credentials(self, **options):
        """What botocore's own chain finds: an answer whose value has the keys, or is null."""
        return self._do(options)

    def _do(self, task):
        within = task.pop("within", None)
        task["environment"] = {**self._environment, **task.get("environment", {})}
        line = json.dumps(task).encode() + b"\n"
        if within:
            return json.loads(finish([*within, *self._argv], env=self._environment, input=line).out)
        self._process.stdin.write(line)
        self._process.stdin.flush()
        if not select.select([self._process.stdout], [], [], 30)[0]:
            pytest.fail(f"the reference client does not come to an end with {task}")
        return json.loads(self._process.stdout.readline())

    def stop(self):
        self._process.kill()
        self._process.communicate()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
