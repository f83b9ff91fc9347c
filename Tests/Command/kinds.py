"""Credentials of every kind: how each is added, what is shown of it, and how it is changed."""

import json
import subprocess
from dataclasses import dataclass, field
from functools import cache

OVH_KEY, OVH_SECRET, OVH_CONSUMER = "canaryApplicatio", "canaryS" + "5" * 25, "canaryC" + "7" * 25
HETZNER = "canaryH" + "9" * 57
KUBECONFIG = """apiVersion: v1
kind: Config
current-context: prod
contexts:
- name: prod
  context: {cluster: acme, user: admin}
clusters:
- name: acme
  cluster: {server: "https://10.0.0.1:6443"}
users:
- name: admin
  user: {token: %s}
"""


@dataclass
class Example:
    """A credential of some kind."""

    kind: str
    #: The name of the main secret, and its value.
    main: str
    secret: str
    #: The options that it takes besides the main secret, and what is shown because of them.
    options: str = ""
    shown: dict = field(default_factory=dict)
    username: str | None = None
    #: The other secrets.
    others: dict = field(default_factory=dict)
    #: A further change that is not secret, and what is shown then.
    change: str = "--description other"
    changed: dict = field(default_factory=lambda: {"description": "other"})
    #: The new main secret of an edit.
    newer: str = "canary of the newer one"

    @property
    def edit(self):
        """How a new main secret is given on standard input."""
        return f"--field {self.main}=@-" if self.kind == "secret" else "--stdin"


@cache
def ssh_key(comment):
    """A private key as ssh-keygen makes it."""
    made = subprocess.run(
        ["sh", "-c", 'd=$(mktemp -d) && ssh-keygen -q -t ed25519 -N "" -C "$1" -f "$d/k" '
         '&& cat "$d/k"; rm -r "$d"', "sh", comment],
        check=True, capture_output=True, text=True)
    return made.stdout


@cache
def private_key():
    """An RSA key in PKCS#8."""
    return subprocess.run(
        ["openssl", "genpkey", "-quiet", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024"],
        check=True, capture_output=True, text=True).stdout


def key_file(project):
    """A service account's key file."""
    return json.dumps({
        "type": "service_account", "project_id": project, "private_key_id": "0123456789abcdef",
        "private_key": private_key(), "client_email": f"pull@{project}.iam.gserviceaccount.com",
        "token_uri": "https://oauth2.googleapis.com/token"}, indent=2)


def trace(secret):
    """What would show that a secret got out: of several lines, the one with the secret in it."""
    lines = secret.strip().splitlines()
    return next((line for line in lines if "token:" in line or '"private_key":' in line),
                lines[-2] if len(lines) > 1 else secret).strip()


def examples():
    """One of each kind, in the order in which they are offered."""
    return [
        Example("password", "password", "canary password", "--username bot", username="bot"),
        Example("token", "token", "canary token", "--username bot", username="bot",
                change="--username other", changed={"username": "other"}),
        Example("access-key", "secretAccessKey", "canary/of+the/access+key/of/40/character",
                "--access-key-id AKIAIOSFODNN7EXAMPLE", username="AKIAIOSFODNN7EXAMPLE",
                change="--region eu-west-1", changed={"region": "eu-west-1"},
                newer="canary/of+the/newer+key/of/40/characters"),
        Example("service-account", "keyFile", key_file("acme"),
                shown={"clientEmail": "pull@acme.iam.gserviceaccount.com", "project": "acme"},
                newer=key_file("other")),
        Example("ssh-key", "privateKey", ssh_key("one"), "--username git", username="git",
                newer=ssh_key("two"), change="--username other", changed={"username": "other"}),
        Example("ssh-password", "password", "canary of ssh",
                "--username root --field host=h.example.com", username="root",
                shown={"host": "h.example.com", "port": "22"},
                change="--field port=2222", changed={"port": "2222"}),
        Example("database", "password", "canary of the database",
                "--username app --field engine=postgresql --field host=db.example.com",
                username="app",
                shown={"engine": "postgresql", "host": "db.example.com", "port": "5432",
                       "template": "database"},
                change="--field database=orders", changed={"database": "orders"}),
        Example("ovh", "applicationSecret", OVH_SECRET,
                f"--field applicationKey={OVH_KEY} --field consumerKey=@consumer",
                shown={"applicationKey": OVH_KEY, "endpoint": "ovh-eu"},
                others={"consumerKey": OVH_CONSUMER}, newer=OVH_SECRET[::-1],
                change="--field endpoint=ovh-ca", changed={"endpoint": "ovh-ca"}),
        Example("hetzner", "token", HETZNER, newer=HETZNER[::-1]),
        Example("kubeconfig", "file", KUBECONFIG % "canaryK",
                shown={"context": "prod", "cluster": "acme", "server": "https://10.0.0.1:6443"},
                newer=KUBECONFIG % "canaryL"),
        Example("secret", "secret", "canary of the first", "--field tls.key=@consumer",
                others={"tls.key": OVH_CONSUMER}),
    ]
