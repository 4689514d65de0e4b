"""The chain itself: each shop is the customer of the next one, and the last one sells cards of its own."""

import os
import random
from dataclasses import dataclass, field

from chaos.shop import Shop
from chaos.staff import write_cards
from chaos.world import Reseller

from .faults import Faults
from .proxy import Line, Proxy

NAMES = {1: ("last",), 2: ("front", "last"), 3: ("front", "middle", "last")}
PRODUCTS = (("ADSL", 750), ("4G", 1250))
#: Odd, and different in every shop: a price that is taken from another shop shows in the sums.
COSTS = {"front": ("711.37", "1187.49"), "middle": ("706.29", "1180.03"), "last": ("701.13", "1172.57")}
#: Who buys there: the customer of the front, then every shop at the next one.
USERNAMES = {"front": "+213555000001", "middle": "+213555000002", "last": "+213555000003"}
#: More than any run spends.
MONEY = "900000000"
MONEY_CENTIMES = 900_000_000_00
OPERATOR = "next"


@dataclass
class Stall:
    """One shop of the chain: its process, its only customer, and what stands between it and the next one."""

    name: str
    shop: Shop
    buyer: Reseller
    #: A second key of the same account, which can change nothing, for whoever reads the books.
    reader: Reseller
    #: Card codes brought in, by (type, value): the last one's alone.
    codes: dict = field(default_factory=dict)
    #: On the way to the next shop; None where there is none, or no faulty one.
    proxy: Proxy = None


class Chain:
    """Made from its end to its front, for the URL of the next shop must be known; started and stopped together."""

    def __init__(self, binary, folder, count, seed, cards, faults=0, deadline_seconds=5, settling_seconds=2):
        self.binary, self.folder, self.seed, self.cards = binary, folder, seed, cards
        self.share, self.deadline_seconds, self.settling_seconds = faults, deadline_seconds, settling_seconds
        self.line = Line() if faults else None
        self.stalls = []
        os.makedirs(folder, exist_ok=True)
        try:
            for name in reversed(NAMES[count]):
                self.stalls.insert(0, self._make(name, self.stalls[0] if self.stalls else None))
        except BaseException:
            self.end()
            raise

    @property
    def front(self):
        return self.stalls[0]

    @property
    def last(self):
        return self.stalls[-1]

    @property
    def proxies(self):
        return [stall.proxy for stall in self.stalls if stall.proxy]

    def start(self):
        """From the end to the front, so that everybody finds the next one ready."""
        for stall in reversed(self.stalls):
            stall.shop.start("serve")
            stall.shop.wait_ready()

    def end(self):
        for stall in self.stalls:
            stall.shop.kill()
        if self.line:
            self.line.end()
            self.line = None

    # Making a shop

    def _make(self, name, behind):
        folder = os.path.join(self.folder, name)
        shop = Shop(self.binary, folder, os.path.join(self.folder, f"{name}.log"), f"{self.seed}-{name}")
        username = USERNAMES[name]
        shop.command("account", "create", "--username", username, "--name", "Customer")
        shop.command("account", "deposit", username, MONEY, "--ref", "opening")
        for (kind, value), cost in zip(PRODUCTS, COSTS[name]):
            shop.command("product", "add", kind, str(value), "--cost", cost)
        key, reading = (shop.command("key", "create", username, "--type", "production", "--rate-limit", "off",
                                     "--scope", scope)["key"] for scope in ("read-write", "read-only"))
        stall = Stall(name, shop, Reseller(username, "PRODUCTION", key), Reseller(username, "PRODUCTION", reading))
        if behind is None:
            self._bring_cards(stall)
        else:
            self._lead_to(stall, behind)
        return stall

    def _bring_cards(self, stall):
        path = os.path.join(self.folder, "cards.csv")
        counts = {product: self.cards for product in PRODUCTS}
        stall.codes = write_cards(path, random.Random(f"{self.seed}-cards"), counts)
        stall.shop.command("cards", "import", path)

    def _lead_to(self, stall, behind):
        """Makes the shop behind the one operator of this one, through a proxy where there are to be faults."""
        url = f"http://127.0.0.1:{behind.shop.port}"
        if self.line:
            faults = Faults(self.share, self.deadline_seconds, f"{self.seed}-proxy-{stall.name}")
            stall.proxy = Proxy(f"{stall.name} → {behind.name}", behind.shop.port, faults)
            self.line.open(stall.proxy)
            url = stall.proxy.url
        secret = os.path.join(self.folder, f"{stall.name}.secret")
        with open(os.open(secret, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(behind.buyer.key + "\n")
        stall.shop.command("operator", "add", OPERATOR, "upstream", "--url", url, "--secret-file", secret,
                           "--deadline", f"{self.deadline_seconds}s", "--settling-time", f"{self.settling_seconds}s",
                           "--concurrency", "64")
        for kind in ("ADSL", "4G"):
            stall.shop.command("route", "set", kind, OPERATOR)
