"""The shop on the cluster, over its command line: made once, and given cards whenever buyers come."""

import json
import os
import random
import subprocess
import tempfile

from chaos.staff import write_cards

from .processes import Refused, tell

USERNAME = "+213555000000"
MONEY = "1000000000"
PRODUCTS = (("ADSL", 500), ("4G", 1000))
#: Of each product, before buyers come.
CARDS = 25_000


class Shop:
    def __init__(self, folder):
        self.folder = folder

    def run(self, *words):
        """Ends as the command does; its words go where ours go."""
        return subprocess.run(self._line(*words), stdin=subprocess.DEVNULL).returncode

    def ask(self, *words):
        """The JSON of a command that ends with 0, else None."""
        done = subprocess.run([*self._line(*words), "--json"], stdin=subprocess.DEVNULL, capture_output=True, text=True)
        return json.loads(done.stdout) if done.returncode == 0 else None

    def tell(self, *words):
        done = subprocess.run([*self._line(*words), "--json"], stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if done.returncode != 0:
            raise Refused(f"rasid {' '.join(words)} ended with {done.returncode}: {done.stderr.strip()}")
        return json.loads(done.stdout)

    def _line(self, *words):
        return [self.folder.state["binary"], *words, "--database", self.folder.database]

    def make(self):
        """An account with money and keys. Does nothing where that has been done."""
        keys = self.folder.state["keys"]
        if "production" in keys:
            return
        if self.ask("account", "show", USERNAME) is None:
            self.tell("account", "create", "--username", USERNAME, "--name", "Buyers")
        for product, value in PRODUCTS:
            self.tell("product", "add", product, str(value))
        self.tell("account", "deposit", USERNAME, MONEY, "--ref", "opening")
        self.tell("account", "deposit", USERNAME, MONEY, "--ref", "opening", "--sandbox")
        for kind in ("sandbox", "production"):
            keys[kind] = self.tell("key", "create", USERNAME, "--type", kind, "--rate-limit", "off")["key"]
            self.folder.save()

    def stock_up(self):
        """Made-up cards, so that what is sold is there."""
        stock = {(line["type"], line["value"]): line["available"] for line in self.tell("cards", "stock")["stock"]}
        missing = {product: max(0, CARDS - stock.get(product, 0)) for product in PRODUCTS}
        if not any(missing.values()):
            return
        tell(f"bringing {sum(missing.values())} made-up cards in")
        with tempfile.TemporaryDirectory() as place:
            path = os.path.join(place, "cards.csv")
            write_cards(path, random.Random(), missing)
            self.tell("cards", "import", path, "--vault-key", self.folder / "vault.key")
