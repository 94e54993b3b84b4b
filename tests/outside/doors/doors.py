"""A page of another origin, in real Chromium, tries every port that the program listens on. Started by `doors`.

    doors.py [PROGRAM]
"""

import http.server
import json
import pathlib
import shutil
import sys
import tempfile
import threading
import time

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import signed
import sockets
from program import Checks, Installation, Up, built

SCRIPT = (HERE / "attack.js").read_text()
EVIL = "evil.test"
TABLES = ["rollcall-accounts", "rollcall-usernames", "rollcall-control", "rollcall-audit"]
FILES = ["/rollcall/inbox/staff.csv", "/rollcall/config/rollcall.toml"]
SCOPE = "20260101/us-east-1/dynamodb/aws4_request"
AUTHORIZATION = f"AWS4-HMAC-SHA256 Credential=local/{SCOPE}, SignedHeaders=host, Signature=0"
# What only the installation knows, and no request of the page says.
SECRETS = ["user_0", "keeper"]


class Pages(http.server.ThreadingHTTPServer):
    """The server of the page, and a door that is open: what the page must be able to read."""

    def __init__(self):
        class Handler(http.server.BaseHTTPRequestHandler):
            def log_message(self, *_):
                pass

            def answer(self):
                self.rfile.read(int(self.headers.get("content-length") or 0))
                body = b"user_0 is here" if self.server.is_open else f"<!doctype html><script>{SCRIPT}</script>".encode()
                self.send_response(200)
                if self.server.is_open:
                    for allowed, wanted in (("origin", "-"), ("headers", "headers"), ("methods", "method")):
                        value = self.headers.get(f"access-control-request-{wanted}") or "*"
                        self.send_header(f"access-control-allow-{allowed}", value)
                self.send_header("content-type", "text/plain" if self.server.is_open else "text/html")
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST = do_PUT = do_DELETE = do_OPTIONS = do_PATCH = answer

        super().__init__(("127.0.0.1", 0), Handler)
        self.is_open = False
        threading.Thread(target=self.serve_forever, daemon=True).start()


def browser():
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium")
    arguments = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--window-size=1200,1100"]
    # A name of somebody else that points to this machine is what an attack by DNS rebinding arrives at. The browser's own
    # protection of this machine is off: whoever is asked must refuse.
    arguments += [f"--host-resolver-rules=MAP {EVIL} 127.0.0.1", "--disable-features=LocalNetworkAccessChecks"]
    for argument in arguments:
        options.add_argument(argument)
    options.timeouts = {"script": 240_000, "pageLoad": 60_000}
    options.page_load_strategy = "eager"
    chrome = webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))
    # Whatever page a refusal is, a script of its origin may ask anything: an attacker's page has no policy.
    chrome.execute_cdp_cmd("Page.enable", {})
    chrome.execute_cdp_cmd("Page.setBypassCSP", {"enabled": True})
    return chrome


def forms(accounts):
    """What the console's own forms send, and what the API and the tables take."""
    some = sorted(accounts)[0] if accounts else "0" * 32
    return [
        {"path": "/console/licence", "fields": {"limit": "999"}},
        {"path": "/console/reset", "fields": {}},
        {"path": f"/console/accounts/{some}/block", "fields": {"why": "evil"}},
        {"path": "/console/accounts/new", "fields": {"username": "evil", "is_admin": "on"}},
        {"path": "/console/configuration", "fields": {"text": "[licence]\nseats = 999\n", "version": "0"}},
        {"path": "/reset", "fields": {"{}": ""}},
        {"path": "/?token=guess", "fields": {"token": "guess"}},
        {"path": "/", "fields": {'{"TableName":"rollcall-audit","x":"': '"}'}},
    ]


def what(host, accounts):
    """What the script tries at an address."""
    some = sorted(accounts)[0] if accounts else "0" * 32
    paths = ["/", "/?token=guess", "/console", "/console/accounts", "/accounts?limit=200", "/audit", "/configuration"]
    paths += ["/rollcall?list-type=2"]
    plain = {"content-type": "application/json"}
    bearer = {**plain, "authorization": "Bearer guess"}
    return {
        "paths": paths + [signed.address("GET", host, path) for path in FILES],
        "requests": [
            {"method": "PUT", "path": "/licence", "body": {"limit": 999}, "headers": bearer},
            {"method": "POST", "path": "/reset", "body": {}, "headers": plain},
            {"method": "POST", "path": f"/accounts/{some}/block", "body": {"why": "evil"}, "headers": bearer},
            {"method": "POST", "path": "/accounts", "body": {"username": "evil", "is_admin": True}, "headers": plain},
            {"method": "PUT", "path": signed.address("PUT", host, FILES[0]), "body": "evil"},
            {"method": "DELETE", "path": signed.address("DELETE", host, FILES[0]), "with": "omit"},
        ],
        "forms": forms(accounts),
        "tables": TABLES,
        "signed": AUTHORIZATION,
        "date": "20260101T000000Z",
    }


