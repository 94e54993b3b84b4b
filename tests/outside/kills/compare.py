"""What must be so after any kill, and what must be equal to the twin that nobody has killed."""

import json
from collections import defaultdict

# Where the limit is not known.
ASK = object()
# What an entry says, whenever and in whichever run that was.
SAID = ("trigger", "actor", "source", "username", "match_key", "outcome", "reason", "changes")


def state(view):
    """A state without its time."""
    return view and (view["state"], view["reason"])


def accounts(installation):
    """Every account without times."""
    times = ("since", "missing_since")
    found = installation.json("accounts")
    return {one["id"]: {name: value for name, value in one.items() if name not in times} for one in found}


def licence(installation):
    return installation.json("licence")


def entries(log):
    """The audit log by account, in the order of the account's versions; without times and run ids, and without the figures of
    the licence, which say how far the run had come in its own order. Requests are left out: each command that was killed may
    have made one."""
    found = defaultdict(list)
    for entry in sorted(log, key=lambda entry: entry["version"]):
        if entry["outcome"] == "run_requested":
            continue
        said = {name: entry[name] for name in SAID}
        said |= {"before": state(entry["before"]), "after": state(entry["after"])}
        # What is said of the licence has the ledger's version, which every commit moves.
        said["version"] = entry["version"] if entry["account"] else None
        found[entry["account"]].append(said)
    return dict(found)


def differences(ours, twins):
    """What is not equal, in a few words for each."""
    keys = sorted(set(ours) | set(twins), key=str)
    return [f"{key}: {ours.get(key)}\n  instead of {twins.get(key)}" for key in keys if ours.get(key) != twins.get(key)]


def chain(log, accounts):
    """Where the log by itself does not explain an account: versions 1, 2, 3 ... once each, every state before the one that the
    entry before has left, and the last one the account's own."""
    of = defaultdict(list)
    for entry in log:
        if entry["account"]:
            of[entry["account"]].append(entry)
    wrong = []
    for id, account in accounts.items():
        own = sorted(of.pop(id, []), key=lambda entry: entry["version"])
        versions = [entry["version"] for entry in own]
        if versions != list(range(1, account["version"] + 1)):
            wrong.append(f"{account['username']} has version {account['version']}, its entries {versions}")
            continue
        states = [None] + [state(entry["after"]) for entry in own]
        if states[:-1] != [state(entry["before"]) for entry in own] or states[-1] != (account["state"], account["reason"]):
            wrong.append(f"{account['username']}: {json.dumps(own)}")
    return wrong + [f"entries of {id}, which is not there" for id in of]


def overrun(log):
    """Entries that gave a seat which was not there."""
    gave = (entry for entry in log if state(entry["after"]) == ("active", None) and state(entry["before"]) != ("active", None))
    return [entry for entry in gave if entry["seats"]["limit"] is not None and entry["seats"]["used"] > entry["seats"]["limit"]]


class Soundness:
    """Asked after each kill: doctor is clean, and there are no more active accounts than seats.

    A limit may be set below the seats in use; then nobody is removed for it at once, and none may be added."""

    def __init__(self, installation):
        self.installation, self.active = installation, 0

    def look(self, limit=ASK):
        """What is wrong, and the figures in words. The limit is asked for where nobody has said it."""
        done = self.installation.run("doctor", "--json", exits=())
        if done.returncode != 0:
            return done.stdout + done.stderr, "doctor is not clean"
        diagnosis = json.loads(done.stdout)
        limit = licence(self.installation)["limit"] if limit is ASK else limit
        before, self.active = self.active, diagnosis["active"]
        wrong = list(diagnosis["findings"])
        if limit is not None and self.active > max(limit, before):
            wrong.append(f"{self.active} active accounts, {limit} seats bought, {before} active before")
        return wrong, f"doctor is clean, {self.active} of {'any number of' if limit is None else limit} seats"

