"""Uses the console in headless Chromium as a people administrator would: looks, resets, approves, filters, exports, blocks.

Started by tests/outside/console, on an installation with 60 people and 50 seats. Ends at the first thing that is not as it should be.
"""

import os
import pathlib
import shutil
import sys
import time

from selenium import webdriver
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

URL, TOKEN, FOLDER, AXE = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3]), pathlib.Path(sys.argv[4])
INBOX = FOLDER / ".rollcall/s3/rollcall/inbox/staff.csv"
SCREENSHOTS = os.environ.get("SCREENSHOTS")
EXAMPLES = pathlib.Path("examples/quickstart")


def browser(**features):
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium")
    for argument in ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars", "--window-size=1200,1100"]:
        options.add_argument(argument)
    options.add_experimental_option("prefs", {"download.default_directory": str(FOLDER)})
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    chrome = webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))
    for name, value in features.items():
        chrome.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": name.replace("_", "-"), "value": value}]})
    return chrome


def expect(what, is_so, seconds=10):
    """Waits until it is so: a page takes a moment to come."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if is_so():
                print(what)
                return
        except WebDriverException:
            pass  # The page has just changed.
        time.sleep(0.1)
    raise SystemExit(f"FAILED: {what}\n{chrome.current_url}\n{chrome.find_element(By.TAG_NAME, 'body').text[:3000]}")


def text():
    return chrome.find_element(By.TAG_NAME, "main").text


def open_page(path):
    chrome.get(URL + path)


def press(label):
    chrome.find_element(By.XPATH, f"//button[contains(., '{label}')]").click()


def follow(label):
    chrome.find_element(By.XPATH, f"//main//a[contains(., '{label}')]").click()


def tab_to(label):
    """Goes from one thing to the next by the keyboard until it is there."""
    chrome.find_element(By.TAG_NAME, "body").send_keys(Keys.HOME)
    for _ in range(80):
        chrome.switch_to.active_element.send_keys(Keys.TAB)
        here = chrome.switch_to.active_element
        if here.text == label or here.get_attribute("name") == label:
            return here
    raise SystemExit(f"FAILED: no key leads to {label!r}\n{chrome.current_url}")


def unfold():
    """On a narrow screen the filters are folded."""
    for summary in chrome.find_elements(By.CSS_SELECTOR, "details.fold:not([open]) > summary"):
        if summary.is_displayed():
            summary.click()


def fill(name, value):
    unfold()
    field = chrome.find_element(By.NAME, name)
    field.clear()
    field.send_keys(value)


def picture(name):
    if SCREENSHOTS:
        chrome.save_screenshot(str(pathlib.Path(SCREENSHOTS) / f"{name}.png"))


def judge(path):
    """Nothing serious for the accessibility checker, nothing that the page's own policy forbids."""
    wrong = [entry for entry in chrome.get_log("browser") if entry["level"] == "SEVERE" and "favicon" not in entry["message"]]
    wrong = [entry for entry in wrong if "status of 4" not in entry["message"]]
    if wrong:
        raise SystemExit(f"FAILED: {path}: {wrong}")
    if not AXE.exists():
        return
    # The checker is put in beside the page's policy, by the debugger's own way.
    chrome.execute_script(AXE.read_text())
    result = chrome.execute_async_script("axe.run().then(arguments[0], error => arguments[0]({violations: [{id: String(error)}]}))")
    if result["violations"]:
        found = [(one["id"], [node["html"] for node in one.get("nodes", [])][:3]) for one in result["violations"]]
        raise SystemExit(f"FAILED: {path}: {found}")


def phone():
    chrome.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {"width": 360, "height": 780, "deviceScaleFactor": 1, "mobile": True})


def desk():
    chrome.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def fits(what):
    expect(f"{what} fits on a phone", lambda: chrome.execute_script("return document.documentElement.scrollWidth") <= 360)


def drop(csv):
    before = len(runs())
    # A file that was whole a minute ago, put in its place: `up` need not wait until it rests.
    whole = INBOX.with_suffix(".part")
    shutil.copyfile(csv, whole)
    os.utime(whole, (time.time() - 60,) * 2)
    whole.replace(INBOX)
    expect("a dropped file is synced", lambda: len(runs()) > before and all(row[2] not in UNDER_WAY for row in runs()))


