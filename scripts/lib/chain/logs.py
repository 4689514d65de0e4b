"""What the shops have complained of in their logs."""

import json
from collections import Counter

GRAVE = ("error", "critical")
#: An operator that does not answer is a trouble that its owner must hear of, and what this run is about.
OUTAGE = ("an operator gets no orders", "down")


def read(stalls):
    """{shop: {level: count}}, with "outage" for a next shop that was called down, and other grave lines in words."""
    counts, grave = {}, []
    for stall in stalls:
        counts[stall.name] = Counter()
        with open(stall.shop.log_file, errors="replace") as log:
            for line in log:
                level = level_of(line)
                counts[stall.name][level] += 1
                if level in GRAVE:
                    grave.append(f"{stall.name}: {line.strip()[:500]}")
    return counts, grave


def level_of(line):
    """A line that is no JSON was not written by the logger: a crash says so."""
    try:
        told = json.loads(line)
        return "outage" if (told.get("message"), told.get("state")) == OUTAGE else told["level"]
    except (ValueError, AttributeError, KeyError):
        return "error"
