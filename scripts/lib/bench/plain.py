"""The plain run: every engine, every measure, several rounds, and a record of each engine for tables and files."""

import os
from datetime import datetime, timezone

from . import catalogue, engines, figures, machine
from .base import Echo, Floor, Pgbench
from .rounds import Round

MAKERS = {"sqlite": engines.Sqlite, "postgres": engines.Postgres}


class Bases:
    """What the ratios are held against, made once for all rounds of an engine."""

    def __init__(self, engine, echo, names):
        self.echo = echo
        self.pgbench = Pgbench(engine) if "pgbench" in names else None
        self.floor = Floor(engine) if engine.programs.bench else None


def measure(programs, folder, name, options, progress):
    """The record of one engine."""
    names = catalogue.wanted(options.only, name)
    os.makedirs(folder)
    os.chmod(folder, 0o711)
    echo = Echo(programs)
    engine = None
    try:
        progress.enter(name)
        engine = MAKERS[name](programs, folder)
        progress.tell("the shop that the others are copies of")
        speed = echo.measure(0.5)["rate"]
        engine.make_template(engines.cards_needed(engine, names, options.seconds, speed))
        bases = Bases(engine, echo, names)
        rounds = []
        for number in range(options.repeats):
            progress.enter(f"{name}, repeat {number + 1} of {options.repeats}")
            rounds.append(Round(engine, names, options.seconds, bases, progress, number == 0).run())
        return record(programs, engine, rounds, options)
    finally:
        if engine:
            engine.end()
        echo.end()


def record(programs, engine, rounds, options):
    repeats = [{"measures": [{"measure": name, "count": count, **rounded(made)}
                             for (name, count), made in measured.items()], **facts} for measured, facts in rounds]
    facts = {**engine.facts, **{name: value for name, value in rounds[-1][1].items() if name != "sync_ms"}}
    return {"date": datetime.now(timezone.utc).strftime("%Y-%m-%d"), "durability": engine.durability,
            "machine": machine.machine(engine.disk),
            "versions": machine.versions(programs, getattr(engine, "binaries", None)),
            "seconds": options.seconds, "rows": figures.rows([measured for measured, _ in rounds]), "facts": facts,
            "repeats": repeats}


def rounded(made):
    return {name: value if isinstance(value, str) else round(value, 3) for name, value in made.items()}


def bad(records):
    """Sentences about measures that had other answers than successes."""
    return [f"{name}, repeat {number + 1}, {one['measure']} {one['count']}: {one['bad']:.0f} answers were no "
            f"successes (one more request of the kind: {one.get('told', 'not tried')})"
            for name, record in records.items() for number, repeat in enumerate(record["repeats"])
            for one in repeat["measures"] if one["bad"]]
