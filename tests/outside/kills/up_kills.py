"""Kills of `rollcall up` under load: people block and unblock, buy seats, make local accounts and press Reset over the API,
readers read, files are dropped; then SIGKILL.

The twin is made from the log: what stands in it was done. So first the log is held against the calls. Each call that was
answered with 2xx stands there exactly once, each that was not answered at most once, each that was refused not at all, and
nothing that nobody asked for. Then an installation that nobody disturbs is given the same decisions, in the order of the log,
and the last file; with a seat for everybody both must be equal.
"""

import itertools
import random
import signal
import threading
import time
from collections import Counter, defaultdict

import compare
from people import People
from program import Installation, Up

# The longest that one process lives when it is ready, in seconds.
LIFE = 5
# Every so many lives one is too short to be ready; and one ends soon after a dropped file began to be read.
SHORT, SHORT_LIFE, DROP_LIFE, PATIENCE = 5, 0.2, 1, 20
# How often a file is dropped: it is whole, so it is read within a second or two.
DROP_EVERY = 2.3
CONTENDED = 503


class Call:
    """Something that somebody asked for, and what came of it."""

    def __init__(self, kind, about, mark, answer):
        self.kind, self.about, self.mark = kind, about, mark
        # `None`: no answer. 5xx promises nothing.
        self.status, self.body = answer if answer and answer[0] < 500 else (None, None)
        self.is_done = self.status is not None and self.status < 300


