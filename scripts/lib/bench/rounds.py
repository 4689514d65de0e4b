"""One round: every measure of one engine once, in shops that are fresh, with the bases of the ratios among them."""

from . import catalogue, machine, nodes, wrk
from .engines import WALLETS, WARM_SECONDS

#: Deliveries wait for an hour, so that `send` in the sandbox is measured alone.
HELD_BACK = ("--operator-delay", "1h")
SEND = "/v3/internet/send"
#: Pages of the list whose orders the reading measures ask for.
ASKED_PAGES = range(1, 31)
FLOOR_SECONDS = 1


class Round:
    def __init__(self, engine, names, seconds, bases, progress, is_first=True):
        self.engine, self.names, self.seconds, self.is_first = engine, names, seconds, is_first
        self.bases, self.progress = bases, progress
        self.figures, self.facts = {}, {}

    def run(self):
        """{(name, count): figures} and the round's facts."""
        self._measure_bases()
        self.facts["sync_ms"] = round(machine.sync_ms(self.engine.disk), 3)
        if self.names & {"send", "hot", "mix", "send-half", "nodes", "apart-1", "apart-3"}:
            self._in_sandbox()
        self._measure_echo()
        if self.names & {"ping", "products", "check-id", "check-ref", "list", "whole", "send-card"}:
            self._in_production()
        if self.bases.floor and self.names & set(catalogue.FLOORS.values()):
            self._on_the_floor()
        return self.figures, self.facts

    def keep(self, name, count, figures):
        self.figures[name, count] = figures
        self.progress.step()

    def load(self, name, count, url, script, *arguments):
        self.progress.tell(name, count)
        self.keep(name, count, wrk.run(self.seconds, url, count, script, *arguments))

    # The bases

    def _measure_bases(self):
        self._measure_echo()
        if "pgbench" in self.names:
            self.progress.tell("pgbench", 16)
            self.keep("pgbench", 16, self.bases.pgbench.measure(self.seconds))

    def _measure_echo(self):
        """Twice a round, at its beginning and in its middle: the machine's speed wanders, and the mean is the base."""
        self.progress.tell("echo", 64)
        now, before = self.bases.echo.measure(self.seconds), self.figures.get(("echo", 64))
        if before is None:
            self.keep("echo", 64, now)
        else:
            means = {name: (before[name] + now[name]) / 2 for name in ("rate", "p50_ms", "p99_ms")}
            self.figures["echo", 64] = {**means, "bad": before["bad"] + now["bad"]}

    # The sandbox: sales by many, nothing delivered

    def _in_sandbox(self):
        shop = self.engine.open_shop("sandbox", *HELD_BACK)
        keys = self.engine.keys_file
        self.progress.tell("warming up")
        wrk.run(WARM_SECONDS, shop.url + SEND, 64, "body", "warm", keys)
        self.engine.settle(shop)
        for count in self._counts("send"):
            self.load("send", count, shop.url + SEND, "body", f"send{count}", keys)
        for count in self._counts("hot"):
            self.load("hot", count, shop.url + SEND, "body", f"hot{count}", shop.about["sandboxKey"])
        if "mix" in self.names:
            self.load("mix", 64, shop.url + SEND, "mix", "mix", keys, self._earlier(shop))
        if "send-half" in self.names:
            self._at_half(shop)
        self.facts["memory_after_sends_mb"] = shop.memory_mb()["peak"]
        more = nodes.measure(self, shop) if self.names & {"nodes", "apart-1", "apart-3"} else []
        self.engine.close_shop(shop, *more)
        nodes.clean()

    def _earlier(self, shop):
        """Orders of some of the resellers, with their keys, in a file."""
        with open(self.engine.keys_file) as file:
            keys = file.read().split()[:10]
        return self._write("earlier", [f"/v3/internet/check-ref/{ref} {key}" for key in keys
                                       for _, ref in shop.orders(key, range(1, 3), status="HANDLING")])

    def _at_half(self, shop):
        """Latency where there is room: each connection waits for its turn at a pace that is kept."""
        keys, name = self.engine.keys_file, "half"
        sends = [figures["rate"] for (measure, _), figures in self.figures.items() if measure == "send"]
        if not sends:
            self.progress.tell("send", 64)
            sends = [wrk.run(self.seconds, shop.url + SEND, 64, "body", "best", keys)["rate"]]
        pace = max(sends) / 2
        self.load("send-half", 64, shop.url + SEND, "pace", name, keys, f"{wrk.threads(64) * 1000 / pace:.6f}")
        self.figures["send-half", 64]["wanted_rate"] = pace

    # Production: one reseller, a card an order

    def _in_production(self):
        shop = self.engine.open_shop("production", *HELD_BACK)
        key = shop.about["productionKey"]
        self.progress.tell("warming up")
        wrk.run(WARM_SECONDS, shop.url, 64, "whole", "warm", key)
        shop.wait_delivered(key)
        self.engine.settle(shop)
        self._read(shop, key)
        for count in self._counts("whole"):
            self.load("whole", count, shop.url, "whole", f"whole{count}", key)
            shop.wait_delivered(key)
        for count in self._counts("send-card"):
            self.load("send-card", count, shop.url + SEND, "body", f"card{count}", key)
            self.progress.tell("waiting for deliveries")
            self.figures["send-card", count]["delivered_after_seconds"] = round(shop.wait_delivered(key), 2)
        self.facts["memory_after_deliveries_mb"] = shop.memory_mb()["peak"]
        shop.stop()
        self.facts["orders"] = shop.command("audit")["orders"]
        self.facts["start_seconds"] = round(shop.start(), 2)
        self.engine.close_shop(shop)

    def _read(self, shop, key):
        wanted = self.names & {"check-id", "check-ref"}
        orders = shop.orders(key, ASKED_PAGES) if wanted else []
        paths = {"ping": ["/v3/ping "], "products": [f"/v3/internet/products?type=ADSL {key}"],
                 "list": [f"/v3/internet/list {key}"],
                 "check-id": [f"/v3/internet/check-id/{id} {key}" for id, _ in orders],
                 "check-ref": [f"/v3/internet/check-ref/{ref} {key}" for _, ref in orders]}
        for name in ("ping", "products", "check-id", "check-ref", "list"):
            if name in self.names:
                self.load(name, 64, shop.url, "get", self._write(name, paths[name]))

    def _write(self, name, lines):
        path = f"{self.engine.folder}/{name}.paths"
        with open(path, "w") as file:
            file.write("\n".join(lines) + "\n")
        return path

    # The floor

    def _on_the_floor(self):
        """`send` is sold to as many wallets as in the sandbox, cards to one: how many pages a sale touches is the most
        of what it costs."""
        for batch in self._batches():
            self.progress.tell("floor", batch)
            found = {}
            if "floor-send" in self.names:
                found["floor-send"] = self.bases.floor.measure(batch, WALLETS, FLOOR_SECONDS)["send"]
            if self.names & {"floor-hot", "floor-card", "floor-whole"}:
                of_one = self.bases.floor.measure(batch, 1, FLOOR_SECONDS)
                found.update({f"floor-{kind}": of_one[rows]
                              for kind, rows in (("hot", "send"), ("card", "card"), ("whole", "whole"))})
            for name, figures in found.items():
                if name in self.names:
                    self.keep(name, batch, figures)

    def _batches(self):
        """It takes long, so what no target asks for is measured once."""
        if self.is_first:
            return (1, catalogue.FLOOR_BATCH)
        return (catalogue.FLOOR_BATCH,) if self.engine.name == "sqlite" else ()

    def _counts(self, name):
        return catalogue.BY_NAME[name].counts if name in self.names else ()

