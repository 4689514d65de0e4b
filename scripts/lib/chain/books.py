"""What one shop of the chain says of all its orders, over its API and on its command line."""

import json
from collections import Counter, defaultdict
from urllib.parse import quote

from chaos.judge import Judge, centimes
from chaos.shop import Refused
from chaos.world import FINAL, World

from .shops import MONEY_CENTIMES


class Named:
    """The findings of one shop, each told with the shop's name."""

    def __init__(self, findings, name):
        self._findings, self._name = findings, name

    def add(self, kind, words):
        self._findings.add(kind, f"{self._name}: {words}")


class Book(Judge):
    """A shop that has one customer. Reads what is compared with the other shops, and judges what it can alone."""

    def __init__(self, stall, findings, seed):
        deposits = {(stall.buyer.username, "PRODUCTION", "opening"): MONEY_CENTIMES}
        super().__init__(World(stall.shop, [stall.reader], Named(findings, stall.name), deposits=deposits), seed)
        self.stall, self.name = stall, stall.name
        self.listed, self.costs, self.balance = [], {}, 0

    def count_open(self):
        """Orders that are not final, by the customer's list and by the owner's."""
        return self._open_orders()

    def read(self):
        """The list and the balance; whatever else is judged is judged by them."""
        reader = self.stall.reader
        self.listed = self._all(reader, "/v3/internet/list")
        self.orders = {order["_id"]: (reader, order) for order in self.listed}
        self.by_ref = {order["ref"]: order for order in self.listed}
        self.costs = self._costs(reader)
        self.balance = centimes(self._ask(reader, "/v3/account/balance").data["balance"])
        for order in self.listed:
            if order["status"] not in FINAL:
                self.findings.add("never final", f"order {order['_id']} is {order['status']}, {self._state(order)}")

    def judge(self):
        """Money, references, cards, the owner's lists and the audit of this shop alone."""
        self._judge_references(self.stall.buyer, self.listed)
        self._judge_numbers()
        self._judge_money(self.stall.reader, self.listed)
        self._judge_codes()
        if self.stall.codes:
            self._judge_shelf()
        self._judge_listing()
        self._judge_wallets()
        self._judge_owner()

    def find(self, ref):
        """What check-ref says, which must be what the list says; None where it knows no such order."""
        answer = self._ask(self.stall.reader, f"/v3/internet/check-ref/{quote(ref, safe='')}")
        listed = self.by_ref.get(ref)
        if answer.status not in (200, 404):
            raise Refused(f"{self.name}: check-ref of {ref!r}: {answer.status} {answer.body}")
        found = answer.data if answer.status == 200 else None
        if found != listed:
            self.findings.add("changed", f"check-ref of {ref!r} says {answer.body}, the list {listed}")
        return found

    def paid(self):
        """Centimes that the customer has paid here for good."""
        return MONEY_CENTIMES - self.balance

    def cost(self, order):
        return self.costs[order["type"], order["topup_amount"]]

    # What one shop can be judged by

    def _state(self, order):
        done = self.shop.try_command("order", "show", order["_id"])
        if done.returncode != 0:
            return done.stderr.strip()[:200]
        story = json.loads(done.stdout)
        last = story["evidence"][-1:] or [{}]
        return (f"{story['order']['state']} since {story['order']['since']}, attempt {story['order']['attempt']}, due "
                f"{story['order'].get('dueAt')}; last heard: {last[0].get('what', 'nothing')!r}")

    def _judge_numbers(self):
        """Each number was made for one sale, so it is in every shop at most once."""
        for number, times in Counter(order["number"] for order in self.listed).items():
            if times > 1:
                self.findings.add("doubled", f"{times} orders for the number {number}, which was asked for once")

    def _judge_codes(self):
        owners = defaultdict(list)
        for order in self.listed:
            if order["status"] == "FULFILLED":
                owners[order["card_code"]].append(order["_id"])
        for code, identifiers in owners.items():
            if len(identifiers) > 1:
                self.findings.add("sold twice", f"the code …{code[-4:]} belongs to {identifiers}")

    def _judge_shelf(self):
        """Every code sold is one that was brought in for its product, and the stock counts as many."""
        sold = Counter()
        codes = {product: set(batch) for product, batch in self.stall.codes.items()}
        for order in self.listed:
            if order["status"] == "FULFILLED":
                product = (order["type"], order["topup_amount"])
                sold[product] += 1
                if order["card_code"] not in codes[product]:
                    self.findings.add("code changed", f"order {order['_id']}: no such code was brought in")
        for line in self.shop.command("cards", "stock")["stock"]:
            product = (line["type"], line["value"])
            left = len(codes[product]) - sold[product]
            if (line["delivered"], line["available"]) != (sold[product], left):
                self.findings.add("sold twice", f"{product}: {sold[product]} sold, {left} left; the stock: {line}")

    def _judge_owner(self):
        """The audit's own view, and whatever the shop wants a person to look at."""
        done = self.shop.try_command("audit")
        if done.returncode != 0 or '"clean":true' not in done.stdout:
            self.findings.add("audit", (done.stdout or done.stderr).strip()[:2000])
        for case in self.shop.command("order", "list", "--cases")["cases"]:
            self.findings.add("case", json.dumps(case, ensure_ascii=False, default=str))
