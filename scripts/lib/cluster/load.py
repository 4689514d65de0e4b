"""Buyers who forget nothing: they send orders, repeat what was not answered as the contract allows, and count.

One in three orders has a ref alone, one a ref and an Idempotency-Key, one a key alone, whose ref the shop makes.
"""

import itertools
import random
import threading
import time
import uuid
from collections import Counter, defaultdict
from datetime import datetime, timedelta, timezone
from urllib.parse import quote

from chaos.wire import Connection, Garbled, Lost
from chaos.world import FINAL, Findings

from .processes import Refused
from .shop import PRODUCTS

#: How long an order is repeated after the load has ended, and how long one may stay open.
PATIENCE_SECONDS = 90
LONGEST_WAIT_SECONDS = 5


class Order:
    """What a buyer wants, and what it was told."""

    def __init__(self, number, environment):
        self.environment = environment
        self.product, self.value = PRODUCTS[number % len(PRODUCTS)]
        self.number = f"0{number % 10**8:08d}" if self.product == "ADSL" else f"213{number % 10**9:09d}"
        unique = str(uuid.uuid4())
        way = number // len(PRODUCTS) % 3
        self.ref = unique if way < 2 else None
        self.headers = {"Idempotency-Key": unique} if way > 0 else {}
        self.id = None
        #: A request was sent whose fate nobody told.
        self.is_doubtful = False

    @property
    def body(self):
        fields = {"type": self.product, "number": self.number, "value": self.value}
        return {**fields, "ref": self.ref} if self.ref else fields


class Load:
    def __init__(self, folder, connections, per_second=None):
        self.port, self.keys = folder.port("haproxy"), folder.state["keys"]
        self.findings, self.refusals, self.tally = Findings(), Counter(), Counter()
        self.acknowledged_at = []
        self.per_second = per_second
        # A range of this run's own, clear of the sandbox's numbers: one number is one order.
        self.numbers = itertools.count(random.randrange(10**6, 10**7))
        self.lock = threading.Lock()
        self.is_stopping = False
        self.next_at = self.began = time.monotonic()
        self.since = datetime.now(timezone.utc) - timedelta(seconds=5)
        self.buyers = [Buyer(self, ("sandbox", "production")[place % 2]) for place in range(connections)]

    def start(self):
        for buyer in self.buyers:
            buyer.start()

    def stop(self):
        """Lets every buyer learn what became of its last order."""
        self.is_stopping = True
        for buyer in self.buyers:
            buyer.join(PATIENCE_SECONDS + 120)
            if buyer.is_alive():
                self.findings.add("surprises", "a buyer did not end")
        self.seconds = time.monotonic() - self.began

    def next_number(self):
        """At the pace that was asked for; what a pause has kept back is not made up for."""
        with self.lock:
            number, pause = next(self.numbers), 0
            if self.per_second:
                now = time.monotonic()
                self.next_at = max(self.next_at + 1 / self.per_second, now)
                pause = self.next_at - now
        time.sleep(pause)
        return number

    def acknowledged(self):
        with self.lock:
            self.acknowledged_at.append(time.monotonic())

    def count(self, name):
        with self.lock:
            self.tally[name] += 1

    def refused(self, code):
        with self.lock:
            self.refusals[code] += 1

    def longest_pause(self, since=0):
        """Seconds between two acknowledged orders, the second of which came after `since`."""
        times = [self.began, *self.acknowledged_at]
        return max((after - before for before, after in zip(times, times[1:]) if after > since), default=0)

    # Afterwards

    def check(self):
        """Asks for every acknowledged order, then reads the whole list of either environment."""
        self.codes = defaultdict(set)
        checkers = [threading.Thread(target=buyer.check, daemon=True) for buyer in self.buyers]
        for checker in checkers:
            checker.start()
        for checker in checkers:
            checker.join()
        for environment in self.keys:
            self._check_list(environment)
        for (environment, code), orders in self.codes.items():
            if len(orders) > 1:
                self.findings.add("codes twice", f"{environment}: …{code[-4:]} belongs to {sorted(orders)}")

    def _check_list(self, environment):
        """One number was asked for once, so two orders for it are one order twice."""
        seen, connection = defaultdict(set), Connection(self.port)
        for page in itertools.count(1):
            path = f"/v3/internet/list?pageSize=100&page={page}&from={self.since.isoformat(timespec='seconds')[:19]}Z"
            orders = insist(connection, path, self.keys[environment]).data["items"]
            for order in orders:
                seen[order["type"], order["number"]].add(order["_id"])
                if "card_code" in order:
                    self.codes[environment, order["card_code"]].add(order["_id"])
            if not orders:
                break
        for (_, number), ids in seen.items():
            if len(ids) > 1:
                self.findings.add("doubled", f"{environment}: {number} was asked for once and has {sorted(ids)}")

    def report(self):
        """Prints the figures. Returns whether what must be 0 is 0."""
        counts = self.findings.counts
        rows = [("acknowledged", len(self.acknowledged_at)),
                ("  a second", f"{len(self.acknowledged_at) / self.seconds:.0f}"),
                *((f"  {name}", count) for name, count in sorted(self.tally.items())),
                *((f"refused: {code}", count) for code, count in sorted(self.refusals.items())),
                ("longest pause", f"{self.longest_pause():.1f} s"),
                *((name, counts[name]) for name in ("lost", "doubled", "codes twice", "never final", "surprises"))]
        for name, value in rows:
            print(f"  {name:<34}{value:>12}")
        for kind, words in self.findings.words.items():
            print(f"\n{kind}: {counts[kind]}", *(f"  - {line}" for line in words), sep="\n")
        return not sum(counts.values()) and bool(self.acknowledged_at)


