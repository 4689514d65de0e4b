"""Clients like the real ones: they repeat after a lost answer, poll by ref or id, and forget nothing they were told."""

import random
import threading
import time
import uuid
from datetime import datetime, timezone
from urllib.parse import quote

from .wire import Garbled, Lost
from .world import FINAL, Entry

SANDBOX_PRODUCTS = [("ADSL", 500), ("ADSL", 1000), ("ADSL", 2000), ("ADSL", 3000),
                    ("4G", 500), ("4G", 1500), ("4G", 3500)]
#: Made by the run itself, at odd prices: every code of theirs comes from its own files.
PRODUCTION_PRODUCTS = {("ADSL", 750): "711.37", ("4G", 1250): "1187.49", ("ADSL", 1700): "1615.01"}
SCARCE = ("ADSL", 1700)
ACCEPTED_REFUSALS = ("ERR_STOCK", "INSUFFICIENT_BALANCE")
BUSY_SECONDS = 0.04
PATIENCE_SECONDS = 40
THINKING_SECONDS = 0.06


def reference(dice):
    """A ref as clients write them: identifiers, times with colons, and text that must be encoded in a path."""
    unique = uuid.UUID(int=dice.getrandbits(128), version=4)
    return dice.choice([
        str(unique), f"INT-{unique.hex[:16]}", f"{datetime.now(timezone.utc).isoformat()}+{unique.hex[:8]}",
        f"a/b c%{unique.hex[:12]}?", f"طلب-{unique.hex[:12]}"])


