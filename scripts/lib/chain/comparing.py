"""All books of a chain side by side: what the customers were told, and every order from shop to shop."""

import time

from chaos.shop import Refused
from chaos.world import FINAL

from .books import Book

#: What a shop that is not there, or says what it never should, makes of a reading.
BROKEN_OFF = (Refused, OSError, ValueError, KeyError)


class Comparison:
    """Reads and compares. Whatever does not agree is a finding, and so is a comparison that breaks off."""

    def __init__(self, world, chain, seed, tell=lambda words: None):
        self.world, self.findings, self.tell = world, world.findings, tell
        self.books = [Book(stall, world.findings, seed) for stall in chain.stalls]
        self.is_complete = False

    @property
    def centimes_off(self):
        return sum(book.missing_centimes for book in self.books)

    def settle(self, deadline):
        """Waits until no order is open anywhere. False where some still are at the deadline."""
        try:
            while any(still := [book.count_open() for book in self.books]):
                if time.monotonic() > deadline:
                    return False
                self.tell("waiting for open orders: "
                          + ", ".join(f"{book.name} {count}" for book, count in zip(self.books, still)))
                time.sleep(0.5)
            return True
        except BROKEN_OFF as error:
            self._break_off(error)
            return False

    def run(self):
        try:
            for book in self.books:
                self.tell(f"reading the books of {book.name}")
                book.read()
                book.judge()
            self._compare_customers(self.books[0])
            for here, behind in zip(self.books, self.books[1:]):
                self._compare(here, behind)
            self.is_complete = True
        except BROKEN_OFF as error:
            self._break_off(error)

    def _break_off(self, error):
        self.findings.add("unexpected", f"the comparison broke off: {type(error).__name__}: {error}")

    # The front and its customers

    def _compare_customers(self, front):
        asked = set()
        for place, sale in enumerate(self.world.entries()):
            if place % 100 == 0:
                self.tell(f"comparing {front.name} with what its customers were told, {place}")
            asked.add(sale.ref)
            if sale.id is not None:
                self._compare_sale(sale, front.find(sale.ref))
        for order in front.listed:
            if order["ref"] not in asked:
                self.findings.add("doubled", f"{front.name}: nobody asked for order {order['_id']}, {order['ref']!r}")

    def _compare_sale(self, sale, order):
        if order is None:
            return self.findings.add("lost", f"order {sale.id} {sale.body} was acknowledged and is not there")
        if order["_id"] != sale.id:
            return self.findings.add("doubled", f"{sale.body} was acknowledged as {sale.id} and is {order['_id']}")
        self.world.observe(sale, order)

    # From shop to shop

    def _compare(self, here, behind):
        """The id of an order here is its reference there."""
        for place, order in enumerate(here.listed):
            if place % 100 == 0:
                self.tell(f"comparing {here.name} with {behind.name}, {place} of {len(here.listed)}")
            self._compare_order(here, behind, order, behind.find(order["_id"]))
        known = {order["_id"] for order in here.listed}
        for order in behind.listed:
            if order["ref"] not in known:
                self.findings.add("doubled", f"{behind.name}: no order of {here.name} is behind {order['_id']}, "
                                             f"{order['ref']!r}")
        self._compare_sums(here, behind)

    def _compare_order(self, here, behind, order, there):
        words = f"{here.name} {order['_id']} is {order['status']}, {behind.name} {self._words(there)}"
        if order["status"] == "FULFILLED":
            if there is None or there["status"] != "FULFILLED":
                return self.findings.add("apart", words)
            if there["card_code"] != order["card_code"]:
                self.findings.add("code changed", f"{words}: the codes differ")
            if there["num_trans"] != order["num_trans"]:
                self.findings.add("number changed", f"{words}: the transaction numbers are {order['num_trans']!r} and "
                                                    f"{there['num_trans']!r}")
        elif there is not None and there["status"] in FINAL and there["status"] != order["status"]:
            self.findings.add("apart", words)
        if there is not None:
            for name in ("type", "number", "topup_amount"):
                if there[name] != order[name]:
                    self.findings.add("changed", f"{words}: {name} is {order[name]!r} and {there[name]!r}")

    @staticmethod
    def _words(order):
        return "has none" if order is None else f"{order['_id']} is {order['status']}"

    def _compare_sums(self, here, behind):
        """What was paid there is what the orders fulfilled here cost there, to the centime."""
        expected = sum(behind.cost(order) for order in here.listed if order["status"] == "FULFILLED")
        off = behind.paid() - expected
        if off:
            behind.missing_centimes += abs(off)
            self.findings.add("money", f"{here.name} has paid {behind.paid()} centimes at {behind.name}; what it has "
                                       f"delivered costs {expected} there")
