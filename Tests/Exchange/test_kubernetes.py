"""Secret manifests: ours as other programs read them, and everybody's as we do."""

import base64
import json
import resource
import subprocess
import time

import pytest
import yaml
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from exchange import credential
from Support import ALICE


SSH_KEY = Ed25519PrivateKey.generate().private_bytes(
    serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH,
    serialization.NoEncryption())


def encoded(text):
    return base64.b64encode(text if isinstance(text, bytes) else text.encode()).decode()


def secret(name, data, kind="Opaque", namespace=None, **others):
    metadata = {"name": name, **({"namespace": namespace} if namespace else {}),
                **others.pop("metadata", {})}
    return {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "type": kind,
            "data": {key: encoded(value) for key, value in data.items()}, **others}


def test_skopeo_logs_in_with_what_a_secret_holds(exchange, registry):
    exchange.fill(*(
        credential(name, bindings=[f"registry:{registry.host}"], username=ALICE.username,
                   scope=name, secrets={"password": password})
        for name, password in (("right", ALICE.password), ("wrong", "wrong"))))
    codes = {}
    for name in ("right", "wrong"):
        manifest = yaml.safe_load(exchange.give(f"{name} --format kubernetes"))
        assert manifest["type"] == "kubernetes.io/dockerconfigjson"
        file = exchange.home.path / f"{name}.json"
        file.write_bytes(base64.b64decode(manifest["data"][".dockerconfigjson"], validate=True))
        codes[name] = exchange.home.run(
            "skopeo", "inspect", "--authfile", file, f"docker://{registry.image}",
            **registry.environment).code
    assert codes["right"] == 0 and codes["wrong"] != 0


def test_manifests_are_what_kubernetes_takes(exchange):
    exchange.fill(
        credential("a_b.c..d-", bindings=["git:https://g.io"], username="yes", scope="acme/team-a",
                   description='"quoted" \\ \x7f \u0085 🙂\nsecond line: [x]'),
        credential("a-b.c..d", "secret", secrets={"tls.crt": "c", "tls.key": "k"}),
        credential("true", "secret", secrets={"null": b"\xb6\xbb\x9e"}, scope="Not_A_Label"),
        credential("key", "ssh-key", secrets={"privateKey": SSH_KEY.decode(), "passphrase": "p"},
                   settings={"publicKey": "ssh-ed25519 AAAA"}),
        credential("cloud", "hetzner", secrets={"token": "A" * 64}))
    documents = {each["metadata"]["annotations"]["keyfob.dev/name"]: each
                 for each in yaml.safe_load_all(exchange.give("--format kubernetes"))}
    names = [(each["metadata"].get("namespace"), each["metadata"]["name"])
             for each in documents.values()]
    assert len(set(names)) == len(names) == 5
    for namespace, name in names:
        for label in name.split("."):
            assert label and label[0].isalnum() and label[-1].isalnum(), name
            assert label.islower() or label.isdigit()
    assert documents["a_b.c..d-"]["metadata"]["namespace"] == "team-a"
    assert "namespace" not in documents["true"]["metadata"]
    assert documents["a_b.c..d-"]["metadata"]["annotations"]["keyfob.dev/description"] == (
        '"quoted" \\ \x7f \u0085 🙂\nsecond line: [x]')
    assert {name: each["type"] for name, each in documents.items()} == {
        "a_b.c..d-": "kubernetes.io/basic-auth", "a-b.c..d": "kubernetes.io/tls",
        "true": "Opaque", "key": "kubernetes.io/ssh-auth", "cloud": "Opaque"}
    assert documents["a_b.c..d-"]["data"] == {
        "username": encoded("yes"), "password": encoded("s3cret")}
    assert documents["true"]["data"] == {"null": "true"}
    assert documents["key"]["data"] == {
        "ssh-privatekey": encoded(SSH_KEY), "passphrase": encoded("p")}
    named = yaml.safe_load(exchange.give("true --format kubernetes --namespace ci"))
    assert named["metadata"]["namespace"] == "ci"


