"""Many at once against one gnome-keyring: nothing is wrong, nothing is lost."""

import json
from concurrent.futures import ThreadPoolExecutor

from Support import Account
from scene import BOT, FORGE, REGISTRY
from Support.attributes import encode


def at_once(body, many):
    with ThreadPoolExecutor(len(many)) as pool:
        return list(pool.map(body, many))


def accounts(number):
    return {f"r{index}.example.com": Account(f"user{index}", f"canary {index}")
            for index in range(number)}


def stores(admin, account, host="r.example.com"):
    login = {"ServerURL": host, "Username": account.username, "Secret": account.password}
    answer = admin.home.docker("store", json.dumps(login), timeout=60)
    assert answer == (0, b"", b""), answer


def test_a_hundred_gets(scene):
    def get(index):
        return (scene.admin.git_get(FORGE) if index % 2 else scene.admin.docker_get(REGISTRY))

    assert at_once(get, range(100)) == [BOT] * 100


def test_fifty_stores_of_different_logins(admin, secret_service):
    logins = accounts(50)
    at_once(lambda login: stores(admin, login[1], login[0]), list(logins.items()))
    assert admin.docker_list() == {host: login.username for host, login in logins.items()}
    assert {host: admin.docker_get(host) for host in logins} == logins
    secrets = sorted(item.secret.decode() for item in secret_service.items())
    assert secrets == sorted(login.password for login in logins.values()), "no orphan, none lost"


def test_fifty_stores_of_one_login(admin, secret_service):
    logins = [Account("user", f"canary {index}") for index in range(50)]
    at_once(lambda login: stores(admin, login), logins)
    left = admin.docker_get("r.example.com")
    assert left in logins
    assert [item.secret.decode() for item in secret_service.items()] == [left.password]


def test_gets_during_stores_see_one_of_the_secrets_whole(admin, secret_service):
    logins = [Account("user", f"canary {index} " + "x" * 5000) for index in range(20)]
    admin.docker_store("r.example.com", logins[0])
    request = encode({"protocol": "https", "host": "g.example.com"})

    def act(step):
        if step % 2:
            return admin.docker_get("r.example.com")
        stores(admin, logins[step // 2])
        assert admin.home.git("get", request) == (0, b"", b"")
        return logins[0]

    assert set(at_once(act, range(40))) <= set(logins)
    assert len(secret_service.items()) == 1
