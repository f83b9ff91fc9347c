"""Chromium itself: it opens connections that it may need, asks for icons, keeps to policies."""

import time

from Support.processes import required

#: It is told that the host's certificate is good, and otherwise is as it comes.
_SCRIPT = """\
#!/bin/sh
echo noise
exec {chromium} --headless=new --no-sandbox --disable-gpu --ignore-certificate-errors \\
    --user-data-dir={folder}/profile --virtual-time-budget=2000 --dump-dom "$1" \\
    > {folder}/shown 2> {folder}/errors
"""


def test_chromium_logs_in(user, host, tmp_path):
    script = tmp_path / "chromium"
    script.write_text(_SCRIPT.format(chromium=required("chromium"), folder=tmp_path))
    script.chmod(0o755)
    user.home.env["BROWSER"] = str(script)
    login = user.login()
    assert login["username"] == "alice" and user.owns(login["password"]) == "alice"
    # Chromium outlives the helper, and writes the page when it has shown it.
    end = time.monotonic() + 10
    while "You can close this page" not in (tmp_path / "shown").read_text():
        assert time.monotonic() < end, (tmp_path / "errors").read_text()
        time.sleep(0.02)
    assert host.count("authorize") == 1 and host.count("token", status=200) == 1
