"""The rows of `keyfob list`: a person looks at a few credentials, or at ten thousand."""

from measurement import Command
from stores import Store, host

FEW, MANY = 10, 10_000


def listing(root, keyfob, nothing):
    """Every credential in a table, and as JSON."""
    rows = []
    for count in (FEW, MANY):
        home = Store.of_hosts(root / f"list-{count}", count).home
        for name, options in (("list", ()), ("list as JSON", ("--json",))):
            rows.append(Command(f"{name}, {count:,} credentials", home, (keyfob, "list", *options),
                                (nothing,), host(count - 1)))
    return rows