class Attack:
    """The page at work on one port of an installation."""

    def __init__(self, chrome, pages, checks, name, accounts=(), secrets=SECRETS):
        self.chrome, self.checks, self.name, self.accounts, self.secrets = chrome, checks, name, accounts, secrets
        self.here, self.there = (f"http://{host}:{pages.server_port}/" for host in ("127.0.0.1", EVIL))

    def all(self, port):
        here, there = f"127.0.0.1:{port}", f"{EVIL}:{port}"
        self.from_page(self.here, here)
        self.from_page(self.here, f"localhost:{port}")
        self.from_page(self.there, here)
        self.from_page(self.there, there)
        self.rebound(there)
        self.navigate(self.there, here)
        self.navigate(self.here, there)

    def from_page(self, origin, host):
        """From a page of another origin. It must not read anything at all."""
        self.chrome.get(origin)
        tries = self.work(host)
        read = [one for one in tries if one["read"] is not None]
        what = f"a page of {name_of(origin)} reads nothing of {name_of(host)} in {len(tries)} tries"
        self.checks.check(f"{self.name}: {what}", tries and not read, words(read))

    def rebound(self, host):
        """From a page whose own name has come to point here. It may read that it is refused."""
        self.chrome.get(f"http://{host}/")
        # A window that it opens is of the same origin, and a page of HTML whatever the answer is.
        first = self.chrome.current_window_handle
        self.chrome.execute_script("window.open('about:blank')")
        self.chrome.switch_to.window(next(one for one in self.chrome.window_handles if one != first))
        origin = self.chrome.execute_script("return self.origin")
        what = "the page has the origin of the port, as after DNS rebinding"
        if not self.checks.check(f"{self.name}: {what}", origin == f"http://{host}", origin):
            return
        self.chrome.execute_script(f"{SCRIPT}; Object.assign(window, {{ attack, send }})")
        tries = self.work(host)
        self.chrome.close()
        self.chrome.switch_to.window(first)
        told = [one for one in tries if one["read"] is not None and not self.is_refusal(one)]
        what = f"after DNS rebinding it reads refusals only, in {len(tries)} tries"
        self.checks.check(f"{self.name}: {what}", tries and not told, words(told))

    def is_refusal(self, one):
        return (one["status"] or 0) >= 400 and not any(secret in one["read"] for secret in self.secrets)

    def work(self, host):
        script = """const [base, what, done] = arguments;
            attack(base, what).then(done, (error) => done([{how: String(error), status: null, read: String(error)}]))"""
        return self.chrome.execute_async_script(script, f"http://{host}", what(host, self.accounts))

    def navigate(self, origin, host):
        """The window itself goes there with a form, as after a click; what it has changed is seen afterwards."""
        for form in forms(self.accounts):
            # What is no form of the console's is text to whoever is asked.
            enctype = "application/x-www-form-urlencoded" if form["path"].startswith("/console") else "text/plain"
            self.chrome.get(origin)
            self.chrome.execute_script("setTimeout(send, 0, ...arguments)", f"http://{host}", form, enctype)
            WebDriverWait(self.chrome, 20, 0.02).until(lambda chrome: not chrome.current_url.startswith(origin))
        for token in ("guess", "", "0" * 64):
            self.chrome.get(f"http://{host}/?token={token}")


def name_of(address):
    """Without the number of a port, which is another each time."""
    host = address.removeprefix("http://").rstrip("/").split(":")[0]
    return f"{host} (another port)" if address.startswith("http") else host


def words(tries):
    return "\n".join(f"    {one['how']}: {one['status']} {one['read']!r}" for one in tries[:6]) + f"\n    ... {len(tries)} in all"


def file(count):
    return "key,username,title,active\n" + "".join(f"E{n:05},user_{n:05},keeper {n},true\n" for n in range(count))


