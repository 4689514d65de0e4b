#!/usr/bin/env python3
"""An adapter for Rasid's gateway protocol in Python's standard library: docs/operating/write-a-gateway.md.

    RASID_GATEWAY_SECRET=… PORT=9000 python3 gateway.py

What it has begun and how that ended is kept in the file GATEWAY_STORE. Do not lose that file.
"""
import contextlib, hashlib, hmac, json, os, secrets, sqlite3, time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SECRET = os.environ["RASID_GATEWAY_SECRET"].strip().encode()
# The same file wherever it is started from.
STORE = os.environ.get("GATEWAY_STORE") or os.path.expanduser("~/rasid-gateway.sqlite3")


# ---- Your part: put the call to the portal, the modem or the robot here. It runs once for each id. ----------------
def recharge(order):
    """Recharges order["number"] with order["value"] dinars. Raise, or say "unknown", when you are not sure."""
    if order["number"] in ("000000001", "213000000001"):
        return {"outcome": "refused", "reason": "number_rejected"}
    code = f"{secrets.randbelow(10**16):016}"  # made up
    return {"outcome": "fulfilled", "code": code, "transaction": "T" + secrets.token_hex(6)}


def check(number):
    if number in ("000000007", "213000000007"):
        return {"subscriber": False}
    return {"subscriber": True, "client_number": "1100000000", "offer": "made up"}


# ---- The protocol's part ------------------------------------------------------------------------------------------
def answer(order):
    if order["request"] == "check":
        return check(order["number"])
    with contextlib.closing(sqlite3.connect(STORE, timeout=30)) as store:
        is_new = False
        if order["request"] == "recharge":  # The id is on the disk before anything is begun: a crash repeats nothing.
            is_new = store.execute("INSERT OR IGNORE INTO orders (id) VALUES (?)", [order["id"]]).rowcount == 1
            store.commit()
        if is_new:
            words = recharge(order)
            if words["outcome"] == "later":  # Nothing was begun: the next one may begin it.
                store.execute("DELETE FROM orders WHERE id = ?", [order["id"]])
            elif words["outcome"] in ("fulfilled", "refused"):
                store.execute("UPDATE orders SET words = ? WHERE id = ?", [json.dumps(words), order["id"]])
            store.commit()
            return words
        known = store.execute("SELECT words FROM orders WHERE id = ?", [order["id"]]).fetchone()
        if known is None:  # Of what is older than the file it knows nothing: somebody may have lost another one.
            born = store.execute("SELECT at FROM born").fetchone()[0]
            return {"outcome": "never_seen" if order["placed_at"] > born else "unknown"}
        return json.loads(known[0]) if known[0] else {"outcome": "unknown", "words": "begun, its end is not known"}


def sign(prefix, body):
    return hmac.new(SECRET, prefix.encode() + b"." + body, hashlib.sha256).hexdigest()


class Adapter(BaseHTTPRequestHandler):
    protocol_version, wbufsize, timeout = "HTTP/1.1", -1, 120  # lines are kept, answers leave in one piece

    def do_POST(self):
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or len(length) > 5 or int(length) > 65536:
            self.close_connection = True
            return self.say(400, b"{}")
        body = self.rfile.read(int(length))
        sent_at, signature = self.headers.get("Rasid-Timestamp", "0"), self.headers.get("Rasid-Signature", "")
        is_young = sent_at.isdecimal() and len(sent_at) < 12 and abs(time.time() - int(sent_at)) <= 300
        if not is_young or not hmac.compare_digest(sign(sent_at, body).encode(), signature.encode()):
            return self.say(401, b"{}")
        words = json.dumps(answer(json.loads(body))).encode()
        self.say(200, words, sign(signature, words))

    def say(self, status, words, signature=None):
        self.send_response(status)
        self.send_header("Content-Length", str(len(words)))
        if signature:  # Never given to a stranger.
            self.send_header("Rasid-Signature", signature)
        self.end_headers()
        self.wfile.write(words)


if __name__ == "__main__":
    os.umask(0o077)  # Codes are in that file.
    with contextlib.closing(sqlite3.connect(STORE)) as store, store:
        store.execute("CREATE TABLE IF NOT EXISTS orders (id TEXT PRIMARY KEY, words TEXT) WITHOUT ROWID")
        store.execute("CREATE TABLE IF NOT EXISTS born (at TEXT)")
        born = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime())
        store.execute("INSERT INTO born SELECT ? WHERE NOT EXISTS (SELECT 1 FROM born)", [born])
    ThreadingHTTPServer.request_queue_size = 128
    server = ThreadingHTTPServer(("127.0.0.1", int(os.environ.get("PORT", "9000"))), Adapter)
    print(f"http://127.0.0.1:{server.server_port}/", flush=True)
    server.serve_forever()
