"""Who makes bundles, and who applies them."""

import seed_format
from administrator import Administrator
from Support import ScratchHome

STATE = ".local/state/keyfob"


class SeedHome(Administrator):
    """A private home whose commands are told as bytes and as lines."""

    def __init__(self, root, prefix):
        root.mkdir()
        super().__init__(ScratchHome(root, prefix))

    def line(self, command, *args, **options):
        """The one line that a command prints."""
        text = self.does(command, *args, **options).decode()
        assert text.endswith("\n") and text.count("\n") == 1, text
        return text[:-1]

    def state(self, name):
        return self.home.path / STATE / name

    def content(self):
        """All that is stored: every credential of `list`, and the secrets of each."""
        return {each["name"]: each for each in self.json("keyfob list")}


class SeedAdmin(SeedHome):
    def __init__(self, root, prefix):
        super().__init__(root, prefix)
        self.signer = self.line("keyfob keygen --signing")
        self.bundles = 0

    @property
    def key(self):
        """The signing key, for bundles that only a program could make."""
        return seed_format.signer_in(self.state("signing-key").read_bytes())

    def add(self, name, username, secret, *bindings, more=""):
        words = " ".join(f"--bind {each}" for each in bindings)
        self.does(f"keyfob add {name} --username {username} --stdin {words} {more}", secret)

    def bundle(self, machines, options="ghcr forge", **env):
        """The path of a new bundle for these machines."""
        self.bundles += 1
        path = self.home.path / f"{self.bundles}.seed"
        to = " ".join(f"--to {machine.recipient}" for machine in machines)
        self.does(f"keyfob seed create {to} --output {path} {options}", **env)
        return path


class SeedMachine(SeedHome):
    def __init__(self, root, prefix):
        super().__init__(root, prefix)
        self.recipient = self.line("keyfob keygen")

    @property
    def key(self):
        return seed_format.machine_in(self.state("recipient-key").read_bytes())

    def trust(self, admin):
        self.does(f"keyfob seed trust --yes {admin.signer}")

    def apply(self, path, options=""):
        return self.json(f"keyfob seed apply {path} {options}")

    def refuses(self, bundle, options="", code=1):
        """The line in which a bundle is refused; nothing at all is changed by it."""
        path = self.home.path / "refused.seed"
        if isinstance(bundle, bytes):
            path.write_bytes(bundle)
        else:
            path.write_bytes(bundle.read_bytes())
        before = self.kept()
        line = self.fails(code, f"keyfob seed apply {path} {options}")
        assert self.kept() == before
        return line

    def kept(self):
        """What is on the disk, except for locks, which are empty and may be new."""
        return {name: content for name, content in self.files().items()
                if not name.endswith((".lock", ".seed"))}
