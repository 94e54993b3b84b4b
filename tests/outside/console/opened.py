"""`rollcall up` in a terminal of a desktop: the browser that it opens is real Chromium, and it comes to the console.

Started by tests/outside/console with a folder that has a rollcall.toml. A browser that is handed a file keeps the session's
cookie from some requests to which the file leads; only a real one shows which.
"""

import os
import pathlib
import pty
import shutil
import signal
import subprocess
import sys
import time

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By

PROGRAM, FOLDER = sys.argv[1], pathlib.Path(sys.argv[2])
ASKED = FOLDER / "asked"


def expect(what, is_so, seconds=30):
    end = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > end:
            raise SystemExit(f"FAILED: {what}")
        time.sleep(0.1)
    print(what)


opener = FOLDER / "xdg-open"
opener.write_text('#!/bin/sh\nprintf %s "$1" >"$ASKED.part"\nmv "$ASKED.part" "$ASKED"\n')
opener.chmod(0o700)
elsewhere = ("CI", "SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY", "WAYLAND_DISPLAY")
surroundings = {name: value for name, value in os.environ.items() if name not in elsewhere}
surroundings |= {"PATH": f"{FOLDER}:{os.environ['PATH']}", "DISPLAY": ":0", "ASKED": str(ASKED)}
_, terminal = pty.openpty()
config = FOLDER / "rollcall.toml"
up = subprocess.Popen([PROGRAM, "up", "--port", "0", "--every", "never", "--config", config], env=surroundings, stdout=terminal,
                      stderr=subprocess.DEVNULL)
options = webdriver.ChromeOptions()
options.binary_location = shutil.which("chromium")
for argument in ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]:
    options.add_argument(argument)
chrome = None
try:
    expect("a person at a terminal is shown the console in the browser", ASKED.exists)
    chrome = webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))
    page = pathlib.Path(ASKED.read_text()).as_uri()
    chrome.get(page)
    heading = lambda: "".join(one.text for one in chrome.find_elements(By.TAG_NAME, "h1"))
    expect("it leads to the overview", lambda: chrome.current_url.endswith("/console") and heading() == "Overview")
    chrome.delete_all_cookies()
    chrome.get(page)
    expect("and for nobody else any more", lambda: heading() == "No session yet")
finally:
    if chrome:
        chrome.quit()
    up.send_signal(signal.SIGINT)
    up.wait(30)
