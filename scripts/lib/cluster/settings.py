"""The settings of Patroni with its PostgreSQL, and of HAProxy. docs/operating/cluster.md explains each."""

import glob
import json
import os

from .folder import HOST, PLACES
from .processes import Refused

#: Seconds. A dead primary is replaced when its claim of TTL is over. TTL must be >= LOOP_WAIT + 2 * RETRY_TIMEOUT.
TTL, LOOP_WAIT, RETRY_TIMEOUT = 20, 2, 5


def postgres_programs():
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin/postgres"), key=lambda path: float(path.split("/")[4]))
    if not found:
        raise Refused("PostgreSQL's server is not installed: run scripts/install postgresql")
    return os.path.dirname(found[-1])


def patroni(folder, place):
    """One server. Patroni reads YAML, and JSON is YAML."""
    name = f"postgres-{place}"
    return json.dumps({
        "scope": "rasid",
        "name": name,
        "etcd3": {"host": f"{HOST}:{folder.port('etcd')}"},
        "restapi": {"listen": f"{HOST}:{folder.port(f'patroni-{place}')}",
                    "connect_address": f"{HOST}:{folder.port(f'patroni-{place}')}"},
        "bootstrap": {
            "dcs": {
                "ttl": TTL, "loop_wait": LOOP_WAIT, "retry_timeout": RETRY_TIMEOUT,
                "synchronous_mode": True,
                "synchronous_mode_strict": True,
                "primary_start_timeout": 0,
                "maximum_lag_on_failover": 128 << 20,
                "postgresql": {
                    "use_pg_rewind": True,
                    "parameters": {"max_connections": 300, "wal_keep_size": "1GB", "restart_after_crash": False,
                                   "wal_retrieve_retry_interval": "500ms", "wal_sender_timeout": "10s"},
                },
            },
            "initdb": [{"encoding": "UTF8"}, "no-locale", "data-checksums"],
        },
        "postgresql": {
            "listen": f"{HOST}:{folder.port(name)}",
            "connect_address": f"{HOST}:{folder.port(name)}",
            "data_dir": folder / f"{name}/data",
            "bin_dir": postgres_programs(),
            "pgpass": folder / f"{name}/pgpass",
            "authentication": {role: {"username": user, "password": folder.password(user)} for role, user
                               in (("superuser", "postgres"), ("replication", "replicator"))},
            "parameters": {"unix_socket_directories": ""},
            "pg_hba": [f"host all all {HOST}/32 scram-sha-256", f"host replication replicator {HOST}/32 scram-sha-256"],
        },
    }, indent=2)


UNAVAILABLE = (r'{"success":false,"error":{"code":"SERVICE_UNAVAILABLE","message":"%s"%s},'
               r'"requestId":"%%[var(txn.id)]"}')


def haproxy(folder):
    def refusal(status, words, details=""):
        body = (UNAVAILABLE % (words, details)).replace("\\", "\\\\").replace('"', '\\"')
        return (f'    http-error status {status} content-type application/json lf-string "{body}"'
                f" hdr Retry-After 1 hdr X-Request-Id %[var(txn.id)]")

    unknown = ("No answer came, an order may have been placed: look its ref up, "
               "or repeat it with the same Idempotency-Key")
    servers = "\n".join(f"    server node-{place} {HOST}:{folder.port(f'node-{place}')} check" for place in PLACES)
    return f"""global
    maxconn 4000
    log stdout format raw local0 notice

defaults
    mode http
    log global
    timeout http-request 10s
    timeout http-keep-alive 75s
    timeout client 100s
    timeout connect 1s
    # Above ?wait=60 and the 30 s for which a node looks into a commit in doubt.
    timeout server 100s

frontend shop
    bind {HOST}:{folder.port('haproxy')}
    http-request set-var(txn.id) uuid()
    option forwardfor
    default_backend nodes

backend nodes
    balance leastconn
    option httpchk GET /health/ready
    default-server inter 500ms rise 1 fall 2
    timeout check 2s
    # Another node is tried where none could be reached. What has been sent to a node is never sent again.
    retry-on conn-failure
    retries 2
    option redispatch 1
    http-reuse safe
    # Those who read JSON read it here, too. Status 502 and 504 say that a node had the request.
    http-after-response set-status 503 if {{ status 502 504 }}
{refusal(503, "No node takes orders now: nothing was started")}
{refusal(502, unknown, ',"details":{"outcome":"unknown"}')}
{refusal(504, unknown, ',"details":{"outcome":"unknown"}')}
{servers}
"""
