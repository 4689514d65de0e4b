"""The parts of a cluster, each started, asked, stopped and killed."""

import http.client
import json
import os
import shutil
import signal
import subprocess
import time

from . import settings
from .folder import HOST, PLACES
from .processes import SERVICE_USER, Refused, Service, parent, send, tell, wait_until


def get(port, path, seconds=3):
    """The status and the JSON of an answer; (None, None) where there is none."""
    connection = http.client.HTTPConnection(HOST, port, timeout=seconds)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read() or b"null")
    except (OSError, http.client.HTTPException, ValueError):
        return None, None
    finally:
        connection.close()


def program(name):
    """Some live where only root looks."""
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if not found:
        raise Refused(f"{name} is not installed: run scripts/cluster up, which installs it")
    return found


class Server(Service):
    """A PostgreSQL server and the Patroni that starts, follows and promotes it."""

    def __init__(self, folder, place):
        self.place = place
        self.port = folder.port(f"postgres-{place}")
        self.api_port = folder.port(f"patroni-{place}")
        self.data = folder / f"postgres-{place}/data"
        words = [program("patroni"), folder / f"postgres-{place}/patroni.json"]
        super().__init__(f"postgres-{place}", words, words[1:], folder / f"postgres-{place}.log", SERVICE_USER)

    def postmasters(self):
        return self.pids("postgres", ["-D", self.data])

    def is_primary(self):
        return get(self.api_port, "/primary")[0] == 200

    def stop(self, seconds=60):
        """Patroni takes its server along; one without a Patroni is stopped here."""
        super().stop(seconds)
        for process in self.postmasters():
            send(signal.SIGINT, process)
        wait_until(lambda: not self.postmasters(), seconds, f"{self.name} did not stop")

    def die(self):
        """As a machine dies: Patroni, the server and all its processes at once."""
        postmasters = self.postmasters()
        processes = [int(name) for name in os.listdir("/proc") if name.isdigit()]
        backends = [process for process in processes if parent(process) in postmasters]
        for process in [*self.pids(), *postmasters, *backends]:
            send(signal.SIGKILL, process)
        wait_until(lambda: not (self.pids() or self.postmasters()), 10, f"{self.name} did not die")


class Node(Service):
    """A server of the shop."""

    def __init__(self, folder, place):
        self.place, self.port = place, folder.port(f"node-{place}")
        words = [folder.state["binary"], "serve", "--database", folder.database, "--vault-key", folder / "vault.key",
                 "--host", HOST, "--port", str(self.port), "--trusted-proxy", f"{HOST}/32", "--log-format", "text"]
        marks = [folder.database, str(self.port)]
        super().__init__(f"node-{place}", words, marks, folder / f"node-{place}.log")

    def is_ready(self):
        return get(self.port, "/health/ready")[0] == 200


