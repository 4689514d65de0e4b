"""The killing: starts the shop on the same data again and again, and says how long each recovery took."""

import random
import sys
import time

from .clients import Client
from .judge import SETTLE_SECONDS, Judge
from .shop import Refused, Shop
from .staff import POOR, Staff
from .world import Reseller, World

#: kill -9 comes this long after readiness, in seconds: mostly soon, sometimes late.
LIFE = ((0.0, 0.1, 0.25), (0.1, 0.8, 0.5), (0.8, 2.5, 0.25))
BEFORE_READY = 0.1
CARDS_A_KILL = 300


def open_world(binary, folder, seed, cards, log_file, client_count):
    """A demo shop with money, cards and clients that have not begun yet. Returns the world and the staff."""
    return populate(Shop(binary, f"{folder}/shop", log_file, seed), folder, seed, cards, client_count)


def populate(shop, folder, seed, cards, client_count):
    """Starts a shop that does not exist yet, and gives it all that `open_world` promises."""
    world = World(shop, resellers=[])
    staff = Staff(world, folder, seed)
    try:
        shop.start()
        shop.wait_ready()
        about = shop.introduction()
        poor_key = staff.prepare(about["username"], cards)
    except BaseException:
        shop.kill()
        raise
    sandbox = Reseller(about["username"], "SANDBOX", about["sandboxKey"])
    production = Reseller(about["username"], "PRODUCTION", about["productionKey"])
    poor = Reseller(POOR, "PRODUCTION", poor_key)
    world.resellers = [sandbox, production, poor]
    for place in range(client_count):
        reseller = (sandbox, production, production, sandbox, poor)[place % 5]
        world.clients.append(Client(world, reseller, seed, f"client-{place}"))
    return world, staff


class Progress:
    """A line that is written over, on a terminal only."""

    def __init__(self):
        self.is_on = sys.stderr.isatty()

    def show(self, words):
        if self.is_on:
            print(f"\r\033[K{words}", end="", file=sys.stderr, flush=True)

    def clear(self):
        self.show("")


class Rounds:
    def __init__(self, world, staff, kills, seed):
        self.world, self.staff, self.kills = world, staff, kills
        self.dice = random.Random(f"{seed}-kills")
        self.recoveries = []
        self.killed = 0
        self.progress = Progress()

    def run(self):
        """Kills, restarts, and lets everything come to rest on the last restart."""
        for thread in [*self.world.clients, self.staff]:
            thread.start()
        self._live_and_kill(is_running=True)
        while self.killed < self.kills:
            time.sleep(self.dice.random() * 0.1)
            self.world.shop.start()
            self._live_and_kill(is_running=False)
        self.world.shop.start()
        self._recover()
        self.progress.clear()
        close(self.world, self.staff)

    def _live_and_kill(self, is_running):
        if not is_running and self.dice.random() < BEFORE_READY:
            time.sleep(self.dice.random() * 0.15)
        else:
            if not is_running:
                self._recover()
            low, high = self.dice.choices([span[:2] for span in LIFE], [span[2] for span in LIFE])[0]
            time.sleep(self.dice.uniform(low, high))
        words = self.world.shop.words() if self.world.shop.process.poll() is not None else ""
        ended = self.world.shop.kill()
        if ended is not None:
            self.world.findings.add("unexpected", f"the server ended by itself with {ended}: {words}")
        self.killed += 1
        self._tell()

    def _recover(self):
        try:
            self.recoveries.append(self.world.shop.wait_ready())
        except Refused as refusal:
            self.world.findings.add("unexpected", str(refusal))

    def _tell(self):
        slowest = max(self.recoveries, default=0)
        self.progress.show(
            f"killed {self.killed}/{self.kills}, {self.world.tally['acknowledged']} orders acknowledged, "
            f"{self.world.tally['lost answers']} answers lost, slowest recovery {slowest * 1000:.0f} ms, "
            f"{sum(self.world.findings.counts.values())} findings")


def close(world, staff=None):
    """Lets clients and staff finish what they began."""
    world.is_stopping = world.is_closing = True
    for thread in [*world.clients, *([staff] if staff else [])]:
        thread.join(timeout=120)
        if thread.is_alive():
            world.findings.add("unexpected", f"{thread.name} did not end")


def judge(world, seed, settle_seconds=SETTLE_SECONDS):
    """The comparison; one that breaks off is a finding."""
    verdict = Judge(world, seed, settle_seconds)
    try:
        verdict.judge()
    except (Refused, OSError, ValueError, KeyError) as error:
        world.findings.add("unexpected", f"the comparison broke off: {type(error).__name__}: {error}")
    return verdict
