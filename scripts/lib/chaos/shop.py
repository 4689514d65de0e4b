"""The process under test: started, asked, killed, and spoken to over its command line."""

import json
import os
import random
import signal
import socket
import subprocess
import threading
import time
from decimal import Decimal

from .wire import Connection, Garbled, Lost

START_SECONDS = 60


class Refused(Exception):
    """A command ended with something other than 0, or the server ended before it served."""


def free_port(dice):
    """A port below the ephemeral range: no client's own end of a connection can take it while the shop is down."""
    low = int(open("/proc/sys/net/ipv4/ip_local_port_range").read().split()[0])
    for _ in range(1000):
        port = dice.randrange(max(1024, low - 12000), low)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue
    raise Refused("no free port was found")


class Shop:
    """One folder and, most of the time, one `rasid demo` on it. The port stays the same over every restart."""

    def __init__(self, binary, folder, log_file, seed):
        self.binary, self.folder, self.log_file = binary, folder, log_file
        self.port = free_port(random.Random(f"{seed}-port-{os.getpid()}"))
        self.process = None
        self.about = None
        self.started_at = None
        self._pump = None

    def place(self, words):
        """The flags that name the shop to the command in `words`."""
        return ["--data", self.folder]

    def connection(self):
        """A new connection, as a client or the judge has one."""
        return Connection(self.port)

    def start(self, how="demo"):
        """Starts the process and returns at once. Its log goes through a pipe: no limit or full disk touches it."""
        self.started_at = time.monotonic()
        self.process = subprocess.Popen(
            [self.binary, how, *(["--json"] if how == "demo" else []), *self.place([how]), "--port", str(self.port),
             "--operator-delay", "50ms", "--log-level", "notice", "--log-format", "json"],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            restore_signals=False, start_new_session=True)
        self.last_words = []
        self._pump = [threading.Thread(target=self._copy_log, args=(self.process.stderr, self.last_words), daemon=True),
                      threading.Thread(target=self._read_about, args=(self.process.stdout,), daemon=True)]
        for thread in self._pump:
            thread.start()

    def wait_ready(self):
        """Seconds from the start of the process to the first 200 of /health/ready."""
        connection = Connection(self.port, timeout=5)
        while time.monotonic() < self.started_at + START_SECONDS:
            if self.process.poll() is not None:
                raise Refused(f"the server ended with {self.process.returncode}: {self.words()}")
            try:
                if connection.ask("GET", "/health/ready").status == 200:
                    return time.monotonic() - self.started_at
            except (Lost, Garbled):
                pass
            time.sleep(0.003)
        raise Refused(f"the server was not ready within {START_SECONDS} s: {self.words()}")

    def introduction(self):
        """The line that `rasid demo --json` prints, which may come a moment after readiness."""
        while self.about is None and self.process.poll() is None and time.monotonic() < self.started_at + START_SECONDS:
            time.sleep(0.003)
        if self.about is None:
            raise Refused(f"the server did not introduce itself: {self.words()}")
        return self.about

    def is_ready(self):
        try:
            return Connection(self.port, timeout=5).ask("GET", "/health/ready").status == 200
        except (Lost, Garbled):
            return False

    def kill(self):
        """kill -9. Returns the exit status if the process had ended by itself before, else None."""
        if self.process is None:
            return None
        ended = self.process.poll()
        if ended is None:
            self.process.send_signal(signal.SIGKILL)
        self._reap()
        return ended

    def stop(self):
        """SIGTERM, as a service manager stops it."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self._reap()

    def _reap(self):
        if self.process is None:
            return None
        try:
            status = self.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            status = self.process.wait()
        for thread in self._pump:
            thread.join(timeout=5)
        return status

    def command(self, *words):
        """Runs a command of the command line and returns its JSON; raises `Refused` when it does not end with 0."""
        done = self.try_command(*words)
        if done.returncode != 0:
            raise Refused(f"rasid {' '.join(words)}: {done.returncode}: {done.stderr.strip()[:500]}")
        return json.loads(done.stdout, parse_float=Decimal)

    def try_command(self, *words):
        return subprocess.run(self.line(*words), stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120)

    def line(self, *words):
        return [self.binary, *words, "--json", *self.place(words)]

    def words(self):
        """The last lines that the server wrote to its log."""
        for thread in self._pump or []:
            thread.join(timeout=1 if self.process.poll() is not None else 0)
        return " | ".join(self.last_words[-3:])[:1000] or "(it said nothing)"

    def _read_about(self, stream):
        for line in stream:
            try:
                self.about = json.loads(line)
            except ValueError:
                self.last_words.append(line.decode(errors="replace").strip())

    def _copy_log(self, stream, last_words):
        with open(self.log_file, "ab") as log:
            for line in stream:
                log.write(line)
                last_words.append(line.decode(errors="replace").strip())
                del last_words[:-20]
