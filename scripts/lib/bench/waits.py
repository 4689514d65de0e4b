"""Ten thousand clients that wait for an order at once: what they cost, how soon they are woken, and how a stop ends it.

Orders are placed at an even pace, and the sandbox delivers each of them the same time later: so outcomes come at that
pace, once everybody waits. Each client waits for an order of its own.
"""

import asyncio
import gc
import signal
import time
from collections import Counter
from datetime import datetime

from chaos.shop import Refused

from . import crowd, descriptors, engines
from .shop import USERNAME, Shop

WAITING, OUTCOMES_A_SECOND = 10_000, 500
#: Descriptors that the server does not give to connections, and some for whatever else is open.
SPARED_DESCRIPTORS = 600
WAIT_SECONDS = 30
#: From the last order placed to the first outcome: everybody connects, asks, and is seen to wait.
GATHER_SECONDS = 12
SETTLE_SECONDS = 1
#: Connections that place the orders.
PLACERS = 64
MOST_KB, LONGEST_WAKE_MS, LONGEST_DRAIN_SECONDS = 40, 50, 1
#: After this nobody is waited for any longer: a stopping server ends by itself before it.
PATIENCE_SECONDS = 20


def run(programs, folder, seconds):
    """`seconds` does not matter here: it takes as long as all outcomes do."""
    count = min(WAITING, descriptors.allow() - SPARED_DESCRIPTORS)
    place = engines.Sqlite(programs, folder).place("waits")
    shop = Shop(programs.rasid, place, f"{folder}/waits.log")
    gc.collect()
    gc.disable()
    try:
        shop.start("--operator-delay", f"{count // OUTCOMES_A_SECOND + GATHER_SECONDS}s")
        shop.deposit(USERNAME, "--sandbox")
        return asyncio.run(Scene(shop, count).play())
    finally:
        gc.enable()
        shop.kill()


class Waits:
    """Everybody asks for an order of its own, and again where a wait has ended without an outcome."""

    def __init__(self, key, orders):
        self._requests = {}
        self._unasked = [crowd.get(f"/v3/internet/check-id/{order}?wait={WAIT_SECONDS}", key)
                         for order in reversed(orders)]
        self.waiting = self.again = 0
        #: Whether an answer without an outcome is the last one, too.
        self.is_stopping = False
        #: Done when all have their last answer, or will never have it.
        self.ended = asyncio.get_running_loop().create_future()

    def begin(self, client):
        self._requests[client] = self._unasked.pop()
        self.waiting += 1
        client.ask(self._requests[client], self._on_end)

    def _on_end(self, client):
        if client.status == 200 and b'"date_traitement"' not in client.answer and not self.is_stopping:
            self.again += 1
            client.ask(self._requests[client], self._on_end)
            return
        self.waiting -= 1
        if self.waiting == 0 and not self._unasked:
            self.ended.set_result(None)


