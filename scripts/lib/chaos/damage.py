"""What a shop does that is started on a read-only file system, or on files that have been cut short."""

import os
import shutil

from . import rounds
from .scene import Scene, run
from .shop import Refused, Shop
from .wire import Connection, Garbled, Lost


class ReadOnlyFileSystem(Scene):
    name = "Started on a file system that is mounted read-only"

    def set_up(self):
        self.mount()

    def trouble(self):
        self.open()
        self.trade(1)
        rounds.close(self.world)
        self.shop.kill()
        run("mount", "-o", "remount,ro", self.data)
        self.restart_in_trouble()
        if self.shop.process.poll() is None:
            self.fault("it serves from a folder that it cannot write to")
            self.shop.kill()
        for words in (("audit",), ("order", "list")):
            done = self.shop.try_command(*words)
            told = (done.stderr or done.stdout).strip()[:200]
            self.say(f"rasid {' '.join(words)}: ended with {done.returncode}: {told}")
        run("mount", "-o", "remount,rw", self.data)
        self.shop.start()
        self.say(f"writable again: ready after {self.shop.wait_ready():.2f} s")
        self.compare()


class CutFile(Scene):
    name = "The database file is cut short while the shop is stopped (started with rasid serve)"

    def trouble(self):
        self.open()
        self.trade(2)
        rounds.close(self.world)
        self.shop.kill()
        self.cut("its log, after a kill -9", "rasid.db-wal", lambda size: size // 8, is_detectable=False)
        self.shop.start()
        self.shop.wait_ready()
        self.shop.stop()
        sizes = {name: os.path.getsize(f"{self.shop.folder}/{name}") for name in os.listdir(self.shop.folder)}
        self.say(f"stopped with SIGTERM: {', '.join(f'{name} {size}' for name, size in sorted(sizes.items()))}")
        for words, size in (("half", lambda size: size // 2), ("half, on a page", lambda size: size // 8192 * 4096),
                            ("one page short", lambda size: size - 4096), ("100 bytes", lambda size: 100),
                            ("empty", lambda size: 0), ("gone", None)):
            self.cut(words, "rasid.db", size)
        for words, size in (("empty", lambda size: 0), ("gone", None)):
            self.cut(f"{words}, started with rasid demo", "rasid.db", size, how="demo")
        self.shop.start()
        self.say(f"the whole file again: ready after {self.shop.wait_ready():.2f} s")
        self.compare()

    def cut(self, words, name, size, how="serve", is_detectable=True):
        """Cuts a file of a copy of the shop and starts the shop on that copy."""
        copy = os.path.join(self.folder, "cut")
        shutil.copytree(self.shop.folder, copy)
        if size is None:
            os.remove(f"{copy}/{name}")
        else:
            os.truncate(f"{copy}/{name}", size(os.path.getsize(f"{copy}/{name}")))
        shop = Shop(self.binary, copy, f"{self.folder}/cut.log", self.seed)
        shop.start(how)
        try:
            shop.wait_ready()
        except Refused as refusal:
            self.say(f"{words}: {refusal}")
            if "(it said nothing)" in str(refusal):
                self.fault(f"{words}: the start is refused and nobody says why")
        else:
            self.serves_on(words, shop, is_detectable)
        finally:
            shop.kill()
            self.say_audit(shop)
            shutil.rmtree(copy)

    def serves_on(self, words, shop, is_detectable):
        """A log cut short looks like a younger shop, which the file itself cannot tell: that is said, not judged."""
        entries = [entry for entry in self.world.entries() if entry.id]
        connection = Connection(shop.port, timeout=40)
        try:
            sale = connection.ask("POST", "/v3/internet/send", self.world.resellers[1].key,
                                  {"type": "ADSL", "number": "036000001", "value": 750, "ref": "after the cut"})
            missing = sum(connection.ask("GET", f"/v3/internet/check-id/{entry.id}", entry.reseller.key).status != 200
                          for entry in entries)
        except (Lost, Garbled) as error:
            return self.say(f"{words}: it serves; a request ends with: {error}")
        audit = shop.try_command("audit")
        self.say(f"{words}: IT SERVES; send: {sale.status} {sale.code or 'sold'}; {missing} of {len(entries)} "
                 f"acknowledged orders are not found; rasid audit ends with {audit.returncode}")
        if is_detectable and (sale.status == 200 or missing) and audit.returncode == 0:
            self.fault(f"{words}: it goes on with a damaged store and the audit is content")

    def say_audit(self, shop):
        done = shop.try_command("audit")
        told = (done.stderr or done.stdout).strip()[:200]
        self.say(f"    rasid audit ends with {done.returncode}: {told}")
        if done.returncode != 0 and not told:
            self.fault("an audit that fails must say why")