class Buyer(threading.Thread):
    """One reseller's program on one connection."""

    def __init__(self, load, environment):
        super().__init__(daemon=True)
        self.load, self.environment, self.key = load, environment, load.keys[environment]
        self.connection = Connection(load.port, timeout=110)
        self.orders = []

    def run(self):
        while not self.load.is_stopping:
            order = Order(self.load.next_number(), self.environment)
            self.orders.append(order)
            self._place(order)

    def _place(self, order):
        patience = None
        while not self._is_answered(order):
            if self.load.is_stopping:
                patience = patience or time.monotonic() + PATIENCE_SECONDS
                if time.monotonic() > patience:
                    return self.load.findings.add("surprises", f"no answer to {order.body} in {PATIENCE_SECONDS} s")

    def _is_answered(self, order):
        """Sends it once. False where it must be sent again."""
        try:
            answer = self.connection.ask("POST", "/v3/internet/send", self.key, order.body, order.headers)
        except (Lost, Garbled) as error:
            self.load.count("answers lost")
            order.is_doubtful = True
            time.sleep(0.5)
            return isinstance(error, Garbled) and self._surprise(order, str(error))
        if answer.status >= 500:
            return self._wait(order, answer)
        is_repeat = answer.code == "DUPLICATED_REF" or answer.headers.get("idempotency-hit") == "true"
        order.id = answer.data.get("topupId") or answer.details.get("topupId")
        if order.id is None:
            self.load.refused(answer.code)
            return True
        if is_repeat and not order.is_doubtful:
            self._surprise(order, "it was there before it was sent, or nobody said that it may be")
        order.ref = order.ref or answer.data["topupRef"]
        self.load.acknowledged()
        if is_repeat:
            self.load.count("found again by repeating")
        return True

    def _wait(self, order, answer):
        is_unknown = answer.status != 503 or answer.details.get("outcome") == "unknown"
        order.is_doubtful = order.is_doubtful or is_unknown
        self.load.count(f"{answer.status}, outcome unknown" if is_unknown else "503, nothing started")
        if "retry-after" not in answer.headers:
            self._surprise(order, "a 503 without Retry-After")
        time.sleep(min(int(answer.headers.get("retry-after", 1)), LONGEST_WAIT_SECONDS))
        return False

    def _surprise(self, order, words):
        self.load.findings.add("surprises", f"{order.body}: {words}")
        return True

    # Afterwards

    def check(self):
        for order in self.orders:
            if order.id is not None:
                try:
                    self._check(order)
                except Refused as refusal:
                    self._surprise(order, str(refusal))

    def _check(self, order):
        path = f"/v3/internet/check-ref/{quote(order.ref, safe='')}"
        patience = time.monotonic() + PATIENCE_SECONDS
        while True:
            answer = insist(self.connection, path, self.key)
            if answer.status == 404:
                return self.load.findings.add("lost", f"{order.id} {order.body} was acknowledged and is not there")
            if answer.data["status"] in FINAL or time.monotonic() > patience:
                break
            time.sleep(0.2)
        self._compare(order, answer.data)

    def _compare(self, order, shown):
        if shown["_id"] != order.id:
            self.load.findings.add("doubled", f"{order.body} is {order.id} and {shown['_id']}")
        if shown["status"] not in FINAL:
            self.load.findings.add("never final", f"{order.id} is {shown['status']}")
        if (shown["type"], shown["number"], shown["topup_amount"]) != (order.product, order.number, order.value):
            self._surprise(order, f"it is shown as {shown}")
        if "card_code" in shown:
            with self.load.lock:
                self.load.codes[self.environment, shown["card_code"]].add(shown["_id"])


def insist(connection, path, key):
    """An answer to a question, which may be asked as often as need be."""
    for _ in range(60):
        try:
            answer = connection.ask("GET", path, key)
            if answer.status in (200, 404):
                return answer
            words = f"{answer.status} {answer.body}"
        except (Lost, Garbled) as error:
            words = str(error)
        time.sleep(1)
    raise Refused(f"no answer to {path}: {words}")
