"""Kills of `rollcall sync`: each step of a story is killed a few times at random moments, then run to its end once. The twin
runs each step once."""

import random
import time

import compare
from people import People
from program import Installation

# So often a step is killed before it may end.
KILLS_OF_A_STEP = (4, 5)


class Step:
    """A command, with what is put in place for it, and how it ends; first of `exits` where nobody kills it.

    A dry run that was killed leaves a run to be ended, and a dry run writes nothing: the one after it says so and ends with 2."""

    def __init__(self, name, *arguments, file=None, people=(), exits=(0,), approves=False):
        self.name, self.arguments, self.file, self.people = name, list(arguments), file, people
        self.exits, self.approves = exits, approves

    def prepare(self, installation):
        """What people do before it, which may be refused for want of a seat, and how that ended; then the command."""
        said = [installation.run(*command, exits=(0, 2)).returncode for command in self.people]
        arguments = ["sync", *self.arguments]
        if self.file:
            path = installation.folder / f"{self.name.replace(' ', '-')}.csv"
            path.write_text(self.file)
            arguments.append(path)
        if self.approves:
            held = [run for run in installation.json("runs") if run["status"] == "held"]
            arguments += ["--approve", held[0]["id"], "--yes"]
        return said, arguments


def story(seed):
    """A company over some years: too few seats, leavers, returners, renames, blocks, a damaged listing, its approval."""
    people = People(seed, 240)
    yield Step("the first file", file=people.file())
    people.year()
    named = [people.rows[key][0] for key in people.some(4)]
    blocks = [("block", name, "--why", "lost laptop") for name in named[:3]]
    decisions = [*blocks, ("local", "add", "root", "--admin"), ("licence", "set", 190, "--below-use")]
    yield Step("the next year", file=people.file(), people=decisions)
    people.year()
    yield Step("another year", file=people.file(), people=[("unblock", named[0]), ("block", named[3])])
    whole = dict(people.rows)
    people.rows = {key: row for number, (key, row) in enumerate(sorted(whole.items())) if number % 3}
    people.change(60)
    yield Step("a third is missing", file=people.file(), exits=(3,))
    yield Step("the approval", approves=True)
    people.rows = whole
    yield Step("a dry run of all", "--dry-run", file=people.file(), exits=(0, 2))
    yield Step("all are back", file=people.file(), people=[("licence", "set", 170, "--below-use")])
    yield Step("more seats", people=[("licence", "set", 260)])


class Kills:
    """Kills until there were so many."""

    def __init__(self, checks, folder, program, seed, wanted):
        self.checks, self.folder, self.program, self.seed, self.wanted = checks, folder, program, seed, wanted
        self.chance, self.kills = random.Random(seed), 0

    def run(self):
        number = 0
        while self.kills < self.wanted:
            number += 1
            self.tell(f"{self.seed}-{number}", self.folder / f"story-{number}", trim=number % 2 == 0)
        what = f"{self.wanted} kills of `rollcall sync` hit one that was at work"
        self.checks.check(what, self.kills == self.wanted, self.kills)

    def tell(self, seed, folder, trim):
        disturbed, twin = (Installation(folder / name, 180, trim, self.program) for name in ("killed", "twin"))
        soundness = compare.Soundness(disturbed)
        for step in story(seed):
            twin_said, arguments = step.prepare(twin)
            began = time.monotonic()
            twin.run(*arguments, exits=step.exits[:1])
            takes = time.monotonic() - began
            said, arguments = step.prepare(disturbed)
            if said != twin_said:
                what = f"{step.name}: people are given the twin's answers"
                self.checks.check(what, False, f"{said} instead of {twin_said}")
            limit = compare.licence(twin)["limit"]
            for _ in range(self.chance.choice(KILLS_OF_A_STEP)):
                if self.kills < self.wanted:
                    self.kill(disturbed, arguments, takes, step, soundness, limit)
            done = disturbed.run(*arguments, exits=())
            is_finished, said = done.returncode in step.exits, done.stdout + done.stderr
            if self.checks.check(f"{step.name}, finished by one more run", is_finished, said):
                self.compare(disturbed, twin, step, may_be_unfinished=done.returncode == 2)
            wrong, figures = soundness.look(limit)
            self.checks.check(f"{step.name}: {figures}", not wrong, wrong)
            if self.kills == self.wanted:
                return

    def kill(self, disturbed, arguments, takes, step, soundness, limit):
        """Kills a run that is at work. One that was quicker than the kill does not count."""
        after = self.chance.uniform(0, takes)
        run = disturbed.begin(*arguments)
        time.sleep(after)
        is_at_work = run.poll() is None
        run.kill()
        run.wait()
        if not is_at_work:
            return
        self.kills += 1
        wrong, figures = soundness.look(limit)
        moment = f"after {after:.2f} of {takes:.2f} s"
        self.checks.check(f"kill {self.kills} of sync, {step.name}, {moment}: {figures}", not wrong, wrong)

    def compare(self, disturbed, twin, step, may_be_unfinished):
        log, twins_log = disturbed.json("audit"), twin.json("audit")
        ours, twins = compare.accounts(disturbed), compare.accounts(twin)
        wrong = compare.differences(ours, twins)
        wrong += compare.differences(compare.licence(disturbed), compare.licence(twin))
        wrong += compare.differences(compare.entries(log), compare.entries(twins_log))
        wrong += compare.chain(log, ours) + compare.overrun(log)
        if not may_be_unfinished:
            wrong += [run for run in disturbed.json("runs") if not run["finished_at"]]
        names = [one["username"] for one in ours.values()]
        what = f"{len(ours)} accounts, {len(set(names))} usernames, {len(log)} audit entries and the ledger as the twin's"
        is_equal = not wrong and len(set(names)) == len(ours)
        self.checks.check(f"{step.name}: {what}", is_equal, "\n".join(map(str, wrong[:8])))
