"""Ten times as many sales as the shop can take: what it still accepts, how it refuses the rest, and what a stop loses.

The load generator shares the cores, so nobody can offer a whole machine ten times what it takes. The server is held to
a fifth of a core for that; afterwards it has the whole machine again, and ten times as many connections as are good
for it, none of which ever pauses.
"""

import contextlib
import glob
import json
import signal
import time

from chaos.shop import Refused
from chaos.wire import Connection

from . import descriptors, engines, nodes, wrk
from .shop import PAGE

HELD_BACK = ("--operator-delay", "1h")
SEND = "/v3/internet/send"
TIMES = 10
#: Where the best rate is looked for, and how many connections make up the load that is too much.
COUNTS, CROWD = (64, 256), 2000
LEAST_RATIO, LONGEST_MS = 0.8, 3000
#: Until most connections have been accepted, and the queue is as long as it gets: held to a fifth of a core, and not.
HELD_FILL_SECONDS, FILL_SECONDS = 10, 4
#: Longer than what is accepted may take, or only the quick ones would be seen.
HELD_SECONDS = 10
WARM_SECONDS = 1
#: The stop comes earlier: a server that stops is met by new connections, too.
STOP_SECONDS = 4
#: Nothing here sells a card, but a shop cannot import none.
FEWEST_CARDS = 1


def run(programs, folder, seconds):
    descriptors.allow()
    engine, held = engines.Sqlite(programs, folder), None
    try:
        engine.make_template(FEWEST_CARDS)
        shop = engine.open_shop("overload", *HELD_BACK)
        scene = Scene(engine, shop, max(seconds, 2))
        try:
            held = nodes.Group(shop.process.pid)
        except OSError:
            rows = [{"name": "overload, held to a fifth of a core", "met": None,
                     "figures": {"left out:": "this machine lets nobody divide its cores (cgroups)"}}]
            pause = 0
        else:
            rows, pause = scene.held()
        rows.append(scene.drain(pause))
        return rows + scene.whole()
    finally:
        engine.end()
        if held:
            held.remove()


class Flood(wrk.Wrk):
    """A load whose answers are sorted: rates and times of what was accepted and of what was refused."""

    def end(self):
        mixed = super().end()
        line = next(line for line in self._words.splitlines() if line.startswith('{"requests"'))
        said = json.loads(line)
        seconds = max(said["counted"], 1) / 1e6
        return {"accepted": said["accepted"] / seconds, "shed": said["shed"] / seconds, "bare": said["bare"],
                "unlike": said["unlike"], "socket": said["socket"], "p50_ms": said["accepted_p50"] / 1000,
                "p99_ms": said["accepted_p99"] / 1000, "later_p99_ms": said["later_p99"] / 1000,
                "all_p50_ms": mixed["p50_ms"]}


def queue_overflows():
    """How often this machine had no place for a new connection in a listening socket's queue. Whoever is met by that
    tries again a second later, then two seconds later, then four."""
    with open("/proc/net/netstat") as file:
        names, values = [line.split() for line in file if line.startswith("TcpExt:")]
    return int(dict(zip(names, values)).get("ListenOverflows", 0))


