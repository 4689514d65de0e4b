"""A shop under load: where it lies, its server, and its owner's commands."""

import json
import os
import random
import select
import signal
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import urlsplit

from chaos.shop import Refused, free_port
from chaos.wire import Connection, Garbled, Lost

START_SECONDS = 120
USERNAME = "+213555000000"
#: An opening balance that no measure spends.
MONEY = "900000000"
PAGE = 100


@dataclass(frozen=True)
class Place:
    """A folder, or a database with the file of its vault key."""

    folder: str | None = None
    url: str | None = None
    vault_key: str | None = None

    def flags(self, words):
        if self.folder:
            return ["--data", self.folder]
        takes_key = tuple(words[:2]) in (("demo",), ("serve",), ("cards", "import"))
        return ["--database", self.url, *(["--vault-key", self.vault_key] if takes_key else [])]


class Shop:
    """One server, and the commands on what it serves, which work without the server too."""

    def __init__(self, rasid, place, log_file):
        self.rasid, self.place, self.log_file = rasid, place, log_file
        self.process = self.about = self.url = self.port = None

    def start(self, *settings):
        """`rasid demo`, which makes the shop where there is none. Seconds until it accepts connections."""
        began = time.monotonic()
        self._run("demo", ["--json", "--port", "0", *settings], subprocess.PIPE)
        is_there, _, _ = select.select([self.process.stdout], [], [], START_SECONDS)
        line = self.process.stdout.readline() if is_there else b""
        if not line:
            self.kill()
            raise Refused(f"the server did not start: {self.last_words()}")
        self.about = json.loads(line)
        self.url, self.port = self.about["url"], urlsplit(self.about["url"]).port
        return time.monotonic() - began

    def serve(self, *settings):
        """`rasid serve`, over a shop that is there. Seconds until it is ready to sell."""
        began = time.monotonic()
        self.port = free_port(random.Random())
        self.url = f"http://127.0.0.1:{self.port}"
        self._run("serve", ["--port", str(self.port), *settings])
        while time.monotonic() < began + START_SECONDS and self.process.poll() is None:
            try:
                if Connection(self.port, timeout=5).ask("GET", "/health/ready").status == 200:
                    return time.monotonic() - began
            except (Lost, Garbled):
                pass
            time.sleep(0.005)
        self.kill()
        raise Refused(f"the server was not ready: {self.last_words()}")

    def _run(self, how, words, stdout=None):
        with open(self.log_file, "ab") as log:
            self.process = subprocess.Popen(
                [self.rasid, how, *self.place.flags([how]), *words],
                stdin=subprocess.DEVNULL, stdout=stdout or log, stderr=log, start_new_session=True)

    def stop(self):
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            status = self.process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            self.kill()
            raise Refused("the server did not end within a minute of SIGTERM") from None
        if status != 0:
            raise Refused(f"the server ended with {status}: {self.last_words()}")

    def kill(self):
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def last_words(self):
        with open(self.log_file, errors="replace") as log:
            return " | ".join(log.read()[-4000:].splitlines()[-3:]) or "(it said nothing)"

    def memory_mb(self):
        """What it holds in memory now, and the most it ever held."""
        with open(f"/proc/{self.process.pid}/status") as status:
            pairs = dict(line.split(":", 1) for line in status)
        return {name: round(int(pairs[key].split()[0]) / 1024, 1)
                for name, key in (("now", "VmRSS"), ("peak", "VmHWM"))}

    # Its owner

    def command(self, *words):
        done = subprocess.run([self.rasid, *words, "--json", *self.place.flags(words)], stdin=subprocess.DEVNULL,
                              capture_output=True, text=True)
        if done.returncode != 0:
            raise Refused(f"rasid {' '.join(words[:2])}: {done.returncode}: {done.stderr.strip()[:500]}")
        return json.loads(done.stdout)

    def deposit(self, username, *where):
        self.command("account", "deposit", username, MONEY, *where)

    def open_wallets(self, count):
        """Resellers with money in the sandbox. Returns a key of each."""
        def open_one(number):
            username = f"+2135560{number:05d}"
            self.command("account", "create", "--username", username, "--name", "Bench")
            self.deposit(username, "--sandbox")
            return self.make_key(username, "sandbox")

        return self.each(open_one, range(1, count + 1))

    def make_key(self, username, environment):
        return self.command("key", "create", username, "--type", environment, "--rate-limit", "off")["key"]

    def make_keys(self, usernames, environment):
        return self.each(lambda username: self.make_key(username, environment), usernames)

    @staticmethod
    def each(work, items):
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            return list(pool.map(work, items))

    # Its resellers

    def ask(self, path, key=None, connection=None):
        """The data of an answer that must be a success."""
        answer = (connection or Connection(self.port)).ask("GET", path, key)
        if answer.status != 200:
            raise Refused(f"GET {path}: {answer.status} {answer.code or ''}")
        return answer.data

    def orders(self, key, pages, status="FULFILLED"):
        """(id, ref) of the orders on these pages of the list."""
        connection, found = Connection(self.port), []
        for page in pages:
            path = f"/v3/internet/list?page={page}&pageSize={PAGE}"
            items = self.ask(path, key, connection)["items"]
            found += [(item["_id"], item["ref"]) for item in items if item["status"] == status]
            if len(items) < PAGE:
                break
        connection.close()
        return found

    def wait_delivered(self, key, seconds=60):
        """Seconds until no order of this key's environment is open."""
        began, connection = time.monotonic(), Connection(self.port)
        while time.monotonic() < began + seconds:
            page = self.ask("/v3/internet/list?status=HANDLING&pageSize=1", key, connection)
            if page["pagination"]["totalResults"] == 0:
                return time.monotonic() - began
            time.sleep(0.02)
        raise Refused(f"orders were still open {seconds} s after the load had ended")
