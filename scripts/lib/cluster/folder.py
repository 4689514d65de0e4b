"""What a cluster remembers between two commands: ports, passwords, keys, and the program that it serves with."""

import json
import os
import random
import secrets
import shutil
import subprocess
from urllib.parse import quote

from chaos.shop import free_port

from .processes import SERVICE_USER, Refused

PLACES = (1, 2, 3)
HOST = "127.0.0.1"


class Folder:
    def __init__(self, path):
        self.path = os.path.abspath(path)
        self.state = {}
        if os.path.exists(self / "cluster.json"):
            with open(self / "cluster.json") as file:
                self.state = json.load(file)

    def __truediv__(self, name):
        return os.path.join(self.path, name)

    @property
    def exists(self):
        return bool(self.state)

    def make(self):
        """Chooses what stays as it is from now on. Does nothing where it has been done."""
        if self.exists:
            return
        if os.path.exists(self.path) and os.listdir(self.path):
            raise Refused(f"{self.path} is not empty and holds no cluster: name another folder with --dir")
        # Others may pass through, for the servers run as a user of their own; each file has its own rights.
        os.makedirs(self.path, mode=0o711 if SERVICE_USER else 0o700, exist_ok=True)
        roles = ("postgres", "replicator", "rasid")
        self.state = {"ports": self._ports(), "passwords": {role: secrets.token_hex(16) for role in roles}, "keys": {}}
        self.write("pgpass", f"{HOST}:*:*:rasid:{self.state['passwords']['rasid']}\n")
        self.save()

    def save(self):
        self.write("cluster.json", json.dumps(self.state, indent=2) + "\n")

    def write(self, name, text, owner=None):
        """A file that its owner alone may read."""
        path = self / name
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(text)
        if owner:
            shutil.chown(path, owner, owner)
        return path

    def make_room(self, name):
        """A folder for one of the servers."""
        path = self / name
        os.makedirs(path, mode=0o700, exist_ok=True)
        if SERVICE_USER:
            shutil.chown(path, SERVICE_USER, SERVICE_USER)
            if subprocess.run(["test", "-r", path], user=SERVICE_USER).returncode != 0:
                raise Refused(f"the user {SERVICE_USER} may not pass through to {path}: name another folder with --dir")
        return path

    def remove(self):
        shutil.rmtree(self.path)

    @staticmethod
    def _ports():
        names = ["etcd", "etcd-peers", "haproxy"]
        names += [f"{kind}-{place}" for kind in ("postgres", "patroni", "node") for place in PLACES]
        ports = {}
        while len(ports) < len(names):
            port = free_port(random.Random())
            if port not in ports.values():
                ports[names[len(ports)]] = port
        return ports

    def port(self, name):
        return self.state["ports"][name]

    def password(self, role):
        return self.state["passwords"][role]

    @property
    def url(self):
        """Of the shop, through HAProxy."""
        return f"http://{HOST}:{self.port('haproxy')}"

    def node_url(self, place):
        return f"http://{HOST}:{self.port(f'node-{place}')}"

    @property
    def database(self):
        """All three servers, whichever takes writes. The password stands in a file: no command line shows it."""
        hosts = ",".join(f"{HOST}:{self.port(f'postgres-{place}')}" for place in PLACES)
        return (f"postgres://rasid@{hosts}/rasid?target_session_attrs=read-write&connect_timeout=2"
                f"&passfile={quote(self / 'pgpass', safe='/')}")