class Client(threading.Thread):
    """One reseller's program on one connection (and a second one for the orders it sends twice at once)."""

    def __init__(self, world, reseller, seed, name):
        super().__init__(name=name, daemon=True)
        self.world, self.reseller = world, reseller
        self.dice = random.Random(f"{seed}-{name}")
        self.connection = world.shop.connection()
        self.second = world.shop.connection()
        self.style = self.dice.choice(["ref", "ref", "topupRef", "wait", "none"])
        self.uses_keys = self.dice.random() < 0.4
        self.entries = []

    def run(self):
        while not self.world.is_closing:
            try:
                self._trade()
            except Exception as error:  # A defect of this script must not pass for a quiet run.
                self.world.findings.add("unexpected", f"{self.name}: {type(error).__name__}: {error}")
                raise
        self.connection.close()
        self.second.close()

    def _trade(self):
        entry = self._plan()
        self.entries.append(entry)
        self._place(entry)
        if entry.id is not None:
            self._follow(entry)
            if self.dice.random() < 0.08:
                self._repeat(entry)
        if self.dice.random() < 0.1:
            self._look_back()
        time.sleep(THINKING_SECONDS * self.dice.random())

    # What to buy

    def _plan(self):
        dice = self.dice
        if self.reseller.environment == "SANDBOX":
            kind, value = dice.choice(SANDBOX_PRODUCTS)
        else:
            kind, value = SCARCE if dice.random() < 0.15 else dice.choice(list(PRODUCTION_PRODUCTS)[:2])
        entry = Entry(self.reseller, kind, self._number(kind), value, ref=reference(dice))
        if self.uses_keys:
            entry.idempotency_key = f"key-{dice.getrandbits(96):024x}"
            if dice.random() < 0.25:
                entry.ref = None
        return entry

    def _number(self, kind):
        if self.reseller.environment == "SANDBOX" and self.dice.random() < 0.25:
            place = self.dice.randint(1, 6)
            return f"{place:09d}" if kind == "ADSL" else f"213{place:09d}"
        number = next(self.world.numbers)
        return f"0{number:08d}" if kind == "ADSL" else f"213{number:09d}"

    # Placing

    def _place(self, entry):
        manner = self.dice.random()
        if manner < 0.04:
            self._send_twice_at_once(entry)
        elif manner < 0.06:
            self._hang_up(entry)
        gives_up = self.dice.random() < 0.05
        patience = None
        while entry.id is None and entry.refused is None:
            if self.world.is_closing:
                patience = patience or time.monotonic() + PATIENCE_SECONDS
                if time.monotonic() > patience:
                    return self.world.findings.add("unexpected", f"no answer to {entry.body} in {PATIENCE_SECONDS} s")
            if gives_up and entry.lost_answers + entry.unavailable > 0:
                entry.gave_up = True
                return
            self._send(entry)

    def _send(self, entry):
        try:
            answer = self.connection.ask("POST", "/v3/internet/send", entry.reseller.key, entry.body, entry.headers)
        except Lost as loss:
            return self._lose(entry, loss)
        except Garbled as error:
            entry.lost_answers += 1
            return self.world.findings.add("unexpected", f"send: {error}")
        self._hear(entry, answer)

    def _lose(self, entry, loss):
        if "refused" in str(loss):  # Nobody listens: the request never left.
            return time.sleep(BUSY_SECONDS * (0.5 + self.dice.random()))
        entry.lost_answers += 1
        self.world.count("lost answers")

    def _hear(self, entry, answer):
        self.world.count("answers to send")
        if answer.status == 200:
            self._acknowledge(entry, answer.data.get("topupId"), answer.data.get("topupRef"))
        elif answer.code == "DUPLICATED_REF":
            self._hear_duplicate(entry, answer)
        elif answer.status == 503 and answer.code == "SERVICE_UNAVAILABLE":
            self._hear_unavailable(entry, answer)
        elif answer.status == 403 and answer.code in ACCEPTED_REFUSALS and entry.id is None:
            entry.refused = answer.code
            self.world.count(f"refused {answer.code}")
            time.sleep(BUSY_SECONDS * self.dice.random() * 4)
        else:
            entry.refused = entry.refused or "unexpected"
            entry.is_doubtful = True
            self.world.findings.add("unexpected", f"send {entry.body}: {answer.status} {answer.body}")

    def _hear_duplicate(self, entry, answer):
        if entry.lost_answers == 0 and entry.id is None and not entry.is_doubtful:
            self.world.findings.add("unexpected", f"a fresh ref was in use: {entry.body}: {answer.body}")
        self.world.count("found again by DUPLICATED_REF" if entry.id is None else "repeats refused")
        self._acknowledge(entry, answer.details.get("topupId"), None)

    def _hear_unavailable(self, entry, answer):
        self.world.count("503")
        if answer.details.get("outcome") == "unknown":
            entry.lost_answers += 1
            self.world.count("503 unknown")
        entry.unavailable += 1
        if "retry-after" not in answer.headers:
            self.world.findings.add("unexpected", f"a 503 without Retry-After: {answer.body}")
        time.sleep(0.1 + 0.2 * self.dice.random())

    def _acknowledge(self, entry, identifier, topup_ref):
        if not isinstance(identifier, str) or len(identifier) != 24:
            return self.world.findings.add("unexpected", f"no topupId for {entry.body}")
        if entry.id is not None and entry.id != identifier:
            self.world.findings.add("doubled", f"{entry.body} is {entry.id} and {identifier}")
        if entry.ref is not None and topup_ref not in (None, f"API-{entry.reseller.username}-{entry.ref}"):
            self.world.findings.add("changed", f"order {identifier}: topupRef {topup_ref!r} for ref {entry.ref!r}")
        if entry.id is None:
            self.world.acknowledge()
            if entry.lost_answers:
                self.world.count("found again after a lost answer")
        entry.id, entry.refused = identifier, None

    def _send_twice_at_once(self, entry):
        """Both copies are on their way before either is answered: one order, whoever comes first."""
        entry.is_doubtful = True
        request = ("POST", "/v3/internet/send", entry.reseller.key, entry.body, entry.headers)
        for line in (self.connection, self.second):
            try:
                line.send(*request)
            except Lost as loss:
                self._lose(entry, loss)
        for line in (self.connection, self.second):
            try:
                self._hear(entry, line.receive())
            except Lost as loss:
                self._lose(entry, loss)

    def _hang_up(self, entry):
        """The client's own line breaks before the answer: it cannot know what became of the order."""
        entry.is_doubtful = True
        try:
            self.connection.send("POST", "/v3/internet/send", entry.reseller.key, entry.body, entry.headers)
        except Lost:
            pass
        self.connection.close()
        entry.lost_answers += 1
        self.world.count("lost answers")

    def _repeat(self, entry):
        """Sends an acknowledged order once more: with its key it is a hit, without one its ref is taken."""
        try:
            answer = self.connection.ask("POST", "/v3/internet/send", entry.reseller.key, entry.body, entry.headers)
        except (Lost, Garbled):
            return
        if answer.status == 503:
            return self.world.count("503")
        is_hit = answer.headers.get("idempotency-hit") == "true"
        if answer.status == 200 and not (entry.idempotency_key and is_hit):
            self.world.findings.add("doubled", f"a repeat was sold again: {entry.body}: {answer.body}")
        self._hear(entry, answer)

    # Following

    def _follow(self, entry):
        if self.style == "none":
            return
        began = time.monotonic()
        patience = began + PATIENCE_SECONDS
        while entry.status not in FINAL and time.monotonic() < patience and not self.world.is_closing:
            if not self._check(entry):
                time.sleep(BUSY_SECONDS)
            elif self.style != "wait" and entry.status not in FINAL:
                time.sleep(BUSY_SECONDS * (0.5 + self.dice.random()))
        if entry.status in FINAL:
            self.world.waited(time.monotonic() - began)
        elif not self.world.is_closing:
            self.world.count("gave up waiting")

    def _check(self, entry):
        """Asks about an acknowledged order in the client's own way; False when no answer came."""
        try:
            answer = self.connection.ask("GET", self._path(entry), entry.reseller.key)
        except Lost:
            return False
        except Garbled as error:
            self.world.findings.add("unexpected", f"check: {error}")
            return False
        self.world.count("answers to check")
        if answer.status == 404:
            self.world.findings.add("lost", f"order {entry.id} ({entry.ref!r}) was acknowledged and is not found")
            return False
        if answer.status != 200:
            self._hear_failed_check(answer)
            return False
        self.world.observe(entry, answer.data)
        entry.status = answer.data.get("status")
        return True

    def _path(self, entry):
        if self.style == "wait" or entry.ref is None:
            return f"/v3/internet/check-id/{entry.id}" + ("?wait=2" if self.style == "wait" else "")
        ref = entry.ref if self.style == "ref" else f"API-{entry.reseller.username}-{entry.ref}"
        return f"/v3/internet/check-ref/{quote(ref, safe='')}"

    def _hear_failed_check(self, answer):
        self.world.count("checks refused")
        if answer.status != 503:
            self.world.findings.add("unexpected", f"check: {answer.status} {answer.body}")

    def _look_back(self):
        """Asks about an order of long ago: what was acknowledged stays findable, final stays final."""
        entry = self.dice.choice(self.entries)
        if entry.id is not None:
            self._check(entry)
