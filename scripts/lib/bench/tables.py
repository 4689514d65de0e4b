"""Tables that line up, for a terminal and in Markdown, from the same cells."""

import json

from . import catalogue, targets


def text(heads, lines):
    """Columns of words to the left, the first one, and of numbers to the right."""
    widths = [max(len(line[column]) for line in [heads, *lines]) for column in range(len(heads))]
    return "\n".join("  ".join(cell.rjust(width) if column else cell.ljust(width)
                               for column, (cell, width) in enumerate(zip(line, widths))).rstrip()
                     for line in [heads, *lines])


def words(heads, lines):
    """All columns to the left."""
    widths = [max(len(line[column]) for line in [heads, *lines]) for column in range(len(heads))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip()
                     for line in [heads, *lines])


def markdown(heads, lines, are_numbers=True):
    marks = ["---"] + ["---:" if are_numbers else "---"] * (len(heads) - 1)
    return "\n".join("| " + " | ".join(line) + " |" for line in [heads, marks, *lines])


def measures(record):
    """Heads and lines of everything that one engine was measured at."""
    bases = [ratio for ratio in ("to_echo", "to_pgbench", "to_floor")
             if any(ratio in row for row in record["rows"])]
    heads = ["measure", "connections", "/s", "lowest – highest", "p50 ms", "p99 ms",
             *[targets.BASE_NAMES[ratio] for ratio in bases]]
    return heads, [line(row, bases) for row in record["rows"]]


def line(row, bases):
    name, is_floor = row["measure"], row["measure"].startswith("floor-")
    return [name, f"batch {row['count']}" if is_floor else str(row["count"]), f"{row['rate']:,.0f}",
            f"{row['rate_low']:,.0f} – {row['rate_high']:,.0f}", milliseconds(row, "p50_ms"),
            milliseconds(row, "p99_ms"), *[f"{row[ratio]:.2f}" if ratio in row else "" for ratio in bases]]


def milliseconds(row, name):
    return f"{row[name]:,.1f}" if name in row else ""


def judged(rows):
    heads = ["target", "engine", "at least (at most)", "measured", "met"]
    verdicts = {True: "yes", False: "no", None: "not measured"}
    return heads, [[row["target"], row["engine"], row["asked"], row["measured"], verdicts[row["met"]]] for row in rows]


def extras(rows):
    """What other rooms have measured: a name, figures, and whether that is enough."""
    verdicts = {True: "yes", False: "no", None: ""}
    return ["measure", "figures", "asked", "met"], [
        [row["name"], ", ".join(f"{name} {value}" for name, value in row.get("figures", {}).items()),
         row.get("target", ""), verdicts[row.get("met")]] for row in rows]


def notes(record):
    """What the names of the rows mean, and what else is to be known."""
    seen = dict.fromkeys(row["measure"] for row in record["rows"])
    lines = [f"- {name}: {catalogue.BY_NAME[name].words}." for name in seen]
    sold = [row for row in record["rows"] if row["measure"] == "send-card"]
    if sold:
        late = ", ".join(f"{row['delivered_after_seconds']:.2f} s ({row['count']} connections)" for row in sold)
        lines.append("- The cards of send-card are delivered in the background meanwhile, by the same process on the "
                     f"same cores; the last of them {late} after the last sale.")
    if any(row["measure"].startswith("floor-") for row in record["rows"]):
        lines.append("- The floor takes long: with one order a transaction, and on PostgreSQL, it is measured in the "
                     "first repeat alone.")
    facts = record["facts"]
    if "cards" in facts:
        lines.append(f"- {facts['cards']:,} cards are imported in {facts['import_seconds']:g} s.")
    if "start_seconds" in facts:
        lines.append(f"- A start with {facts['orders']:,} orders in the store takes {facts['start_seconds']:g} s.")
    peaks = [f"{facts[name]:,.0f} MB {words}" for name, words in (
        ("memory_after_sends_mb", "after the sales in the sandbox"),
        ("memory_after_deliveries_mb", "after the deliveries in production")) if name in facts]
    if peaks:
        lines.append(f"- Resident memory at its peak: {', '.join(peaks)}.")
    return lines


def conditions(record):
    """Where, when and how, in one paragraph."""
    machine, versions = record["machine"], record["versions"]
    named = ", ".join(f"{name} {version}" for name, version in versions.items())
    return (f"{record['durability']}. {machine['cores']} cores ({machine['processor']}), {machine['memory_gb']} GB, "
            f"Linux {machine['kernel']}, {machine['file_system']}; load generator and shop on the same cores. {named}. "
            f"{record['date']}; {len(record['repeats'])} × {record['seconds']:g} s a measure: medians, and ratios "
            "within each repeat.")


def json_lines(value, depth=0):
    """JSON for people and for comparing by line: whatever holds no other object or list stands on one line."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
    if not any(isinstance(one, (dict, list)) for one in inner):
        return json.dumps(value, ensure_ascii=False)
    space = "\n" + " " * (depth + 1)
    if isinstance(value, dict):
        parts = [f"{json.dumps(name)}: {json_lines(one, depth + 1)}" for name, one in value.items()]
        return "{" + space + f",{space}".join(parts) + space[:-1] + "}"
    return "[" + space + f",{space}".join(json_lines(one, depth + 1) for one in value) + space[:-1] + "]"
