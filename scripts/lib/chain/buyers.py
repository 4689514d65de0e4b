"""Customers at the front: they repeat a sale until it is acknowledged, and follow it until it is final.

An order that is told to be QUEUED, or takes long, is put aside and looked at again between others, as a shopkeeper does
who has other people before the counter.
"""

import itertools
import time
from dataclasses import dataclass, field
from urllib.parse import quote

from chaos.clients import BUSY_SECONDS, Client, reference
from chaos.world import FINAL, Entry, World

from .shops import PRODUCTS

#: How long a sale may be without an answer that settles it, a restart of the front within.
PLACING_SECONDS = 120
#: How long a customer stays with one order before the next one is served.
FOLLOW_SECONDS = 15
#: Asked with every look at an order.
WAIT_SECONDS = 5
#: Between two looks at orders that were put aside.
ASIDE_SECONDS = 0.5


@dataclass
class Sale(Entry):
    """With the moments, on the monotonic clock, at which it was first sent and seen to be final."""

    begun_at: float = None
    final_at: float = None

    @property
    def took(self):
        return None if self.final_at is None else self.final_at - self.begun_at


@dataclass
class Market(World):
    """What all customers know together."""

    #: Orders that were told to be QUEUED at some time.
    queued: set = field(default_factory=set)


class Buyer(Client):
    """One connection. Everybody takes the next of the same tickets, until there are none."""

    def __init__(self, world, reseller, seed, name, tickets):
        super().__init__(world, reseller, seed, name)
        self.tickets, self.aside = tickets, []
        self.style = self.dice.choice(["id", "ref", "topupRef"])
        self._looked_at, self._wait = 0, 0

    def run(self):
        try:
            for _ in self.tickets:
                if self.world.is_closing:
                    break
                self._trade()
            while self.aside and not self.world.is_closing:
                time.sleep(ASIDE_SECONDS * self.dice.random())
                self._look_aside()
        except Exception as error:  # A defect of this script must not pass for a quiet run.
            self.world.findings.add("unexpected", f"{self.name}: {type(error).__name__}: {error}")
            raise
        finally:
            self.connection.close()
            self.second.close()

    def _trade(self):
        sale = self.sell()
        if sale.id is not None:
            if self.dice.random() < 0.05:
                self._repeat(sale)
            self._follow(sale)
        self._look_aside()

    def sell(self):
        """One more sale, sent until it is acknowledged."""
        sale = self._plan()
        self.entries.append(sale)
        self._place(sale)
        return sale

    def _plan(self):
        kind, value = self.dice.choice(PRODUCTS)
        sale = Sale(self.reseller, kind, self._number(kind), value, ref=reference(self.dice),
                    begun_at=time.monotonic())
        if self.uses_keys:
            sale.idempotency_key = f"key-{self.dice.getrandbits(96):024x}"
        return sale

    def _place(self, sale):
        manner = self.dice.random()
        if manner < 0.02:
            self._send_twice_at_once(sale)
        elif manner < 0.04:
            self._hang_up(sale)
        while sale.id is None and sale.refused is None:
            if time.monotonic() > sale.begun_at + PLACING_SECONDS or self.world.is_closing:
                return self.world.findings.add("unexpected", f"{sale.body}: never acknowledged, often as it was sent")
            self._send(sale)
        if sale.id is None and sale.refused != "unexpected":
            self.world.findings.add("unexpected", f"{sale.body}: refused, {sale.refused}")

    # Following

    def _follow(self, sale):
        patience = time.monotonic() + FOLLOW_SECONDS
        while time.monotonic() < patience and not self.world.is_closing:
            if not self.look(sale):
                time.sleep(BUSY_SECONDS)
            elif sale.final_at is not None:
                return
            elif sale.status == "QUEUED":
                break
        self.aside.append(sale)

    def _look_aside(self):
        """Whoever looks at orders that were put aside waits for none of them."""
        if time.monotonic() < self._looked_at + ASIDE_SECONDS:
            return
        self._looked_at = time.monotonic()
        for sale in list(self.aside):
            if self.world.is_closing:
                return
            if self.look(sale, wait=0) and sale.final_at is not None:
                self.aside.remove(sale)

    def look(self, sale, wait=WAIT_SECONDS):
        """Asks once; True when there was an answer."""
        self._wait = wait
        if not self._check(sale):
            return False
        if sale.status == "QUEUED":
            self.world.queued.add(sale.id)
        if sale.status in FINAL and sale.final_at is None:
            sale.final_at = time.monotonic()
            self.world.count("seen final")
        return True

    def _path(self, sale):
        wait = f"?wait={self._wait}" if self._wait else ""
        if self.style == "id":
            return f"/v3/internet/check-id/{sale.id}{wait}"
        ref = sale.ref if self.style == "ref" else f"API-{sale.reseller.username}-{sale.ref}"
        return f"/v3/internet/check-ref/{quote(ref, safe='')}{wait}"


def crowd(world, reseller, seed, clients, orders):
    """Buyers that will place so many orders together."""
    tickets = itertools.islice(itertools.count(), orders)
    return [Buyer(world, reseller, seed, f"buyer-{place}", tickets) for place in range(clients)]
