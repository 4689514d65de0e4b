"""kill -9 of one shop after the other, from the front to the last and again, while the customers buy."""

import random
import time

from chaos.shop import Refused

STALL_SECONDS = 180


class Killing:
    """Spreads the kills over the orders; each shop is started again at once, on its folder and port."""

    def __init__(self, world, chain, kills, orders, seed, progress):
        self.world, self.chain, self.kills, self.orders, self.progress = world, chain, kills, orders, progress
        self.dice = random.Random(f"{seed}-kills")
        self.recoveries, self.killed = [], {stall.name: 0 for stall in chain.stalls}
        #: The moment of the last kill (of the beginning, without one), on the monotonic clock.
        self.ended_at = time.monotonic()
        self._raised_at = time.monotonic()

    @property
    def count(self):
        return sum(self.killed.values())

    def run(self):
        for place in range(self.kills):
            if not self._wait_for(self.dice.uniform(place + 0.2, place + 0.8) * self.orders / self.kills):
                return
            self._kill(self.chain.stalls[place % len(self.chain.stalls)])

    def _wait_for(self, acknowledged):
        """Until so many orders were acknowledged. A standstill is a finding, and ends the killing."""
        began = time.monotonic()
        while self.world.tally["acknowledged"] < acknowledged:
            if time.monotonic() > max(began, self.world.acknowledged_at or 0) + STALL_SECONDS:
                self.world.findings.add("unexpected", f"no order was acknowledged for {STALL_SECONDS} s")
                return False
            self.raise_the_fallen()
            self.progress.tell()
            time.sleep(0.02)
        time.sleep(self.dice.random() * 0.5)
        return True

    def raise_the_fallen(self):
        """A shop that ends by itself is a finding; the others are to be judged all the same."""
        if time.monotonic() < self._raised_at + 1:
            return
        self._raised_at = time.monotonic()
        for stall in self.chain.stalls:
            if stall.shop.process.poll() is not None:
                self._kill(stall, is_wanted=False)

    def _kill(self, stall, is_wanted=True):
        words = stall.shop.words() if stall.shop.process.poll() is not None else ""
        ended = stall.shop.kill()
        if ended is not None:
            self.world.findings.add("unexpected", f"{stall.name} ended by itself with {ended}: {words}")
        if is_wanted:
            self.killed[stall.name] += 1
            self.ended_at = time.monotonic()
        stall.shop.start("serve")
        try:
            self.recoveries.append(stall.shop.wait_ready())
        except Refused as refusal:
            self.world.findings.add("unexpected", f"{stall.name}: {refusal}")
