"""Bech32m as BIP 350 has it, written apart from the product."""

ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_CONSTANT = 0x2BC830A3


def encode(prefix, data, constant=_CONSTANT):
    digits = _digits(data)
    sum_ = _polymod(_expand(prefix) + digits + [0] * 6) ^ constant
    digits += [sum_ >> 5 * (5 - place) & 31 for place in range(6)]
    return prefix + "1" + "".join(ALPHABET[digit] for digit in digits)


def decode(prefix, text):
    found, _, rest = text.rpartition("1")
    assert found == prefix, text
    digits = [ALPHABET.index(character) for character in rest]
    assert _polymod(_expand(prefix) + digits) == _CONSTANT, text
    bits = "".join(f"{digit:05b}" for digit in digits[:-6])
    whole = len(bits) // 8 * 8
    assert set(bits[whole:]) <= {"0"}, text
    return bytes(int(bits[start:start + 8], 2) for start in range(0, whole, 8))


def _digits(data):
    bits = "".join(f"{byte:08b}" for byte in data)
    bits += "0" * (-len(bits) % 5)
    return [int(bits[start:start + 5], 2) for start in range(0, len(bits), 5)]


def _expand(prefix):
    return [ord(each) >> 5 for each in prefix] + [0] + [ord(each) & 31 for each in prefix]


def _polymod(values):
    sum_ = 1
    for value in values:
        top = sum_ >> 25
        sum_ = (sum_ & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate(_GENERATOR):
            if top >> bit & 1:
                sum_ ^= generator
    return sum_
