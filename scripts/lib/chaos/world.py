"""What a run knows: resellers, products, cards, the order book of every client, and whatever was found wrong."""

import itertools
import threading
import time
from collections import Counter
from dataclasses import dataclass, field

FINAL = ("FULFILLED", "REFUNDED")
OPEN = ("HANDLING", "QUEUED")


@dataclass
class Reseller:
    """An account in one environment, as a client sees it."""

    username: str
    environment: str
    key: str


@dataclass
class Entry:
    """One order that a client wanted, and everything it was told about it."""

    reseller: Reseller
    type: str
    number: str
    value: int
    ref: str = None
    idempotency_key: str = None
    id: str = None
    lost_answers: int = 0
    unavailable: int = 0
    refused: str = None
    #: Another copy of the request may still have been on its way when the refusal came.
    is_doubtful: bool = False
    gave_up: bool = False
    status: str = None

    @property
    def body(self):
        fields = {"type": self.type, "number": self.number, "value": self.value}
        return fields if self.ref is None else {**fields, "ref": self.ref}

    @property
    def headers(self):
        return {} if self.idempotency_key is None else {"Idempotency-Key": self.idempotency_key}

    @property
    def is_known_number(self):
        """Made for this order alone, unlike the sandbox numbers."""
        return not self.number.startswith(("00000000", "21300000000"))


@dataclass
class Seen:
    """The furthest that an order was ever shown to have come."""

    status: str
    code: str = None


class Findings:
    """Whatever must not be, by kind, with the first few told in words."""

    TOLD = 12

    def __init__(self):
        self.counts = Counter()
        self.words = {}
        self._lock = threading.Lock()

    def add(self, kind, words):
        with self._lock:
            self.counts[kind] += 1
            told = self.words.setdefault(kind, [])
            if len(told) < self.TOLD:
                told.append(words)


@dataclass
class World:
    """Shared by all threads of a run."""

    shop: object
    resellers: list
    findings: Findings = field(default_factory=Findings)
    tally: Counter = field(default_factory=Counter)
    clients: list = field(default_factory=list)
    #: Card codes brought in, by (type, value).
    imported: dict = field(default_factory=dict)
    #: Files of cards whose import was acknowledged.
    card_files: list = field(default_factory=list)
    #: (username, environment, ref) → centimes of every acknowledged deposit.
    deposits: dict = field(default_factory=dict)
    is_stopping: bool = False
    #: Stop placing; finish what was begun.
    is_closing: bool = False

    def __post_init__(self):
        self.numbers = itertools.count(10_000_000)
        self.seen = {}
        self.acknowledged_at = None
        self.longest_silence = 0
        self.longest_wait = 0
        self._lock = threading.Lock()

    def count(self, name, by=1):
        with self._lock:
            self.tally[name] += by

    def acknowledge(self):
        """One more order was promised to a client. The time since the last one counts while everybody still buys."""
        with self._lock:
            now = time.monotonic()
            if self.acknowledged_at is not None and not self.is_closing:
                self.longest_silence = max(self.longest_silence, now - self.acknowledged_at)
            self.acknowledged_at = now
            self.tally["acknowledged"] += 1

    def waited(self, seconds):
        """A client has followed an order from its promise to its end."""
        with self._lock:
            self.longest_wait = max(self.longest_wait, seconds)

    def entries(self):
        return [entry for client in self.clients for entry in client.entries]

    def observe(self, entry, order):
        """Compares what is shown now with what was asked for and with everything shown before."""
        wanted = {"_id": entry.id, "number": entry.number, "type": entry.type, "topup_amount": entry.value}
        if entry.ref is not None:
            wanted["ref"] = entry.ref
        for name, value in wanted.items():
            if order.get(name) != value:
                self.findings.add("changed", f"order {entry.id}: {name} is {order.get(name)!r}, was {value!r}")
        self._observe_status(entry, order.get("status"), order.get("card_code"))

    def _observe_status(self, entry, status, code):
        if status not in FINAL + OPEN or (code is not None) != (status == "FULFILLED"):
            self.findings.add("changed", f"order {entry.id}: status {status!r}, code shown: {code is not None}")
        before = self.seen.get(entry.id)
        # One client at a time asks about an order, so what it sees later is later.
        self.seen[entry.id] = Seen(status, code)
        if before is None:
            return
        if before.status in FINAL and status != before.status or (before.status, status) == ("QUEUED", "HANDLING"):
            self.findings.add("changed", f"order {entry.id} was {before.status}, then {status}")
        if before.code is not None and code is not None and code != before.code:
            self.findings.add("sold twice", f"order {entry.id} showed two codes")
