"""What the issue asks for, and whether it was measured so."""

import statistics
from dataclasses import dataclass

from . import catalogue, figures

SYNCS, MORE_MS = 10, 5


@dataclass(frozen=True)
class Target:
    words: str
    engine: str
    key: tuple
    #: "to_echo", "to_floor" or "to_pgbench".
    ratio: str
    least: float


TARGETS = (
    Target("`send`, sandbox, 64 connections, one reseller", "sqlite", ("hot", 64), "to_echo", 0.35),
    Target("`send`, sandbox, 256 connections, one reseller", "sqlite", ("hot", 256), "to_echo", 0.42),
    Target("`send`, sandbox, 64 connections, 100 resellers", "sqlite", ("send", 64), "to_echo", 0.35),
    Target("`send`, sandbox, 256 connections, 100 resellers", "sqlite", ("send", 256), "to_echo", 0.42),
    Target("`send` with a voucher card, 256 connections", "sqlite", ("send-card", 256), "to_echo", 0.28),
    Target("the whole way to FULFILLED with a voucher card, 256 connections", "sqlite", ("whole", 256), "to_echo", 0.16),
    Target("`send`, 256 connections, one reseller, against its floor", "sqlite", ("hot", 256), "to_floor", 0.65),
    Target("`send`, 256 connections, 100 resellers, against its floor", "sqlite", ("send", 256), "to_floor", 0.65),
    Target("`send` with a card, 256 connections, against its floor", "sqlite", ("send-card", 256), "to_floor", 0.65),
    Target("the whole way, 256 connections, against its floor", "sqlite", ("whole", 256), "to_floor", 0.65),
    Target("`check-id`", "sqlite", ("check-id", 64), "to_echo", 0.75),
    Target("`send`, 64 connections, 100 resellers", "postgres", ("send", 64), "to_pgbench", 1.0),
)
BASE_NAMES = {"to_echo": "× echo", "to_floor": "× floor", "to_pgbench": "× pgbench"}


def judged(records):
    """A row for each target: what it asks for, what was measured, and True, False or None where nothing was."""
    return [judge(target, records.get(target.engine)) for target in TARGETS] + [
        judge_latency(engine, records.get(engine)) for engine in catalogue.ENGINES]


def judge(target, record):
    row = figures.find(record["rows"], target.key) if record else None
    measured = row.get(target.ratio) if row else None
    base = BASE_NAMES[target.ratio]
    made = {"target": target.words, "engine": target.engine, "asked": f"≥ {target.least:.2f} {base}", "measured": "",
            "met": None}
    if measured is not None:
        low, high = row[f"{target.ratio}_low"], row[f"{target.ratio}_high"]
        made.update(measured=f"{measured:.2f} ({low:.2f} – {high:.2f})", met=measured >= target.least)
    return made


def judge_latency(engine, record):
    """p99 of `send` at half of its best rate: ten times one fsync and 5 ms."""
    made = {"target": "p99 of `send` at half of its best rate", "engine": engine,
            "asked": f"≤ {SYNCS} × one fsync + {MORE_MS} ms", "measured": "", "met": None}
    row = figures.find(record["rows"], ("send-half", 64)) if record else None
    if row:
        sync = statistics.median(repeat["sync_ms"] for repeat in record["repeats"])
        bound = SYNCS * sync + MORE_MS
        made.update(asked=f"{made['asked']} ({bound:.1f} ms: one fsync takes {sync:.2f} ms)",
                    measured=f"{row['p99_ms']:.1f} ms at {row['rate']:,.0f}/s", met=row["p99_ms"] <= bound)
        if row["rate"] < 0.95 * row["wanted_rate"]:
            made["measured"] += f" (wanted: {row['wanted_rate']:,.0f}/s)"
    return made


def marks(engine):
    """Where the chart shows a target: {key: (ratio, value)}, of those against a base that the chart has."""
    return {target.key: (target.ratio, target.least) for target in TARGETS
            if target.engine == engine and target.ratio != "to_floor"}
