"""Tables of what happened and of what must be 0."""

import statistics

from .faults import KINDS

#: Findings by kind, under the names that the table has for them. Money is counted in centimes.
ZEROS = (("lost", "lost"), ("doubled", "doubled"), ("books that do not agree", "apart"),
         ("codes twice", "sold twice"), ("codes changed", "code changed"),
         ("transaction numbers changed", "number changed"), ("answers that changed", "changed"),
         ("orders never final", "never final"), ("audit findings", "audit"), ("cases for a person", "case"),
         ("grave lines in the logs", "log"), ("other surprises", "unexpected"))


def table(rows):
    for name, value in rows:
        print(f"  {name:<38}{value:>12}")


def seconds(value):
    return "never" if value is None else f"{value:.1f} s"


def zeros(world, comparison):
    counts = world.findings.counts
    off = comparison.centimes_off if comparison else "unknown"
    return [(ZEROS[0][0], counts["lost"]), (ZEROS[1][0], counts["doubled"]), ("centimes off", off),
            *[(name, counts[kind]) for name, kind in ZEROS[2:]]]


def took(world):
    """Seconds from the first sending to the end that the customer saw, of each order, the quickest first."""
    return sorted(sale.took for sale in world.entries() if sale.took is not None)


def statuses(comparison):
    books = comparison.books if comparison else []
    return [(f"orders of {book.name}", len(book.listed)) for book in books] + [
        ("  of them refunded, front to last",
         ", ".join(str(sum(order["status"] == "REFUNDED" for order in book.listed)) for book in books))]


def trade(scene, whole_seconds):
    options, tally, times = scene.options, scene.world.tally, took(scene.world) or [0]
    print(f"\n{len(scene.chain.stalls)} shops in a chain; seed {options.seed}, {options.clients} customers, "
          f"{whole_seconds:.0f} s\n")
    proxies(scene.chain.proxies)
    kills = ", ".join(f"{name} {count}" for name, count in scene.killing.killed.items())
    table([("answers to send", tally["answers to send"]), ("answers to check", tally["answers to check"]),
           ("answers lost at the front", tally["lost answers"]),
           ("  found again by repeating", tally["found again after a lost answer"]),
           ("503 answers", tally["503"]),
           *statuses(scene.comparison),
           ("orders told to be QUEUED meanwhile", len(scene.world.queued)),
           ("half of the orders final within", seconds(statistics.median(times))),
           ("99 of 100", seconds(times[min(len(times) - 1, int(0.99 * len(times)))])),
           ("all were acknowledged in", seconds(scene.trading_seconds)),
           ("after the last: all orders final in", seconds(scene.settling_seconds)),
           ("slowest restart", f"{max(scene.killing.recoveries, default=0) * 1000:.0f} ms"),
           ("warnings in the logs, front to last", logged(scene, "warning")),
           ("the next shop was called down", logged(scene, "outage"))])
    print()
    table([("orders acknowledged", tally["acknowledged"]), (f"kills: {kills}", scene.killing.count),
           ("faults", sum(proxy.faults.hits for proxy in scene.chain.proxies)), ("slowest order", seconds(times[-1])),
           *zeros(scene.world, scene.comparison)])
    tell(scene.world.findings)
    for words in scene.unproven():
        print(f"nothing is proven: {words}")


def logged(scene, level):
    return ", ".join(str(counts[level]) for counts in scene.logged.values())


def proxies(some):
    if not some:
        return print("  no faults between the shops\n")
    heads = [proxy.name for proxy in some]
    print(f"  {'':<38}" + "".join(f"{head:>18}" for head in heads))
    for name, of in [("answers", lambda faults: faults.answers),
                     *[(f"  {kind}", lambda faults, kind=kind: faults.tally[kind]) for kind in KINDS],
                     ("  hit in all", lambda faults: faults.hits),
                     ("  delayed beyond the deadline", lambda faults: faults.overlong),
                     ("no answer, for the next shop was down", lambda faults: faults.away)]:
        print(f"  {name:<38}" + "".join(f"{of(proxy.faults):>18}" for proxy in some))
    print()


def outage(scene):
    print("\nThe next shop is stopped, and started again\n")
    table([("orders", len(scene.world.entries())),
           ("orders told to be QUEUED", len(scene.world.queued)),
           ("all orders QUEUED after", seconds(scene.queued_seconds)),
           ("all FULFILLED after its start in", seconds(scene.fulfilled_seconds)),
           *statuses(scene.comparison)])
    print()
    table(zeros(scene.world, scene.comparison))
    tell(scene.world.findings)


def tell(findings):
    for kind, words in findings.words.items():
        print(f"\n{kind}: {findings.counts[kind]}")
        for line in words:
            print(f"  - {line}")
    print()
