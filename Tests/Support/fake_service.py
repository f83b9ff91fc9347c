"""Owns org.freedesktop.secrets on the session bus and behaves as told: BEHAVIOUR.

The behaviour is JSON, as fake_secret_service.py describes it. What the service says and does
otherwise follows the Secret Service specification, draft 0.2.
"""

import json
import sys
import time

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from jeepney import DBusAddress, HeaderFields, MessageType, new_error, new_method_return, new_signal
from jeepney.bus_messages import DBus
from jeepney.io.blocking import open_dbus_connection
from secretstorage.dhcrypto import Session, int_to_bytes
from secretstorage.util import format_secret

SPEC = "org.freedesktop.Secret"
ROOT = "/org/freedesktop/secrets"
COLLECTION = f"{ROOT}/collection/fake"
ALIAS = f"{ROOT}/aliases/default"
DH = "dh-ietf1024-sha256-aes128-cbc-pkcs7"


class Refusal(Exception):
    """An error reply: a D-Bus error name and a message."""


class Item:
    def __init__(self, label, attributes, maker):
        self.label = label
        #: The unique names of the programs that may read it where others are to be confirmed.
        self.allowed = {maker}
        self.attributes = attributes
        self.secret = b""
        self.content_type = "text/plain"


class Service:
    def __init__(self, behaviour):
        self.behaviour = {
            "slow": {}, "silent": [], "crash": [], "refuse": {}, "reply": {}, "plain": True,
            "dh": True, "default": True, "locked": False, "prompt": "confirm", "empty": False,
            "confirms": False}
        self.behaviour.update(behaviour)
        self.items = {}
        self.sessions = {}
        self.prompts = {}
        self.count = 0
        self.connect()

    def connect(self):
        self.connection = open_dbus_connection()
        reply = self.connection.send_and_get_reply(DBus().RequestName("org.freedesktop.secrets"))
        owner, in_queue = (1,), (2,)
        assert reply.body in (owner, in_queue), reply.body

    def run(self):
        while True:
            message = self.connection.receive()
            if message.header.message_type == MessageType.method_call:
                self.answer(message)

    def answer(self, call):
        fields = call.header.fields
        member, path = fields[HeaderFields.member], fields[HeaderFields.path]
        told = self.behaviour
        self.caller = fields[HeaderFields.sender]
        name = f"Get.{call.body[1]}" if member == "Get" else member
        if name in told["crash"]:
            # To the caller this is what a process that dies looks like. The next one finds it
            # restarted, with its items but without its sessions, as a bus would see to: the name
            # passes on to the connection that waits for it, so that nobody finds it unowned.
            dying = self.connection
            self.connect()
            dying.close()
            self.sessions = {}
            return
        if name in told["silent"]:
            return
        time.sleep(told["slow"].get(name, 0))
        try:
            if name in told["refuse"]:
                raise Refusal(*told["refuse"][name])
            method = getattr(self, f"on_{member}", None)
            if method is None:
                raise Refusal("org.freedesktop.DBus.Error.UnknownMethod", f"no method {member}")
            reply = method(path, *call.body)
            if name in told["reply"]:
                signature, values = told["reply"][name]
                reply = signature, tuple(values)
        except Refusal as refusal:
            self.connection.send(new_error(call, refusal.args[0], "s", (refusal.args[1],)))
            return
        self.connection.send(new_method_return(call, *(reply or ())))
        if member in ("Prompt", "Dismiss") and told["prompt"] != "open":
            self.complete(fields[HeaderFields.sender], path, told["prompt"] == "dismiss")

    def on_Behave(self, _, behaviour):
        self.behaviour.update(json.loads(behaviour))

    # The service.

    def on_OpenSession(self, _, algorithm, given):
        self.count += 1
        session = Session()
        session.object_path = f"{ROOT}/session/s{self.count}"
        self.sessions[session.object_path] = session
        if algorithm == "plain" and self.behaviour["plain"]:
            session.encrypted = False
            return "vo", (("s", ""), session.object_path)
        if algorithm == DH and self.behaviour["dh"]:
            session.set_server_public_key(int.from_bytes(given[1], "big"))
            return "vo", (("ay", int_to_bytes(session.my_public_key)), session.object_path)
        raise Refusal("org.freedesktop.DBus.Error.NotSupported", f"no sessions of {algorithm}")

    def on_ReadAlias(self, _, name):
        known = name == "default" and self.behaviour["default"]
        return "o", (COLLECTION if known else "/",)

    def on_SearchItems(self, path, attributes):
        found = [path for path, item in self.items.items()
                 if attributes.items() <= item.attributes.items()]
        if path != ROOT:
            return "ao", (found,)
        locked = [path for path in found if self.is_locked(path)]
        return "aoao", ([path for path in found if path not in locked], locked)

    def on_GetSecrets(self, _, paths, session):
        self.require_unlocked()
        return "a{o(oayays)}", (
            {path: self.parcel(session, path) for path in paths
             if path in self.items and not self.is_locked(path)},)

    def on_Unlock(self, _, paths):
        if not any(map(self.is_locked, paths)):
            return "aoo", (paths, "/")
        return "aoo", ([], self.prompt(("ao", paths)))

    def on_Lock(self, _, paths):
        self.behaviour["locked"] = True
        return "aoo", (paths, "/")

    def on_CreateCollection(self, *_):
        return "oo", ("/", self.prompt(("o", COLLECTION)))

    def on_SetAlias(self, _, name, path):
        self.behaviour["default"] = path != "/"

    # Prompts.

    def prompt(self, result):
        self.count += 1
        path = f"{ROOT}/prompt/p{self.count}"
        self.prompts[path] = result
        return path

    def on_Prompt(self, path, _):
        self.require(path in self.prompts)

    def on_Dismiss(self, path):
        self.require(path in self.prompts)
        self.behaviour["prompt"] = "dismiss"

    def complete(self, sender, path, dismissed):
        if not dismissed:
            self.behaviour.update(locked=False, default=True)
        signature, result = self.prompts.pop(path)
        if not dismissed:
            for each in result:
                if each in self.items:
                    self.items[each].allowed.add(sender)
        if dismissed:
            result = [] if signature == "ao" else "/"
        signal = new_signal(
            DBusAddress(path, interface=f"{SPEC}.Prompt"), "Completed", "bv",
            (dismissed, (signature, result)))
        signal.header.fields[HeaderFields.destination] = sender
        self.connection.send(signal)

    # Collections and items.

    def on_CreateItem(self, path, properties, parcel, replace):
        self.require(path == COLLECTION or path == ALIAS and self.behaviour["default"])
        self.require_unlocked()
        attributes = properties[f"{SPEC}.Item.Attributes"][1]
        same = [each for each, item in self.items.items() if item.attributes == attributes]
        self.count += 1
        item_path = same[0] if replace and same else f"{COLLECTION}/{self.count}"
        self.items[item_path] = Item(
            properties[f"{SPEC}.Item.Label"][1], attributes, self.caller)
        self.on_SetSecret(item_path, parcel)
        return "oo", (item_path, "/")

    def on_GetSecret(self, path, session):
        self.require_unlocked(path)
        return "(oayays)", (self.parcel(session, path),)

    def on_SetSecret(self, path, parcel):
        self.require_unlocked(path)
        session, iv, secret, content_type = parcel
        item = self.item(path)
        item.secret = self.decrypt(self.session(session), bytes(iv), bytes(secret))
        item.content_type = content_type

    def on_Delete(self, path):
        self.item(path)
        del self.items[path]
        return "o", ("/",)

    # Properties.

    def on_Get(self, path, _, name):
        properties = self.properties(path)
        self.require(name in properties)
        return "v", (properties[name],)

    def on_GetAll(self, path, _):
        return "a{sv}", (self.properties(path),)

    def on_Set(self, path, _, name, value):
        self.require_unlocked(path)
        item = self.item(path)
        setattr(item, {"Label": "label", "Attributes": "attributes"}[name], value[1])

    def properties(self, path):
        times = {"Created": ("t", 0), "Modified": ("t", 0)}
        locked = ("b", self.is_locked(path))
        if path == ROOT:
            return {"Collections": ("ao", [COLLECTION])}
        if path in (COLLECTION, ALIAS):
            return {"Items": ("ao", list(self.items)), "Label": ("s", "Fake"), "Locked": locked,
                    **times}
        item = self.item(path)
        return {"Locked": locked, "Label": ("s", item.label),
                "Attributes": ("a{ss}", item.attributes), "Type": ("s", ""), **times}

    # Parts.

    def item(self, path):
        self.require(path in self.items)
        return self.items[path]

    def session(self, path):
        if path not in self.sessions:
            raise Refusal(f"{SPEC}.Error.NoSession", "no such session")
        return self.sessions[path]

    def require(self, exists):
        if not exists:
            raise Refusal(f"{SPEC}.Error.NoSuchObject", "no such object")

    def is_locked(self, path):
        """Whether that is locked for the caller."""
        item = self.items.get(path)
        unconfirmed = self.behaviour["confirms"] and item and self.caller not in item.allowed
        return self.behaviour["locked"] or bool(unconfirmed)

    def require_unlocked(self, path=COLLECTION):
        if self.is_locked(path):
            raise Refusal(f"{SPEC}.Error.IsLocked", "it is locked")

    def parcel(self, session, path):
        item = self.item(path)
        secret = b"" if self.behaviour["empty"] else item.secret
        return format_secret(self.session(session), secret, item.content_type)

    @staticmethod
    def decrypt(session, iv, secret):
        if not session.encrypted:
            return secret
        decryptor = Cipher(algorithms.AES(session.aes_key), modes.CBC(iv)).decryptor()
        padded = decryptor.update(secret) + decryptor.finalize()
        return padded[:-padded[-1]]


Service(json.loads(sys.argv[1])).run()
