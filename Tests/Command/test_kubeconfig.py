"""Kubeconfig files: what of one is shown, and what is refused before it is stored."""

import resource
import subprocess
import time

import pytest

GOOD = """\
apiVersion: v1
kind: Config
current-context: prod
contexts:
- name: prod
  context: {cluster: east, user: alice, namespace: shop}
- name: test
  context: {cluster: west, user: bob}
clusters:
- name: east
  cluster: {server: 'https://10.0.0.1:6443', certificate-authority-data: Y2E=}
- name: west
  cluster: {server: 'https://user:canary@west.example.com/k8s'}
users:
- name: alice
  user: {token: canary of alice}
- name: bob
  user:
    username: bob
    password: "*canary & of bob"
"""
#: Nine names, each for nine of the one before: a parser that builds it all needs gigabytes.
BOMB = "kind: Config\na0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 10))


def add(admin, text, name="cluster"):
    return admin.run(f"keyfob add {name} --kind kubeconfig --stdin", text)


def settings(admin, name="cluster"):
    shown = admin.json(f"keyfob show {name}")
    return {each: shown["settings"][each] for each in ("context", "cluster", "server")}


def test_the_current_context_is_shown_and_the_file_comes_back_as_it_was(admin):
    assert add(admin, GOOD).code == add(admin, "\ufeff" + GOOD, "marked").code == 0
    assert settings(admin) == settings(admin, "marked") == {
        "context": "prod", "cluster": "east", "server": "https://10.0.0.1:6443"}
    assert admin.does("keyfob show cluster --reveal --yes --field file").decode() == GOOD
    assert b"canary" not in admin.does("keyfob list --json") + admin.does("keyfob show cluster")


def test_a_password_in_the_servers_address_is_not_shown(admin):
    assert add(admin, GOOD.replace("context: prod", "context: test", 1)).code == 0
    assert settings(admin)["server"] == "https://west.example.com/k8s"


def test_files_that_it_only_names_are_pointed_out(admin):
    text = GOOD.replace("{token: canary of alice}", "{client-certificate: a.crt, client-key: a.key,"
                        " client-key-data: a2V5}")
    answer = add(admin, text)
    assert answer.code == 0
    told = [line for line in answer.err.decode().splitlines() if "does not travel" in line]
    assert told == ["keyfob: the file only names a.crt, which does not travel with it"]


@pytest.mark.parametrize("change, told", [
    (("kind: Config", "kind: Secret"), "its kind is not Config"),
    (("current-context: prod\n", ""), "it has no current-context"),
    (("current-context: prod", "current-context: gone"), "`gone` is none of its contexts"),
    (("cluster: east, user", "cluster: gone, user"),
     "the cluster of its context `prod` is missing"),
    (("user: bob}", "user: gone}"), "the user of its context `test` is missing"),
    (("{server: 'https://10.0.0.1:6443', certificate-authority-data: Y2E=}", "{}"),
     "its cluster `east` has no server"),
    (("- name: alice\n  user", "- user"), "an entry of its users has no name"),
    (("kind: Config\n", "kind: Config\n---\n"), "it is not one document"),
    (("kind: Config\n", "kind: [Config\n"), "the kubeconfig is refused: line 3: it is not YAML"),
    (("user: {token: canary of alice}", "user: &a {token: canary of alice}"),
     "it has an alias, an anchor or a tag"),
])
def test_a_broken_file_is_refused_by_what_is_wrong_with_it(admin, change, told):
    assert change[0] in GOOD
    answer = add(admin, GOOD.replace(*change))
    assert (answer.code, answer.out) == (2, b"")
    assert told in answer.err.decode() and b"canary" not in answer.err
    assert admin.names() == []


@pytest.mark.parametrize("text", [
    "", "just text", "[]", "\0", "kind: Config", GOOD.encode("utf-16"), b"kind: Config # \xff\n",
], ids=["empty", "scalar", "list", "nul", "kind-only", "utf-16", "latin-1"])
def test_what_is_no_kubeconfig_at_all_is_refused(admin, text):
    answer = add(admin, text)
    assert (answer.code, answer.out) == (2, b""), answer
    assert admin.names() == []


@pytest.mark.parametrize("text", [
    BOMB,
    "kind: Config\na: &a [x]\n? *a\n: x\n",
    "kind: Config\na: " + "[" * 100 + "]" * 100 + "\n",
    "kind: Config\na: " + "[" * 50_000 + "]" * 50_000 + "\n",
    "kind: Config\n" + "".join(f"{' ' * n}a:\n" for n in range(2_000)),
], ids=["aliases", "alias-as-key", "brackets", "many-brackets", "indentation"])
def test_what_a_parser_would_choke_on_is_refused_at_once(home, text):
    def limited():
        resource.setrlimit(resource.RLIMIT_AS, (512 << 20, 512 << 20))

    started = time.monotonic()
    done = subprocess.run(
        [home.program("keyfob"), "add", "bomb", "--kind", "kubeconfig", "--stdin"],
        input=text.encode(), env=home.env, cwd=home.path, capture_output=True,
        preexec_fn=limited, timeout=20)
    assert done.returncode == 2, done
    told = (b"alias, an anchor or", b"nests deeper", b"is not YAML")
    assert any(each in done.stderr for each in told), done
    assert time.monotonic() - started < 10
    # In the same bounds a sound file is stored.
    done = subprocess.run(
        [home.program("keyfob"), "add", "good", "--kind", "kubeconfig", "--stdin"],
        input=GOOD.encode(), env=home.env, cwd=home.path, capture_output=True,
        preexec_fn=limited, timeout=20)
    assert done.returncode == 0, done


def test_without_a_file_the_one_that_kubectl_uses_is_taken(admin):
    own = admin.home.path / ".kube/config"
    own.parent.mkdir()
    own.write_text(GOOD)
    admin.does("keyfob add cluster --kind kubeconfig")
    assert settings(admin)["context"] == "prod"
    other = admin.home.path / "other"
    other.write_text(GOOD.replace("context: prod", "context: test", 1))
    admin.does("keyfob add other --kind kubeconfig", KUBECONFIG=f"/nowhere:{other}")
    assert settings(admin, "other")["context"] == "test"