MANIFESTS = [
    secret("regcred", {".dockerconfigjson": json.dumps({"auths": {
        "https://index.docker.io/v1/": {"auth": encoded("me:hub")}}})},
        "kubernetes.io/dockerconfigjson", "prod"),
    secret("both", {".dockerconfigjson": json.dumps({"auths": {
        "r.io": {"auth": encoded("me:r")}, "s.io": {"username": "me", "password": "s"}}})},
        "kubernetes.io/dockerconfigjson"),
    secret("legacy", {".dockercfg": json.dumps({"t.io": {"auth": encoded("me:t"), "email": "e"}})},
           "kubernetes.io/dockercfg"),
    secret("basic", {"username": "me", "password": "p", "extra": "x"}, "kubernetes.io/basic-auth"),
    secret("ssh", {"ssh-privatekey": SSH_KEY, "known_hosts": "h"}, "kubernetes.io/ssh-auth"),
    secret("web", {"tls.crt": "c", "tls.key": "k"}, "kubernetes.io/tls"),
    secret("app", {"a.b": "1", "bin": b"\xff\x00"}, namespace="prod",
           stringData={"a.b": "2", "c": "*three & 4\n"}),
    {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "cm"}, "data": {"x": "y"}},
    secret("account", {"token": "t"}, "kubernetes.io/service-account-token"),
]


def check(store):
    listed = store.listed()
    assert set(listed) == {"regcred", "both-1", "both-2", "legacy", "basic", "ssh", "web", "app"}
    assert listed["regcred"]["scope"] == listed["app"]["scope"] == "prod"
    assert "scope" not in listed["basic"]
    assert store.admin.docker_get("docker.io", KEYFOB_SCOPE="prod") == ("me", "hub")
    assert store.admin.docker_get("docker.io") is None
    assert store.admin.docker_get("r.io") == ("me", "r")
    assert store.admin.docker_get("s.io") == ("me", "s")
    assert store.admin.docker_get("t.io") == ("me", "t")
    assert (listed["basic"]["kind"], store.secret("basic")) == ("password", b"p")
    assert (listed["ssh"]["kind"], store.secret("ssh")) == ("ssh-key", SSH_KEY)
    assert (store.secret("web", "tls.crt"), store.secret("web", "tls.key")) == (b"c", b"k")
    assert store.secret("app", "a.b") == b"2" and store.secret("app", "bin") == b"\xff\x00"
    assert store.secret("app", "c") == b"*three & 4\n"


def as_stream():
    return yaml.safe_dump_all(MANIFESTS)


def as_yaml_list():
    return yaml.safe_dump({"apiVersion": "v1", "kind": "List", "items": MANIFESTS})


def as_json_list():
    return json.dumps({"apiVersion": "v1", "kind": "List", "items": MANIFESTS,
                       "metadata": {"resourceVersion": "", "selfLink": None}}, indent="\t")


def as_flow():
    return "\ufeff" + "".join(f"--- # &a *b !c\n{json.dumps(each)}\n" for each in MANIFESTS)


@pytest.mark.parametrize("written", [as_stream, as_yaml_list, as_json_list, as_flow])
def test_every_type_in_every_form(exchange, written):
    answer = exchange.admin.run("keyfob import --json --yes --from kubernetes -", written())
    assert answer.code == 0, answer
    reasons = {row["address"]: row["reason"] for row in json.loads(answer.out) if row.get("reason")}
    assert reasons == {"cm": "it is a ConfigMap, not a Secret",
                       "account": "it is of the type kubernetes.io/service-account-token"}
    check(exchange)


def test_a_scope_is_put_before_namespaces_and_annotations_count(exchange):
    annotated = secret("mine", {"x": "1"}, namespace="prod",
                       metadata={"annotations": {"keyfob.dev/scope": "team"}})
    labelled = secret("his", {"x": "1"}, namespace="prod",
                      metadata={"labels": {"keyfob.dev/scope": "other"}})
    exchange.take("kubernetes - --scope acme",
                  yaml.safe_dump_all([annotated, labelled, secret("x", {"x": "2"}, namespace="n"),
                                      secret("x", {"x": "3"}, namespace="m")]))
    assert {name: each["scope"] for name, each in exchange.listed().items()} == {
        "mine": "acme/team", "his": "acme/other", "n-x": "acme/n", "m-x": "acme/m"}


