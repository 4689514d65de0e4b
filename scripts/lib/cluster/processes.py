"""Processes that are found by their command line: a number that was written down long ago may be anybody's by now."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass

from chaos.shop import Refused

#: Whoever runs the programs below the shop: PostgreSQL refuses to run as root.
SERVICE_USER = "postgres" if os.geteuid() == 0 else None


def tell(words):
    print(f"rasid: {words}", file=sys.stderr, flush=True)


def wait_until(is_so, seconds, words):
    """Asks every 100 ms. Returns the seconds that it took."""
    began = time.monotonic()
    while not is_so():
        if time.monotonic() > began + seconds:
            raise Refused(f"{words} within {seconds} s")
        time.sleep(0.1)
    return time.monotonic() - began


def everybody():
    """Every process of this machine: its number and its command line, which is empty for one that has ended."""
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open(f"/proc/{name}/cmdline", "rb") as file:
                    yield int(name), file.read().decode(errors="replace").split("\0")
            except OSError:
                continue


def parent(process):
    try:
        with open(f"/proc/{process}/stat") as file:
            return int(file.read().rpartition(")")[2].split()[1])
    except OSError:
        return None


@dataclass
class Service:
    """A program that goes on when this script has ended. `marks` are arguments that no other process has together."""

    name: str
    words: list
    marks: list
    log: str
    #: None for whoever runs this script.
    user: str = None

    def pids(self, program=None, marks=None):
        program, marks = program or os.path.basename(self.words[0]), marks or self.marks
        # A script's command line begins with its interpreter.
        return [process for process, words in everybody()
                if program in map(os.path.basename, words[:2]) and all(mark in words for mark in marks)]

    def is_running(self):
        return bool(self.pids())

    def start(self):
        """Returns at once, and does nothing where it runs."""
        if self.is_running():
            return
        with open(self.log, "ab") as log:
            try:
                subprocess.Popen(self.words, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
                                 cwd="/", user=self.user, group=self.user, extra_groups=[] if self.user else None)
            except FileNotFoundError:
                raise Refused(f"{self.words[0]} is not there: install it, or build it") from None

    def started(self, is_so, seconds=30):
        """Starts and waits."""
        self.start()
        wait_until(is_so, seconds, f"{self.name} did not answer (its last words stand in {self.log})")

    def stop(self, seconds=30):
        for process in self.pids():
            send(signal.SIGTERM, process)
        try:
            wait_until(lambda: not self.is_running(), seconds, "")
        except Refused:
            tell(f"{self.name} did not end within {seconds} s and is killed")
            self.kill()

    def kill(self):
        """kill -9. Returns whether there was somebody."""
        processes = self.pids()
        for process in processes:
            send(signal.SIGKILL, process)
        wait_until(lambda: not self.is_running(), 10, f"{self.name} did not die")
        return bool(processes)


def send(number, process):
    try:
        os.kill(process, number)
    except ProcessLookupError:
        pass
