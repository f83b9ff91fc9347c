"""Ten thousand addresses that look like one that is stored: none gets a secret, and every stored
one answers before, between and after them."""

import json
import os
from collections import Counter

from fault_home import ANCHOR, CREDENTIALS, DOCKER, GIT as GIT_HELPER, KEY, FaultHome
from fault_launch import spread
import mutations_of_hosts  # noqa: F401  they register what `generate` uses
import mutations_of_paths  # noqa: F401
from lookalikes import GIT, MUTATIONS, REGISTRY, Place, asked, generate
from sealed_layout import GIT as GIT_PROTOCOL, REGISTRY as REGISTRY_PROTOCOL, Binding
from sealed_writer import Description, Draft, Keys, key_file

LOOKALIKES, LOOKALIKES_IN_FULL = 10_000, 100_000
CANARY = "canary-of-"

#: Stored by clients.
LOGINS = (
    Place(REGISTRY, "ghcr.io"),
    Place(REGISTRY, "111122223333.dkr.ecr.us-east-1.amazonaws.com"),
    Place(REGISTRY, "acme.azurecr.io"),
    Place(REGISTRY, "europe-west3-docker.pkg.dev"),
    Place(REGISTRY, "harbor.example.com"),
    Place(REGISTRY, "acme.jfrog.io"),
    Place(REGISTRY, "docker.io"),
    Place(REGISTRY, "quay.io"),
    Place(REGISTRY, "registry.gitlab.com"),
    Place(REGISTRY, "localhost", port="5000"),
    Place(REGISTRY, "[2001:db8::1]", port="5000"),
    Place(REGISTRY, "registry.example.com", path="team/app"),
    Place(GIT, "github.com"),
    Place(GIT, "gitlab.com"),
    Place(GIT, "git.example.com", port="8443"),
)
#: Seeded by an administrator.
SEEDS = (
    Place(REGISTRY, "dkr.ecr.eu-west-1.amazonaws.com", lead="444455556666."),
    Place(REGISTRY, "mirror.example.net", path="acme/base"),
    Place(GIT, "forge.example.net", path="acme/tools"),
    Place(GIT, "git.example.org", lead="team."),
)


def secret(place):
    return CANARY + place.address


def seeded(root, prefix):
    """A home with the administrator's bindings, wildcards and paths, from the second writer."""
    keys, home = Keys.fresh(), FaultHome(root, prefix)
    descriptions = [
        Description(
            os.urandom(16), f"seed-{number}".encode(), [(b"password", secret(place).encode())],
            [Binding(REGISTRY_PROTOCOL if place.protocol == REGISTRY else GIT_PROTOCOL,
                     (b"*." if place.lead else b"") + place.host.encode(), place.path.encode())],
            b"seed")
        for number, place in enumerate(SEEDS)
    ]
    draft = Draft.of(descriptions, keys)
    home.write(CREDENTIALS, draft.sealed())
    home.write(KEY, key_file(keys.catalogue))
    home.write(ANCHOR, draft.anchor())
    for folder in home.root.rglob("*"):
        if folder.is_dir():
            folder.chmod(0o700)
    return home


def store_logins(home):
    for place in LOGINS:
        if place.protocol == REGISTRY:
            login = {"ServerURL": place.address, "Username": "user", "Secret": secret(place)}
            reply = home.run(DOCKER, "store", stdin=json.dumps(login).encode())
        else:
            request = asked(place).request() + f"username=user\npassword={secret(place)}\n".encode()
            reply = home.run(GIT_HELPER, "store", stdin=request)
        assert reply[:3] == (0, b"", b""), reply


def ask(home, question):
    program = DOCKER if question.protocol == REGISTRY else GIT_HELPER
    return home.run(program, "get", stdin=question.request())


def assert_all_answer(home):
    for place in (*LOGINS, *SEEDS):
        reply = ask(home, asked(place))
        assert reply.code == 0 and secret(place).encode() in reply.out, (place, reply)


def test_lookalikes_get_nothing(prefix, tmp_path, table, full):
    home = seeded(tmp_path / "home", prefix)
    store_logins(home)
    assert_all_answer(home)
    made = generate((*LOGINS, *SEEDS), LOOKALIKES_IN_FULL if full else LOOKALIKES)

    def work(_, share):
        faults = []
        for index, (place, name, question) in enumerate(share):
            reply = ask(home, question)
            told = CANARY.encode() in reply.out + reply.err
            if told or reply.code not in (0, 1) or reply.is_late:
                faults.append((name, place.address, question, reply))
            if index % 500 == 0:
                assert_all_answer(home)
        return faults

    faults = spread(work, made)
    assert_all_answer(home)
    tried = Counter(name for _, name, _ in made)
    lost = Counter(name for name, *_ in faults)
    for name in tried:
        table.record(f"look-alike: {name}", tried[name], lost[name])
    assert len(made) >= LOOKALIKES and len(tried) >= 15
    # Each of the mutations is one that was really tried, and on many places.
    assert tried.keys() == MUTATIONS.keys() and min(tried.values()) >= 20, tried
    assert not faults, "\n".join(map(str, faults[:40]))
