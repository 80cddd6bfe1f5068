#!/usr/bin/env python3
"""Opens report pages in a browser without a window and checks what a reader would see.

usage: check-page.py [--hostile] [--pictures DIR] PAGE.html...

Chromium (Debian's package `chromium`) shows each page. Checked are: nothing is asked of the
network, nothing goes wrong in the scripts, the counts are those of the data, every column sorts,
a row opens by mouse and by key, the last row can be reached, text has contrast in both themes, and
nothing is wider than a phone of 360 pixels. The browser's times are printed. --pictures writes
pictures of the page: light, dark and as a phone shows it.

--hostile is for pages whose names and records were made to harm: nothing of them runs, loads or
becomes an element; every row opens and shows every text of its record, with marks that are not seen
spelt out; no number is shown as NaN; and the page's policy stops what would be tried all the same.
Scripts in the data should set `window.owned` or the title, or open a dialog.

The exit code is 1 when a check fails, 2 when there is no browser.
"""
import argparse
import base64
import html
import json
import os
import pathlib
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unicodedata

DESKTOP = (1280, 1600)
PHONE = (360, 1600)
# Tall enough for all rows of a page with some dozens of files.
TALL = (1280, 10000)
TIMEOUT = 60
MOST_FAILURES = 20


class Browser:
    """Chromium, spoken to in its DevTools protocol: over two pipes, a zero byte after each JSON."""

    def __init__(self):
        program = shutil.which("chromium") or shutil.which("chromium-browser")
        if not program:
            print("check-page: no chromium here: apt-get install chromium", file=sys.stderr)
            sys.exit(2)
        self.folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        inward, self.output = os.pipe()
        self.input, outward = os.pipe()
        self.process = subprocess.Popen(
            # The browser wants the pipes as descriptors 3 and 4, which Python gives no child.
            ["bash", "-c", f'exec "$@" 3<&{inward} 4>&{outward}', "bash", program,
             "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
             "--no-first-run", "--remote-debugging-pipe", f"--user-data-dir={self.folder.name}"],
            pass_fds=(inward, outward), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, start_new_session=True)
        os.close(inward)
        os.close(outward)
        self.buffer = b""
        self.number = 0
        self.session = None
        self.events = []

    def close(self):
        os.close(self.output)
        try:
            self.process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self.folder.cleanup()

    def open_tab(self):
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        attached = self.call("Target.attachToTarget", targetId=target, flatten=True)
        self.session = attached["sessionId"]
        self.events = []
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")
        self.call("Page.addScriptToEvaluateOnNewDocument", source=PAINTED)
        return target

    def close_tab(self, target):
        self.session = None
        self.call("Target.closeTarget", targetId=target)

    def receive(self, deadline):
        while b"\0" not in self.buffer:
            ready, _, _ = select.select([self.input], [], [], max(0, deadline - time.monotonic()))
            data = os.read(self.input, 1 << 20) if ready else b""
            if not data:
                raise RuntimeError("the browser does not answer")
            self.buffer += data
        message, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(message)

    def keep(self, event):
        self.events.append(event)
        # A dialog would stop everything.
        if event["method"] == "Page.javascriptDialogOpening":
            self.send("Page.handleJavaScriptDialog", accept=False)

    def send(self, method, **parameters):
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.output, json.dumps(message).encode() + b"\0")
        return self.number

    def call(self, method, **parameters):
        """Calls one method and returns its result; events that come meanwhile are kept."""
        number = self.send(method, **parameters)
        deadline = time.monotonic() + TIMEOUT
        while True:
            answer = self.receive(deadline)
            if answer.get("id") == number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']['message']}")
                return answer["result"]
            if "method" in answer:
                self.keep(answer)

    def count(self, method):
        return sum(event["method"] == method for event in self.events)

    def wait_for(self, method, number):
        """Waits until an event has come as often as that."""
        deadline = time.monotonic() + TIMEOUT
        while self.count(method) < number:
            message = self.receive(deadline)
            if "method" in message:
                self.keep(message)

    def run(self, script):
        """The value of a JavaScript expression; a promise is waited for."""
        answer = self.call(
            "Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            details = answer["exceptionDetails"]
            raise RuntimeError(details.get("exception", {}).get("description", details["text"]))
        return answer["result"].get("value")

    def show(self, size, scheme="light"):
        self.call("Emulation.setDeviceMetricsOverride", width=size[0], height=size[1],
                  deviceScaleFactor=2, mobile=size == PHONE)
        self.call("Emulation.setEmulatedMedia",
                  features=[{"name": "prefers-color-scheme", "value": scheme}])
        self.settle()

    def settle(self):
        """Waits until what was changed is drawn."""
        self.run("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame("
                 "() => setTimeout(done, 50))))")

    def press(self, key):
        text = {"Enter": "\r"}.get(key, "")
        for kind in ("keyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key=key, code=key, text=text,
                      windowsVirtualKeyCode=13 if key == "Enter" else 0)


# The first paint of all may be the head's, before the data is read; this is that of the content.
PAINTED = """addEventListener("DOMContentLoaded", () => requestAnimationFrame(() => {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => performance.mark("painted");
  port2.postMessage(0);
}))"""


def data_in(text, name):
    """What the page's own script reads, read without it."""
    found = re.search(rf'<script type="application/json" id="{name}">(.*?)</script>', text, re.S)
    return json.loads(found[1]) if found else None


ROWS = "[...document.querySelectorAll('#files tr.row')].map((row) => Number(row.dataset.index))"

# Text against what is behind it, by the formula of WCAG 2.
CONTRAST = """(() => {
  const numbers = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((c) => c / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = numbers(getComputedStyle(at).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const poor = new Set();
  for (const element of document.body.querySelectorAll("*")) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!own || !element.getClientRects().length || element.closest("script, style")) continue;
    const style = getComputedStyle(element);
    const text = light(numbers(element.closest("svg") ? style.fill : style.color));
    const back = light(behind(element));
    const ratio = (Math.max(text, back) + 0.05) / (Math.min(text, back) + 0.05);
    if (ratio < 4.5) poor.add(`${element.tagName.toLowerCase()}.${element.className} ` +
      `"${element.textContent.trim().slice(0, 20)}" ${ratio.toFixed(2)}`);
  }
  return [...poor];
})()"""


# How a column's value is read from a file's record, for the columns that hold numbers.
VALUES = {
    "frames": lambda file: file["frames"]["decoded"],
    "rate": lambda file: file["framesPerSecond"],
    "wall": lambda file: file["seconds"]["wall"],
    "cpu": lambda file: file["cpuSeconds"]["user"] + file["cpuSeconds"]["system"],
    "memory": lambda file: file["peakMemoryBytes"],
}


# What makes no glyph but is no control or format character: fillers, vowels that are not seen,
# selectors of variants.
UNSEEN = {0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0,
          *range(0x180B, 0x1810), *range(0xFE00, 0xFE0F), *range(0xE0000, 0xE1000)}
KEPT = "\u200c\u200d\ufe0f"
MOST_TEXT = 20000
MOST_ITEMS = 500
MOST_MEASURES = 50


def is_hidden(character):
    return character not in KEPT and (
        unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp")
        or ord(character) in UNSEEN)


def spelt(text):
    """How a page must show a text, or a path that came as an array of bytes."""
    if isinstance(text, list):
        text = bytes(text).decode("utf-8", "replace")
    codes = {"\n": "\\n"}
    return "".join(
        codes.get(one) or (f"\\u{ord(one):04x}" if ord(one) < 0x10000 else f"\\u{{{ord(one):x}}}")
        if is_hidden(one) else one for one in text[:MOST_TEXT])


def texts_in(value, depth=0):
    """All texts in a value, and all its keys."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list) and depth <= 8:
        for item in value[:MOST_ITEMS]:
            yield from texts_in(item, depth + 1)
    elif isinstance(value, dict) and depth <= 8:
        for key, item in list(value.items())[:MOST_ITEMS]:
            yield key
            yield from texts_in(item, depth + 1)


def texts_of(file):
    """What the row of a file must show when it is open."""
    yield file["input"]
    yield from file["outputs"] or filter(None, [file["output"]])
    stream, error = file["stream"] or {}, file["error"] or {}
    yield from filter(None, [
        file["checksum"], file["attempts"] and file["host"], error.get("kind"),
        error.get("message"), stream.get("codec"), stream.get("pixelFormat")])
    for key in ("notes", "losses", "formats", "conversions", "sandbox"):
        if key != "sandbox" or file["attempts"]:
            yield from texts_in(file[key])
    yield from texts_in(error.get("log"))
    for measured in file["measurements"][:MOST_MEASURES]:
        if measured["values"]:
            yield measured["filter"]
            yield from texts_in(measured["values"])


def texts_above(report):
    """What the head of a page must show."""
    yield from texts_in(report["options"]["filters"])
    for name, version in report["tool"]["libraries"].items():
        yield f"{name} {version}"
    for sentence in (report.get("explanation") or {}).get("sentences", []):
        yield sentence["text"]


# Elements and attributes that the data must not have made, and values that are no values.
STRANGERS = r"""(() => {
  const unseen = /[\0-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/u;
  const wrong = [];
  const no = (what, element) => wrong.push(`${what} in ${element.nodeName} ${element.className}`);
  const tags = "a, audio, base, embed, form, frame, iframe, link, math, object, template, video";
  for (const element of document.querySelectorAll(tags)) no("an element", element);
  if (document.scripts.length !== 4) no(`${document.scripts.length} scripts`, document.body);
  if (document.styleSheets.length !== 1) no("a style sheet", document.body);
  for (const element of document.querySelectorAll("body, body *:not(script)")) {
    for (const { name, value } of element.attributes) {
      const harmless = !/^on|src|href|action/.test(name) ||
        (name === "src" && /^data:image\/jpeg;base64,[A-Za-z0-9+/]+=*$/.test(value));
      if (!harmless) no(`attribute ${name}`, element);
      if (name === "style" && /url|@|\\/i.test(value)) no(`style ${value}`, element);
      if (/NaN|Infinity|undefined/.test(value)) no(`${name} "${value.slice(0, 60)}"`, element);
      if (unseen.test(value)) no(`a mark that is not seen in ${name}`, element);
    }
    for (const { nodeType, data } of element.childNodes) {
      if (nodeType !== Node.TEXT_NODE || !data.trim()) continue;
      if (/NaN|Infinity|undefined|\[object/.test(data)) no(`"${data.slice(0, 60)}"`, element);
      // The page's own text has lines.
      if (unseen.test(element.closest("#files tr") ? data : data.replace(/\n/g, ""))) {
        no("a mark that is not seen", element);
      }
    }
  }
  return wrong;
})()"""

# What a script would do that got into the page all the same; answers what it could do.
ATTEMPTS = """(async () => {
  const done = [];
  const attempt = async (name, act) => {
    try { if (await act()) done.push(name); } catch { /* That is right. */ }
  };
  const markup = "<img src=x onerror='window.owned = 2'><b style='color:red'>x</b>";
  await attempt("innerHTML", () => { document.body.innerHTML = markup; return true; });
  await attempt("insertAdjacentHTML",
    () => { document.body.insertAdjacentHTML("beforeend", markup); return true; });
  await attempt("document.write", () => { document.write(markup); return true; });
  await attempt("a script", () => {
    const script = document.createElement("script");
    script.append("window.owned = 3");
    document.body.append(script);
    return window.owned === 3;
  });
  await attempt("an attribute that runs", () => {
    const button = document.createElement("button");
    button.setAttribute("onclick", "window.owned = 4");
    document.body.append(button);
    button.click();
    return window.owned === 4;
  });
  await attempt("a style attribute", () => {
    const element = document.createElement("i");
    element.setAttribute("style", "color: rgb(1, 2, 3)");
    document.body.append(element);
    return getComputedStyle(element).color === "rgb(1, 2, 3)";
  });
  await attempt("fetch", () => fetch("https://example.invalid/"));
  await attempt("a picture of the network's", () => new Promise((loaded, failed) => {
    const image = new Image();
    [image.onload, image.onerror] = [loaded, failed];
    image.src = "https://example.invalid/picture.png";
  }).then(() => true));
  return done;
})()"""


class Page:
    """One page and what is wrong with it."""

    def __init__(self, browser, path):
        self.browser = browser
        self.path = path
        self.address = path.resolve().as_uri()
        text = path.read_text(encoding="utf-8")
        self.failures = []
        self.report = self.read(text, "report")
        self.bench = self.read(text, "bench")
        self.title = html.unescape(re.search(r"<title>(.*?)</title>", text, re.S)[1])

    def read(self, text, name):
        try:
            return data_in(text, name)
        except ValueError as wrong:
            self.expect(False, f"the {name}'s data ends too early: {wrong}")

    def expect(self, right, message):
        if not right and message not in self.failures:
            self.failures.append(message)

    def load(self):
        loaded = self.browser.count("Page.loadEventFired")
        self.browser.call("Page.navigate", url=self.address)
        self.browser.wait_for("Page.loadEventFired", loaded + 1)
        self.browser.settle()

    def times(self):
        return self.browser.run(
            "(() => { const ms = (entry) => Math.round(entry?.startTime ?? 0);"
            "const load = performance.getEntriesByType('navigation')[0];"
            "const first = performance.getEntriesByName('first-contentful-paint')[0];"
            "return { DOMContentLoaded: Math.round(load.domContentLoadedEventEnd), painted:"
            " Math.max(ms(first), ms(performance.getEntriesByName('painted')[0])) }; })()")

    def check_events(self):
        for event in self.browser.events:
            method, what = event["method"], event["params"]
            if method == "Network.requestWillBeSent":
                address = what["request"]["url"]
                self.expect(address == self.address or address.startswith("data:"),
                            f"asked the network for {address[:100]}")
            elif method == "Runtime.exceptionThrown":
                details = what["exceptionDetails"]
                said = details.get("exception", {}).get("description", details["text"])
                self.expect(False, f"exception: {said}")
            elif method == "Runtime.consoleAPICalled" and what["type"] in ("error", "assert"):
                self.expect(False, f"console: {what['args'][0].get('value')}")
            elif method == "Log.entryAdded" and what["entry"]["level"] == "error":
                self.expect(False, f"log: {what['entry']['text']}")
            elif method == "Page.javascriptDialogOpening":
                self.expect(False, "a dialog opened: text of the data was run as a script")

    def check_head(self):
        shown = self.browser.run("document.querySelector('h1').textContent")
        self.expect(shown == self.title, f"the heading is {shown!r}")

    def check_counts(self):
        files = self.report["files"]
        rows = self.browser.run(
            "document.querySelector('#files table').getAttribute('aria-rowcount')")
        self.expect(int(rows) - 1 == len(files), f"{int(rows) - 1} rows for {len(files)} files")
        buttons = self.browser.run(
            "Object.fromEntries([...document.querySelectorAll('#files .choice button')].map("
            "(one) => [one.dataset.status, one.querySelector('b').textContent.replace(/,/g, '')]))")
        for status, number in buttons.items():
            wanted = sum(status in ("", file["status"]) for file in files)
            self.expect(int(number) == wanted,
                        f"{number} {status or 'in all'}, {wanted} in the data")
        self.browser.run("scrollTo(0, document.documentElement.scrollHeight)")
        self.browser.settle()
        self.browser.run("scrollTo(0, document.documentElement.scrollHeight)")
        self.browser.settle()
        last = self.browser.run(
            "Math.max(1, ...[...document.querySelectorAll('#files tr.row')].map("
            "(row) => Number(row.getAttribute('aria-rowindex'))))")
        self.expect(last == len(files) + 1, f"the last row is {last - 1}, not {len(files)}")
        self.browser.run("scrollTo(0, 0)")
        self.browser.settle()

    def sort_by(self, key):
        """Clicks on a column's head; the milliseconds until the new rows are painted."""
        spent = self.browser.run(
            "new Promise((done) => { const start = performance.now();"
            f"document.querySelector('#files th.{key} button').click();"
            "requestAnimationFrame(() => { const { port1, port2 } = new MessageChannel();"
            "port1.onmessage = () => done(performance.now() - start); port2.postMessage(0); });"
            "})")
        self.browser.settle()
        return spent

    def check_sorting(self):
        files = self.report["files"]
        spent = []
        keys = self.browser.run(
            "[...document.querySelectorAll('#files th')].map((head) => head.dataset.key)")
        for key in keys:
            first = self.browser.run(f"document.querySelector('#files th.{key}').ariaSort")
            spent.append(self.sort_by(key))
            sort = self.browser.run(f"document.querySelector('#files th.{key}').ariaSort")
            self.expect(sort != first, f"a click on {key} changes nothing")
            if key not in VALUES:
                continue
            values = [VALUES[key](files[index]) for index in self.browser.run(ROWS)]
            self.expect(values == sorted(values, reverse=sort == "descending"),
                        f"{key} is not {sort}")
            self.expect(values[0] == max(map(VALUES[key], files)),
                        f"{key}: the first is not the most")
        return max(spent)

    def check_opening(self):
        opened = "document.querySelectorAll('#files tr.detail').length"
        first = self.browser.run(
            "(() => { const name = document.querySelector('#files .name'); name.click();"
            "return Number(name.closest('tr').dataset.index); })()")
        self.browser.settle()
        self.expect(self.browser.run(opened) == 1, "a click does not open a row")
        error = (self.report["files"][first].get("error") or {}).get("log") or []
        shown = self.browser.run("document.querySelector('#files tr.detail')?.textContent ?? ''")
        for said in error:
            if said.isprintable():
                self.expect(said in shown, f"the record lacks the log's {said!r}")
        self.browser.run("document.querySelector('#files .name').focus()")
        self.browser.press("Enter")
        self.browser.settle()
        self.expect(self.browser.run(opened) == 0, "Enter does not close a row")
        self.browser.press("Enter")
        self.browser.settle()
        self.expect(self.browser.run(opened) == 1, "Enter does not open a row")

    def check_bench(self):
        modes = len(self.bench["modes"])
        rows = self.browser.run("document.querySelectorAll('.modes tbody tr').length")
        bars = self.browser.run("document.querySelectorAll('#walls rect').length")
        self.expect(rows == modes, f"{rows} rows for {modes} modes")
        drawn = sum((mode.get("wall") or {}).get("low", 0) > 0 for mode in self.bench["modes"])
        self.expect(bars == drawn, f"{bars} bars for {drawn} modes with a time")

    def check_policy(self):
        policy = self.browser.run(
            "document.querySelector('meta[http-equiv=Content-Security-Policy]')?.content ?? ''")
        rules = dict((rule.split() + [""])[:2] for rule in policy.split(";") if rule.strip())
        for name in ("default-src", "base-uri", "form-action"):
            self.expect(rules.get(name) == "'none'", f"the policy's {name} is {rules.get(name)}")
        for name in ("style-src", "script-src"):
            self.expect(rules.get(name, "").startswith("'nonce-"),
                        f"the policy's {name} is {rules.get(name)}")
        self.expect("unsafe" not in policy and "*" not in policy, f"the policy is {policy}")

    def check_unharmed(self, when):
        title, owned, address = self.browser.run(
            "[document.title, String(window.owned), location.href]")
        self.expect(title == self.title, f"{when}: the title is {title!r}")
        self.expect(owned == "undefined", f"{when}: a script of the data has run")
        self.expect(address == self.address, f"{when}: the page is {address[:100]}")
        for wrong in sorted(set(self.browser.run(STRANGERS)))[:10]:
            self.expect(False, f"{when}: {wrong}")

    def shows(self, where, wanted, name):
        shown = self.browser.run(f"document.querySelector({where!r})?.textContent ?? ''")
        for text in wanted:
            self.expect(spelt(text) in shown, f"{name} lacks {spelt(text)[:100]!r}")

    def check_every_row(self):
        files = self.report["files"]
        for index, file in enumerate(files):
            name = f"row {index + 1} of {len(files)}"
            toggle = f"document.querySelector('#files tr[data-index=\"{index}\"] .name')?.click()"
            self.browser.run(toggle)
            self.browser.settle()
            self.expect(self.browser.run("document.querySelectorAll('#files tr.detail').length")
                        == 1, f"{name} does not open")
            self.shows("#files tr.detail", texts_of(file), name)
            self.check_unharmed(name)
            self.browser.run(toggle)

    def check_every_control(self):
        """Sorts by all columns, looks at all bars, searches and prints."""
        heads = self.browser.run("document.querySelectorAll('#files th button').length")
        for number in range(2 * heads):
            button = f"document.querySelectorAll('#files th button')[{number // 2}]"
            self.browser.run(f"{button}.click()")
        self.browser.run("document.querySelector('#timeline canvas').focus()")
        steps = ["ArrowRight"] * len(self.report["files"])
        for key in ("+", "+", "ArrowDown", "ArrowUp", "-", *steps):
            self.browser.press(key)
            self.check_unharmed(f"the timeline after {key}")
        self.browser.press("Escape")
        for text in ("<", "owned", ""):
            self.browser.run(
                "(() => { const find = document.querySelector('#files input');"
                f"find.value = {text!r}; find.dispatchEvent(new Event('input')); }})()")
        for event in ("beforeprint", "afterprint"):
            self.browser.run(f"dispatchEvent(new Event('{event}'))")
        self.browser.settle()
        self.check_unharmed("after all controls")

    def check_attempts(self):
        """What the page's policy is for; the browser reports each attempt, which is right."""
        self.browser.events = []
        done = self.browser.run(ATTEMPTS)
        self.browser.settle()
        self.expect(not done, f"the policy allows {', '.join(done)}")
        self.expect(self.browser.run("typeof window.owned") == "undefined",
                    "the policy lets text run")
        refused = {event["params"]["requestId"] for event in self.browser.events
                   if event["method"] == "Network.loadingFailed"
                   and event["params"].get("blockedReason") == "csp"}
        for event in self.browser.events:
            if event["method"] == "Network.requestWillBeSent":
                self.expect(event["params"]["requestId"] in refused, "the policy allows a request")

    def check_hostile(self, folder):
        self.browser.show(TALL)
        self.load()
        self.check_policy()
        self.check_head()
        self.check_unharmed("at first")
        if self.bench:
            self.check_bench()
            said = [[mode["label"], mode.get("proof") or ""] for mode in self.bench["modes"]]
            self.shows("#benchmark", texts_in([said, self.bench["filter"], self.bench["notes"]]),
                       "the comparison")
        if self.report:
            self.shows("body", texts_above(self.report), "the head")
            self.check_every_row()
            self.check_every_control()
        self.check_looks(folder)
        self.check_events()
        self.check_attempts()
        return self.judge("")

    def check_looks(self, folder):
        for scheme, size in (("light", DESKTOP), ("dark", DESKTOP), ("light", PHONE)):
            self.browser.show(size, scheme)
            width = self.browser.run("document.documentElement.scrollWidth")
            self.expect(width <= size[0], f"{width} pixels wide in a window of {size[0]}")
            for poor in self.browser.run(CONTRAST)[:5]:
                self.expect(False, f"contrast, {scheme}: {poor}")
            if folder:
                self.load()
                name = "phone" if size == PHONE else scheme
                picture = self.browser.call("Page.captureScreenshot", format="png")["data"]
                (folder / f"{self.path.stem}-{name}.png").write_bytes(base64.b64decode(picture))

    def check(self, folder):
        self.browser.show(DESKTOP)
        self.load()
        times = self.times()
        self.check_policy()
        self.check_head()
        if self.bench:
            self.check_bench()
        if self.report:
            self.check_counts()
            if self.report["files"]:
                times["slowest sort"] = round(self.check_sorting())
                self.check_opening()
        self.check_looks(folder)
        self.check_events()
        return self.judge("; " + ", ".join(f"{name} {spent} ms" for name, spent in times.items()))

    def judge(self, said):
        print(f"{self.path.name}: {'failed' if self.failures else 'ok'}{said}")
        for failure in self.failures[:MOST_FAILURES]:
            print(f"  {failure}")
        if len(self.failures) > MOST_FAILURES:
            print(f"  and {len(self.failures) - MOST_FAILURES} more")
        return not self.failures


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pages", nargs="+", type=pathlib.Path, metavar="PAGE.html")
    parser.add_argument("--hostile", action="store_true", help="the data was made to harm")
    parser.add_argument("--pictures", type=pathlib.Path, metavar="DIR")
    options = parser.parse_args()
    if options.pictures:
        options.pictures.mkdir(parents=True, exist_ok=True)
    browser = Browser()
    try:
        right = True
        for path in options.pages:
            target = browser.open_tab()
            page = Page(browser, path)
            check = page.check_hostile if options.hostile else page.check
            right = check(options.pictures) and right
            browser.close_tab(target)
    finally:
        browser.close()
    sys.exit(0 if right else 1)


if __name__ == "__main__":
    main()
