"""The run of --growth: the same requests to shops with few, a million and ten million finished orders, side by side."""

import os
from datetime import datetime, timezone

from chaos.shop import Refused

from . import engines, growth_pages, machine, stores, wrk
from .base import Echo
from .plain import MAKERS
from .progress import Progress
from .shop import Shop

#: As good as empty, but with orders to ask for.
SMALL = 10_000
SIZES = {"sqlite": [1_000_000, 10_000_000], "postgres": [1_000_000]}
SEND = "/v3/internet/send"
#: name → (script of wrk, file of paths or keys). What reads comes first: sales make a shop larger.
MEASURES = {
    "echo": None, "check-id": ("get", "check-id"), "check-ref": ("get", "check-ref"),
    "list-first": ("get", "list-first"), "list-deep": ("get", "list-deep"),
    "transactions-first": ("get", "transactions-first"), "transactions-deep": ("get", "transactions-deep"),
    "send": ("body", "sandbox-keys"), "hot": ("body", "sandbox-keys"), "send-card": ("body", "production-keys"),
}
CONNECTIONS = 64


def run(options, found, folder):
    """True when every answer was a success."""
    if found.bench is None:
        raise Refused("large stores are made by rasid-bench, which the package does not have")
    sizes = {name: [SMALL, *(options.orders or SIZES[name])] for name in options.engines}
    visits = sum(len(orders) for orders in sizes.values())
    progress = Progress(visits * options.repeats * len(MEASURES))
    records = {}
    try:
        stores.check_disk(folder, sizes, progress.say)
        for name, orders in sizes.items():
            records[name] = measure(found, f"{folder}/{name}", name, orders, options, progress)
    finally:
        progress.end()
    growth_pages.show(records)
    faults = [f"{name}, {row['measure']}: {row['bad']} answers were not what they should be"
              for name, record in records.items() for row in record["rows"] if row["bad"]]
    if not options.no_write and not faults:
        growth_pages.write(records)
    print("".join(f"BAD: {words}\n" for words in faults), end="")
    return not faults


def measure(programs, folder, name, sizes, options, progress):
    """The record of one engine. One shop is served at a time, and each round visits all of them."""
    os.makedirs(folder)
    os.chmod(folder, 0o711)
    progress.enter(name)
    echo, engine = Echo(programs), None
    try:
        engine = MAKERS[name](programs, folder)
        cards = engines.cards_needed(engine, {"send-card"}, options.seconds * options.repeats / 2,
                                     echo.measure(0.5)["rate"])
        shops = [make(engine, orders, cards, progress, options.kept) for orders in sizes]
        rounds = []
        for number in range(options.repeats):
            progress.enter(f"{name}, repeat {number + 1} of {options.repeats}")
            rounds.append([Visit(engine, grown, number, echo, options.seconds, progress).make() for grown in shops])
        return record(programs, engine, shops, rounds, options)
    finally:
        if engine:
            engine.end()
        echo.end()


def make(engine, orders, cards, progress, kept):
    progress.tell(f"making {orders:,} orders")
    # What is as good as empty is made in no time, and must not be what an earlier run has sold from.
    grown = stores.grow(engine.programs, engine.folder, orders, kept if orders > SMALL else None)
    if engine.name == "postgres":
        progress.tell(f"moving {orders:,} orders")
        grown = stores.move(engine.programs, grown, engine)
    size = engine.bytes(grown.place)
    grown.facts.update(bytes=size, bytes_per_order=round(size / grown.orders))
    progress.tell(f"opening the shop of {orders:,} orders")
    stores.Clients(engine, grown).prepare(cards)
    return grown


class Visit:
    """All measures of one shop once. The small one is a fresh copy each time, or its sales would make it large."""

    def __init__(self, engine, grown, number, echo, seconds, progress):
        self.engine, self.grown, self.number = engine, grown, number
        self.echo, self.seconds, self.progress = echo, seconds, progress

    def make(self):
        place, is_copy = self.grown.place, self.grown.orders <= SMALL
        if is_copy:
            place = self.engine.copy_of(place, f"visit-{self.number}")
        shop = Shop(self.engine.programs.rasid, place, f"{self.engine.folder}/visit.log")
        try:
            # What the machine has taken out of its memory since the shop was made is not the shop's growth.
            stores.read_through(place)
            began = shop.serve("--operator-delay", "1h")
            wrk.run(engines.WARM_SECONDS, shop.url, CONNECTIONS, "get", self.grown.paths["list-first"])
            figures = {name: self._measure(shop, name, how) for name, how in MEASURES.items()}
            facts = {"start_seconds": round(began, 2), "memory_mb": shop.memory_mb()}
            shop.stop()
        finally:
            shop.kill()
        if is_copy:
            self.engine.remove(place)
        return figures, facts

    def _measure(self, shop, name, how):
        self.progress.tell(f"{self.grown.orders:,} orders:", name)
        self.progress.step()
        if how is None:
            return self.echo.measure(self.seconds)
        script, file = how
        path = self.grown.paths[file]
        if script == "get":
            return wrk.run(self.seconds, shop.url, CONNECTIONS, script, path)
        keys = path
        if name == "hot":
            with open(path) as file:
                keys = file.readline().strip()
        return wrk.run(self.seconds, shop.url + SEND, CONNECTIONS, script, f"{name}-{self.number}", keys)


def record(programs, engine, shops, rounds, options):
    last = [facts for _, facts in rounds[-1]]
    return {"date": datetime.now(timezone.utc).strftime("%Y-%m-%d"), "durability": engine.durability,
            "machine": machine.machine(engine.disk),
            "versions": machine.versions(programs, getattr(engine, "binaries", None)),
            "seconds": options.seconds, "repeats": options.repeats,
            "shops": [{"orders": grown.orders, **grown.facts, **facts} for grown, facts in zip(shops, last)],
            "rows": growth_pages.rows([grown.orders for grown in shops], [[figures for figures, _ in visits]
                                                                          for visits in rounds])}