def state(up):
    """Everything that the page may have changed, as the API shows it."""
    return {
        "accounts": up.all("/accounts", "accounts"),
        "audit": up.all("/audit", "entries"),
        "runs": up.all("/runs", "runs", "before"),
        "licence": up.ask("GET", "/licence"),
        "configuration": up.ask("GET", "/configuration"),
        "file": up.installation.inbox.read_text(),
    }


def open_for_us(checks, name, pid):
    """The ports; nobody but this machine may reach one."""
    found = sockets.listening(pid)
    is_here = all(address == "0100007F" for address, _ in found)
    checks.check(f"{name}: listens on 127.0.0.1 only, ports: {len(found)}", found and is_here, found)
    checks.check(f"{name}: no UDP, no Unix socket", not sockets.others(pid), sockets.others(pid))
    return sorted({port for _, port in found})


def of_up(checks, folder, program, pages, *arguments):
    name = " ".join(["up", *arguments])
    installation = Installation(folder / name.replace(" ", ""), 50, program=program)
    installation.drop(file(60))
    installation.run("sync")
    with Up(installation, *arguments) as up:
        ports, before = open_for_us(checks, name, up.pid), state(up)
        accounts = [account["id"] for account in before["accounts"]]
        for port in ports:
            chrome = browser()
            try:
                # Whoever is attacked is using the console at this moment.
                chrome.get(f"http://127.0.0.1:{up.port}/?token={up.token}")
                said = chrome.find_element(By.TAG_NAME, "body").text
                checks.check(f"{name}: somebody uses the console", "50 active of 50" in said, said)
                which = "the console's port" if port == up.port else "another port"
                Attack(chrome, pages, checks, f"{name}, {which}", accounts, [*SECRETS, up.token]).all(port)
            finally:
                chrome.quit()
        try:
            after = state(up)
        except SystemExit as error:
            after = {"the API": str(error)}
        changed = {part: after.get(part) for part in before if before[part] != after.get(part)}
        parts = "accounts, audit log, licence, runs, configuration and file"
        checks.check(f"{name}: {parts} are what they were", not changed, str(changed)[:600])
        checks.check(f"{name}: it still runs", up.process.poll() is None, up.log.read_text()[-600:])
    done = installation.run("doctor", exits=())
    checks.check(f"{name}: doctor is clean afterwards", done.returncode == 0, done.stdout + done.stderr)


def of_sync(checks, folder, program, pages):
    """Any other command: no port is open while it works; if there is one, the page tries it."""
    installation = Installation(folder / "sync", 50, program=program)
    path = folder / "large.csv"
    path.write_text(file(20_000))
    run = installation.begin("sync", path)
    found, strange, end = set(), set(), time.monotonic() + 6
    try:
        while time.monotonic() < end and run.poll() is None and not found:
            try:
                found, strange = set(sockets.ports(run.pid)), strange | set(sockets.others(run.pid))
            except (FileNotFoundError, PermissionError):
                break  # It has just ended.
        checks.check("sync of a large file: no port, no Unix socket", not found and not strange, (found, strange))
        for port in sorted(found):
            chrome = browser()
            try:
                attack = Attack(chrome, pages, checks, "sync of a large file")
                attack.from_page(attack.there, f"127.0.0.1:{port}")
            finally:
                chrome.quit()
    finally:
        run.kill()
        run.wait()
    done = installation.run("accounts", "--text", "evil", "--json", exits=())
    is_nobody = done.returncode == 0 and json.loads(done.stdout) == []
    checks.check("sync of a large file: nobody was made or renamed meanwhile", is_nobody, done.stdout + done.stderr)


def can_read(checks, pages):
    """The page is no blunt knife: at a door that is open it reads."""
    door = Pages()
    door.is_open = True
    chrome = browser()
    try:
        attack = Attack(chrome, pages, checks, "")
        chrome.get(attack.there)
        tries = attack.work(f"127.0.0.1:{door.server_port}")
    finally:
        chrome.quit()
        door.shutdown()
    read = [one for one in tries if one["read"] and "user_0" in one["read"]]
    checks.check(f"at a door that is open the page reads, in {len(read)} of {len(tries)} tries", len(read) > 20, tries[:5])


def main():
    checks, pages, program = Checks(), Pages(), built(sys.argv[1] if len(sys.argv) > 1 else None)
    with tempfile.TemporaryDirectory(prefix="rollcall-doors-") as name:
        folder = pathlib.Path(name)
        can_read(checks, pages)
        of_up(checks, folder, program, pages)
        of_up(checks, folder, program, pages, "--expose")
        of_sync(checks, folder, program, pages)
    checks.end()


main()