def test_labels_that_are_asked_for_become_scopes_below_the_namespace(exchange):
    def labelled(name, kind="Opaque", data=None, **metadata):
        return secret(name, data or {"x": "1"}, kind, **metadata.pop("others", {}), metadata={
            "labels": {"team": "pay", "app.example.com/env": "prod", "empty": ""}, **metadata})

    login = {".dockerconfigjson": json.dumps({"auths": {"r.io": {"auth": encoded("me:r")}}})}
    manifests = [
        labelled("both", namespace="shop"), labelled("none", namespace="shop", labels={}),
        labelled("bare"), labelled("login", "kubernetes.io/dockerconfigjson", login),
        labelled("said", namespace="shop", annotations={"keyfob.dev/scope": "other"})]
    words = "--scope acme --scope-label app.example.com/env --scope-label team"
    for text in (yaml.safe_dump_all(manifests), json.dumps({"kind": "List", "items": manifests})):
        exchange.take(f"kubernetes - {words} --scope-label empty --scope-label absent", text)
        assert {name: each["scope"] for name, each in exchange.listed().items()} == {
            "both": "acme/shop/prod/pay", "none": "acme/shop", "bare": "acme/prod/pay",
            "login": "acme/prod/pay", "said": "acme/other"}
        assert exchange.admin.docker_get("r.io", KEYFOB_SCOPE="acme/prod/pay") == ("me", "r")
        exchange.admin.does("keyfob remove --yes both none bare login said")
    # Without being asked for they are nothing, and other sources have none.
    exchange.take("kubernetes -", yaml.safe_dump(manifests[0]))
    assert exchange.listed()["both"]["scope"] == "shop"
    assert "goes with `--from kubernetes`" in exchange.take(
        "json - --scope-label team", "{}", code=2)


@pytest.mark.parametrize("change, told", [
    ({"data": {"x": "?"}}, "its `x` is not base64"),
    ({"data": {"x": "eA"}}, "its `x` is not base64"),
    ({"data": {"x": None}}, "its `x` is no text"),
    ({"data": {"x": ["eA=="]}}, "its `x` is no text"),
    ({"data": None}, "it holds no secret"),
    ({"type": "kubernetes.io/basic-auth"}, "it holds no secret"),
    ({"type": "kubernetes.io/dockerconfigjson"}, "it has no `.dockerconfigjson`"),
    ({"type": "kubernetes.io/dockerconfigjson", "data": {".dockerconfigjson": "eA=="}}, "line 1"),
    ({"metadata": {"name": "wrong", "annotations": {"keyfob.dev/kind": "x"}}}, "is no kind"),
], ids=range(9))
def test_what_is_wrong_is_told_by_name_and_nothing_is_taken(exchange, change, told):
    good = secret("good", {"x": "1"})
    wrong = {**secret("wrong", {"x": "1"}), **change}
    if "basic-auth" in wrong["type"]:
        wrong["data"] = {"username": "eA=="}
    for text in (yaml.safe_dump_all([good, wrong]),
                 json.dumps({"kind": "List", "items": [good, wrong]})):
        answer = exchange.admin.run("keyfob import --json --yes --from kubernetes -", text)
        assert answer.code == 1
        reasons = {row["address"]: row.get("reason") for row in json.loads(answer.out)}
        assert told in reasons["wrong"], reasons
        assert exchange.admin.names() == []
    exchange.take("kubernetes -", yaml.safe_dump(good))


LAUGHS = """\
a: &a ["lol","lol","lol","lol","lol","lol","lol","lol","lol"]
b: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]
c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]
d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]
e: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]
f: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e]
g: {? *f : x, ? *e : y}
"""


@pytest.mark.parametrize("text", [
    LAUGHS,
    LAUGHS.replace("g: {? *f : x, ? *e : y}\n", ""),
    "a: &x 1\n", "a: 1\nb: *x\n", "a: &x 1\nb: {<<: *x}\n", "&x a: 1\n", "- *x\n", "- {a: [b,*x]}\n",
    "- {\"a\":*x}\n", "? *x\n: 1\n", "--- &x\na: 1\n", "a: !!binary eA==\n", "a: !!str &x b\n",
    "!<tag:yaml.org,2002:map>\na: 1\n", "a: 'it'\u2028b: *x\n", "a: |\n  *x\nb: *x\n",
    "a: \"\\\n  *x\"\nb: &y 1\n", "# *x\r\na: b\r\nb: &y\r\n", "a: ä😀\nb: [ä😀, *x]\n",
], ids=range(19))
def test_aliases_anchors_and_tags_are_refused_before_they_grow(exchange, text):
    def bounded():
        resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
        resource.setrlimit(resource.RLIMIT_CPU, (5, 5))

    program = str(exchange.home.program("keyfob"))
    for prefix in ("", "apiVersion: v1\nkind: Secret\nmetadata: {name: n}\n---\n"):
        started = time.monotonic()
        done = subprocess.run(
            [program, "import", "--from", "kubernetes", "-"], input=(prefix + text).encode(),
            env=exchange.home.env, capture_output=True, preexec_fn=bounded, timeout=20)
        assert done.returncode == 2, done
        assert b"an alias, an anchor or a tag" in done.stderr or b"it is not YAML" in done.stderr
        assert time.monotonic() - started < 5


