"""Users of containers: in a user namespace everybody is root, and the machine's folders seem to be
nobody's."""

import json
import os
import shutil

import pytest

from Support import ScratchHome

USER = "12345"
LOGIN = {"ServerURL": "r.example", "Username": "alice", "Secret": "canary of the namespace"}
INSIDE = ["unshare", "--user", "--map-root-user"]
# Only root can become somebody else first; anybody else is somebody already.
AS_USER = [
    "setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups"] if os.geteuid() == 0 else []


@pytest.fixture
def rootless(tmp_path_factory, prefix):
    """A home that its user reaches, as pytest's own folders are root's alone."""
    folder = tmp_path_factory.mktemp("rootless")
    home = ScratchHome(folder, prefix)
    if AS_USER:
        for parent in (folder, *folder.parents[:2]):
            parent.chmod(0o755)
        # The programs may lie in a folder that is root's alone as well.
        shutil.copytree(prefix / "bin", folder / "bin")
        for place in (home.path, folder / "run", folder / "tmp"):
            os.chown(place, int(USER), int(USER))
        home.program = lambda name: folder / "bin" / name
    return home


@pytest.mark.parametrize("namespace", [[], INSIDE], ids=["outside", "inside"])
def test_a_login_is_kept_for_its_user(rootless, namespace):
    helper = rootless.program("docker-credential-keyfob")
    stored = rootless.run(*AS_USER, *namespace, helper, "store", input=json.dumps(LOGIN))
    assert (stored.code, stored.out, stored.err) == (0, b"", b"")
    for again in ([], INSIDE):
        answer = rootless.run(*AS_USER, *again, helper, "get", input="r.example")
        assert (answer.code, json.loads(answer.out)) == (0, LOGIN)
    assert rootless.credentials.stat().st_uid == (int(USER) if AS_USER else os.geteuid())


def test_a_configuration_of_the_machines_is_read_inside(rootless):
    # The machine's own file cannot be touched by a test; one of root's beside it is judged alike.
    config = rootless.root / "config"
    config.write_text("[keyfob]\n\tstore = nonsense\n")
    config.chmod(0o644)
    rootless.config.parent.mkdir(parents=True, exist_ok=True)
    rootless.config.symlink_to(config)
    helper = rootless.program("docker-credential-keyfob")
    for namespace in ([], INSIDE):
        answer = rootless.run(*AS_USER, *namespace, helper, "get", input="r.example")
        assert answer.code == 1 and b"`nonsense` is not a store" in answer.out
