"""From what every repeat has measured to one row a measure: medians, spread, and the ratios of each repeat."""

import statistics

from . import catalogue

BASES = {"to_echo": "echo", "to_pgbench": "pgbench"}


def rows(repeats):
    """`repeats` is a list of {(name, count): figures}. In the order of the tables."""
    order = [(measure.name, count) for measure in catalogue.MEASURES for count in measure.counts]
    return [row(key, repeats) for key in order if any(key in repeat for repeat in repeats)]


def row(key, repeats):
    found = [repeat for repeat in repeats if key in repeat]
    name, count = key
    made = {"measure": name, "count": count, **spread("rate", [repeat[key]["rate"] for repeat in found])}
    for figure in ("p50_ms", "p99_ms", "mean_ms", "wanted_rate", "delivered_after_seconds"):
        if figure in found[0][key]:
            made[figure] = significant(statistics.median(repeat[key][figure] for repeat in found))
    for ratio, base in BASES.items():
        made.update(spread(ratio, against(key, lambda repeat, base=base: rate_of(repeat, base), found)))
    if name in catalogue.FLOORS:
        floor = (catalogue.FLOORS[name], catalogue.FLOOR_BATCH)
        made.update(spread("to_floor", against(key, lambda repeat: repeat.get(floor, {}).get("rate"), found)))
    made["bad"] = sum(repeat[key]["bad"] for repeat in found)
    return made


def against(key, base_of, repeats):
    """The ratio to a base that was measured in the same repeat, for every repeat that has one."""
    return [repeat[key]["rate"] / base_of(repeat) for repeat in repeats if base_of(repeat)]


def rate_of(repeat, name):
    return next((figures["rate"] for (measure, _), figures in repeat.items() if measure == name), None)


def spread(name, values):
    """The median, the lowest and the highest."""
    if not values:
        return {}
    return {name: significant(statistics.median(values)), f"{name}_low": significant(min(values)),
            f"{name}_high": significant(max(values))}


def significant(number):
    """Five digits are more than any of this is worth."""
    return float(f"{number:.5g}")


def find(rows, key):
    return next((row for row in rows if (row["measure"], row["count"]) == key), None)