UNDER_WAY = {"Under way"}


def runs():
    open_page("/console/runs")
    rows = chrome.find_elements(By.CSS_SELECTOR, "tbody tr")
    return [[cell.text for cell in row.find_elements(By.TAG_NAME, "td")] for row in rows]


def table():
    rows = chrome.find_elements(By.CSS_SELECTOR, "tbody tr")
    return rows or [chrome.find_element(By.CSS_SELECTOR, "tbody tr")]


def reset_and_watch():
    open_page("/console")
    tab_to("Sync now").send_keys(Keys.ENTER)
    expect("Sync now, pressed by the keyboard, shows its run", lambda: "/console/runs/" in chrome.current_url)
    expect("the page follows the run to its end by itself", lambda: "Used after" in text())
    expect("and says what it did", lambda: "nothing had to change" in text().lower())


def hold_and_approve():
    drop(EXAMPLES / "staff-next.csv")
    few = FOLDER / "few.csv"
    few.write_text("".join(INBOX.read_text().splitlines(keepends=True)[:30]))
    drop(few)
    open_page("/console")
    expect("held removals are a banner", lambda: "active accounts would be blocked" in text())
    chrome.find_element(By.TAG_NAME, "summary").click()
    judge("the held banner")
    picture("console-held")
    phone()
    open_page("/console")
    fits("the held banner")
    picture("console-held-phone")
    desk()
    press("Leave them")
    expect("left alone nothing is removed", lambda: "Nothing is removed" in text() and "These removals were left as they are by" in text())
    judge("a held run that was left")
    picture("console-left")
    run = chrome.current_url.split("?")[0]
    open_page("/console")
    expect("and nobody is asked again", lambda: "would be blocked" not in text() and "Left as they are by" in text())
    chrome.get(run)
    tab_to("Approve these removals").send_keys(Keys.SPACE)
    expect("before it a page names the people and the file", lambda: "Approve what a run of" in text() and "inbox/staff.csv, written" in text())
    judge("the page before an approval")
    picture("console-approve")
    chrome.find_element(By.CSS_SELECTOR, "main button.danger").send_keys(Keys.SPACE)
    expect("approved, by the keyboard, they are applied", lambda: "who left were blocked" in text())
    drop(EXAMPLES / "staff.csv")
    expect("whoever is back is back", lambda: "came back" in " ".join(runs()[0]))


def block_and_unblock():
    open_page("/console/accounts?text=noah")
    follow("noah.okafor")
    expect("an account explains itself", lambda: "holds a seat" in text())
    tab_to("why").send_keys("lost laptop")
    tab_to("Block").send_keys(Keys.ENTER)
    expect("a block, set by the keyboard, says who and why", lambda: "lost laptop" in text() and "Blocked by a person" in text())
    address = chrome.current_url.split("?")[0]
    sync_and_see("the seat goes to whoever waits longest", "1 person who waited was given a seat")
    chrome.get(address)
    press("Unblock")
    expect("at the limit the block is lifted, and the person waits", lambda: "has been waiting for a seat since" in text() and "The block is lifted" in text())
    judge("whoever waits after a block")
    picture("console-limit")
    open_page("/console/licence")
    fill("limit", "54")
    chrome.find_element(By.CSS_SELECTOR, "form .primary").click()
    expect("the licence is set", lambda: "of 54" in text())
    sync_and_see("four more get seats", "4 people who waited were given a seat")
    chrome.get(address)
    expect("and so does whose block was lifted", lambda: "holds a seat" in text())


def sync_and_see(what, words):
    open_page("/console")
    press("Sync now")
    # The overview may say the same of an earlier run, until the page of this one comes.
    expect(what, lambda: "/console/runs/" in chrome.current_url and words in text())