class Scene:
    def __init__(self, shop, count):
        self.shop, self.count, self.key = shop, count, shop.about["sandboxKey"]
        self.name = f"{count:,} waits at once"

    async def play(self):
        orders = await self.place("first", OUTCOMES_A_SECOND)
        first_outcome = time.monotonic() + GATHER_SECONDS
        before = self.shop.memory_mb()["now"]
        waits = Waits(self.key, orders)
        clients = await crowd.connect(self.shop.port, self.count, waits.begin)
        await asyncio.sleep(SETTLE_SECONDS)
        beat = crowd.Heartbeat()
        rows = [self.memory(before, self.shop.memory_mb()["now"], waits, first_outcome - time.monotonic())]
        await asyncio.wait([waits.ended], timeout=2 * WAIT_SECONDS + PATIENCE_SECONDS)
        rows.append(self.woken(clients, beat.end(), waits))
        rows.append(await self.drain(clients))
        return rows

    # Orders, and clients that wait for them

    async def place(self, name, pace=None):
        """Ids of new orders, as many as there are clients, at an even pace a second or as fast as it goes."""
        placers, ids = asyncio.Queue(), []
        for client in await crowd.connect(self.shop.port, PLACERS):
            placers.put_nowait(client)

        def placed(client):
            if client.status != 200:
                raise Refused(f"an order was answered {client.answer!r}")
            ids.append(client.data["topupId"])
            placers.put_nowait(client)

        began = time.monotonic()
        for number in range(self.count):
            if pace:
                await asyncio.sleep(max(0, began + number / pace - time.monotonic()))
            client = await asyncio.wait_for(placers.get(), PATIENCE_SECONDS)
            client.ask(crowd.post("/v3/internet/send", self.key, {
                "type": "ADSL", "number": "036362608", "value": 1000, "ref": f"{name}-{number}"}), placed)
        for _ in range(PLACERS):
            (await asyncio.wait_for(placers.get(), PATIENCE_SECONDS)).transport.close()
        return ids

    # What is to be said about it

    def memory(self, before, after, waits, room):
        each = (after - before) * 1024 / self.count
        row = {"name": self.name, "target": f"≤ {MOST_KB} KB each",
               "met": each <= MOST_KB and waits.waiting == self.count,
               "figures": {"KB each": f"{each:.1f}", "MB before": f"{before:.0f}", "MB with all": f"{after:.0f}",
                           "s to the first outcome": f"{room:.1f}"}}
        if waits.waiting < self.count:
            row["figures"]["waited"] = f"{waits.waiting:,} at that moment"
        return row

    def woken(self, clients, late, waits):
        outcomes, delays, other = [], [], Counter()
        for client in clients:
            data = client.data if client.status == 200 else {}
            if "date_traitement" in data:
                outcomes.append(datetime.fromisoformat(data["date_traitement"]).timestamp())
                delays.append(1000 * (client.at - outcomes[-1]))
            else:
                other[client.status or "no answer"] += 1
        if not delays:
            return {"name": f"{self.name}: woken", "figures": {}, "met": False,
                    "broken": f"nobody had an outcome ({dict(other)})"}
        p99 = crowd.part(delays, 0.99)
        rate = (len(outcomes) - 1) / (max(outcomes) - min(outcomes))
        row = {"name": f"{self.name}: woken", "met": p99 <= LONGEST_WAKE_MS and not other,
               "target": f"p99 ≤ {LONGEST_WAKE_MS} ms at {OUTCOMES_A_SECOND} outcomes/s",
               "figures": {"p50 ms": f"{crowd.part(delays, 0.5):.1f}", "p99 ms": f"{p99:.1f}",
                           "most ms": f"{max(delays):.1f}", "outcomes/s": f"{rate:.0f}",
                           "asked again": waits.again,
                           "the clients' own lateness p50 / p99 ms":
                           f"{crowd.part(late, 0.5):.1f} / {crowd.part(late, 0.99):.1f}"}}
        if other:
            row["broken"] = f"without outcome: {dict(other)}"
        return row

    async def drain(self, clients):
        """Everybody waits for one more order; then the server is told to stop."""
        waits = Waits(self.key, await self.place("last"))
        for client in clients:
            waits.begin(client)
        await asyncio.sleep(SETTLE_SECONDS)
        early, beat = self.count - waits.waiting, crowd.Heartbeat()
        waits.is_stopping = True
        began = time.time()
        self.shop.process.send_signal(signal.SIGTERM)
        await asyncio.wait([waits.ended], timeout=PATIENCE_SECONDS)
        late = beat.end()
        status = await asyncio.to_thread(self.shop.process.wait, PATIENCE_SECONDS)
        stopped = time.time() - began
        took = [client.at - began for client in clients if client.status == 200]
        slowest = max(took, default=0)
        row = {"name": f"{self.name}: a stop", "target": f"all answered within {LONGEST_DRAIN_SECONDS} s",
               "met": len(took) == self.count and early == 0 and slowest <= LONGEST_DRAIN_SECONDS and status == 0,
               "figures": {"answered": f"{len(took):,}", "half of them after s": f"{crowd.part(took or [0], 0.5):.2f}",
                           "all after s": f"{slowest:.2f}", "the server's end after s": f"{stopped:.1f}",
                           "with": status, "the clients' own lateness p99 ms": f"{crowd.part(late, 0.99):.1f}"}}
        if early:
            row["figures"]["had their answer before"] = early
        return row
