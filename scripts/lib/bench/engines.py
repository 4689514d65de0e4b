"""The two stores that a shop lies in, and fresh shops in them: copies of one with resellers, money and cards."""

import glob
import os
import re
import shutil
import subprocess
import tempfile
import time

from chaos.nodes import OwnPostgres
from chaos.shop import Refused

from . import machine
from .shop import USERNAME, Place, Shop

WALLETS = 100
PRODUCT = "ADSL,1000"
#: Clear of whatever codes a shop may have already.
FIRST_CODE = 9_400_000_000_000_000
#: How long a fresh shop is under load before anything is measured.
WARM_SECONDS = 1.5


class Engine:
    """Makes shops in a folder, and takes them away again."""

    name = durability = ""
    #: Orders a second that nothing measured on a two-core machine comes near, for so many cards must be there.
    most_whole = most_cards = 0

    def __init__(self, programs, folder):
        self.programs, self.folder = programs, folder
        #: The folder that its commits are written to.
        self.disk = folder
        self.facts = {}
        self._shops = []

    def make_template(self, cards):
        """The shop that the others are copies of: 100 resellers with sandbox keys, and one who buys cards."""
        shop = Shop(self.programs.rasid, self.place("template"), f"{self.folder}/template.log")
        self._shops.append(shop)
        shop.start()
        shop.deposit(USERNAME)
        shop.deposit(USERNAME, "--sandbox")
        with open(self.keys_file, "w") as file:
            file.write("\n".join(shop.open_wallets(WALLETS)) + "\n")
        self.facts = {"cards": cards, "import_seconds": round(self.import_cards(shop, cards), 1)}
        self._shops.remove(shop)
        shop.stop()

    @property
    def keys_file(self):
        return f"{self.folder}/keys"

    def import_cards(self, shop, cards):
        """Seconds that it took."""
        path = f"{self.folder}/cards.csv"
        # Other ones in each run: a shop that is kept from run to run has those of the last.
        first = FIRST_CODE + int(time.time()) * 1_000_000
        with open(path, "w") as file:
            file.writelines(f"{PRODUCT},{first + number}\n" for number in range(cards))
        began = time.monotonic()
        report = shop.command("cards", "import", path)
        os.unlink(path)
        if report["inserted"] != cards:
            raise Refused(f"of {cards} cards {report['inserted']} were imported")
        return time.monotonic() - began

    def open_shop(self, name, *settings):
        """A server over a copy of the template."""
        place = self.copy_of(self.place("template"), name)
        shop = Shop(self.programs.rasid, place, f"{self.folder}/{name}.log")
        self._shops.append(shop)
        shop.start(*settings)
        return shop

    def join(self, shop, name, *settings):
        """Another server over the same shop, where the engine allows it."""
        node = Shop(self.programs.rasid, shop.place, f"{self.folder}/{name}.log")
        self._shops.append(node)
        node.start(*settings)
        return node

    def close_shop(self, shop, *nodes):
        """At once: a server that waits for its operator's answers would take its time, and the shop goes anyway."""
        for server in (shop, *nodes):
            server.kill()
            self._shops.remove(server)
            os.unlink(server.log_file)
        self.remove(shop.place)

    def end(self):
        for shop in self._shops:
            shop.kill()

    # What each engine says for itself

    def place(self, name):
        """Where a shop of this name lies, or would."""
        raise NotImplementedError

    def copy_of(self, place, name):
        """The place of a new shop that is as the one in `place`, which nobody serves."""
        raise NotImplementedError

    def remove(self, place):
        raise NotImplementedError

    def new_place(self, name):
        """A place with nothing in it."""
        return self.place(name)

    def settle(self, shop):
        """What a shop of some minutes' age has behind it."""

    def bytes(self, place):
        """What a shop takes on the disk when no server is at it."""
        raise NotImplementedError


class Sqlite(Engine):
    name = "sqlite"
    durability = "SQLite in WAL mode with synchronous=FULL: every commit waits for fsync"
    most_whole, most_cards = 10_000, 20_000

    def place(self, name):
        return Place(folder=f"{self.folder}/{name}")

    def copy_of(self, place, name):
        copy = self.place(name)
        shutil.copytree(place.folder, copy.folder)
        # Or the copy is written while somebody measures.
        os.sync()
        return copy

    def remove(self, place):
        shutil.rmtree(place.folder, ignore_errors=True)

    def bytes(self, place):
        return sum(os.path.getsize(path) for path in glob.glob(f"{place.folder}/rasid.db*"))


class Postgres(Engine):
    name = "postgres"
    durability = "PostgreSQL with fsync and synchronous_commit on"
    most_whole, most_cards = 2_000, 5_000

    def __init__(self, programs, folder):
        super().__init__(programs, folder)
        found = glob.glob("/usr/lib/postgresql/*/bin")
        if not found:
            raise Refused("PostgreSQL's server is not installed: scripts/install postgresql")
        self.binaries = max(found, key=lambda path: [int(part) for part in re.findall(r"\d+", path)])
        # Where its temporary folder comes to lie.
        if machine.keeps_nothing(tempfile.gettempdir()):
            os.environ["TMPDIR"] = folder
        self.disk = os.environ.get("TMPDIR") or tempfile.gettempdir()
        self._server = OwnPostgres()

    def end(self):
        super().end()
        self._server.end()

    def url(self, name):
        return f"{self._server.url.rsplit('/', 1)[0]}/{name}"

    def place(self, name):
        return Place(url=self.url(database(name)), vault_key=f"{self.folder}/vault.key")

    def make_template(self, cards):
        self.new_place("template")
        super().make_template(cards)
        self.sql("VACUUM ANALYZE", self.url("template"))

    def new_place(self, name):
        self.sql(f"CREATE DATABASE {database(name)}")
        return self.place(name)

    def copy_of(self, place, name):
        self.sql(f"CREATE DATABASE {database(name)} TEMPLATE {name_in(place)}")
        self.sql("CHECKPOINT")
        return Place(url=self.url(database(name)), vault_key=place.vault_key)

    def remove(self, place):
        self.sql(f"DROP DATABASE {name_in(place)} WITH (FORCE)")

    def settle(self, shop):
        """pgbench, too, begins with VACUUM and ANALYZE."""
        self.sql("VACUUM ANALYZE", shop.place.url)

    def bytes(self, place):
        return int(self.sql(f"SELECT pg_database_size('{name_in(place)}')"))

    def sql(self, text, url=None):
        done = subprocess.run([os.path.join(self.binaries, "psql"), "-XqAt", "-c", text, url or self._server.url],
                              stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if done.returncode != 0:
            raise Refused(f"psql: {done.stderr.strip()[:300]}")
        return done.stdout.strip()


def database(name):
    return name.replace("-", "_")


def name_in(place):
    return place.url.rsplit("/", 1)[1]


def cards_needed(engine, names, seconds, echo_rate):
    """Cards for one repeat, generously; a faster machine, which its echo shows, sells more of them."""
    speed = max(1, echo_rate / 40_000)
    whole = WARM_SECONDS + (2 * seconds if "whole" in names else 0)
    sends = 2 * seconds if "send-card" in names else 0
    return int(speed * (whole * engine.most_whole + sends * engine.most_cards)) + 2000
