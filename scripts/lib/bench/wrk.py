"""Load by wrk over some seconds, and what its scripts say at the end of it."""

import json
import os
import signal
import subprocess
import time
from urllib.parse import urlsplit

from chaos.shop import Refused
from chaos.wire import Connection, Garbled, Lost

from .programs import ROOT

#: wrk is told to go on for so long, and is stopped when the time of the measure is over, which may be half a second.
LONGEST_SECONDS = 3600
THREADS = 2
#: One a second: a signal that comes while it is busy with itself may be forgotten.
END_SIGNALS = 60


def threads(connections):
    return min(THREADS, connections)


class Wrk:
    """One load that runs until it is ended."""

    def __init__(self, url, connections, script, *arguments):
        # Line by line, to see it begin.
        self._process = subprocess.Popen(
            ["stdbuf", "-oL", "wrk", "-t", str(threads(connections)), "-c", str(connections),
             "-d", f"{LONGEST_SECONDS}s", "--timeout", "60s", "--script", f"Benchmarks/wrk/{script}.lua", url, "--",
             *map(str, arguments)],
            cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            start_new_session=True)
        self._words = ""

    def wait_begun(self):
        """Before that, a signal would end it for good, or be forgotten."""
        for line in self._process.stdout:
            self._words += line
            if " connections" in line:
                return
        raise Refused(f"wrk: {self._words.strip()[-500:]}")

    def stop(self):
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)

    def end(self):
        """Figures of the load: its rate, its p50 and p99 in milliseconds, and how many answers were not 2xx."""
        for _ in range(END_SIGNALS):
            try:
                self._process.wait(timeout=1)
                break
            except subprocess.TimeoutExpired:
                self.stop()
        else:
            raise Refused("wrk did not end")
        self._words += self._process.stdout.read()
        line = next((line for line in self._words.splitlines() if line.startswith('{"requests"')), None)
        if line is None:
            raise Refused(f"wrk: {self._words.strip()[-500:]}")
        return figures(json.loads(line))

    def kill(self):
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()


def figures(said):
    seconds = said["microseconds"] / 1e6
    bad = said["status"] + said["socket"]
    if "orders" in said:
        return {"rate": said["orders"] / seconds, "p50_ms": said["order_p50"] / 1000,
                "p99_ms": said["order_p99"] / 1000, "bad": max(bad, said["other"])}
    return {"rate": said["requests"] / seconds, "p50_ms": said["p50"] / 1000, "p99_ms": said["p99"] / 1000, "bad": bad}


def run(seconds, url, connections, script, *arguments):
    return together(seconds, [(url, connections, script, *arguments)])[0]


def together(seconds, loads):
    """Several loads at once."""
    running = []
    try:
        for load in loads:
            running.append(Wrk(*load))
        for load in running:
            load.wait_begun()
        time.sleep(seconds)
        for load in running:
            load.stop()
        said = [load.end() for load in running]
    finally:
        for load in running:
            load.kill()
    return [{**one, "told": reason(load[0], *load[2:])} if one["bad"] else one for one, load in zip(said, loads)]


def reason(url, script, *arguments):
    """What one more request of the same kind is answered, for wrk counts bad answers and keeps none."""
    if script == "get":
        path, _, key = first_line(arguments[0]).partition(" ")
        request = ("GET", path, key)
    else:
        key = first_line(arguments[1]) if os.path.exists(arguments[1]) else arguments[1]
        body = {"type": "ADSL", "number": "036362608", "value": 1000, "ref": f"why-{arguments[0]}"}
        request = ("POST", urlsplit(url).path or "/v3/internet/send", key, body)
    try:
        answer = Connection(urlsplit(url).port).ask(*request)
    except (Lost, Garbled) as error:
        return f"no answer: {error}"
    return f"{answer.status} {answer.code or ''}".strip()


def first_line(path):
    with open(path) as file:
        return file.readline().strip()
