"""Seed bundles, key files and passphrase seals as Sources/Bundles/Format.md has them, written apart
from the product: libsodium by PyNaCl, BLAKE2b by hashlib."""

import hashlib
import os
import struct
from typing import NamedTuple

from nacl import bindings, pwhash
from nacl.public import PrivateKey, PublicKey, SealedBox

import bech32m

MAGIC = bytes.fromhex("894b46530d0a1a0a")
SEAL_MAGIC = bytes.fromhex("894b46500d0a1a0a")
SIGNED_LABEL = b"keyfob seed bundle"
PRUNE = 1


def blake(message, key=b""):
    return hashlib.blake2b(message, key=key, digest_size=32).digest()


def subkey(key, number, context):
    return hashlib.blake2b(
        b"", key=key, digest_size=32, salt=struct.pack("<Q", number) + bytes(8),
        person=context + bytes(8)).digest()


def padded_length(length):
    if length <= 4096:
        return 4096
    unit = 1 << length.bit_length() - 4
    return (length + unit - 1) // unit * unit


def padded(content):
    whole = struct.pack("<Q", len(content)) + content
    return whole.ljust(padded_length(len(whole)), b"\0")


def content_of(whole):
    count, = struct.unpack_from("<Q", whole)
    assert len(whole) == padded_length(8 + count)
    assert not whole[8 + count:].strip(b"\0")
    return whole[8:8 + count]


def aead_seal(key, nonce, ad, plain):
    return bindings.crypto_aead_xchacha20poly1305_ietf_encrypt(plain, ad, nonce, key)


def aead_open(key, nonce, ad, sealed):
    return bindings.crypto_aead_xchacha20poly1305_ietf_decrypt(sealed, ad, nonce, key)


# Keys.


class Machine(NamedTuple):
    secret: bytes

    @property
    def public(self):
        return bytes(PrivateKey(self.secret).public_key)

    @property
    def recipient(self):
        return bech32m.encode("keyfob-recipient", self.public)

    def file(self):
        return b"KFBRCP1\n" + self.secret


def machine_in(file):
    assert len(file) == 40 and file.startswith(b"KFBRCP1\n")
    return Machine(file[8:])


class Signer(NamedTuple):
    seed: bytes

    @property
    def public(self):
        return bindings.crypto_sign_seed_keypair(self.seed)[0]

    @property
    def text(self):
        return bech32m.encode("keyfob-signer", self.public)

    @property
    def fingerprint(self):
        return blake(self.public)[:8].hex()

    def sign(self, message):
        secret = bindings.crypto_sign_seed_keypair(self.seed)[1]
        return bindings.crypto_sign(message, secret)[:64]

    def file(self):
        return b"KFBSIG1\n" + self.public + self.seed


def signer_in(file, passphrase=None):
    assert file.startswith(b"KFBSIG1\n")
    rest = file[40:]
    signer = Signer(rest if passphrase is None else open_sealed(rest, passphrase))
    assert signer.public == file[8:40]
    return signer


def new_machine():
    return Machine(os.urandom(32))


def new_signer():
    return Signer(os.urandom(32))


# Bundles.


class Bundle(NamedTuple):
    name: str
    counter: int
    created: int
    flags: int
    signer: bytes
    recipients: int
    id: str
    content: bytes


def make_bundle(content, recipients, signer, counter, name="default", flags=0, created=0):
    """A bundle as an honest writer makes it; `recipients` are public keys."""
    key = os.urandom(32)
    nonce = os.urandom(24)
    header = MAGIC + struct.pack("<HH", 1, flags) + signer.public
    header += struct.pack("<QqQ", counter, created, 24 + len(padded(content)) + 16)
    header += blake(MAGIC + signer.public, subkey(key, 1, b"keyfobSB"))
    header += struct.pack("<II", len(recipients), len(name)) + name.encode()
    payload = nonce + aead_seal(subkey(key, 2, b"keyfobSB"), nonce, header, padded(content))
    stanzas = b"".join(SealedBox(PublicKey(each)).encrypt(key) for each in recipients)
    signed = header + stanzas + blake(payload)
    return signed + signer.sign(SIGNED_LABEL + signed) + payload


def sign_again(bundle, signer, change):
    """The bundle with its signed part changed, and the signature made to fit."""
    end = signed_end(bundle)
    signed = change(bundle[:end])
    return signed + signer.sign(SIGNED_LABEL + signed) + bundle[end + 64:]


def signed_end(bundle):
    recipients, name = struct.unpack_from("<II", bundle, 100)
    return 108 + name + 80 * recipients + 32


def open_bundle(bundle, machine):
    """Opens a bundle, checking all that there is to check."""
    assert bundle[:12] == MAGIC + b"\1\0" + bundle[10:12]
    flags, = struct.unpack_from("<H", bundle, 10)
    assert flags & ~PRUNE == 0
    signer = bundle[12:44]
    counter, created, length = struct.unpack_from("<QqQ", bundle, 44)
    commitment = bundle[68:100]
    recipients, name_length = struct.unpack_from("<II", bundle, 100)
    header = bundle[:108 + name_length]
    end = signed_end(bundle)
    payload = bundle[end + 64:]
    assert len(payload) == length
    message = bindings.crypto_sign_open(
        bundle[end:end + 64] + SIGNED_LABEL + bundle[:end], signer)
    assert message == SIGNED_LABEL + bundle[:end]
    assert bundle[end - 32:end] == blake(payload)
    stanzas = bundle[len(header):end - 32]
    key = key_for(machine, [stanzas[start:start + 80] for start in range(0, len(stanzas), 80)])
    assert commitment == blake(MAGIC + signer, subkey(key, 1, b"keyfobSB"))
    plain = aead_open(subkey(key, 2, b"keyfobSB"), payload[:24], header, payload[24:])
    return Bundle(
        bundle[108:108 + name_length].decode(), counter, created, flags, signer, recipients,
        blake(bundle[:end]).hex(), content_of(plain))


def key_for(machine, stanzas):
    box = SealedBox(PrivateKey(machine.secret))
    for stanza in stanzas:
        try:
            return box.decrypt(stanza)
        except Exception:  # PyNaCl's errors have no common class of their own here.
            continue
    raise AssertionError("the bundle is not addressed to this machine")


# What is sealed with a passphrase.


def _stretched(passphrase, passes, kibibytes, salt):
    return pwhash.argon2id.kdf(
        32, passphrase, salt, opslimit=passes, memlimit=kibibytes * 1024)


def seal(content, passphrase, passes=1, kibibytes=8):
    salt, nonce = os.urandom(16), os.urandom(24)
    header = SEAL_MAGIC + struct.pack("<HHII", 1, 0, passes, kibibytes) + salt + nonce
    key = _stretched(passphrase, passes, kibibytes, salt)
    header += blake(header, subkey(key, 1, b"keyfobPS"))
    return header + aead_seal(subkey(key, 2, b"keyfobPS"), nonce, header, padded(content))


def open_sealed(sealed, passphrase):
    major, zero, passes, kibibytes = struct.unpack_from("<HHII", sealed, 8)
    assert (sealed[:8], major, zero) == (SEAL_MAGIC, 1, 0)
    key = _stretched(passphrase, passes, kibibytes, sealed[20:36])
    assert sealed[60:92] == blake(sealed[:60], subkey(key, 1, b"keyfobPS"))
    plain = aead_open(subkey(key, 2, b"keyfobPS"), sealed[36:60], sealed[:92], sealed[92:])
    return content_of(plain)
