"""What the shop is held against: a bare route of the same framework, pgbench, and the store's own floor."""

import json
import random
import re
import socket
import subprocess
import time

from chaos.shop import Refused, free_port

from . import wrk

PGBENCH_CLIENTS = 16


class Echo:
    """The server of the bare route. It stands still while others are measured."""

    def __init__(self, programs):
        self.port = free_port(random.Random())
        self._process = subprocess.Popen([programs.echo, str(self.port)], stdin=subprocess.DEVNULL,
                                         stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        for _ in range(1000):
            if self._process.poll() is not None:
                break
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=5).close()
                return
            except OSError:
                time.sleep(0.01)
        raise Refused("the echo server did not start")

    def measure(self, seconds, connections=64):
        return wrk.run(seconds, f"http://127.0.0.1:{self.port}/echo", connections, "body", "echo", "none")

    def end(self):
        self._process.kill()
        self._process.wait()


class Pgbench:
    """In a database of its own on the server that the shops lie on."""

    def __init__(self, engine):
        self._line = [f"{engine.binaries}/pgbench", engine.new_place("pgbench").url]
        self._run("-i", "-s", "10", "-q")

    def measure(self, seconds):
        """It counts whole seconds, and tells of no percentiles."""
        whole = max(1, round(seconds + 0.1))
        said = self._run("-M", "prepared", "-c", str(PGBENCH_CLIENTS), "-j", "2", "-T", str(whole))
        failed = re.search(r"number of failed transactions: (\d+)", said)
        return {"rate": float(re.search(r"tps = ([0-9.]+)", said)[1]), "bad": int(failed[1]) if failed else 0,
                "mean_ms": float(re.search(r"latency average = ([0-9.]+)", said)[1])}

    def _run(self, *words):
        program, url = self._line
        done = subprocess.run([program, *words, url], stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if done.returncode != 0:
            raise Refused(f"pgbench: {done.stderr.strip()[-300:]}")
        return done.stdout


class Floor:
    """The very rows of an order, written by one thread without HTTP."""

    def __init__(self, engine):
        self.engine, self._count = engine, 0

    def measure(self, batch, wallets, seconds):
        """{kind of rows: figures}, from one run of rasid-bench in a place with nothing in it."""
        self._count += 1
        place = self.engine.new_place(f"floor-{self._count}")
        done = subprocess.run(
            [self.engine.programs.bench, "floor", *place.flags(["floor"]), "--wallets", str(wallets),
             "--batch", str(batch), "--seconds", str(max(1, round(seconds)))],
            stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if done.returncode != 0:
            raise Refused(f"rasid-bench floor: {done.returncode}: {done.stderr.strip()[:300]}")
        self.engine.remove(place)
        lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
        return {line["rows"]: {"rate": line["rate"], "bad": 0} for line in lines}
