"""Shops with many finished orders: made, moved, given something to sell, and searched for orders to ask about."""

import json
import os
import random
import shutil
import sqlite3
import subprocess
import time
from contextlib import closing
from dataclasses import dataclass, field

from chaos.shop import Refused
from chaos.wire import Connection

from .shop import PAGE, Place, Shop

WALLETS = 100
#: What a finished order takes at most, everything included: the issue's target is less.
ORDER_BYTES = {"sqlite": 1_200, "postgres": 3_000}
#: Full pages of the list, a wallet, whose orders are asked for.
ASKED_PAGES = 5
#: As many in every shop: a server keeps some of what it was asked in memory, and a larger shop is not to be asked for more.
ASKED_ORDERS = 8_000
FIRST_SIZE = 20


@dataclass
class Grown:
    """A shop with so many orders, and what clients of it ask."""

    orders: int
    place: Place
    facts: dict = field(default_factory=dict)
    #: What each reading measure asks, as lines for get.lua, in a file.
    paths: dict = field(default_factory=dict)


def check_disk(folder, sizes_by_engine, say):
    """Refuses to begin what the disk cannot hold."""
    needed = sum((ORDER_BYTES[name] + (ORDER_BYTES["sqlite"] if name == "postgres" else 0)) * orders
                 for name, sizes in sizes_by_engine.items() for orders in sizes) + 2 * 10**9
    free = shutil.disk_usage(folder).free
    say(f"the stores need about {needed / 1e9:.0f} GB of disk, {free / 1e9:.0f} GB are free")
    if free < needed:
        raise Refused("that is too little: name smaller --orders")


def grow(programs, folder, orders, kept=None):
    """A folder with so many finished orders of 100 resellers, made by the shop's own code, or what a run before kept."""
    place = Place(folder=f"{kept or folder}/grown-{orders}")
    began = time.monotonic()
    done = subprocess.run([programs.bench, "grow", *place.flags(["grow"]), "--orders", str(orders),
                           "--wallets", str(WALLETS)], stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode != 0:
        raise Refused(f"rasid-bench grow: {done.returncode}: {done.stderr.strip()[:300]}")
    said = next((json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")), {})
    with closing(sqlite3.connect(f"{place.folder}/rasid.db")) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return Grown(said.get("orders", orders), place, {"made_in_seconds": round(time.monotonic() - began, 1)})


def read_through(place):
    """Brings a folder's store into the machine's memory; a database has a cache of its own."""
    if place.folder:
        with open(f"{place.folder}/rasid.db", "rb", buffering=0) as store:
            while store.read(1 << 24):
                pass


def move(programs, grown, engine):
    """The shop of a folder in a database of the engine, by `rasid move`; a folder of this run goes."""
    name = os.path.basename(grown.place.folder)
    source = f"{engine.folder}/{name}"
    if source != grown.place.folder:
        shutil.copytree(grown.place.folder, source)
    key = f"{engine.folder}/{name}.key"
    shutil.copy(f"{source}/vault.key", key)
    place = Place(url=engine.new_place(name).url, vault_key=key)
    began = time.monotonic()
    done = subprocess.run([programs.rasid, "move", "--from", source, "--to", place.url, "--json"],
                          stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode != 0:
        raise Refused(f"rasid move: {done.returncode}: {done.stderr.strip()[:300]}")
    shutil.rmtree(source)
    engine.sql("VACUUM ANALYZE", place.url)
    return Grown(grown.orders, place, {**grown.facts, "moved_in_seconds": round(time.monotonic() - began, 1)})


class Clients:
    """The resellers of a grown shop: keys, money and cards to buy, and orders of every age to ask about."""

    def __init__(self, engine, grown):
        self.engine, self.grown = engine, grown
        self.shop = Shop(engine.programs.rasid, grown.place, f"{engine.folder}/clients.log")

    def prepare(self, cards):
        accounts = self.shop.command("account", "list")["accounts"]
        usernames = [account["username"] for account in accounts
                     if any(wallet["orders"] for wallet in account["wallets"])]
        keys = {environment: self.shop.make_keys(usernames, environment) for environment in ("sandbox", "production")}
        self._deposit(usernames)
        self.engine.import_cards(self.shop, cards)
        self.shop.serve()
        try:
            self._look_around(keys["production"])
        finally:
            self.shop.stop()
        for environment, made in keys.items():
            self._write(f"{environment}-keys", made)

    def _deposit(self, usernames):
        for where in ([], ["--sandbox"]):
            self.shop.each(lambda username, where=where: self.shop.deposit(username, *where), usernames)

    def _look_around(self, keys):
        """By the very keys that ask later, so that each card's first opening is behind them."""
        dice, lines, deepest = random.Random(self.grown.orders), {}, 1
        for key in keys:
            for name, path in (("list", "/v3/internet/list"), ("transactions", "/v3/account/transactions")):
                pages = self.shop.ask(f"{path}?pageSize={FIRST_SIZE}", key)["pagination"]["totalPages"]
                deep = f"{path}?page={max(1, pages // 2)}&pageSize={FIRST_SIZE}"
                self.shop.ask(deep, key)
                deepest = max(deepest, pages // 2)
                lines.setdefault(f"{name}-first", []).append(f"{path} {key}")
                lines.setdefault(f"{name}-deep", []).append(f"{deep} {key}")
            for id, ref in self._some_orders(key, dice):
                lines.setdefault("check-id", []).append(f"/v3/internet/check-id/{id} {key}")
                lines.setdefault("check-ref", []).append(f"/v3/internet/check-ref/{ref} {key}")
        self.grown.facts["deepest_page"] = deepest
        for name, made in lines.items():
            dice.shuffle(made)
            if name in ("check-id", "check-ref"):
                del made[ASKED_ORDERS:]
            self._write(name, made)
        self.grown.facts["orders_asked_for"] = len(lines["check-id"])

    def _some_orders(self, key, dice):
        """Of every age: from pages all over the list."""
        connection, found = Connection(self.shop.port), []
        total = self.shop.ask(f"/v3/internet/list?pageSize={PAGE}", key, connection)["pagination"]["totalPages"]
        for page in sorted(dice.sample(range(1, total + 1), min(ASKED_PAGES, total))):
            items = self.shop.ask(f"/v3/internet/list?page={page}&pageSize={PAGE}", key, connection)["items"]
            found += [(item["_id"], item["ref"]) for item in items if item["status"] == "FULFILLED"]
        connection.close()
        return found

    def _write(self, name, lines):
        path = f"{self.engine.folder}/{self.grown.orders}-{name}"
        with open(path, "w") as file:
            file.write("\n".join(lines) + "\n")
        self.grown.paths[name] = path
