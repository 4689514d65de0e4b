"""Stores that refuse writes while the shop serves, and later take them again."""

import os
import resource
import signal
import subprocess
import time

from . import rounds
from .scene import SMALL_DISK, Scene, Skipped, run

OUTAGE_SECONDS = 4
#: A commit that failed for input or output is in doubt and looked into for 30 s before the client hears 503.
DOUBT_SECONDS = 36


class Outage(Scene):
    """The store refuses writes for some seconds, under load."""

    is_outlived_by_restart = True
    seconds = DOUBT_SECONDS

    def begin(self):
        raise NotImplementedError

    def end(self):
        raise NotImplementedError

    def trouble(self):
        self.open()
        self.trade(1)
        before = dict(self.world.tally)
        self.begin()
        self.meanwhile(before)
        self.end()
        self.come_back()
        if self.is_outlived_by_restart:
            self.begin()
            self.shop.kill()
            self.restart_in_trouble()
            self.end()
            self.come_back()
        self.shop.command("account", "deposit", self.world.resellers[0].username, "10.01", "--ref", "in trouble")
        self.world.deposits[(self.world.resellers[0].username, "PRODUCTION", "in trouble")] = 10_01
        self.sells_again()
        self.compare()

    def meanwhile(self, before):
        unready = self.wait_until(lambda: not self.shop.is_ready(), 10)
        time.sleep(self.seconds)
        ended = self.shop.process.poll()
        if ended is not None:
            return self.hear_end(ended)
        words = "never" if unready is None else f"after {unready:.1f} s"
        self.say(f"/health/ready said no {words}: {self.health()}")
        if unready is None:
            self.fault("ready all the time, with a store that takes no writes")
        tally = self.world.tally
        self.say(f"meanwhile: {tally['503'] - before.get('503', 0)} × 503 ({tally['503 unknown']} of unknown outcome), "
                 f"{tally['acknowledged'] - before['acknowledged']} acknowledged; check-id: {self.read_back()}")
        if tally["503"] == before.get("503", 0):
            self.fault("no send was refused with 503")
        self.command_meanwhile()

    def hear_end(self, ended):
        self.fault(f"the server ended by itself with {ended}: {self.shop.words()}")

    def command_meanwhile(self):
        """The same deposit is given again once all is well: one reference is one movement."""
        done = self.shop.try_command(
            "account", "deposit", self.world.resellers[0].username, "10.01", "--ref", "in trouble")
        self.say(f"rasid account deposit: ended with {done.returncode}: {(done.stderr or done.stdout).strip()}")
        if done.returncode not in (0, 1) or done.returncode == 1 and not done.stderr.strip():
            self.fault("a command that is refused ends with 1 and says why")

    def sells_again(self):
        acknowledged = self.world.tally["acknowledged"]
        if self.wait_until(lambda: self.world.tally["acknowledged"] > acknowledged + 20, 10) is None:
            self.fault("no orders were acknowledged after the recovery")


class FullDisk(Outage):
    name = f"A disk of {SMALL_DISK} fills up under load"
    seconds = OUTAGE_SECONDS

    def set_up(self):
        self.mount()

    def begin(self):
        self.filler = os.path.join(self.data, "filler")
        with open(self.filler, "wb", buffering=0) as file:
            for size in (1 << 20, 4096, 1):
                try:
                    while True:
                        file.write(b"\0" * size)
                except OSError:
                    continue

    def end(self):
        os.remove(self.filler)


class ReadOnlyFolder(Outage):
    name = "The data folder and its files turn read-only while it serves (chattr +i)"

    def hear_end(self, ended):
        """Linux refuses writes to the mapped rasid.db-shm with SIGBUS, of which SQLite cannot make an error."""
        if ended != -signal.SIGBUS:
            return super().hear_end(ended)
        self.say("the server ended with SIGBUS: the kernel refused a write to the mapped rasid.db-shm")

    def begin(self):
        self.places = [os.path.join(self.shop.folder, name) for name in os.listdir(self.shop.folder)]
        self.places.append(self.shop.folder)
        try:
            run("chattr", "+i", *self.places)
        except (Skipped, FileNotFoundError) as reason:
            rounds.close(self.world)
            raise Skipped(f"{reason}") from None

    def end(self):
        run("chattr", "-i", *self.places)

    def tear_down(self):
        if hasattr(self, "places"):
            subprocess.run(["chattr", "-i", *self.places], capture_output=True)
        super().tear_down()


class BrokenDisk(Outage):
    name = "Every write fails with an I/O error while it serves (a file size limit of 0)"
    is_outlived_by_restart = False

    def begin(self):
        self.limit = resource.prlimit(self.shop.process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(self.shop.process.pid, resource.RLIMIT_FSIZE, (0, self.limit[1]))

    def end(self):
        if self.shop.process.poll() is None:
            resource.prlimit(self.shop.process.pid, resource.RLIMIT_FSIZE, self.limit)
