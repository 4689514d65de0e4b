"""What a run leaves in docs/performance: the figures as JSON, the tables of a page, and a chart for each engine."""

import json
import os

from . import catalogue, chart, tables, targets
from .programs import ROOT

FOLDER = os.path.join(ROOT, "docs", "performance")
BEGIN, END = "<!-- scripts/bench writes from here -->", "<!-- scripts/bench writes to here -->"
ENGINE_NAMES = {"sqlite": "SQLite", "postgres": "PostgreSQL"}


def read(name):
    try:
        with open(os.path.join(FOLDER, name)) as file:
            return json.load(file)
    except FileNotFoundError:
        return {}


def write_results(records, extras):
    """Each engine that was measured takes the place of what an earlier run has said of it; the other one stays."""
    results = read("results.json")
    kept = {engine: record for engine, record in results.get("engines", {}).items() if engine not in records}
    engines = {engine: {**kept, **records}[engine] for engine in catalogue.ENGINES if engine in {**kept, **records}}
    judged = targets.judged(engines)
    results = {"engines": engines, "targets": judged, "extras": beside(extras, results.get("extras", []))}
    write("results.json", tables.json_lines(results) + "\n")
    for engine, record in engines.items():
        write(f"{engine}.svg", drawn(engine, record))
    replace("README.md", "Performance", section(results))


def beside(extras, earlier):
    """What each room has measured now takes the place of its rows of an earlier run."""
    measured = {room(row) for row in extras}
    return sorted([*extras, *[row for row in earlier if room(row) not in measured]],
                  key=lambda row: catalogue.EXTRAS.index(room(row)))


def room(row):
    return next(name for name in catalogue.EXTRAS if name in row["name"])


def section(results):
    parts = ["## Targets", tables.markdown(*tables.judged(results["targets"]), are_numbers=False)]
    if results["extras"]:
        parts += ["## Overload, long waits, hops of a chain",
                  tables.markdown(*tables.extras(results["extras"]), are_numbers=False)]
    for engine, record in results["engines"].items():
        parts += [f"## {catalogue.TITLES[engine]}", tables.conditions(record), f"![Rates]({engine}.svg)",
                  tables.markdown(*tables.measures(record)), "\n".join(tables.notes(record))]
    return "\n\n".join(parts)


def drawn(engine, record):
    """SQLite beside echo; PostgreSQL beside pgbench, and only what writes, for reading leaves no room for the rest."""
    ratio, base = ("to_pgbench", "pgbench") if engine == "postgres" else ("to_echo", "echo")
    reads = ("echo", "ping", "products", "check-id", "check-ref", "list", "mix") if engine == "postgres" else ()
    marks = targets.marks(engine)
    bars = []
    for row in record["rows"]:
        name, key = row["measure"], (row["measure"], row["count"])
        if ratio not in row or name in reads or name == "send-half" or name.startswith("floor-"):
            continue
        bar = {"label": name if name == base else f"{name}, {row['count']}", "value": row[ratio],
               "low": row[f"{ratio}_low"], "high": row[f"{ratio}_high"],
               "words": f"{row[ratio]:.2f} · {row['rate']:,.0f}{' orders' if name == 'whole' else ''}/s",
               "is_base": name == base}
        if marks.get(key, ("",))[0] == ratio:
            bar["target"] = marks[key][1]
        bars.append(bar)
    repeats = len(record["repeats"])
    return chart.svg(f"Rasid on {ENGINE_NAMES[engine]}", f"× {base}, measured in the same run", bars,
                     f"Name and connections. Whiskers: lowest and highest of {repeats} repeats. Red: target.")


def replace(name, title, text):
    """Puts the text between the two marks of a page; whatever stands around them is somebody's prose."""
    path = os.path.join(FOLDER, name)
    page = f"# {title}\n\n{BEGIN}\n{END}\n"
    if os.path.exists(path):
        with open(path) as file:
            page = file.read()
    if BEGIN not in page or END not in page:
        page += f"\n{BEGIN}\n{END}\n"
    before, after = page.split(BEGIN, 1)[0], page.split(END, 1)[1]
    write(name, f"{before}{BEGIN}\n\n{text}\n\n{END}{after}")


def write(name, text):
    os.makedirs(FOLDER, exist_ok=True)
    path = os.path.join(FOLDER, name)
    with open(f"{path}.new", "w") as file:
        file.write(text)
    os.replace(f"{path}.new", path)
