#!/usr/bin/env python3
"""Opens report pages in a browser without a window and checks what a reader would see.

usage: check-page.py [--pictures DIR] PAGE.html...

Chromium (Debian's package `chromium`) shows each page. Checked are: nothing is asked of the
network, nothing goes wrong in the scripts, the counts are those of the data, every column sorts,
a row opens by mouse and by key, the last row can be reached, text has contrast in both themes, and
nothing is wider than a phone of 360 pixels. The browser's times are printed. --pictures writes
pictures of the page: light, dark and as a phone shows it.

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

DESKTOP = (1280, 1600)
PHONE = (360, 1600)
TIMEOUT = 60


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


class Page:
    """One page and what is wrong with it."""

    def __init__(self, browser, path):
        self.browser = browser
        self.path = path
        self.address = path.resolve().as_uri()
        text = path.read_text(encoding="utf-8")
        self.report = data_in(text, "report")
        self.bench = data_in(text, "bench")
        self.title = html.unescape(re.search(r"<title>(.*?)</title>", text, re.S)[1])
        self.failures = []

    def expect(self, right, message):
        if not right:
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
        self.expect(bars == modes, f"{bars} bars for {modes} modes")

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
        said = ", ".join(f"{name} {spent} ms" for name, spent in times.items())
        print(f"{self.path.name}: {'failed' if self.failures else 'ok'}; {said}")
        for failure in self.failures:
            print(f"  {failure}")
        return not self.failures


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pages", nargs="+", type=pathlib.Path, metavar="PAGE.html")
    parser.add_argument("--pictures", type=pathlib.Path, metavar="DIR")
    options = parser.parse_args()
    if options.pictures:
        options.pictures.mkdir(parents=True, exist_ok=True)
    browser = Browser()
    try:
        right = True
        for path in options.pages:
            target = browser.open_tab()
            right = Page(browser, path).check(options.pictures) and right
            browser.close_tab(target)
    finally:
        browser.close()
    sys.exit(0 if right else 1)


if __name__ == "__main__":
    main()
