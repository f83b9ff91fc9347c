"""Git over HTTPS on loopback: Apache in front of git's own backend, with Basic authentication."""

import os
import re
import shutil
import tempfile
import time
from pathlib import Path

from .accounts import ALICE, BOB
from .processes import Daemon, free_port, prepare

_MODULES = (
    "mpm_event", "authn_core", "authn_file", "authz_core", "authz_user", "auth_basic", "alias",
    "cgid", "env", "setenvif", "socache_shmcb", "ssl",
)

_CONFIG = """\
ServerRoot {folder}
ServerName localhost
PidFile {folder}/pid
Listen 127.0.0.1:{port}
{modules}
ScriptSock {folder}/cgi.sock
ErrorLog {folder}/error.log
LogFormat "%u %>s %U" access
CustomLog {folder}/access.log access
SSLEngine on
SSLCertificateFile {folder}/cert.pem
SSLCertificateKeyFile {folder}/key.pem
SetEnv GIT_PROJECT_ROOT {folder}/repositories
SetEnv GIT_HTTP_EXPORT_ALL
SetEnvIf Git-Protocol ".*" GIT_PROTOCOL=$0
ScriptAlias /git/ /usr/lib/git-core/git-http-backend/
<Directory /usr/lib/git-core>
    Require all granted
</Directory>
<Location /git/>
    AuthType Basic
    AuthName "git"
    AuthUserFile {folder}/htpasswd
    Require valid-user
</Location>
<Location /git/alice/>
    Require user alice
</Location>
<Location /git/bob/>
    Require user bob
</Location>
"""


class GitServer:
    """Serves `team/app.git` to alice and bob, and to each the `private.git` of their own folder."""

    repositories = ("team/app.git", "alice/private.git", "bob/private.git")

    def __init__(self, certificate, accounts=(ALICE, BOB)):
        self.port = free_port()
        self.host = f"localhost:{self.port}"
        self.environment = certificate.environment()
        # Apache refuses to serve as root, and its own user cannot enter root's folders: the server
        # gets a folder of its own and gives everything in it to that user.
        self.folder = Path(tempfile.mkdtemp(prefix="keyfob-git-"))
        self._log = self.folder / "access.log"
        user = "www-data" if os.geteuid() == 0 else None
        try:
            self._write(certificate, accounts)
            if user:
                prepare(["chown", "-R", f"{user}:{user}", str(self.folder)])
            self._daemon = Daemon(
                ["apache2", "-f", str(self.folder / "apache.conf"), "-D", "FOREGROUND"],
                port=self.port, log=self.folder / "output.log", user=user)
        except BaseException:
            shutil.rmtree(self.folder)
            raise

    def _write(self, certificate, accounts):
        shutil.copy(certificate.certificate, self.folder / "cert.pem")
        shutil.copy(certificate.key, self.folder / "key.pem")
        (self.folder / "htpasswd").write_bytes(b"".join(
            prepare(["htpasswd", "-niB", user], input=password.encode())
            for user, password in accounts))
        modules = "\n".join(
            f"LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so" for name in _MODULES)
        (self.folder / "apache.conf").write_text(
            _CONFIG.format(folder=self.folder, port=self.port, modules=modules))
        self._log.touch()
        for name in self.repositories:
            self._make_repository(self.folder / "repositories" / name)

    def _make_repository(self, path):
        identity = {f"GIT_{who}_{what}": "server@example.com"
                    for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}

        def git(*arguments):
            return prepare(
                ["git", "-C", str(path), *arguments],
                env={**identity, "HOME": str(self.folder), "GIT_CONFIG_NOSYSTEM": "1"},
            ).decode().strip()

        path.mkdir(parents=True)
        git("init", "-q", "--bare", "-b", "main")
        git("config", "http.receivepack", "true")
        tree = git("hash-object", "-t", "tree", "-w", "/dev/null")
        git("update-ref", "refs/heads/main", git("commit-tree", tree, "-m", "first"))

    def url(self, repository="team/app.git", user=None):
        authority = f"{user}@{self.host}" if user else self.host
        return f"https://{authority}/git/{repository}"

    def mark(self):
        """Where the log ends now, for `users` and `refused`. Apache writes a line some time after
        the client has its answer, so the log must have been still for a while."""
        size, since = self._log.stat().st_size, time.monotonic()
        while time.monotonic() - since < 0.25:
            time.sleep(0.02)
            if self._log.stat().st_size != size:
                size, since = self._log.stat().st_size, time.monotonic()
        return size

    def users(self, mark):
        """Who was served since `mark`; waits for the first one, as the log lags behind."""
        return self._wait_for(r"^(\S+) 2\d\d ", mark)

    def refused(self, mark):
        """Who was turned away since `mark`; waits for the first one."""
        return self._wait_for(r"^((?!-)\S+) 401 ", mark)

    def _wait_for(self, pattern, mark):
        deadline = time.monotonic() + 2
        while True:
            text = self._log.read_bytes()[mark:].decode(errors="replace")
            found = set(re.findall(pattern, text, re.MULTILINE))
            if found or time.monotonic() > deadline:
                return found
            time.sleep(0.02)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._daemon.stop()
        shutil.rmtree(self.folder)
