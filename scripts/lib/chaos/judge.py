"""After the last restart: what clients and owner remember against what the store says.

The store is asked as clients ask it, over the API, and as its owner does, on the command line.
"""

import random
import time
from collections import Counter, defaultdict
from decimal import Decimal
from urllib.parse import quote

from .clients import PRODUCTION_PRODUCTS
from .shop import Refused
from .wire import Garbled, Lost
from .world import FINAL, OPEN

SETTLE_SECONDS = 20
SAMPLE = 400


def centimes(number):
    exact = Decimal(number) * 100
    if exact != exact.to_integral_value():
        raise ValueError(f"more than two decimals: {number}")
    return int(exact)


class Judge:
    def __init__(self, world, seed, settle_seconds=SETTLE_SECONDS):
        self.world, self.shop, self.findings = world, world.shop, world.findings
        self.dice = random.Random(f"{seed}-judge")
        self.connection = world.shop.connection()
        self.missing_centimes = 0
        self.settle_seconds = self.settling_seconds = settle_seconds
        self.stored = 0
        self.orders = {}

    def judge(self):
        """Everything must be final before anything is compared."""
        self._wait_until_settled()
        for reseller in self._resellers():
            orders = self._all(reseller, "/v3/internet/list")
            self.orders.update({order["_id"]: (reseller, order) for order in orders})
            self._judge_orders(reseller, orders)
            self._judge_money(reseller, orders)
        self._judge_cards()
        self._judge_single_answers()
        self._judge_command_line()
        self.stored = len(self.orders)

    def _resellers(self):
        return {(reseller.username, reseller.environment): reseller for reseller in self.world.resellers}.values()

    def _ask(self, reseller, path):
        for _ in range(5):
            try:
                return self.connection.ask("GET", path, reseller.key)
            except (Lost, Garbled):
                time.sleep(0.2)
        raise Refused(f"no answer to {path}")

    def _all(self, reseller, path):
        """Every page, newest first, and as many items as the first page says."""
        items, page, separator = [], 1, "&" if "?" in path else "?"
        while True:
            answer = self._ask(reseller, f"{path}{separator}pageSize=100&page={page}")
            if answer.status != 200:
                raise Refused(f"{path}: {answer.status} {answer.body}")
            items += answer.data["items"]
            pagination = answer.data["pagination"]
            if page >= pagination["totalPages"]:
                break
            page += 1
        identifiers = {item["_id"] for item in items}
        if len(items) != pagination["totalResults"] or len(identifiers) != len(items):
            self.findings.add("changed", f"{path}: {len(items)} items, {len(identifiers)} ids, {pagination}")
        return items

    # Settling

    def _wait_until_settled(self):
        began = time.monotonic()
        patience = began + self.settle_seconds
        while time.monotonic() < patience:
            still = self._open_orders()
            if still == 0:
                self.settling_seconds = time.monotonic() - began
                return
            time.sleep(0.2)
        for order in self.shop.command("order", "list", "--limit", "1000")["orders"]:
            if order["status"] not in FINAL:
                self.findings.add("never final", f"order {order['id']} is {order['state']} since {order['since']}")
        self.findings.add("never final", f"{still} orders are open {self.settle_seconds} s after the last restart")

    def _open_orders(self):
        operators = self.shop.command("operator", "list")["operators"]
        counted = sum(sum(operator["openOrders"].values()) for operator in operators)
        pages = (self._ask(reseller, f"/v3/internet/list?pageSize=1&status={status}")
                 for reseller in self._resellers() for status in OPEN)
        listed = sum(page.data["pagination"]["totalResults"] for page in pages)
        return max(counted, listed)

    # Orders

    def _judge_orders(self, reseller, orders):
        self._judge_references(reseller, orders)
        stored = {order["_id"]: order for order in orders}
        by_ref = {order["ref"]: order for order in orders}
        mine = [entry for entry in self.world.entries()
                if (entry.reseller.username, entry.reseller.environment) == (reseller.username, reseller.environment)]
        for entry in mine:
            if entry.id is not None:
                self._judge_acknowledged(entry, stored.get(entry.id))
            elif entry.ref is not None:
                self._judge_unanswered(entry, by_ref.get(entry.ref))
        self._judge_strangers(mine, orders)

    def _judge_references(self, reseller, orders):
        for ref, times in Counter(order["ref"] for order in orders).items():
            if times > 1:
                self.findings.add("doubled", f"{times} orders of {reseller.username} have the ref {ref!r}")

    def _judge_acknowledged(self, entry, order):
        if order is None:
            return self.findings.add("lost", f"order {entry.id} {entry.body} was acknowledged and is not in the list")
        self.world.observe(entry, order)

    def _judge_unanswered(self, entry, order):
        if order is None:
            return
        if entry.refused in (None, "unexpected") and entry.lost_answers == 0:
            self.findings.add(
                "unexpected", f"{entry.body}: every answer said that nothing was started; it is {order['_id']}")
        elif entry.refused is not None and not entry.is_doubtful:
            self.findings.add("unexpected", f"{entry.body} was refused ({entry.refused}) and is order {order['_id']}")
        self.world.count("stored, never acknowledged")

    def _judge_strangers(self, mine, orders):
        """Every order was asked for by somebody, and no wish became two orders."""
        asked = {entry.id for entry in mine} | {("ref", entry.ref) for entry in mine if entry.ref is not None}
        numbers = {entry.number for entry in mine if entry.is_known_number}
        for order in orders:
            if order["_id"] not in asked and ("ref", order["ref"]) not in asked and order["number"] not in numbers:
                if not order["number"].startswith(("00000000", "21300000000")):
                    self.findings.add("doubled", f"nobody asked for order {order['_id']}, {order['ref']!r}")
        for number, times in Counter(order["number"] for order in orders if order["number"] in numbers).items():
            if times > 1:
                self.findings.add("doubled", f"{times} orders for the number {number}, which was asked for once")

    # Money

    def _judge_money(self, reseller, orders):
        costs = self._costs(reseller)
        lines = self._all(reseller, "/v3/account/transactions")
        self._judge_chain(reseller, lines)
        self._judge_lines(orders, lines, costs)
        deposits = sum(amount for (username, environment, _), amount in self.world.deposits.items()
                       if (username, environment) == (reseller.username, reseller.environment))
        spent = sum(costs[order["type"], order["topup_amount"]] for order in orders if order["status"] != "REFUNDED")
        balance = centimes(self._ask(reseller, "/v3/account/balance").data["balance"])
        self._miss(deposits - spent - balance, f"{reseller.username} {reseller.environment}: deposits {deposits}, "
                   f"spent {spent}, balance {balance} (centimes)")

    def _costs(self, reseller):
        return {(kind, product["value"]): centimes(product["cost"])
                for kind in ("ADSL", "4G")
                for product in self._ask(reseller, f"/v3/internet/products?type={kind}").data["products"]}

    def _judge_chain(self, reseller, lines):
        """Oldest first, each line begins where the one before ended, from nothing to the balance."""
        expected = 0
        for line in reversed(lines):
            amount = centimes(line["amount"])
            signed = amount if line["operation"] == "INCREMENT" else -amount
            old, new = centimes(line["oldBalance"]), centimes(line["newBalance"])
            self._miss(old - expected, f"{line['_id']} begins at {old}, the line before ended at {expected}")
            self._miss(new - old - signed, f"{line['_id']}: {old} {signed:+} is not {new}")
            if new < 0:
                self.findings.add("money", f"{reseller.username}: the balance was {new} centimes")
            expected = new
        balance = centimes(self._ask(reseller, "/v3/account/balance").data["balance"])
        self._miss(
            balance - expected, f"{reseller.username}: the statement ends at {expected}, the balance is {balance}")

    def _judge_lines(self, orders, lines, costs):
        """One debit of its cost for every order, one refund for every refunded one, no line without its order."""
        moved = defaultdict(list)
        for line in lines:
            if line["type"] in ("ADSL", "REFUND-ADSL"):
                moved[line["objid"]].append((line["type"], line["operation"], centimes(line["amount"])))
        for order in orders:
            cost = costs[order["type"], order["topup_amount"]]
            expected = [("ADSL", "DECREMENT", cost)]
            if order["status"] == "REFUNDED":
                expected.append(("REFUND-ADSL", "INCREMENT", cost))
            if sorted(moved.pop(order["_id"], [])) != expected:
                self._miss(cost, f"order {order['_id']} ({order['status']}): the statement does not have {expected}")
        for identifier, some in moved.items():
            self._miss(
                sum(line[2] for line in some), f"the statement moves {some} for {identifier}, no order of the list")

    def _miss(self, amount, words):
        if amount != 0:
            self.missing_centimes += abs(amount)
            self.findings.add("money", words)

    # Cards

    def _judge_cards(self):
        owners = defaultdict(list)
        for identifier, (reseller, order) in self.orders.items():
            if order["status"] == "FULFILLED":
                owners[reseller.environment, order["card_code"]].append(identifier)
                self._judge_origin(reseller, order)
        for (_, code), identifiers in owners.items():
            if len(identifiers) > 1:
                self.findings.add("sold twice", f"the code …{code[-4:]} belongs to {identifiers}")
        shown = defaultdict(set)
        for identifier, seen in self.world.seen.items():
            if seen.code is not None:
                shown[seen.code].add(identifier)
        for code, identifiers in shown.items():
            if len(identifiers) > 1:
                self.findings.add("sold twice", f"the code …{code[-4:]} was shown for {identifiers}")

    def _judge_origin(self, reseller, order):
        if reseller.environment == "PRODUCTION":
            if order["card_code"] not in self._codes(order["type"], order["topup_amount"]):
                self.findings.add("sold twice", f"order {order['_id']}: the code is not from the files of its product")

    def _codes(self, kind, value):
        if not hasattr(self, "_imported"):
            self._imported = {product: set(codes) for product, codes in self.world.imported.items()}
        return self._imported.get((kind, value), ())

    # One by one, and from the owner's side

    def _judge_single_answers(self):
        """The list is one reading; check-id and check-ref are two others and must say the same."""
        acknowledged = [entry for entry in self.world.entries() if entry.id in self.orders]
        for entry in self.dice.sample(acknowledged, min(SAMPLE, len(acknowledged))):
            listed = self.orders[entry.id][1]
            for path in (f"check-id/{entry.id}", f"check-ref/{quote(listed['ref'], safe='')}"):
                answer = self._ask(entry.reseller, f"/v3/internet/{path}")
                if answer.status != 200 or answer.data != listed:
                    self.findings.add("changed", f"{path} says {answer.body}, the list {listed}")

    def _judge_command_line(self):
        self._judge_listing()
        self._judge_wallets()
        self._judge_stock()
        for path in self.world.card_files:
            report = self.shop.command("cards", "import", path)
            if report["inserted"] != 0 or report["errors"]:
                self.findings.add("lost", f"cards of {path} had been lost: {report['inserted']} {report['errors'][:3]}")
        audit = self.shop.try_command("audit")
        if audit.returncode != 0 or '"clean":true' not in audit.stdout:
            self.findings.add("audit", (audit.stdout or audit.stderr).strip()[:2000])

    def _judge_listing(self):
        for order in self.shop.command("order", "list", "--limit", "1000")["orders"]:
            known = self.orders.get(order["id"])
            if known is None or (known[1]["status"], known[1]["ref"]) != (order["status"], order["ref"]):
                self.findings.add("changed", f"rasid order list has {order}, the API {known}")

    def _judge_wallets(self):
        counted = Counter((reseller.username, reseller.environment) for reseller, _ in self.orders.values())
        for account in self.shop.command("account", "list")["accounts"]:
            for wallet in account["wallets"]:
                place = (account["username"], wallet["environment"])
                if wallet["orders"] != counted[place]:
                    self.findings.add("lost", f"{place}: {wallet['orders']} orders, {counted[place]} in the list")
                self._miss(centimes(wallet["held"]), f"{place}: {wallet['held']} held with no order open")

    def _judge_stock(self):
        sold = Counter((order["type"], order["topup_amount"]) for reseller, order in self.orders.values()
                       if reseller.environment == "PRODUCTION" and order["status"] == "FULFILLED")
        for line in self.shop.command("cards", "stock")["stock"]:
            product = (line["type"], line["value"])
            if product not in PRODUCTION_PRODUCTS:
                continue
            kept = line["available"] + line["reserved"] + line["delivered"] + line["suspect"] + line["void"]
            if kept != len(self.world.imported[product]):
                self.findings.add("lost", f"{product}: {kept} cards of {len(self.world.imported[product])} imported")
            if line["delivered"] != sold[product] or line["reserved"] or line["suspect"]:
                self.findings.add("sold twice", f"{product}: {sold[product]} sold, but the stock says {line}")