class Scene:
    """One shop, first under too much load, then stopped under it, then started again."""

    def __init__(self, engine, shop, seconds):
        self.engine, self.shop, self.seconds = engine, shop, seconds
        self._floods = 0

    def flood(self, connections, pause=0, skipped=WARM_SECONDS):
        """A load that has begun. `pause` is what a connection waits before a request, in milliseconds."""
        self._floods += 1
        name = f"flood{self._floods}"
        load = Flood(self.shop.url + SEND, connections, "flood", name, self.engine.keys_file, skipped,
                     f"{pause:.3f}", f"{self.engine.folder}/{name}.ids")
        load.name = name
        try:
            load.wait_begun()
        except BaseException:
            load.kill()
            raise
        return load

    def measure(self, connections, pause=0, skipped=WARM_SECONDS, seconds=None):
        before = queue_overflows()
        load = self.flood(connections, pause, skipped)
        try:
            time.sleep(skipped + (seconds or self.seconds))
            load.stop()
            return {**load.end(), "overflows": queue_overflows() - before}
        finally:
            load.kill()

    def best(self):
        """The best rate, and how many connections had it."""
        found = {count: self.measure(count)["accepted"] for count in COUNTS}
        count = max(found, key=found.get)
        if found[count] == 0:
            raise Refused("no sale was accepted before there were too many")
        return found[count], count

    # Held to a fifth of a core

    def held(self):
        """Rows, and the pause in milliseconds with which the connections offer ten times the best rate."""
        best, count = self.best()
        pause = CROWD / (TIMES * best) * 1000
        made = self.measure(CROWD, pause, HELD_FILL_SECONDS, max(HELD_SECONDS, 2 * self.seconds))
        return self.rows("overload, held to a fifth of a core", best, count, made,
                         {"offered/s": f"{TIMES * best:,.0f} by {CROWD:,} connections"}), pause

    # The whole machine

    def whole(self):
        best, count = self.best()
        crowd = TIMES * max(COUNTS)
        made = self.measure(crowd, 0, FILL_SECONDS, 2 * self.seconds)
        return self.rows("overload, the whole machine", best, count, made,
                         {"offered by": f"{crowd:,} connections that never pause"})

    def rows(self, name, before, count, made, offered):
        """What was best is measured once more: the machine's speed wanders, and the mean is the base."""
        after = self.measure(count)["accepted"]
        best = (before + after) / 2
        ratio = made["accepted"] / best
        rows = [
            {"name": name, "target": f"accepted ≥ {LEAST_RATIO} × best", "met": ratio >= LEAST_RATIO,
             "figures": {"best/s": f"{before:,.0f} before, {after:,.0f} after ({count} connections)", **offered,
                         "accepted/s": f"{made['accepted']:,.0f} ({ratio:.2f} × best)",
                         "refused/s": f"{made['shed']:,.0f}"}},
            {"name": f"{name}: times", "target": f"p99 of what is accepted ≤ {LONGEST_MS:,} ms",
             "met": made["accepted"] > 0 and made["p99_ms"] <= LONGEST_MS,
             "figures": {"p50 ms": f"{made['p50_ms']:,.0f}", "p99 ms": f"{made['p99_ms']:,.0f}",
                         "p99 ms of what was sent once most were connected": f"{made['later_p99_ms']:,.0f}",
                         "p50 ms with the refused": f"{made['all_p50_ms']:,.0f}",
                         "listen queue was full": f"{made['overflows']:,} times",
                         "memory peak MB": f"{self.shop.memory_mb()['peak']:,.0f}"}},
            {"name": f"{name}: refusals", "target": "503, SERVICE_UNAVAILABLE and Retry-After",
             "met": made["bare"] + made["unlike"] + made["socket"] == 0,
             "figures": {"without code or Retry-After": made["bare"], "other answers": made["unlike"],
                         "without an answer": made["socket"]}}]
        if made["accepted"] == 0:
            rows[0]["broken"] = "nothing was accepted"
        return rows

    # SIGTERM in the middle of it

    def drain(self, pause):
        """Stops the server under the load, starts it again, and looks for every order that a client was told of."""
        load = self.flood(CROWD, pause)
        try:
            time.sleep(STOP_SECONDS)
            began = time.monotonic()
            with contextlib.suppress(Refused):
                # How it ended is told below, and what it has kept is looked for all the same.
                self.shop.stop()
            took, ended = time.monotonic() - began, self.shop.process.returncode
            load.stop()
            load.end()
        finally:
            load.kill()
        told = self.told()
        self.shop.start(*HELD_BACK)
        stored = self.stored()
        lost = told - stored.keys()
        untold = sum(ref.startswith(f"{load.name}-") for order, ref in stored.items() if order not in told)
        audited = self.audit()
        row = {"name": "overload: a stop under it",
               "target": "every order that a client was told of is stored; ends with 0",
               "met": not lost and audited["clean"] and ended == 0,
               "figures": {"told": f"{len(told):,}", "lost": len(lost), "stored": f"{len(stored):,}",
                           "sold without an answer": untold, "stopped after s": f"{took:.1f}",
                           "with": signal.Signals(-ended).name if ended < 0 else ended,
                           "audit": "clean" if audited["clean"] else "not clean"}}
        if lost:
            row["broken"] = f"{len(lost)} acknowledged orders are not stored, {min(lost)} first"
        elif not audited["clean"] or audited["orders"] != len(stored):
            row["broken"] = f"the audit says {str(audited)[:300]}, and {len(stored)} orders are listed"
        return row

    def told(self):
        """The ids of all orders that any load was answered with."""
        found = set()
        for path in glob.glob(f"{self.engine.folder}/flood*.ids-*"):
            with open(path) as file:
                found.update(file.read().split())
        return found

    def stored(self):
        """Of all orders that the resellers find in their lists, the references by their ids."""
        with open(self.engine.keys_file) as file:
            keys = file.read().split()
        found, connection = {}, Connection(self.shop.port)
        for key in keys:
            page, count = 0, PAGE
            while count == PAGE:
                page += 1
                items = self.shop.ask(f"/v3/internet/list?page={page}&pageSize={PAGE}", key, connection)["items"]
                found.update((item["_id"], item["ref"]) for item in items)
                count = len(items)
        connection.close()
        return found

    def audit(self):
        try:
            return self.shop.command("audit")
        except Refused as error:
            return {"clean": False, "orders": None, "error": str(error)}
