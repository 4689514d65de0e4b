"""The first scene: customers buy at the front, every shop is killed in turn, the lines between them are bad."""

import time

from chaos.rounds import Progress

from . import logs
from .buyers import Market, crowd
from .comparing import Comparison
from .killing import Killing
from .shops import Chain

#: Of each product, beside the half that the orders take: they are drawn.
SPARE_CARDS = 300
#: So few faults would prove nothing: this part of those that are to be expected.
FEWEST_FAULTS = 0.5


class Trade:
    def __init__(self, binary, folder, options):
        self.options = options
        cards = options.orders * 6 // 10 + SPARE_CARDS
        self.chain = Chain(binary, folder, options.shops, options.seed, cards, options.faults)
        self.world = Market(self.chain.front.shop, [self.chain.front.buyer])
        self.world.clients = crowd(self.world, self.chain.front.buyer, options.seed, options.clients, options.orders)
        self.progress = Progress()
        self.killing = Killing(self.world, self.chain, options.kills, options.orders, options.seed, self)
        self.comparison = None
        #: From the first order to the last acknowledgement, and from there until nothing was open anywhere.
        self.trading_seconds = self.settling_seconds = None
        self.logged, self.grave = {}, []

    def play(self):
        try:
            self.chain.start()
            began = time.monotonic()
            for buyer in self.world.clients:
                buyer.start()
            self.killing.run()
            self._wait_for_buyers()
            self.trading_seconds = self.world.acknowledged_at - began if self.world.acknowledged_at else 0
            self._compare()
        finally:
            self.world.is_stopping = self.world.is_closing = True
            self.progress.clear()
            self.chain.end()
        self._read_logs()

    def tell(self, words=None):
        tally = self.world.tally
        hits = sum(proxy.faults.hits for proxy in self.chain.proxies)
        self.progress.show(
            f"{tally['acknowledged']}/{self.options.orders} orders acknowledged, {tally['seen final']} final, "
            f"killed {self.killing.count}/{self.options.kills}, {hits} faults, "
            f"{sum(self.world.findings.counts.values())} findings" + (f"; {words}" if words else ""))

    def _wait_for_buyers(self):
        """Until all have seen the end of their orders, or for so long after the last one was acknowledged."""
        while any(buyer.is_alive() for buyer in self.world.clients):
            self.killing.raise_the_fallen()
            self.tell()
            if time.monotonic() > self._deadline():
                break
            time.sleep(0.1)
        self.world.is_closing = True
        for buyer in self.world.clients:
            buyer.join(timeout=90)
            if buyer.is_alive():
                self.world.findings.add("unexpected", f"{buyer.name} did not end")

    def _deadline(self):
        return max(self.killing.ended_at, self.world.acknowledged_at or 0) + self.options.settle

    def _compare(self):
        self.comparison = Comparison(self.world, self.chain, self.options.seed, self.tell)
        if self.comparison.settle(self._deadline()):
            self.settling_seconds = time.monotonic() - (self.world.acknowledged_at or time.monotonic())
        self.comparison.run()

    def _read_logs(self):
        for proxy in self.chain.proxies:
            for words in proxy.defects:
                self.world.findings.add("unexpected", words)
        self.logged, self.grave = logs.read(self.chain.stalls)
        for line in self.grave:
            self.world.findings.add("log", line)

    # The verdict

    @property
    def is_well(self):
        return (self.comparison is not None and self.comparison.is_complete and not self.comparison.centimes_off
                and not sum(self.world.findings.counts.values()) and not self.unproven())

    def unproven(self):
        """Why a run without a finding has shown nothing all the same; empty where it has."""
        words = []
        if self.world.tally["acknowledged"] < self.options.orders:
            words.append(f"{self.world.tally['acknowledged']} of {self.options.orders} orders were acknowledged")
        if self.killing.count < self.options.kills:
            words.append(f"{self.killing.count} of {self.options.kills} kills were made")
        for proxy in self.chain.proxies:
            faults = proxy.faults
            if faults.hits < FEWEST_FAULTS * faults.share * faults.answers or not faults.answers:
                words.append(f"{proxy.name}: {faults.hits} of {faults.answers} answers were hit")
        return words
