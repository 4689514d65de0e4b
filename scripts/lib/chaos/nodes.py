"""Many servers on one PostgreSQL database, of which any may die, and a database of the run's own."""

import json
import os
import random
import subprocess

from .shop import Refused, Shop
from .wire import Connection

#: A connection is given up after at most so many requests, so that a node that comes back is asked again.
REQUESTS_A_CONNECTION = 40
#: The death of another node explains a warning at most: anything graver in a log is a finding.
QUIET_LEVELS = ("trace", "debug", "info", "notice", "warning")
PROGRAM = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "postgres")


class OwnPostgres:
    """A PostgreSQL server in a temporary folder. It ends with this process, however that ends: its input is closed."""

    def __init__(self):
        # In a session of its own, or Ctrl-C would take the database away before the nodes are gone.
        self._process = subprocess.Popen(
            [PROGRAM, "--durable", "sh", "-c", 'echo "$RASID_TEST_POSTGRES"; read end || true'],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True)
        self.url = self._process.stdout.readline().strip()
        if not self.url:
            raise Refused("the PostgreSQL server did not start")

    def end(self):
        self._process.stdin.close()
        self._process.wait(timeout=60)
        self._process.stdout.close()


class Node(Shop):
    """One server of many: the shop is the database, and the vault's key is a file that all of them are given."""

    def __init__(self, binary, database, vault_key, log_file, seed):
        super().__init__(binary, database, log_file, seed)
        self.vault_key = vault_key
        self.is_up = False

    def place(self, words):
        takes_key = tuple(words[:2]) in (("demo",), ("serve",), ("cards", "import"))
        return ["--database", self.folder, *(["--vault-key", self.vault_key] if takes_key else [])]

    def start(self, how="serve"):
        super().start(how)

    def wait_ready(self):
        seconds = super().wait_ready()
        self.is_up = True
        return seconds

    def kill(self):
        """Clients learn of it as they do from a balancer: a moment later."""
        ended = super().kill()
        self.is_up = False
        return ended

    def complaints(self):
        """The lines of the log that are graver than a warning, or no lines of a log; and how many warnings it has."""
        grave, warnings = [], 0
        with open(self.log_file, errors="replace") as log:
            for line in log:
                try:
                    level = json.loads(line).get("level")
                except ValueError:
                    level = None
                warnings += level == "warning"
                if level not in QUIET_LEVELS:
                    grave.append(line.strip())
        return grave, warnings


class Nodes:
    """All of them, for clients, owner and judge as if they were one `Shop`."""

    def __init__(self, binary, folder, database, count, seed):
        self.seed = seed
        self.nodes = []
        self._connections = 0
        while len(self.nodes) < count:
            node = Node(binary, database, f"{folder}/vault.key", f"{folder}/node-{len(self.nodes) + 1}.log",
                        f"{seed}-{len(self.nodes)}")
            if node.port in [other.port for other in self.nodes]:
                raise Refused(f"two nodes drew the port {node.port}: give another --seed")
            self.nodes.append(node)
        self.first = self.nodes[0]

    def start(self):
        """`rasid demo` makes the shop, which must not be there; every later start is a `rasid serve`."""
        found = self.try_command("account", "list")
        if found.returncode == 0:
            raise Refused("the database has a shop already: name one that is empty")
        if "There is no shop" not in found.stderr:
            raise Refused(found.stderr.strip())
        self.first.start("demo")

    def wait_ready(self):
        self.first.wait_ready()
        for node in self.nodes[1:]:
            node.start()
        for node in self.nodes[1:]:
            node.wait_ready()

    def connection(self):
        self._connections += 1
        return RoamingConnection(self, random.Random(f"{self.seed}-connection-{self._connections}"))

    def any(self, dice):
        """A node that is not known to be dead; when none is, one of the dead."""
        return dice.choice([node for node in self.nodes if node.is_up] or self.nodes)

    def kill(self):
        for node in self.nodes:
            node.kill()

    def introduction(self):
        return self.first.introduction()

    def command(self, *words):
        return self.first.command(*words)

    def try_command(self, *words):
        return self.first.try_command(*words)

    def line(self, *words):
        return self.first.line(*words)


class RoamingConnection(Connection):
    """Connects to any living node, and after some requests to another: what one has sold is asked of the other."""

    def __init__(self, nodes, dice):
        super().__init__(port=None)
        self.nodes, self.dice = nodes, dice
        self.requests_left = 0

    def send(self, *request):
        if self.requests_left == 0:
            self.close()
        super().send(*request)
        self.requests_left -= 1

    def _connect(self):
        self.port = self.nodes.any(self.dice).port
        self.requests_left = self.dice.randint(1, REQUESTS_A_CONNECTION)
        super()._connect()
