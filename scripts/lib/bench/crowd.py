"""Thousands of clients in one process: each a connection with one request at a time, whose answers are kept with the
moment at which they came."""

import asyncio
import json
import re
import time

LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
#: How many connections are made at once: a listening socket's queue is short.
AT_ONCE = 64
BEAT_SECONDS = 0.01


class Client(asyncio.Protocol):
    """A keep-alive connection. `at` and `answer` belong to the latest request, and are None until it is answered."""

    __slots__ = ("transport", "answer", "at", "_buffer", "_on_end")

    def __init__(self):
        self.transport = self.answer = self.at = self._on_end = None
        self._buffer = b""

    def connection_made(self, transport):
        self.transport = transport

    def ask(self, request, on_end):
        """`on_end` is called with the client once it has its answer, or will never have it."""
        self.answer = self.at = None
        self._buffer, self._on_end = b"", on_end
        if self.transport.is_closing():
            self._end()
        else:
            self.transport.write(request)

    def data_received(self, data):
        now = time.time()
        self._buffer += data
        head, mark, body = self._buffer.partition(b"\r\n\r\n")
        if mark and len(body) >= int(LENGTH.search(head)[1]):
            self.answer, self.at, self._buffer = self._buffer, now, b""
            self._end()

    def connection_lost(self, _):
        self._end()

    def _end(self):
        on_end, self._on_end = self._on_end, None
        if on_end:
            on_end(self)

    # What the answer says, which is read when nothing is measured any more

    @property
    def status(self):
        return int(self.answer.split(b" ", 2)[1]) if self.answer else None

    @property
    def data(self):
        return json.loads(self.answer.partition(b"\r\n\r\n")[2]).get("data") or {}


class Heartbeat:
    """How late this process is itself: no answer can seem to have come earlier than it was looked at."""

    def __init__(self):
        self.late = []
        self._task = asyncio.create_task(self._beat())

    async def _beat(self):
        due = time.monotonic()
        while True:
            due = max(due + BEAT_SECONDS, time.monotonic())
            await asyncio.sleep(due - time.monotonic())
            self.late.append(time.monotonic() - due)

    def end(self):
        """Milliseconds of every beat."""
        self._task.cancel()
        return [1000 * late for late in self.late]


async def connect(port, count, on_made=lambda client: None):
    """Clients with a connection each. `on_made` is called with each of them at once."""
    clients, missing = [], iter(range(count))

    async def some():
        for _ in missing:
            _, client = await asyncio.get_running_loop().create_connection(Client, "127.0.0.1", port)
            clients.append(client)
            on_made(client)

    await asyncio.gather(*[some() for _ in range(min(AT_ONCE, count))])
    return clients


def get(path, key):
    return f"GET {path} HTTP/1.1\r\nHost: shop\r\nX-Access-Token: {key}\r\n\r\n".encode()


def post(path, key, body):
    content = json.dumps(body)
    return (f"POST {path} HTTP/1.1\r\nHost: shop\r\nX-Access-Token: {key}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(content)}\r\n\r\n{content}").encode()


def part(values, share):
    """The value that this share of them does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
