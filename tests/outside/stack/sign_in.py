"""Has somebody sign in to the emulated stack's console with a browser, at a provider that nobody here wrote.

Used by stack.py. What cannot be had is skipped by name.
"""

import http.client
import http.server
import json
import os
import pathlib
import secrets
import shutil
import subprocess
import threading

from cloud import free_port, wait
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By

CLIENT = "rollcall-console"
PROVIDER = pathlib.Path(__file__).with_name("provider.mjs")


class Front:
    """The API under an address of its own: a browser cannot live with the emulator's, which has a path."""

    def __init__(self):
        front = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def log_message(self, *_):
                pass

            def do_GET(self):
                self.forward()

            def do_POST(self):
                self.forward()

            def do_PUT(self):
                self.forward()

            def forward(self):
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                connection = http.client.HTTPConnection(front.behind[0])
                headers = {name: value for name, value in self.headers.items() if name.lower() not in ("host", "connection")}
                connection.request(self.command, front.behind[1] + self.path, body, headers)
                answer = connection.getresponse()
                body = answer.read()
                self.send_response(answer.status)
                for name, value in answer.getheaders():
                    if name.lower() not in ("connection", "content-length", "transfer-encoding"):
                        self.send_header(name, value)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stand_before(self, cloud, api):
        self.behind = cloud.url.removeprefix("http://"), f"/_aws/execute-api/{api}/$default"


class Provider:
    """The provider, for as long as the `with` lasts."""

    def __init__(self, modules, back):
        self.modules, self.back, self.port, self.secret = modules, back, free_port(), secrets.token_urlsafe()
        self.url = f"http://127.0.0.1:{self.port}"

    def __enter__(self):
        # Modules are looked for beside the program that asks for them.
        program = pathlib.Path(self.modules) / PROVIDER.name
        shutil.copyfile(PROVIDER, program)
        self.process = subprocess.Popen(
            ["node", program, str(self.port), self.back, self.secret], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        if self.process.stdout.readline().strip() != "ready":
            raise SystemExit("FAILED: the provider does not start")
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(30)


def sign_in(site, front, expect):
    """Sends browsers to the console, whose stack trusts the provider from then on."""
    modules = os.environ.get("PROVIDER_MODULES")
    if not modules or not shutil.which("chromedriver"):
        print("skipped: signing in to the console (Chromium or oidc-provider cannot be had)")
        return
    with Provider(modules, f"{front.url}/console/signed-in") as provider:
        trust(site.cloud, site.resources, front, provider)
        for use in [as_administrator, as_somebody]:
            browser = Browser(front)
            try:
                use(browser, expect)
            finally:
                browser.chrome.quit()
    actors = {item["actor"]["S"] for item in site.items("AuditTableName") if item.get("outcome", {}).get("S") == "blocked_by_admin"}
    expect("the audit log names who blocked", "ada@example.org" in actors, True)


def trust(cloud, resources, front, provider):
    """As a deployment with these parameters would; the emulator changes no API when a stack is updated."""
    front.stand_before(cloud, resources["HttpApi"])
    gateway = cloud.client("apigatewayv2")
    for authorizer in gateway.get_authorizers(ApiId=resources["HttpApi"])["Items"]:
        gateway.update_authorizer(
            ApiId=resources["HttpApi"],
            AuthorizerId=authorizer["AuthorizerId"],
            JwtConfiguration={"Issuer": provider.url, "Audience": [CLIENT]},
        )
    cloud.client("secretsmanager").create_secret(Name="rollcall/console", SecretString=provider.secret)
    functions, name = cloud.client("lambda"), resources["ConsoleFunction"]
    variables = functions.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
    variables |= {
        "ROLLCALL_ISSUER": provider.url,
        "ROLLCALL_CONSOLE_CLIENT_ID": CLIENT,
        "ROLLCALL_CONSOLE_CLIENT_SECRET": "secretsmanager:rollcall/console",
        "ROLLCALL_CONSOLE_SCOPES": "openid groups",
        "ROLLCALL_PUBLIC_URL": front.url,
    }
    functions.update_function_configuration(FunctionName=name, Environment={"Variables": variables})
    version = functions.publish_version(FunctionName=name)["Version"]
    functions.update_alias(FunctionName=name, Name="live", FunctionVersion=version)


class Browser:
    """Chromium, with nobody signed in."""

    def __init__(self, front):
        self.url = front.url
        options = webdriver.ChromeOptions()
        options.binary_location = shutil.which("chromium")
        for argument in ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--window-size=1200,1100"]:
            options.add_argument(argument)
        self.chrome = webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))

    def text(self):
        return self.chrome.find_element(By.TAG_NAME, "body").text

    def see(self, what, *words):
        try:
            wait(what, lambda: all(word in self.text() for word in words), 30)
        except SystemExit as failed:
            raise SystemExit(f"{failed}\n{self.chrome.current_url}\n{self.text()[:3000]}") from failed
        print(what)

    def press(self, label):
        self.chrome.find_element(By.XPATH, f"//button[contains(., '{label}')]").click()

    def sign_in(self, path, person):
        self.chrome.get(f"{self.url}{path}")
        self.see("the provider asks who it is", "Sign-in")
        self.chrome.find_element(By.NAME, "login").send_keys(person)
        self.chrome.find_element(By.NAME, "password").send_keys("any")
        self.press("Sign-in")
        self.see("and whether the console may know", "Authorize")
        self.press("Continue")


def as_administrator(browser, expect):
    browser.sign_in("/console/waiting", "ada@example.org")
    browser.see("whoever has signed in sees the page that was asked for", "Waiting for a seat", "Signed in as ada@example.org")
    expect("its address", browser.chrome.current_url, f"{browser.url}/console/waiting")
    cookies = [cookie for cookie in browser.chrome.get_cookies() if cookie["name"].startswith("__Host-rollcall")]
    kept = [(cookie["name"], cookie["httpOnly"], cookie["secure"]) for cookie in cookies]
    expect("the cookies that are kept", kept, [("__Host-rollcall-0", True, True)])
    browser.chrome.find_element(By.CSS_SELECTOR, "tbody a").click()
    browser.chrome.find_element(By.NAME, "why").send_keys("on leave")
    browser.press("Block")
    browser.see("and may block somebody", "The account is blocked", "on leave")
    browser.chrome.find_element(By.LINK_TEXT, "Overview").click()
    browser.press("Sync now")
    browser.see("a Reset by a button comes to its end", "Used after")
    browser.press("Sign out")
    browser.see("signing out is said", "You are signed out")
    expect("the cookies then", [cookie["name"] for cookie in browser.chrome.get_cookies() if "rollcall" in cookie["name"]], [])


def as_somebody(browser, expect):
    browser.sign_in("/console", "eve@example.org")
    browser.see("who has none of the roles is told so", "Not allowed", "Signed in as eve@example.org")
