"""A keep-alive HTTP/1.1 connection in which a lost answer is an event of its own."""

import json
import socket
from dataclasses import dataclass
from decimal import Decimal


class Lost(Exception):
    """The connection ended, or was never made, before a whole answer was read."""


class Garbled(Exception):
    """An answer arrived that is not HTTP, or whose body is not a JSON object."""


@dataclass
class Answer:
    status: int
    headers: dict
    body: dict

    @property
    def data(self):
        return self.body.get("data") or {}

    @property
    def code(self):
        error = self.body.get("error")
        return error.get("code") if isinstance(error, dict) else None

    @property
    def details(self):
        error = self.body.get("error")
        return (error.get("details") or {}) if isinstance(error, dict) else {}


class Connection:
    """Sends a request and reads its answer, in one call or in two. Numbers with a fraction are read as `Decimal`."""

    def __init__(self, port, timeout=70):
        self.port = port
        self.timeout = timeout
        self.socket = None
        self.buffer = b""

    def ask(self, method, path, key=None, body=None, headers=None):
        self.send(method, path, key, body, headers)
        return self.receive()

    def send(self, method, path, key=None, body=None, headers=None):
        content = b"" if body is None else json.dumps(body).encode()
        lines = [f"{method} {path} HTTP/1.1", "Host: shop", f"Content-Length: {len(content)}"]
        if key:
            lines.append(f"X-Access-Token: {key}")
        lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
        try:
            if self.socket is None:
                self._connect()
            self.socket.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + content)
        except OSError as error:
            self.close()
            raise Lost(str(error)) from None

    def receive(self):
        try:
            return self._read_answer()
        except OSError as error:
            self.close()
            raise Lost(str(error)) from None
        except (Lost, Garbled):
            self.close()
            raise

    def close(self):
        if self.socket is not None:
            self.socket.close()
        self.socket, self.buffer = None, b""

    def _connect(self):
        self.buffer = b""
        self.socket = socket.create_connection(("127.0.0.1", self.port), timeout=self.timeout)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def _read_answer(self):
        if self.socket is None:
            raise Lost("not connected")
        head = self._read_until(b"\r\n\r\n")
        status, headers = self._parse(head)
        content = self._read_exactly(int(headers.get("content-length", "0")))
        if headers.get("connection", "").lower() == "close":
            self.close()
        try:
            body = json.loads(content, parse_float=Decimal)
        except ValueError:
            raise Garbled(f"{status}: the body is not JSON: {content[:200]!r}") from None
        if not isinstance(body, dict):
            raise Garbled(f"{status}: the body is not an object: {content[:200]!r}")
        return Answer(status, headers, body)

    @staticmethod
    def _parse(head):
        lines = head.decode("latin-1").split("\r\n")
        words = lines[0].split(" ")
        if len(words) < 2 or not words[0].startswith("HTTP/1.") or not words[1].isdigit():
            raise Garbled(f"not HTTP: {lines[0][:200]!r}")
        pairs = (line.partition(":") for line in lines[1:] if line)
        return int(words[1]), {name.strip().lower(): value.strip() for name, _, value in pairs}

    def _read_until(self, mark):
        while mark not in self.buffer:
            self._fill()
        head, _, self.buffer = self.buffer.partition(mark)
        return head

    def _read_exactly(self, length):
        while len(self.buffer) < length:
            self._fill()
        content, self.buffer = self.buffer[:length], self.buffer[length:]
        return content

    def _fill(self):
        more = self.socket.recv(65536)
        if not more:
            raise Lost("the connection was closed")
        self.buffer += more
