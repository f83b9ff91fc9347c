"""Hosts that look like a stored one: in spelling, in script, or in what a careless parser makes of
them."""

from lookalikes import FOREIGN, GIT, asked, cut, mutation, word

HOMOGRAPHS = {
    "a": "\u0430", "c": "\u0441", "e": "\u0435", "i": "\u0456", "o": "\u043e", "p": "\u0440",
    "r": "\u0433", "s": "\u0455", "x": "\u0445", "y": "\u0443", "g": "\u0261", "h": "\u04bb",
    "k": "\u03ba", "l": "\u217c", "m": "\u217f", "d": "\u217e",
}
UNICODE_DIGITS = {
    str(digit): [chr(zero + digit) for zero in (0x660, 0x966, 0xFF10, 0x1D7CE)]
    for digit in range(10)
}
INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u034f\u200e\u202e"
DOTS = "\u3002\uff0e\uff61\u2024\u00b7"
SLASHES = "\u2044\u2215\uff0f\u29f8"


def inserted(place, choose, piece):
    """The host with a piece somewhere inside it."""
    front, back = cut(place.host, choose)
    return asked(place, host=front + piece + back)


def replaced(place, choose, table):
    """The host with one character exchanged for one that looks like it."""
    fitting = [at for at, char in enumerate(place.host) if char in table]
    if not fitting:
        return None
    at = choose.choice(fitting)
    other = choose.choice(table[place.host[at]])
    return asked(place, host=place.host[:at] + other + place.host[at + 1:])


@mutation
def suffix(place, choose):
    return asked(place, host=f"{place.host}.{word(choose)}.{choose.choice(FOREIGN)}")


@mutation
def suffix_without_a_dot(place, choose):
    if place.host.endswith("]"):
        return None
    return asked(place, host=place.host + choose.choice(("", "-")) + word(choose))


@mutation
def prefix_label(place, choose):
    return asked(place, host=f"{word(choose)}.{place.host}")


@mutation
def prefix_without_a_dot(place, choose):
    return asked(place, host=word(choose) + choose.choice(("", "-")) + place.host)


@mutation
def dropped_label(place, choose):
    labels = place.host.split(".")
    if len(labels) < 2:
        return None
    labels.pop(choose.randrange(len(labels)))
    return asked(place, host=".".join(labels))


@mutation
def doubled_label(place, choose):
    labels = place.host.split(".")
    at = choose.randrange(len(labels))
    return asked(place, host=".".join(labels[:at] + [labels[at]] + labels[at:]))


@mutation
def exchanged_label(place, choose):
    labels = place.host.split(".")
    labels[choose.randrange(len(labels))] = word(choose) + "z"
    return asked(place, host=".".join(labels))


@mutation
def user_info(place, choose):
    user = choose.choice((word(choose), f"{word(choose)}:{word(choose)}", "", "git", "AWS:x"))
    return asked(place, authority=f"{user}@{place.authority}")


@mutation
def as_user_info(place, choose):
    foreign = choose.choice(FOREIGN)
    password = choose.choice(("", ":", f":{word(choose)}"))
    return asked(place, authority=f"{place.authority}{password}@{foreign}")


@mutation
def other_port(place, choose):
    port = str(choose.randrange(1, 70000))
    return None if port in (place.port, "443") else asked(place, port=port)


@mutation
def no_port_at_all(place, choose):
    port = choose.choice(("", "0", "00000", "+443", "-1", " 443", "0x1bb", "4 43", "443.", "99999",
                          word(choose, "abcxyz")))
    if not port and not place.port:
        return asked(place, authority=place.authority + ":")
    return asked(place, port=port)


@mutation
def trailing_dot(place, choose):
    return asked(place, host=place.host + "." * choose.randrange(1, 5))


@mutation
def empty_label(place, choose):
    labels = place.host.split(".")
    labels.insert(choose.randrange(len(labels)), "")
    return asked(place, host=".".join(labels))


@mutation
def tab(place, choose):
    return inserted(place, choose, "\t" * choose.randrange(1, 4))


@mutation
def space(place, choose):
    return inserted(place, choose, choose.choice((" ", "  ", "\u00a0", "\u2003", "\u3000", "+")))


@mutation
def backslash(place, choose):
    foreign = choose.choice(FOREIGN)
    return asked(place, authority=choose.choice((
        f"{foreign}\\{place.authority}", f"{place.authority}\\{foreign}",
        f"{foreign}\\@{place.authority}", f"{place.authority}\\.{foreign}",
        f"\\\\{place.authority}", f"{place.authority}\\{word(choose)}")))


@mutation
def escaped_dot(place, choose):
    dots = [at for at, char in enumerate(place.host) if char == "."]
    if not dots:
        return inserted(place, choose, choose.choice(("%2e", "%2E")))
    at = choose.choice(dots)
    escape = choose.choice(("%2e", "%2E", "%252e", "%c0%ae", "%u002e"))
    return asked(place, host=place.host[:at] + escape + place.host[at + 1:])


@mutation
def escaped_letter(place, choose):
    at = choose.randrange(len(place.host))
    return asked(place, host=place.host[:at] + f"%{ord(place.host[at]):02x}" + place.host[at + 1:])


