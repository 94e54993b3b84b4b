"""What a process listens on, as the kernel says it: nothing that a program prints is believed."""

import os

LISTENS, ACCEPTS = "0A", 0x10000
# Established, about to be, and closed by the client only.
OPEN = {"01", "03", "08"}


def of(pid):
    """The inodes of a process's sockets."""
    found = set()
    for name in os.listdir(f"/proc/{pid}/fd"):
        try:
            target = os.readlink(f"/proc/{pid}/fd/{name}")
        except FileNotFoundError:
            continue  # It was closed meanwhile.
        if target.startswith("socket:["):
            found.add(target[8:-1])
    return found


def rows(pid, kind):
    try:
        with open(f"/proc/{pid}/net/{kind}") as table:
            return [line.split() for line in table.readlines()[1:]]
    except FileNotFoundError:
        return []  # A machine without IPv6.


def listening(pid):
    """Addresses and ports of TCP: `0100007F` is 127.0.0.1."""
    own = of(pid)
    return sorted(
        (row[1].split(":")[0], int(row[1].split(":")[1], 16))
        for kind in ("tcp", "tcp6")
        for row in rows(pid, kind)
        if row[3] == LISTENS and row[9] in own
    )


def ports(pid):
    return [port for _, port in listening(pid)]


def connections(pid, port):
    """Connections to a port that its server has not closed, those that wait to be accepted included. A client may believe in
    others: where too many wait, the kernel forgets some, and says so only to who sends something."""
    return sum(row[1].endswith(f":{port:04X}") and row[3] in OPEN for kind in ("tcp", "tcp6") for row in rows(pid, kind))


def others(pid):
    """Sockets of UDP, and those of Unix that somebody could connect to: the ones with a name, or which accept."""
    own = of(pid)
    udp = [f"{kind} {row[1]}" for kind in ("udp", "udp6") for row in rows(pid, kind) if row[9] in own]
    unix = [row for row in rows(pid, "unix") if row[6] in own]
    return udp + [f"unix {row[7:]}" for row in unix if len(row) > 7 or int(row[3], 16) & ACCEPTS]
