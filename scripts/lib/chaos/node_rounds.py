"""The killing of nodes: one at a time, under load, while the others go on selling."""

import random
import time

from .rounds import Progress, close
from .shop import Refused

#: How long a node stays away, in seconds: in the second span the others have declared it dead (8 s) before it is back.
ABSENCE = ((0.0, 2.0, 0.7), (9.0, 12.0, 0.3))
#: What a dead node had sent is unknown after 8 s, and then asked about.
SETTLE_SECONDS = 60
STALL_SECONDS = 90


class NodeRounds:
    """Spreads the kills over the orders, and ends when there were enough of both."""

    def __init__(self, world, staff, kills, orders, seed):
        self.world, self.staff, self.kills, self.orders = world, staff, kills, orders
        self.nodes = world.shop.nodes
        self.dice = random.Random(f"{seed}-kills")
        self.recoveries = []
        self.killed = 0
        self.warnings = 0
        self.trading_seconds = 0
        self.progress = Progress()

    def run(self):
        for thread in [*self.world.clients, self.staff]:
            thread.start()
        began = time.monotonic()
        for place in range(self.kills):
            self._wait_for(self.dice.uniform(place + 0.2, place + 0.8) * self.orders / self.kills)
            time.sleep(self.dice.random() * 0.2)
            self._kill_one()
        self._wait_for(self.orders)
        self.trading_seconds = time.monotonic() - began
        self.progress.clear()
        close(self.world, self.staff)

    def read_logs(self):
        """To be called when all is over."""
        for node in self.nodes:
            grave, warnings = node.complaints()
            self.warnings += warnings
            for line in grave:
                self.world.findings.add("unexpected", f"{node.log_file}: {line[:500]}")

    def _wait_for(self, acknowledged):
        """Until so many orders were acknowledged. A standstill is a finding, and ends the waiting."""
        began = time.monotonic()
        while self.world.tally["acknowledged"] < acknowledged:
            if time.monotonic() > max(began, self.world.acknowledged_at or 0) + STALL_SECONDS:
                return self.world.findings.add("unexpected", f"no order was acknowledged for {STALL_SECONDS} s")
            self._raise_the_fallen()
            self._tell()
            time.sleep(0.01)

    def _raise_the_fallen(self):
        for node in self.nodes:
            if node.process.poll() is not None:
                self._hear_end(node, node.kill())
                self._start(node)

    def _hear_end(self, node, status):
        self.world.findings.add("unexpected", f"a node ended by itself with {status}: {node.words()}")

    def _kill_one(self):
        node = self.dice.choice(self.nodes)
        ended = node.kill()
        if ended is not None:
            self._hear_end(node, ended)
        self.killed += 1
        low, high = self.dice.choices([span[:2] for span in ABSENCE], [span[2] for span in ABSENCE])[0]
        time.sleep(self.dice.uniform(low, high))
        self._start(node)

    def _start(self, node):
        node.start()
        try:
            self.recoveries.append(node.wait_ready())
        except Refused as refusal:
            self.world.findings.add("unexpected", str(refusal))

    def _tell(self):
        self.progress.show(
            f"killed {self.killed}/{self.kills}, {self.world.tally['acknowledged']}/{self.orders} orders acknowledged, "
            f"{self.world.tally['lost answers']} answers lost, "
            f"longest without an order {self.world.longest_silence * 1000:.0f} ms, "
            f"{sum(self.world.findings.counts.values())} findings")
