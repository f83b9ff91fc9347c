"""SSH keys as ssh-keygen and openssl make them, and what those say of a key."""

import base64
import struct

from Support.processes import finish, prepare, required

PASSPHRASE = "correct: hörse, \"battery\" 'staple'"

#: How each form of a key is made: in a file, locked or not.
FORMS = {
    **{f"{kind}-{form}": ("ssh-keygen", kind, form)
       for kind in ("rsa-2048", "ecdsa-256", "ecdsa-384", "ecdsa-521") for form in
       ("OPENSSH", "PEM", "PKCS8")},
    "ed25519-OPENSSH": ("ssh-keygen", "ed25519", "OPENSSH"),
    "rsa-openssl-PKCS8": ("openssl", "genpkey", "-algorithm", "RSA"),
    "ec-openssl-PKCS8": (
        "openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"),
}


class SSHBench:
    def __init__(self, folder):
        folder.mkdir(mode=0o700)
        self._folder = folder

    def write(self, name, content):
        """Writes a file that only its owner can use."""
        path = self._folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        path.chmod(0o600)
        return path

    def make(self, form, passphrase="", comment="me@here"):
        """A key of one of the `FORMS`, as its file."""
        program, *how = FORMS[form]
        path = self._folder / "made"
        path.unlink(missing_ok=True)
        if program == "ssh-keygen":
            kind, bits = how[0].partition("-")[::2]
            # With one round, for a locked key is slow to open on purpose.
            prepare(
                ["ssh-keygen", "-q", "-t", kind, *(["-b", bits] if bits else []), "-N", passphrase,
                 "-C", comment, "-a", "1", "-f", str(path),
                 *(["-m", how[1]] if how[1] != "OPENSSH" else [])])
        else:
            lock = ["-aes-256-cbc", "-pass", f"pass:{passphrase}"] if passphrase else []
            prepare([program, *how, "-out", str(path), *lock])
        return path.read_bytes()

    def public(self, content, passphrase=""):
        """The public key's line, by ssh-keygen."""
        argv = ["ssh-keygen", "-y", "-P", passphrase, "-f", str(self.write("asked", content))]
        return prepare(argv).decode().rstrip("\n")

    def fingerprint(self, public):
        """`SHA256:…`, by ssh-keygen."""
        argv = ["ssh-keygen", "-l", "-f", str(self.write("asked.pub", public))]
        return prepare(argv).decode().split()[1]

    def reads(self, content, passphrase=""):
        """Whether ssh-keygen opens a key."""
        argv = ["-y", "-P", passphrase, "-f", self.write("asked", content)]
        return finish([required("ssh-keygen"), *argv], env={}).code == 0

    def change(self, path, what):
        """Has ssh-keygen lock an open key, or give it another comment; returns its passphrase."""
        if what == "comment":
            prepare(["ssh-keygen", "-q", "-c", "-C", "another", "-P", "", "-f", str(path)])
            return ""
        prepare(["ssh-keygen", "-q", "-p", "-a", "1", "-P", "", "-N", PASSPHRASE, "-f", str(path)])
        return PASSPHRASE


def ed25519_in_pkcs8(bench):
    """A key in PKCS#8 by openssl, and its public key's line."""
    key = prepare(["openssl", "genpkey", "-algorithm", "ed25519"])
    der = prepare(
        ["openssl", "pkey", "-in", str(bench.write("pkcs8", key)), "-pubout", "-outform", "DER"])
    blob = _string(b"ssh-ed25519") + _string(der[-32:])
    return key, f"ssh-ed25519 {base64.b64encode(blob).decode()}"


def security_key():
    """The handle of a key that is in a device (OpenSSH's PROTOCOL.u2f), as ssh-keygen stores it,
    and its public key's line."""
    kind, application = b"sk-ssh-ed25519@openssh.com", b"ssh:"
    blob = _string(kind) + _string(bytes(range(32))) + _string(application)
    section = (b"\1\2\3\4" * 2 + blob + b"\1" + _string(b"handle" * 10) + _string(b"")
               + _string(b"token"))
    section += bytes(range(1, -len(section) % 8 + 1))
    key = (b"openssh-key-v1\0" + _string(b"none") * 2 + _string(b"") + struct.pack(">I", 1)
           + _string(blob) + _string(section))
    lines = base64.encodebytes(key).decode()
    text = f"-----BEGIN OPENSSH PRIVATE KEY-----\n{lines}-----END OPENSSH PRIVATE KEY-----\n"
    return text.encode(), f"{kind.decode()} {base64.b64encode(blob).decode()} token"


def _string(value):
    return struct.pack(">I", len(value)) + value
