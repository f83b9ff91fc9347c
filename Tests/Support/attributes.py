"""The lines of git's credential protocol."""


def encode(fields):
    """`key=value` lines in the given order; a list becomes one `key[]=value` line per value."""
    lines = []
    for key, value in fields.items():
        if isinstance(value, list):
            lines += [f"{key}[]={item}\n" for item in value]
        else:
            lines.append(f"{key}={value}\n")
    return "".join(lines).encode()


def decode(data):
    """The opposite of `encode`, up to a blank line; fails on a line that is no attribute."""
    fields = {}
    for line in data.decode().split("\n"):
        if not line:
            break
        key, equals, value = line.partition("=")
        assert equals, f"{line!r} is no attribute"
        if key.endswith("[]"):
            fields.setdefault(key[:-2], []).append(value)
        else:
            fields[key] = value
    return fields
