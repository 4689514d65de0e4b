"""What a run of --growth prints, and leaves in docs/performance."""

import statistics

from . import catalogue, pages, tables
from .figures import significant, spread

WORDS = {
    "echo": "the bare route, measured at each visit: how much the machine itself wandered",
    "check-id": "orders of every age", "check-ref": "the same orders",
    "list-first": "the first page of 20", "list-deep": "the page in the middle of each reseller's list",
    "transactions-first": "the first page of 20", "transactions-deep": "the page in the middle",
    "send": "in the sandbox, by the shop's resellers at random", "hot": "in the sandbox, all by one of them",
    "send-card": "in production, by all of them at random, a card each",
}
#: Against the smallest shop.
LEAST = {"send": 0.8, "hot": 0.8, "send-card": 0.8, "check-id": 0.8, "check-ref": 0.8, "list-first": 0.8,
         "transactions-first": 0.8}
MOST_BYTES = 900


def rows(sizes, rounds):
    """A row for each measure and size; `rounds` holds the figures of each size by measure, in the order of `sizes`."""
    made = []
    for name in rounds[0][0]:
        for place, orders in enumerate(sizes):
            found = [visits[place][name] for visits in rounds]
            ratios = [visits[place][name]["rate"] / visits[0][name]["rate"]
                      for visits in rounds if visits[0][name]["rate"]]
            row = {"measure": name, "orders": orders, **spread("rate", [one["rate"] for one in found]),
                   **{figure: significant(statistics.median(one[figure] for one in found))
                      for figure in ("p50_ms", "p99_ms")},
                   **spread("to_smallest", ratios), "bad": sum(one["bad"] for one in found)}
            if place and name in LEAST and ratios:
                row.update(least=LEAST[name], met=row["to_smallest"] >= LEAST[name])
            made.append(row)
    return made


def table(record):
    heads = ["measure", "orders", "/s", "lowest – highest", "p50 ms", "p99 ms", "× smallest", "at least", "met"]
    return heads, [[row["measure"], f"{row['orders']:,}", f"{row['rate']:,.0f}",
                    f"{row['rate_low']:,.0f} – {row['rate_high']:,.0f}", f"{row['p50_ms']:,.1f}",
                    f"{row['p99_ms']:,.1f}", f"{row['to_smallest']:.2f}" if "to_smallest" in row else "",
                    f"{row['least']:.2f}" if "least" in row else "",
                    {True: "yes", False: "no"}.get(row.get("met"), "")] for row in record["rows"]]


def shops(record):
    heads = ["orders", "made in s", "on the disk, MB", "bytes an order", f"at most {MOST_BYTES}", "start, s",
             "resident, MB", "at its peak, MB", "deepest page"]
    return heads, [[f"{shop['orders']:,}", f"{shop['made_in_seconds']:,.0f}", f"{shop['bytes'] / 1e6:,.0f}",
                    f"{shop['bytes_per_order']:,}", verdict(shop, record), f"{shop['start_seconds']:.2f}",
                    *[f"{shop['memory_mb'][name]:,.0f}" for name in ("now", "peak")], f"{shop['deepest_page']:,}"]
                   for shop in record["shops"]]


def verdict(shop, record):
    """The smallest shop is mostly what every shop has once."""
    if shop is record["shops"][0]:
        return ""
    return "yes" if shop["bytes_per_order"] <= MOST_BYTES else "no"


def conditions(record):
    return tables.conditions({**record, "repeats": [None] * record["repeats"]})


def notes():
    lines = [f"- {name}: {words}." for name, words in WORDS.items()]
    return lines + ["- 64 connections. One shop is served at a time and each repeat visits them all; the ratios are of "
                    "one repeat. A visit ends before the first round of the server's own audit, which comes after a "
                    "minute.",
                    "- Bytes an order: everything in the store after a checkpoint, divided by its finished orders."]


def show(records):
    for name, record in records.items():
        print(f"\n{catalogue.TITLES[name]}\n{conditions(record)}\n")
        print(tables.text(*table(record)) + "\n\n" + tables.text(*shops(record)))
    print("\n" + "\n".join(notes()))


def write(records):
    """Each engine that was measured takes the place of what an earlier run has said of it."""
    kept = pages.read("growth.json").get("engines", {})
    merged = {**kept, **records}
    merged = {name: merged[name] for name in catalogue.ENGINES if name in merged}
    pages.write("growth.json", tables.json_lines({"engines": merged}) + "\n")
    parts = []
    for name, record in merged.items():
        parts += [f"## {catalogue.TITLES[name]}", conditions(record), tables.markdown(*table(record)),
                  tables.markdown(*shops(record))]
    pages.replace("growth.md", "As the shop grows", "\n\n".join([*parts, "\n".join(notes())]))
