"""The second scene: the next shop is stopped, orders at the front turn QUEUED; it is started, and all are delivered.

No proxy stands between the two: nobody listens where the next shop was, which is a plain "nothing was begun".
"""

import time
from urllib.parse import quote

from chaos.rounds import Progress
from chaos.wire import Garbled, Lost

from .buyers import Buyer, Market
from .comparing import Comparison
from .shops import Chain

#: Orders before the stop, and while the next shop is away.
BEFORE, MEANWHILE = 5, 20
#: Until those before are delivered, and until those meanwhile are told to be QUEUED.
DELIVERY_SECONDS, QUEUE_SECONDS = 60, 120


class Outage:
    def __init__(self, binary, folder, options):
        self.options = options
        self.chain = Chain(binary, folder, 2, options.seed, BEFORE + MEANWHILE)
        self.world = Market(self.chain.front.shop, [self.chain.front.buyer])
        self.buyer = Buyer(self.world, self.chain.front.buyer, f"{options.seed}-outage", "buyer", ())
        self.world.clients = [self.buyer]
        self.progress = Progress()
        self.comparison = None
        self.queued_seconds = self.fulfilled_seconds = None

    def play(self):
        try:
            self.chain.start()
            self._sell(BEFORE)
            self._wait("FULFILLED", DELIVERY_SECONDS)
            status = self.chain.last.shop.stop()
            if status != 0:
                self._fault(f"the next shop ended with {status} after SIGTERM")
            self._sell(MEANWHILE)
            self.queued_seconds = self._wait("QUEUED", QUEUE_SECONDS, self.world.entries()[BEFORE:])
            self._look_at_promises()
            self.chain.last.shop.start("serve")
            self.chain.last.shop.wait_ready()
            self.fulfilled_seconds = self._wait("FULFILLED", self.options.settle)
            self._compare()
        finally:
            self.progress.clear()
            self.chain.end()

    @property
    def is_well(self):
        return (self.comparison is not None and self.comparison.is_complete and not self.comparison.centimes_off
                and not sum(self.world.findings.counts.values()))

    def _fault(self, words):
        self.world.findings.add("unexpected", words)

    def _sell(self, count):
        for _ in range(count):
            self.buyer.sell()

    def _wait(self, status, seconds, sales=None):
        """Seconds until all these sales have this status, seen by asking again and again; None where they have not."""
        began, waiting = time.monotonic(), [sale for sale in sales or self.world.entries() if sale.id]
        while waiting:
            for sale in list(waiting):
                if self.buyer.look(sale, wait=0) and sale.status == status:
                    waiting.remove(sale)
            if time.monotonic() > began + seconds:
                for sale in waiting:
                    self._fault(f"order {sale.id} is {sale.status} and not {status} after {seconds} s")
                return None
            self.progress.show(f"outage: {len(waiting)} orders are not {status} yet")
            time.sleep(0.1)
        return time.monotonic() - began

    def _look_at_promises(self):
        """A QUEUED order says until when it will be done, and is QUEUED in the list, too."""
        for sale in self.world.entries()[BEFORE:]:
            try:
                order = self.buyer.connection.ask(
                    "GET", f"/v3/internet/check-ref/{quote(sale.ref, safe='')}", sale.reseller.key).data
            except (Lost, Garbled) as error:
                self._fault(f"check-ref of {sale.ref!r}: {error}")
                continue
            if order.get("status") == "QUEUED" and not order.get("expected_by", "") > order["created_at"]:
                self._fault(f"order {sale.id} is QUEUED and says no time: {order}")

    def _compare(self):
        self.comparison = Comparison(self.world, self.chain, self.options.seed, self.progress.show)
        self.comparison.settle(time.monotonic() + self.options.settle)
        self.comparison.run()