class Load:
    """What people do meanwhile. Each writes down their own calls."""

    def __init__(self, seed, up, accounts, people, marks, limit, awaits_drop):
        self.up, self.accounts, self.people, self.marks, self.limit = up, accounts, people, marks, limit
        self.seed, self.calls, self.broken, self.stops, self.used = seed, [], [], threading.Event(), []
        # Where a run by a dropped file is awaited, none may read that file before: nobody presses Reset, and no other file comes.
        self.is_read = threading.Event()
        if not awaits_drop:
            self.is_read.set()
        works = [self.block, self.block, self.buy, self.add, self.reset, self.read, self.drop]
        self.threads = [threading.Thread(target=self.go_on, args=(work, number)) for number, work in enumerate(works)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.stops.set()
        self.is_read.set()
        for thread in self.threads:
            thread.join()

    def go_on(self, work, number):
        chance = random.Random(f"{self.seed}-{number}")
        while not self.stops.is_set():
            work(chance)

    def ask(self, kind, about, mark, method, path, body=None):
        answer = self.up.ask(method, path, body)
        self.calls.append(Call(kind, about, mark, answer))
        if answer and answer[0] >= 500 and answer[0] != CONTENDED:
            self.broken.append((method, path, answer))
        if answer is None:
            # The process is gone, and whoever has killed it will say so.
            self.stops.wait(0.05)

    def block(self, chance):
        about, mark = chance.choice(self.accounts), f"call {next(self.marks)}"
        if chance.random() < 0.5:
            self.ask("blocked_by_admin", about, mark, "POST", f"/accounts/{about}/block", {"why": mark})
        else:
            self.ask("unblocked_by_admin", about, None, "POST", f"/accounts/{about}/unblock")

    def buy(self, chance):
        limit = next(self.limit)
        self.ask("licence_set", None, str(limit), "PUT", "/licence", {"limit": limit, "below_use": True})
        self.stops.wait(chance.uniform(0, 0.3))

    def add(self, chance):
        name = f"local.{next(self.marks)}"
        self.ask("created_local", None, name, "POST", "/accounts", {"username": name})
        self.stops.wait(chance.uniform(0, 0.4))

    def reset(self, chance):
        self.is_read.wait()
        self.stops.wait(chance.uniform(0.1, 0.6))
        self.ask("run_requested", None, None, "POST", "/reset", {})

    def read(self, chance):
        answer = self.up.ask("GET", "/licence")
        if answer and answer[0] == 200:
            self.used.append((answer[1]["used"], answer[1]["limit"]))
        for path in ("/accounts?limit=200", "/audit?limit=100", "/runs", "/waiting"):
            self.up.ask("GET", path)
        self.stops.wait(chance.uniform(0, 0.2))

    def drop(self, _):
        self.people.month()
        self.up.installation.drop(self.people.file())
        self.stops.wait(DROP_EVERY)
        self.is_read.wait()


class Company(People):
    """People of whom some come and go, and others change, so that it does not matter which of the files were read: who is away
    is as they were at first, and who was hired stays."""

    def __init__(self, seed, count):
        super().__init__(seed, count)
        keys = sorted(self.rows)
        self.movers, self.changers = keys[::3], keys[1::3]

    def month(self):
        self.hire(2)
        self.leave(3, self.movers)
        self.come_back(2)
        self.change(8, self.changers)


class Kills:
    """Twenty lives of one installation, and what is left of them."""

    def __init__(self, checks, folder, program, seed, wanted):
        self.checks, self.seed, self.wanted = checks, seed, wanted
        self.chance = random.Random(f"{seed}-up")
        self.killed, self.twin = (Installation(folder / name, 70, True, program) for name in ("killed", "twin"))
        # The twin gets in one file what the other got in many, and the other gets several at once where a slow machine has
        # passed some over: more of everything than the guard lets pass.
        guard = "[guard]\nmax_newcomer_percent = 1000\nmax_removal_percent = 100\nmax_rename_percent = 100\n\n[[source]]"
        for desk in (self.killed, self.twin):
            desk.config.write_text(desk.config.read_text().replace("[[source]]", guard))
        self.people, self.calls, self.broken, self.used = Company(seed, 100), [], [], []
        self.marks, self.limit = itertools.count(1), itertools.count(71)

    def run(self):
        self.killed.drop(self.people.file())
        self.killed.run("sync")
        first = self.people.file()
        # Few, so that those who block and unblock get into each other's way.
        self.accounts = sorted(compare.accounts(self.killed))[:40]
        soundness = compare.Soundness(self.killed)
        soundness.look()
        for number in range(1, self.wanted + 1):
            said = self.live(number)
            wrong, figures = soundness.look()
            self.checks.check(f"kill {number} of up, {said}: {figures}", not wrong, wrong)
        if not self.wanted:
            return
        log = self.killed.json("audit")
        self.hold_against_calls(log)
        self.finish(first, log)

    def live(self, number):
        """One life: it starts, is loaded, and dies."""
        is_short, awaits_drop = number % SHORT == 0, number % SHORT == 1
        longest = SHORT_LIFE if is_short else DROP_LIFE if awaits_drop else LIFE
        after, before = self.chance.uniform(0, longest), len(self.calls)
        up = Up(self.killed, every="never" if awaits_drop else "1s")
        killer = threading.Timer(after, up.process.kill)
        if is_short:
            killer.start()
        if up.wait_until_ready():
            seed = f"{self.seed}-{before}"
            with Load(seed, up, self.accounts, self.people, self.marks, self.limit, awaits_drop) as load:
                if awaits_drop:
                    self.await_drop(up)
                    load.is_read.set()
                if not is_short:
                    killer.start()
                up.process.wait()
            self.calls += load.calls
            self.broken += load.broken
            self.used += load.used
        killer.join()
        if up.process.wait() != -signal.SIGKILL:
            raise SystemExit(f"FAILED  `rollcall up` ended by itself:\n{up.log.read_text()}")
        done = sum(call.is_done for call in self.calls[before:])
        lost = sum(call.status is None for call in self.calls[before:])
        return f"after {after:.2f} s, {done} calls done, {lost} without an answer"

    def await_drop(self, up):
        """Until a dropped file is being read, or nobody would wait any longer."""
        before, end = self.dropped(up), time.monotonic() + PATIENCE
        while time.monotonic() < end and self.dropped(up) == before:
            time.sleep(0.05)

    def dropped(self, up):
        answer = up.ask("GET", "/runs?limit=20")
        return {run["id"] for run in answer[1]["runs"] if run["trigger"] == "drop"} if answer else None

    def hold_against_calls(self, log):
        """Each change by a person in the log is of a call, and each call is there as often as its answer says."""
        by_people = [entry for entry in log if not entry["run"] or entry["outcome"] == "run_requested"]
        asked = defaultdict(list)
        for call in self.calls:
            asked[call.kind].append(call)
        for kind, calls in sorted(asked.items()):
            entries = [entry for entry in by_people if entry["outcome"] == kind]
            wrong = self.count_calls(kind, calls, entries)
            done, lost = sum(call.is_done for call in calls), sum(call.status is None for call in calls)
            what = f"{kind}: {done} of {len(calls)} calls were done, {lost} had no answer; the log has these {len(entries)}"
            self.checks.check(what, not wrong, wrong[:5])
        triggers = Counter(run["trigger"] for run in self.killed.json("runs"))
        # A tick that finds a run under way asks for none of its own; on a slow machine that may be every one.
        self.checks.check(f"runs came by {dict(triggers)}", {"drop", "reset"} <= set(triggers), triggers)
        strange = [entry for entry in by_people if entry["outcome"] not in asked]
        self.checks.check("nothing stands in the log that nobody asked for", not strange, strange[:3])
        self.checks.check("no call was answered with a fault", not self.broken, self.broken[:3])
        over = [figures for figures in self.used if figures[0] > figures[1]]
        what = f"no reader saw more seats used than bought ({len(self.used)} looked)"
        self.checks.check(what, self.used and not over, over[:3])
        self.checks.check("no entry gave a seat that was not there", not compare.overrun(log), compare.overrun(log)[:3])

    def count_calls(self, kind, calls, entries):
        """What is there too often or too seldom."""
        marked, wrong = Counter(mark(entry) for entry in entries), []
        if kind == "run_requested":
            # A request that comes while a run waits is answered with that run, and leaves no entry.
            runs = {run["id"] for run in self.killed.json("runs")}
            return [call.body for call in calls if call.is_done and call.body["run"] not in runs]
        if kind == "unblocked_by_admin":
            for about in {call.about for call in calls} | {entry["account"] for entry in entries}:
                of = [call for call in calls if call.about == about]
                there = sum(entry["account"] == about for entry in entries)
                least, most = sum(call.is_done for call in of), sum(call.is_done or call.status is None for call in of)
                if not least <= there <= most:
                    wrong.append(f"{about}: {there} entries, {least} calls were done and {most - least} had no answer")
        else:
            for call in calls:
                there = marked.pop(call.mark, 0)
                if there > 1 or (call.is_done and not there) or (there and call.status is not None and not call.is_done):
                    wrong.append(f"{call.mark}: {there} entries, the answer was {call.status} {call.body}")
            wrong += [f"{mark} was not asked for" for mark in marked]
        if kind.endswith("by_admin"):
            made = Counter((entry["account"], entry["version"]) for entry in entries)
            for call in calls:
                if call.is_done and made[call.about, call.body["version"]] != 1:
                    wrong.append(f"the version that was answered is not in the log: {call.body}")
        return wrong

    def finish(self, first, log):
        """One more run; then the twin, from the log."""
        self.killed.run("licence", "set", "unlimited")
        self.killed.run("sync")
        files = {"first": first, "last": self.people.file()}
        for name, text in files.items():
            path = self.twin.folder / f"{name}.csv"
            path.write_text(text)
        self.twin.run("licence", "set", "unlimited")
        self.twin.run("sync", self.twin.folder / "first.csv")
        # Who was hired meanwhile and blocked is in the last file only.
        self.twin.run("sync", self.twin.folder / "last.csv")
        self.decide(log)
        self.twin.run("sync")
        ours, twins = (settled(compare.accounts(one)) for one in (self.killed, self.twin))
        wrong = compare.differences(ours, twins)
        wrong += compare.differences(compare.licence(self.killed), compare.licence(self.twin))
        log = self.killed.json("audit")
        wrong += compare.differences(decisions(log), decisions(self.twin.json("audit")))
        wrong += compare.chain(log, compare.accounts(self.killed))
        wrong += [run for run in self.killed.json("runs") if not run["finished_at"]]
        wrong += self.killed.json("doctor")["findings"]
        names = {account["username"] for account in ours.values()}
        what = f"{len(ours)} accounts, {len(names)} usernames, the ledger and what people decided as the twin's"
        is_equal = not wrong and len(names) == len(ours)
        self.checks.check(f"finished by one more run: {what}", is_equal, "\n".join(map(str, wrong[:8])))

    def decide(self, log):
        """The same decisions at the twin's API, for each account in the order of its versions."""
        with Up(self.twin) as up:
            for entry in sorted(log, key=lambda entry: entry["version"]):
                kind, about = entry["outcome"], entry["account"]
                if kind == "blocked_by_admin":
                    answer = up.ask("POST", f"/accounts/{about}/block", {"why": mark(entry)})
                elif kind == "unblocked_by_admin":
                    answer = up.ask("POST", f"/accounts/{about}/unblock")
                elif kind == "created_local":
                    answer = up.ask("POST", "/accounts", {"username": entry["username"]})
                else:
                    continue
                if answer is None or answer[0] >= 300:
                    raise SystemExit(f"FAILED  the twin does not take what the log says: {entry}: {answer}")


def mark(entry):
    """What tells a call from all others: the reason of a block, the limit, the name."""
    if entry["outcome"] == "created_local":
        return entry["username"]
    return next((change["new"] for change in entry["changes"] if change["field"] in ("why", "limit")), None)


def decisions(log):
    """What people decided about each account, in order."""
    found = defaultdict(list)
    for entry in sorted(log, key=lambda entry: entry["version"]):
        if entry["account"] and not entry["run"]:
            found[entry["account"]].append((entry["outcome"], mark(entry), entry["actor"]))
    return dict(found)


def settled(accounts):
    """Accounts without what depends on which of the files were read, and on when there was a seat."""
    for account in accounts.values():
        del account["version"]
        # Who was blocked while they waited has had a seat beneath it for as long as there are enough.
        account["beneath"] = account["beneath"] and account["beneath"].replace("no_seat", "active")
    return accounts