@mutation
def homograph(place, choose):
    return replaced(place, choose, HOMOGRAPHS)


@mutation
def unicode_digit(place, choose):
    return replaced(place, choose, UNICODE_DIGITS)


@mutation
def unicode_dot(place, choose):
    return replaced(place, choose, {".": DOTS})


@mutation
def full_width(place, choose):
    wide = {chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)}
    return replaced(place, choose, wide)


@mutation
def invisible_character(place, choose):
    return inserted(place, choose, choose.choice(INVISIBLE))


@mutation
def nul(place, choose):
    return asked(place, authority=choose.choice((
        f"{place.authority}\0.{choose.choice(FOREIGN)}", f"{place.authority}\0{word(choose)}",
        f"{choose.choice(FOREIGN)}\0{place.authority}", f"{place.authority}\0")))


@mutation
def control_byte(place, choose):
    codes = [code for code in (*range(1, 32), 0x7F) if code not in (9, 10, 13)]
    return inserted(place, choose, chr(choose.choice(codes)))


@mutation
def newline(place, choose):
    end = choose.choice(("\n", "\r\n", "\r", "\n\n", "\v", "\f", "\u2028", "\u0085"))
    if place.protocol == GIT and end.startswith("\n"):
        # A line of its own is another attribute; what follows must not become the host.
        front, back = cut(place.host, choose)
        return asked(place, authority=f"{place.lead}{front}{end}{back}")
    return asked(place, authority=choose.choice((
        f"{choose.choice(FOREIGN)}{end}{place.authority}",
        f"{place.authority}{end}{choose.choice(FOREIGN)}")))


@mutation
def query(place, choose):
    return asked(place, authority=choose.choice((
        f"{choose.choice(FOREIGN)}?{place.authority}", f"{place.authority}?{word(choose)}",
        f"{place.authority}?@{choose.choice(FOREIGN)}")))


@mutation
def fragment(place, choose):
    return asked(place, authority=choose.choice((
        f"{choose.choice(FOREIGN)}#{place.authority}", f"{place.authority}#{word(choose)}",
        f"{place.authority}#@{choose.choice(FOREIGN)}")))


@mutation
def other_scheme(place, choose):
    schemes = ["ftp", "ssh", "git", "file", "javascript", "httpss", "xhttps", "ws", word(choose)]
    if place.scheme == "https" and not place.host.startswith("localhost"):
        schemes += ["http"] * 3
    return asked(place, scheme=choose.choice(schemes))


@mutation
def scheme_twice(place, choose):
    foreign = choose.choice(FOREIGN)
    return asked(place, authority=choose.choice((
        f"https://{foreign}/https://{place.authority}", f"https:https://{place.authority}",
        f"https//{place.authority}", f"https:/{place.authority}", f":{place.authority}")))


@mutation
def as_path(place, choose):
    return asked(place, authority=choose.choice(FOREIGN), path=choose.choice((
        place.authority, f"{place.authority}/{place.path}", f"{word(choose)}/{place.authority}")))


@mutation
def slash_in_front(place, choose):
    slashes = choose.choice(("/", "//", "///", *SLASHES))
    return asked(place, authority=slashes + place.authority)


@mutation
def unicode_slash(place, choose):
    slash = choose.choice(SLASHES)
    return asked(place, authority=choose.choice((
        f"{place.authority}{slash}{choose.choice(FOREIGN)}",
        f"{choose.choice(FOREIGN)}{slash}{place.authority}",
        f"{place.authority}{slash}{word(choose)}.{choose.choice(FOREIGN)}")))


@mutation
def missing_character(place, choose):
    at = choose.randrange(len(place.host))
    return asked(place, host=place.host[:at] + place.host[at + 1:])


@mutation
def doubled_character(place, choose):
    at = choose.randrange(len(place.host))
    return asked(place, host=place.host[:at] + place.host[at] + place.host[at:])


@mutation
def exchanged_characters(place, choose):
    at = choose.randrange(len(place.host) - 1)
    one, other = place.host[at:at + 2]
    return None if one == other else asked(
        place, host=place.host[:at] + other + one + place.host[at + 2:])


@mutation
def other_end(place, choose):
    front, dot, end = place.host.rpartition(".")
    other = choose.choice(("co", "cm", "net", "org", "dev", "com", "zip", word(choose)))
    return asked(place, host=front + dot + other) if dot and other != end else None


@mutation
def star(place, choose):
    labels = place.host.split(".")
    labels[choose.randrange(len(labels))] = choose.choice(("*", "**", "?", "[a-z]*", ".*"))
    return asked(place, host=".".join(labels))


@mutation
def brackets(place, choose):
    if place.host.startswith("["):
        inner = place.host[1:-1]
        return asked(place, host=choose.choice((
            inner, f"[{inner}", f"{inner}]", f"[{inner}%25eth0]", f"[{inner}%eth{word(choose)}]",
            f"[{inner}]{word(choose)}", f"[[{inner}]]", f"[v1.{inner}]",
            f"[{inner}].{choose.choice(FOREIGN)}")))
    return asked(place, authority=choose.choice((
        f"[{place.authority}]", f"[{place.host}]:{place.port or 443}",
        f"[::ffff:{place.authority}]", f"[{word(choose)}]{place.authority}")))