def test_stars_and_ampersands_that_begin_nothing_are_taken(exchange):
    exchange.take("kubernetes -", """\
# &a *b !c
kind: Secret   # *d
metadata: {name: "n", annotations: {x: "*y &z !w"}}
stringData:
  script: |
    a && b
    *c
    - !d
  folded: >-
    &e
    *f
  plain: a *b &c !d
  quoted: '*x'
  double: "&x \\
    *y"
  many: a
    *b
    !c
""")
    assert exchange.secret("n", "script") == b"a && b\n*c\n- !d\n"
    assert exchange.secret("n", "folded") == b"&e *f"
    assert exchange.secret("n", "plain") == b"a *b &c !d"
    assert exchange.secret("n", "quoted") == b"*x"
    assert exchange.secret("n", "double") == b"&x *y"
    assert exchange.secret("n", "many") == b"a *b !c"


@pytest.mark.parametrize("text, told", [
    ("a: [\n", "not YAML"), ("a: b: c\n", "line 1: it is not YAML"),
    ("kind: Secret\nkind: Secret\n", "a key twice"), ("[" * 100_000, "not YAML"),
    ("a:\n" + "".join(" " * n + "- \n" for n in range(2000)), "nests deeper"),
    ("{" * 100_000, "not JSON"), ('{"a":' * 20, "nests deeper"), ('{"kind": ', "ends too early"), (b"a: \xff\n", "not UTF-8"),
    ("a: \x01\n", "not YAML"),
], ids=range(10))
def test_what_is_no_manifest_is_refused(exchange, text, told):
    assert told in exchange.refusal("kubernetes -", text)


def test_a_byte_order_mark_is_not_lost_without_a_word(exchange):
    for value in ("\ufeffx", '"\\uFEFFx"'):
        text = f"kind: Secret\nmetadata: {{name: n}}\nstringData:\n  x: {value}\n"
        assert "import it as JSON" in exchange.refusal("kubernetes -", text)
    exchange.fill(credential("n", "secret", description="\ufeffd"))
    exchange.give("--format kubernetes")
    assert "not carried: description of n" in exchange.notes
    exchange.admin.does("keyfob remove n --yes")
    exchange.take("kubernetes -", json.dumps(
        secret("n", {"x": "\ufeffx"}, stringData={"y": "\ufeffy"})))
    assert exchange.secret("n", "y").decode() == "\ufeffy"


def test_nothing_of_a_secret_is_in_a_refusal(exchange):
    text = "kind: Secret\nstringData:\n  x: canary\n  y: \"canary\n  z: [canary\n"
    assert "canary" not in exchange.refusal("kubernetes -", text)


def test_what_we_wrote_and_a_person_changed_is_taken_as_changed(exchange, elsewhere):
    exchange.fill(credential("one", bindings=["registry:r.io", "git:https://r.io"], username="me"))
    manifest = yaml.safe_load(exchange.give("one --format kubernetes --namespace other"))
    manifest["data"][".dockerconfigjson"] = encoded(json.dumps(
        {"auths": {"r.io": {"auth": encoded("me:changed")}}}))
    store = elsewhere()
    store.take("kubernetes -", yaml.safe_dump(manifest))
    assert store.listed() == exchange.listed()
    assert store.secret("one") == b"changed"


def test_a_thousand_of_them_take_a_moment(exchange):
    manifests = [secret(f"n{number}", {"x": "&" + "y" * 300}) for number in range(1000)]
    text = yaml.dump_all(manifests, Dumper=yaml.CSafeDumper).replace("n7\n", "n7 # *x\n")
    started = time.monotonic()
    exchange.take("kubernetes -", text)
    assert time.monotonic() - started < 10
    assert len(exchange.admin.names()) == 1000