class Cluster:
    def __init__(self, folder):
        self.folder = folder
        self.etcd = self._etcd()
        self.servers = [Server(folder, place) for place in PLACES]
        self.nodes = [Node(folder, place) for place in PLACES]
        words = [program("haproxy"), "-db", "-f", folder / "haproxy.cfg"]
        self.haproxy = Service("haproxy", words, words[3:], folder / "haproxy.log", SERVICE_USER)

    def _etcd(self):
        clients, peers = (f"http://{HOST}:{self.folder.port(name)}" for name in ("etcd", "etcd-peers"))
        mark = f"--data-dir={self.folder / 'etcd'}"
        words = [program("etcd"), "--name=etcd", mark, f"--listen-client-urls={clients}",
                 f"--advertise-client-urls={clients}", f"--listen-peer-urls={peers}",
                 f"--initial-advertise-peer-urls={peers}", f"--initial-cluster=etcd={peers}",
                 "--auto-compaction-retention=1h", "--log-level=warn"]
        return Service("etcd", words, [mark], self.folder / "etcd.log", SERVICE_USER)

    # Starting and stopping

    def start_database(self):
        """etcd, then the servers, then the shop's role and its empty database."""
        self.folder.make_room("etcd")
        self.etcd.started(self.is_etcd_well)
        for server in self.servers:
            self.folder.make_room(server.name)
            text = settings.patroni(self.folder, server.place)
            self.folder.write(f"{server.name}/patroni.json", text, SERVICE_USER)
            server.start()
        wait_until(self.is_whole, 120, "the three PostgreSQL servers did not come together (see postgres-*.log in "
                                       f"{self.folder.path})")
        self._make_database()

    def start_shop(self):
        for node in self.nodes:
            node.start()
        for node in self.nodes:
            node.started(node.is_ready)
        self.folder.write("haproxy.cfg", settings.haproxy(self.folder), SERVICE_USER)
        self.haproxy.started(self.is_open)

    def stop(self):
        self.haproxy.stop()
        for node in self.nodes:
            node.stop()
        # The primary last: it hands what it has to a standby.
        for server in sorted(self.servers, key=Server.is_primary):
            server.stop()
        self.etcd.stop()

    # Looking

    def is_etcd_well(self):
        return get(self.folder.port("etcd"), "/health") == (200, {"health": "true"})

    def is_open(self):
        return get(self.folder.port("haproxy"), "/health/ready")[0] == 200

    def members(self):
        """What Patroni says of each server, by name; empty where no Patroni answers."""
        for server in self.servers:
            status, answer = get(server.api_port, "/cluster")
            if status == 200:
                return {member["name"]: member for member in answer["members"]}
        return {}

    def is_whole(self):
        """A primary and two standbys, one of which is synchronous."""
        members = self.members().values()
        return (sorted(member["role"] for member in members) == ["leader", "replica", "sync_standby"]
                and all(member["state"] in ("running", "streaming") for member in members)
                and len({member.get("timeline") for member in members}) == 1)

    def primary(self):
        for server in self.servers:
            if server.is_primary():
                return server
        raise Refused("no PostgreSQL server takes writes now: look at scripts/cluster status")

    # SQL

    def takes_writes(self):
        """Whether a transaction can be committed, which with strict synchronous replication needs a standby."""
        done = subprocess.run(["psql", "-XAtqc", "SELECT pg_logical_emit_message(true, 'cluster', '')",
                               self.folder.database], capture_output=True, stdin=subprocess.DEVNULL)
        return done.returncode == 0

    def _make_database(self):
        script = f"""
            SELECT 'CREATE ROLE rasid LOGIN' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'rasid') \\gexec
            ALTER ROLE rasid PASSWORD '{self.folder.password("rasid")}';
            SELECT 'CREATE DATABASE rasid OWNER rasid'
                WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'rasid') \\gexec"""
        place = ["-h", HOST, "-p", str(self.primary().port), "-U", "postgres"]
        done = subprocess.run(["psql", "-Xq", "-v", "ON_ERROR_STOP=1", *place, "postgres"], input=script, text=True,
                              capture_output=True, env={**os.environ, "PGPASSWORD": self.folder.password("postgres")})
        if done.returncode != 0:
            raise Refused(f"the shop's database could not be made: {done.stderr.strip()}")
        # libpq goes to the next server where nobody answers, not where the database has not come yet.
        wait_until(self.takes_writes, 30, "the shop's database took no writes (see scripts/cluster status)")

    # Dying

    def kill_primary(self):
        """Ends the machine of the primary. Returns its server and the seconds until another one takes writes."""
        dead = self.primary()
        began = time.monotonic()
        dead.die()
        tell(f"{dead.name} is dead: waiting until another one takes writes")
        wait_until(self.takes_writes, 120, "no other server took writes (see scripts/cluster status)")
        return dead, time.monotonic() - began

    def bring_back(self, server):
        """Starts a dead server as a standby. Returns the seconds until all three are together again."""
        server.start()
        return wait_until(self.is_whole, 180, f"{server.name} did not come back as a standby (see {server.log})")