def filter_and_export():
    open_page("/console/audit")
    fill("user", "noah.okafor")
    press("Show")
    expect("the log is filtered by user", lambda: all("noah.okafor" in row.text for row in table()))
    shown = len(table())
    press("CSV")
    expect("the file is ready", lambda: "The file is ready" in text())
    follow("Download the csv file")
    file = FOLDER / "rollcall-audit.csv"
    expect("the export is downloaded", file.exists)
    lines = file.read_text().splitlines()
    expect("and has what was filtered", lambda: len(lines) == 1 + shown and "lost laptop" in file.read_text())


def give_a_seat():
    """Four steps, by the keyboard alone: look for the person, choose whose seat, say why, press the button."""
    open_page("/console/runs")
    chrome.find_element(By.TAG_NAME, "body").send_keys("/")
    chrome.switch_to.active_element.send_keys("leila.rahimi" + Keys.ENTER)
    expect("a full licence says whose seat it could be", lambda: "Whose seat is it to be?" in text() and "got their seats last" in text())
    judge("whoever waits, while the licence is full")
    picture("console-seat")
    phone()
    fits("the choice of a seat")
    picture("console-seat-phone")
    desk()
    chosen = tab_to("from")
    chosen.send_keys(Keys.SPACE)
    whose = chosen.find_element(By.XPATH, "..").text.splitlines()[0]
    why = chrome.find_element(By.ID, "why-seat")
    why.send_keys("exam week")
    tab_to("Give a seat").send_keys(Keys.ENTER)
    expect(f"the seat of {whose} is given at once", lambda: "The person has a seat" in text() and "exam week" in text())
    press("Take the last change back")
    expect("and taken back", lambda: "The change is taken back" in text() and "has been waiting for a seat since" in text())


def dry_run():
    open_page("/console")
    press("Dry run")
    expect("a dry run shows its plan", lambda: "Nothing was changed" in text())


def look_at_everything():
    account = "/console/accounts/" + chrome_id()
    for path in ["", "/runs", "/waiting", "/accounts", "/accounts/new", "/audit", "/licence", "/configuration"]:
        open_page(f"/console{path}")
        judge(path)
        picture(f"{colours}{path.replace('/', '-')}")
    open_page(account)
    judge(account)
    picture(f"{colours}-account")
    open_page("/console/runs")
    chrome.find_element(By.CSS_SELECTOR, "tbody a").click()
    judge("a run")
    picture(f"{colours}-run")
    print("the accessibility checker finds nothing on any page")


def chrome_id():
    open_page("/console/waiting")
    return chrome.find_element(By.CSS_SELECTOR, "tbody a").get_attribute("href").rsplit("/", 1)[1]


def by_keyboard():
    open_page("/console/accounts")
    body = chrome.find_element(By.TAG_NAME, "body")
    body.send_keys(Keys.TAB)
    expect("the first key goes to the skip link", lambda: chrome.switch_to.active_element.text == "Skip to the content")
    chrome.switch_to.active_element.send_keys(Keys.ENTER)
    field = chrome.find_element(By.ID, "text")
    field.send_keys("leila" + Keys.ENTER)
    expect("a filter needs no mouse", lambda: "leila.rahimi" in text())
    open_page("/console")
    chrome.find_element(By.TAG_NAME, "body").send_keys("/")
    chrome.switch_to.active_element.send_keys("rahimi" + Keys.ENTER)
    expect("and neither does a search for a person", lambda: "leila.rahimi" in text() and "/console/accounts/" in chrome.current_url)


def on_a_phone():
    account = "/accounts/" + chrome_id()
    open_page("/console/runs")
    run = "/runs/" + chrome.find_element(By.CSS_SELECTOR, "tbody a").get_attribute("href").rsplit("/", 1)[1]
    phone()
    for path in ["", "/runs", run, "/waiting", "/accounts", account, "/audit", "/configuration", "/licence"]:
        open_page(f"/console{path}")
        fits(f"/console{path}")
        picture("phone" + path[:24].replace("/", "-"))
    desk()
    open_page("/console")
    phone()
    picture("console-phone")
    desk()


