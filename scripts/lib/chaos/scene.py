"""What every scene of the second part is made of: a shop with clients, one trouble, one verdict."""

import json
import os
import subprocess
import time

from . import rounds
from .shop import Refused
from .wire import Connection, Garbled, Lost

CLIENTS = 10
CARDS = 1500
SMALL_DISK = "48m"
#: After the cause is gone, readiness must come back by itself within this time.
RECOVERY_SECONDS = 20


class Skipped(Exception):
    """This machine does not allow the scene."""


def run(*words):
    done = subprocess.run(words, capture_output=True, text=True)
    if done.returncode != 0:
        raise Skipped(f"{' '.join(words)}: {done.stderr.strip()}")


class Scene:
    """One shop, one trouble, one verdict."""

    name = ""

    def __init__(self, options):
        self.binary, self.seed = options["binary"], options["seed"]
        self.may_mount = options["mounts"]
        self.folder = os.path.join(options["folder"], type(self).__name__.lower())
        self.data = os.path.join(self.folder, "data")
        self.faults = []
        self.world = None

    def play(self):
        """Prints what happened. Returns "held", "failed", or "not played" where this machine does not allow it."""
        print(f"\n{self.name}")
        os.makedirs(self.data)
        try:
            self.set_up()
            self.trouble()
        except Skipped as reason:
            print(f"  NOT PLAYED: {reason}")
            return "not played"
        except (Refused, OSError) as error:
            self.fault(f"the scene broke off: {type(error).__name__}: {error}")
        finally:
            self.tear_down()
        print("  FAILED" if self.faults else "  ok")
        return "failed" if self.faults else "held"

    def set_up(self):
        pass

    def trouble(self):
        raise NotImplementedError

    def tear_down(self):
        if self.world:
            self.world.is_stopping = self.world.is_closing = True
            self.world.shop.kill()

    # What scenes are made of

    def say(self, words):
        print(f"  {words}", flush=True)

    def fault(self, words):
        self.faults.append(words)
        self.say(f"DEFECT: {words}")

    def open(self):
        self.world, _ = rounds.open_world(
            self.binary, self.data, self.seed, CARDS, f"{self.folder}/server.log", CLIENTS)
        self.shop = self.world.shop

    def mount(self):
        if not self.may_mount:
            raise Skipped("no mount namespace: neither root nor unprivileged user namespaces")
        run("mount", "-t", "tmpfs", "-o", f"size={SMALL_DISK}", "none", self.data)

    def trade(self, seconds):
        for client in self.world.clients:
            client.start()
        time.sleep(seconds)

    def wait_until(self, is_so, seconds):
        began = time.monotonic()
        while time.monotonic() < began + seconds:
            if is_so():
                return time.monotonic() - began
            time.sleep(0.05)
        return None

    def health(self):
        try:
            answer = Connection(self.shop.port, timeout=10).ask("GET", "/health/ready")
            return f"{answer.status} {json.dumps(answer.body)}"
        except (Lost, Garbled) as error:
            return f"no answer ({error})"

    def read_back(self):
        """Asks for an order that was acknowledged, as clients do in the middle of the trouble."""
        entry = next((entry for entry in self.world.entries() if entry.id), None)
        if entry is None:
            return "nothing to ask for"
        try:
            answer = Connection(self.shop.port, timeout=40).ask(
                "GET", f"/v3/internet/check-id/{entry.id}", entry.reseller.key)
        except (Lost, Garbled) as error:
            return f"no answer ({error})"
        if answer.status == 404 or answer.status >= 500 and answer.code != "SERVICE_UNAVAILABLE":
            self.fault(f"check-id of an acknowledged order: {answer.status} {answer.body}")
        return f"{answer.status} {answer.data.get('status') or answer.code}"

    def restart_in_trouble(self):
        """Starts the shop while the cause is still there, and says what it does."""
        self.shop.start()
        try:
            self.say(f"restarted meanwhile: ready after {self.shop.wait_ready():.2f} s")
        except Refused as refusal:
            self.say(f"restarted meanwhile: {refusal}")
            if "(it said nothing)" in str(refusal):
                self.fault("a start that is refused must say why")
            self.shop.kill()

    def come_back(self):
        """The cause is gone: the serving shop becomes ready by itself, an ended one when it is started."""
        if self.shop.process.poll() is not None:
            self.shop.start()
            self.shop.wait_ready()
            return self.say("started again: ready")
        seconds = self.wait_until(self.shop.is_ready, RECOVERY_SECONDS)
        if seconds is None:
            self.fault(f"not ready {RECOVERY_SECONDS} s after the cause was gone: {self.health()}")
            self.shop.kill()
            self.shop.start()
            self.shop.wait_ready()
        else:
            self.say(f"the cause is gone: ready by itself after {seconds:.1f} s")

    def compare(self):
        """Nothing acknowledged is missing, once more after a kill -9."""
        rounds.close(self.world)
        self.shop.kill()
        self.shop.start()
        self.shop.wait_ready()
        verdict = rounds.judge(self.world, self.seed)
        for kind, words in self.world.findings.words.items():
            for line in words:
                self.fault(f"{kind}: {line}")
        if verdict.missing_centimes:
            self.fault(f"{verdict.missing_centimes} centimes are missing")
        counts = self.world.findings.counts
        self.say(f"compared: {self.world.tally['acknowledged']} acknowledged, {verdict.stored} stored, "
                 f"lost {counts['lost']}, doubled {counts['doubled']}, centimes missing {verdict.missing_centimes}, "
                 f"cards sold twice {counts['sold twice']}")
