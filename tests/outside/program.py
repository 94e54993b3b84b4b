"""What the checks in these folders share: the built program on an installation of its own, and the line for each check.

Knows of Rollcall what anybody can see from outside: its commands, their JSON, its HTTP API, its process. Python's own library
only.
"""

import http.client
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILT = ROOT / "target/debug/rollcall"

CONFIG = """
[licence]
seats = {seats}
trim = {trim}

[[source]]
name = "staff"
kind = "csv"
object = "inbox/staff.csv"
match_field = "key"

[source.mapping]
username = "username"
title = "title"
active = "active"
"""


class Checks:
    """One line for each check, and how many there were."""

    def __init__(self):
        self.passed = self.failed = 0

    def check(self, what, is_so, otherwise=""):
        """Says whether it is so; what was there instead is shown where it is not."""
        if is_so:
            self.passed += 1
            print(f"ok      {what}", flush=True)
        else:
            self.failed += 1
            print(f"FAILED  {what}: {str(otherwise)[:2000]}", flush=True)
        return bool(is_so)

    def end(self):
        print(f"{self.passed} passed, {self.failed} failed")
        sys.exit(1 if self.failed else 0)


class Installation:
    """A configuration and a data folder."""

    def __init__(self, folder, seats=50, trim=False, program=BUILT):
        self.folder, self.program = pathlib.Path(folder), pathlib.Path(program)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.config = self.folder / "rollcall.toml"
        self.config.write_text(CONFIG.format(seats=seats, trim=str(trim).lower()))
        self.inbox = self.folder / ".rollcall/s3/rollcall/inbox/staff.csv"

    def command(self, *arguments):
        return [str(self.program), *map(str, arguments), "--config", str(self.config)]

    def begin(self, *arguments, **more):
        """A command as a process that nobody waits for."""
        options = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, **more}
        return subprocess.Popen(self.command(*arguments), **options)

    def run(self, *arguments, exits=(0,)):
        """What a command says; another exit code than these is the end of the check."""
        done = subprocess.run(self.command(*arguments), capture_output=True, text=True, timeout=120)
        if exits and done.returncode not in exits:
            raise SystemExit(f"FAILED  {arguments} ended with {done.returncode}:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
        return done

    def json(self, *arguments, exits=(0,)):
        """What a command says to programs."""
        return json.loads(self.run(*arguments, "--json", exits=exits).stdout)

    def drop(self, text):
        """A file dropped into the watched folder at once, as a move does it."""
        self.inbox.parent.mkdir(parents=True, exist_ok=True)
        partial = self.inbox.with_suffix(".partial")
        partial.write_text(text)
        # A file that was whole a minute ago, put in its place: `up` need not wait until it rests.
        os.utime(partial, (time.time() - 60,) * 2)
        partial.replace(self.inbox)


class Up:
    """`rollcall up`, until the `with` ends or somebody kills it."""

    def __init__(self, installation, *arguments, before=(), every="never"):
        self.installation = installation
        self.log = installation.folder / "up.log"
        with self.log.open("w") as log:
            command = installation.command("up", "--port", 0, "--every", every, *arguments)
            self.process = subprocess.Popen([*before, *command], stdout=log, stderr=subprocess.STDOUT)
        self.pid = self.process.pid

    def __enter__(self):
        if not self.wait_until_ready():
            raise SystemExit(f"FAILED  `rollcall up` does not start:\n{self.log.read_text()}")
        return self

    def __exit__(self, *_):
        self.kill()

    def wait_until_ready(self, seconds=60):
        """Whether it says, before it ends, where its console is."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            ended = self.process.poll() is not None
            text = self.log.read_text()
            found = re.search(r"http://127\.0\.0\.1:(\d+)/\?token=(\w+)", text)
            if found and "Ctrl-C" in text:
                self.port, self.token = int(found[1]), found[2]
                return True
            if ended:
                return False
            time.sleep(0.01)
        return False

    def kill(self):
        """By SIGKILL: nothing of it runs any more."""
        self.process.kill()
        self.process.wait()

    def ask(self, method, path, body=None, seconds=30):
        """Status and JSON of an answer of the API; `None` where it gave none."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=seconds)
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        try:
            connection.request(method, path, None if body is None else json.dumps(body), headers)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read() or b"null")
        except (OSError, http.client.HTTPException, ValueError):
            # It was killed, or has closed the connection; half an answer is none.
            return None
        finally:
            connection.close()

    def all(self, path, name, cursor="after"):
        """All pages of a list."""
        found, after = [], ""
        while True:
            answer = self.ask("GET", f"{path}?limit=100{after}")
            if answer is None or answer[0] != 200:
                raise SystemExit(f"FAILED  GET {path}: {answer}")
            found += answer[1][name]
            if not answer[1]["next"]:
                return found
            after = f"&{cursor}={answer[1]['next']}"


def built(path=None):
    """The program to try: the one that is named, or the one that this project builds."""
    program = pathlib.Path(path or os.environ.get("ROLLCALL") or BUILT).resolve()
    if not program.exists():
        raise SystemExit(f"FAILED  there is no program at {program}; run `cargo build` first")
    return program


def empty(folder):
    """The folder, with nothing in it."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder
