"""The owner brings money and cards while the shop serves and dies; each command is repeated until it ends with 0."""

import random
import subprocess
import threading
import time

from .clients import PRODUCTION_PRODUCTS, SCARCE
from .shop import Refused

POOR = "+213555000002"
OPENING_CENTIMES = 100_000_00


def write_cards(path, dice, counts):
    """A CSV with that many codes of each product that no other file has; returns the codes by product."""
    codes = {product: [f"{dice.getrandbits(56):017d}" for _ in range(count)] for product, count in counts.items()}
    with open(path, "w") as file:
        for (kind, value), batch in codes.items():
            file.writelines(f"{kind},{value},{code},S{code[:12]}\n" for code in batch)
    return codes


def dinars(centimes):
    return f"{centimes // 100}.{centimes % 100:02d}"


class Staff(threading.Thread):
    """Also killed at random: a command that was cut off is given again, and must have its effect once."""

    def __init__(self, world, folder, seed):
        super().__init__(name="staff", daemon=True)
        self.world, self.folder = world, folder
        self.dice = random.Random(f"{seed}-staff")
        self.done = 0

    def prepare(self, demo, cards):
        """Products at odd prices, a second and poorer reseller, money, and the first cards. Returns the resellers."""
        shop = self.world.shop
        for (kind, value), cost in PRODUCTION_PRODUCTS.items():
            shop.command("product", "add", kind, str(value), "--cost", cost)
        shop.command("account", "create", "--username", POOR, "--name", "Poor")
        key = shop.command("key", "create", POOR, "--type", "production", "--rate-limit", "off")["key"]
        for environment in ("PRODUCTION", "SANDBOX"):
            self.world.deposits[(demo, environment, "opening")] = OPENING_CENTIMES
        self._deposit(demo, "PRODUCTION", 90_000_000_07)
        self._deposit(demo, "SANDBOX", 90_000_000_11)
        self._deposit(POOR, "PRODUCTION", 5_000_33)
        plenty = [product for product in PRODUCTION_PRODUCTS if product != SCARCE]
        self._bring_cards({**{product: cards for product in plenty}, SCARCE: 50})
        return key

    def run(self):
        while not self.world.is_stopping:
            time.sleep(0.2 + 0.6 * self.dice.random())
            try:
                self._work()
            except Refused as refusal:
                self.world.findings.add("unexpected", f"staff: {refusal}")

    def _work(self):
        if self.dice.random() < 0.4:
            self._bring_cards({SCARCE: self.dice.randint(10, 40)})
        else:
            self._deposit(POOR, "PRODUCTION", self.dice.randint(2_000_01, 9_000_99))

    def _deposit(self, username, environment, centimes):
        ref = f"receipt-{self.done}"
        words = ["account", "deposit", username, dinars(centimes), "--ref", ref]
        self._insist(*words, *(["--sandbox"] if environment == "SANDBOX" else []))
        self.world.deposits[(username, environment, ref)] = centimes

    def _bring_cards(self, counts):
        path = f"{self.folder}/cards-{self.done}.csv"
        codes = write_cards(path, self.dice, counts)
        # The shop may sell a code the moment it is in, before the command has ended.
        for product, batch in codes.items():
            self.world.imported.setdefault(product, []).extend(batch)
        self._insist("cards", "import", path)
        self.world.card_files.append(path)

    def _insist(self, *words):
        self.done += 1
        while self.dice.random() < 0.3 and self.done > 5:
            self._cut_off(*words)
        self.world.shop.command(*words)
        self.world.count("staff commands")

    def _cut_off(self, *words):
        process = subprocess.Popen(self.world.shop.line(*words), stdin=subprocess.DEVNULL,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(self.dice.random() * 0.08)
        process.kill()
        process.wait()
        self.world.count("staff commands killed")