def without_script():
    chrome.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    account = "/accounts/" + chrome_id()
    for path, words in [
        ("", "What needs you"),
        ("/runs", "Completed"),
        ("/waiting", "Waiting for a seat"),
        ("/accounts", "Username begins with"),
        (account, "Why, and what would change it"),
        ("/audit", "State and details"),
        ("/licence", "Seats bought"),
        ("/configuration", "rollcall.toml"),
    ]:
        open_page(f"/console{path}")
        expect(f"/console{path} reads without script", lambda: words in text())
    open_page("/console")
    press("Sync now")
    expect("without script a run's page comes anew until it has ended", lambda: "Used after" in text(), 20)
    chrome.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


def refused():
    open_page(f"/?token={TOKEN}")
    expect("without the role there is nothing to see", lambda: "Not allowed" in text() and "A sysadmin gives roles" in text())
    judge("the refusal")
    open_page("/console/configuration")
    expect("but what the role is for", lambda: "rollcall.toml" in text())
    field = chrome.find_element(By.CSS_SELECTOR, "textarea[name=text]")
    chrome.execute_script("arguments[0].value = arguments[0].value.replace('[\"root\"]', '[\"root\", \"sync\"]')", field)
    press("Save")
    expect("and nobody makes themselves a sysadmin", lambda: "Not allowed" in text() and "Nothing was changed" in text())


def everything():
    open_page("/console")
    expect("without a session there is nothing to see", lambda: "begins a session" in chrome.page_source)
    open_page(f"/?token={TOKEN}")
    expect("the printed link opens the console", lambda: "50 active of 50" in text() and "10 people wait" in text())
    reset_and_watch()
    give_a_seat()
    hold_and_approve()
    block_and_unblock()
    filter_and_export()
    dry_run()
    look_at_everything()
    by_keyboard()
    on_a_phone()
    without_script()
    open_page("/console")
    picture("console")
    open_page("/console/accounts/" + chrome_id())
    picture("console-explain")


def in_the_dark():
    open_page(f"/?token={TOKEN}")
    look_at_everything()
    print("nor in the dark")


def first(path, selector):
    """Where the first such link of a page leads; none where nothing is there."""
    open_page(path)
    links = chrome.find_elements(By.CSS_SELECTOR, selector)
    return links[0].get_attribute("href").replace(URL, "") if links else None


def screen(width, height=900):
    shape = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
    chrome.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", shape)


def whole_page(name, width):
    """A picture of all that is on the page."""
    screen(width)
    wide = chrome.execute_script("return document.documentElement.scrollWidth")
    if wide > width:
        print(f"FAILED: {name} is {wide} wide at {width}")
    height = chrome.execute_script("return Math.min(2400, document.documentElement.scrollHeight)")
    screen(width, height)
    picture(f"{name}-{width}-{colours}")


def on_every_width():
    """Pictures of whole pages, however many people there are: none, many, or many and full of trouble."""
    open_page(f"/?token={TOKEN}")
    run = first("/console/runs", "tbody a")
    pages = {"overview": "/console", "accounts": "/console/accounts", "search": "/console/find?text=wright",
             "misspelt": "/console/find?text=gonzalves", "waiting": "/console/waiting", "runs": "/console/runs", "run": run,
             "run-log": run and run.replace("/runs/", "/audit?run="), "audit": "/console/audit",
             "account-waits": first("/console/waiting", "tbody a.who"), "account": first("/console/accounts", "tbody a.who"),
             "held": first("/console", "section.banner a, .todo a[href^='/console/runs/']"), "new": "/console/accounts/new",
             "licence": "/console/licence", "configuration": "/console/configuration"}
    state = os.environ.get("STATE", "usual")
    for width in [390, 1200, 1600]:
        for name, path in pages.items():
            if path:
                screen(width)
                open_page(path)
                whole_page(f"{state}-{name}", width)
        open_page("/console")
        if chrome.find_elements(By.CSS_SELECTOR, "section.banner"):
            press("Approve these")
            whole_page(f"{state}-approve", width)


COLOURS = [("light", everything), ("dark", in_the_dark)]
if "pictures" in sys.argv:
    COLOURS = [("light", on_every_width), ("dark", on_every_width)]
if "refused" in sys.argv:
    COLOURS = [("light", refused)]
for colours, use in COLOURS:
    chrome = browser(prefers_color_scheme=colours)
    try:
        use()
    finally:
        chrome.quit()
