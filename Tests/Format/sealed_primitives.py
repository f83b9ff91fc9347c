"""The conventions of Sources/SealedFile/Format.md: sealing, subkeys, MACs, integers, error classes.

This folder is a second implementation of that page, made from the page alone. Where the two
implementations disagree, the page decides which of them is wrong.
"""

import hashlib
import hmac
import struct

from nacl import bindings
from nacl.exceptions import CryptoError

NONCE, TAG, KEY = 24, 16, 32

MAGIC = bytes.fromhex("894B46420D0A1A0A")
KEY_FILE_MAGIC = b"KFBKEY1\n"
ANCHOR_MAGIC = b"KFBANC1\n"


class SealedFileError(Exception):
    """What went wrong, as one of the page's error classes, and in which part of the file."""

    kind = ""

    def __init__(self, where, message):
        super().__init__(f"{self.kind}: {where}: {message}")
        self.where = where


class Damaged(SealedFileError):
    kind = "damaged"


class WrongKey(SealedFileError):
    kind = "wrongKey"


class NewerVersion(SealedFileError):
    kind = "newerVersion"


class Older(SealedFileError):
    kind = "older"


class Locked(SealedFileError):
    kind = "locked"


class Limit(SealedFileError):
    kind = "limit"


def seal(key, nonce, ad, plain):
    return bindings.crypto_aead_xchacha20poly1305_ietf_encrypt(plain, ad, nonce, key)


def open_sealed(key, nonce, ad, sealed):
    """The plain text, or None when the piece does not open."""
    try:
        return bindings.crypto_aead_xchacha20poly1305_ietf_decrypt(sealed, ad, nonce, key)
    except (CryptoError, ValueError):
        return None


def subkey(key, number, context):
    return hashlib.blake2b(
        key=key,
        salt=struct.pack("<Q", number) + bytes(8),
        person=context + bytes(8),
        digest_size=32,
    ).digest()


def catalogue_subkey(catalogue_key, number):
    return subkey(catalogue_key, number, b"keyfobCK")


def store_subkey(store_key, number):
    return subkey(store_key, number, b"keyfobSK")


def mac(key, message):
    return hashlib.blake2b(message, key=key, digest_size=32).digest()


def same(left, right):
    return hmac.compare_digest(left, right)


def argon2id(passphrase, salt, passes, kibibytes):
    return bindings.crypto_pwhash_alg(
        KEY, passphrase, salt, passes, kibibytes * 1024, bindings.crypto_pwhash_ALG_ARGON2ID13
    )


def string(value):
    if len(value) > 0xFFFF:
        raise Limit("string", f"{len(value)} bytes do not fit a string")
    return struct.pack("<H", len(value)) + value


class Cursor:
    """Takes bytes from the front and refuses to run past the end."""

    def __init__(self, data, where):
        self.data, self.where, self.at = data, where, 0

    def take(self, count):
        if count > len(self.data) - self.at:
            raise Damaged(self.where, "a length runs past the end")
        piece = self.data[self.at:self.at + count]
        self.at += count
        return piece

    def unpack(self, layout):
        return struct.unpack("<" + layout, self.take(struct.calcsize("<" + layout)))

    def number(self, layout):
        return self.unpack(layout)[0]

    def string(self):
        return self.take(self.number("H"))

    @property
    def more(self):
        return self.at < len(self.data)

    def finish(self):
        if self.more:
            raise Damaged(self.where, "bytes are left over")
