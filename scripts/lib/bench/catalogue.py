"""What is measured: every measure with its name, its connections and what it means, in the order of the tables."""

from dataclasses import dataclass

ENGINES = ("sqlite", "postgres")
TITLES = {"sqlite": "In a folder (SQLite)", "postgres": "In a database (PostgreSQL)"}


@dataclass(frozen=True)
class Measure:
    name: str
    #: Connections; for the floor, orders that share a transaction.
    counts: tuple
    words: str
    engines: tuple = ENGINES


MEASURES = (
    Measure("echo", (64,), "an empty JSON route of the same HTTP framework"),
    Measure("pgbench", (16,), "TPC-B-like transactions of pgbench, scale 10, prepared, on the same server",
            ("postgres",)),
    Measure("ping", (64,), "`ping`, which needs no key"),
    Measure("products", (64,), "`products` of one type"),
    Measure("check-id", (64,), "`check-id` of delivered production orders, with the card's code"),
    Measure("check-ref", (64,), "`check-ref` of the same orders"),
    Measure("list", (64,), "`list`, the first page of 20 delivered orders"),
    Measure("send", (1, 16, 64, 256), "`send` in the sandbox, by 100 resellers at random; deliveries are held back"),
    Measure("hot", (64, 256), "`send` in the sandbox, all by one reseller"),
    Measure("send-half", (64,), "`send` by 100 resellers at half of the best rate that `send` had in this repeat"),
    Measure("send-card", (64, 256), "`send` in production by one reseller, a voucher card reserved with each order"),
    Measure("whole", (64, 256), "the whole way in production: `send`, delivery, the code read; **orders** a second, "
                                "and the times are an order's"),
    Measure("mix", (64,), "one `send`, then five `check-ref` of earlier orders, by 100 resellers in the sandbox"),
    Measure("nodes", (63,), "`send` over three nodes at once", ("postgres",)),
    Measure("apart-1", (64,), "`send` to one node that is held to a fifth of a core", ("postgres",)),
    Measure("apart-3", (63,), "`send` over three nodes, each held to a fifth of a core", ("postgres",)),
    Measure("floor-send", (1, 64), "the rows of `send` alone, written by one thread without HTTP, 1 and 64 orders a "
                                   "transaction, 100 wallets"),
    Measure("floor-hot", (1, 64), "the same, one wallet"),
    Measure("floor-card", (1, 64), "the rows of `send-card`, one wallet"),
    Measure("floor-whole", (1, 64), "the rows of `whole`, one wallet"),
)
BY_NAME = {measure.name: measure for measure in MEASURES}
#: What other rooms measure, once and after everything else; each name stands in those of its rows.
EXTRAS = ("overload", "waits", "hops")
#: Which floor a measure stands on.
FLOORS = {"send": "floor-send", "hot": "floor-hot", "send-card": "floor-card", "whole": "floor-whole"}
FLOOR_BATCH = 64


def names():
    return [measure.name for measure in MEASURES] + list(EXTRAS)


def wanted(only, engine):
    """The names to measure on an engine. The bases of the ratios come along by themselves."""
    chosen = {name for name in (only or BY_NAME) if name in BY_NAME and engine in BY_NAME[name].engines}
    return chosen | {"echo"} | ({"pgbench"} if engine == "postgres" else set())


def keys(names, engine):
    """Every (name, count) of these measures, in the order of the tables."""
    return [(measure.name, count) for measure in MEASURES
            if measure.name in names and engine in measure.engines for count in measure.counts]
