"""Several nodes on one database: together on this machine's cores, and each with a fifth of a core."""

import contextlib
import os
import statistics
import time

from . import wrk

#: Until new nodes hold as many open orders as they may call operators about: sales are measured, not deliveries.
SETTLE_SECONDS = 8
PERIOD, QUOTA = 20_000, 4_000
_groups = []


def measure(tour, shop):
    """`nodes`, `apart-1` and `apart-3`, with two more nodes beside the one that serves. Returns these two."""
    tour.progress.tell("two more nodes")
    more = [tour.engine.join(shop, f"node-{number}", "--operator-delay", "1h") for number in (2, 3)]
    time.sleep(SETTLE_SECONDS)
    shops = [shop, *more]
    if "nodes" in tour.names:
        sell(tour, "nodes", 63, shops)
    if tour.names & {"apart-1", "apart-3"}:
        apart(tour, shops)
    return more


def sell(tour, name, connections, shops):
    tour.progress.tell(name, connections)
    keys, share = tour.engine.keys_file, connections // len(shops)
    loads = [(f"{node.url}/v3/internet/send", share, "body", f"{name}-{place}", keys)
             for place, node in enumerate(shops)]
    said = wrk.together(tour.seconds, loads)
    tour.keep(name, connections, {
        "rate": sum(one["rate"] for one in said), "p50_ms": statistics.median(one["p50_ms"] for one in said),
        "p99_ms": max(one["p99_ms"] for one in said), "bad": sum(one["bad"] for one in said)})


def apart(tour, shops):
    try:
        for node in shops:
            _groups.append(Group(node.process.pid))
    except OSError:
        tour.progress.say("apart-1 and apart-3 are left out: this machine lets nobody divide its cores (cgroups)")
    else:
        if "apart-1" in tour.names:
            sell(tour, "apart-1", 64, shops[:1])
        if "apart-3" in tour.names:
            sell(tour, "apart-3", 63, shops)
    for group in _groups:
        group.lift()


def clean():
    """Takes the groups away, once the processes in them have ended."""
    while _groups:
        _groups.pop().remove()


class Group:
    """A control group with one process, which gets a fifth of a core until that is lifted."""

    def __init__(self, pid):
        first = "/sys/fs/cgroup/cpu"
        self._path = f"{first if os.path.isdir(first) else '/sys/fs/cgroup'}/rasid-bench-{pid}"
        os.mkdir(self._path)
        try:
            if os.path.exists(f"{self._path}/cpu.max"):
                self._write("cpu.max", f"{QUOTA} {PERIOD}")
            else:
                self._write("cpu.cfs_period_us", PERIOD)
                self._write("cpu.cfs_quota_us", QUOTA)
            self._write("cgroup.procs", pid)
        except OSError:
            os.rmdir(self._path)
            raise

    def _write(self, name, value):
        with open(f"{self._path}/{name}", "w") as file:
            file.write(str(value))

    def lift(self):
        """Its process has all the cores again."""
        if os.path.exists(f"{self._path}/cpu.max"):
            self._write("cpu.max", "max")
        else:
            self._write("cpu.cfs_quota_us", -1)

    def remove(self):
        with contextlib.suppress(OSError):
            os.rmdir(self._path)
