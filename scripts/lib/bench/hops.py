"""What a chain adds for each shop that an order goes through: Rasids that buy from each other, the last one with cards.

One sale at a time, from sending it until its code is seen with `?wait=`. The three shops of one chain are bought from
in turn, from the last one to the front, so that the machine's wandering speed falls on all of them alike.
"""

import time

from chain.shops import NAMES, PRODUCTS, Chain
from chaos.shop import Refused
from chaos.wire import Connection

from . import crowd

SALES, WARM_SALES = 200, 10
WAIT_SECONDS = 30
WORDS = {1: "1 shop", 2: "2 shops", 3: "3 shops"}


def run(programs, folder, seconds):
    """`seconds` does not matter here: it takes as long as the sales do."""
    longest = max(NAMES)
    chain = Chain(programs.rasid, f"{folder}/chain", longest, 0, longest * (SALES + WARM_SALES))
    try:
        chain.start()
        return rows(measure(chain))
    finally:
        chain.end()


def measure(chain):
    """{how many shops an order goes through: milliseconds of every sale}."""
    doors = {hops: Door(stall) for hops, stall in enumerate(reversed(chain.stalls), 1)}
    took = {hops: [] for hops in doors}
    for number in range(-WARM_SALES, SALES):
        for hops, door in doors.items():
            milliseconds = door.sell(f"hops-{hops}-{number}")
            if number >= 0:
                took[hops].append(milliseconds)
    return took


class Door:
    """A customer of one of the shops, on one connection."""

    def __init__(self, stall):
        self.name, self.key, self._connection = stall.name, stall.buyer.key, Connection(stall.shop.port)

    def sell(self, ref):
        """Milliseconds until the code is there."""
        kind, value = PRODUCTS[0]
        began = time.monotonic()
        answer = self._connection.ask("POST", "/v3/internet/send", self.key,
                                      {"type": kind, "number": "036362608", "value": value, "ref": ref})
        if answer.status == 200:
            answer = self._connection.ask(
                "GET", f"/v3/internet/check-id/{answer.data['topupId']}?wait={WAIT_SECONDS}", self.key)
        if answer.data.get("status") != "FULFILLED":
            raise Refused(f"hops: a sale at {self.name} ended so: {answer.status} {answer.body}")
        return 1000 * (time.monotonic() - began)


def rows(took):
    """A row for each length of the way, with what it adds to the one that is a shop shorter."""
    made, before = [], None
    for hops, times in took.items():
        here = {"p50 ms": crowd.part(times, 0.5), "p99 ms": crowd.part(times, 0.99)}
        figures = {name: f"{value:.1f}" for name, value in here.items()}
        if before:
            figures.update({f"added {name}": f"{here[name] - before[name]:+.1f}" for name in here})
        made.append({"name": f"hops: a sale through {WORDS[hops]}", "figures": figures, "met": None})
        before = here
    return made
