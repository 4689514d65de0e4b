"""HTTP/1.1 messages as a proxy sees them: a head, a body, and no opinion on either."""

import asyncio
from dataclasses import dataclass, replace

#: Of a head, and of a body: nothing in a chain comes near it.
MOST_BYTES = 1 << 20
BODILESS = (b"204", b"304")
FRAMING = (b"content-length", b"transfer-encoding")


class Broken(ConnectionError):
    """The other side ended in the middle of a message, or what it sent is no message."""


@dataclass(frozen=True)
class Message:
    """A request or an answer. The fields that frame its body are left out of `fields` and made anew when it is sent."""

    first: bytes
    fields: tuple
    body: bytes
    ends_connection: bool

    @property
    def is_bodiless(self):
        """An answer that has no body, and so no length either."""
        return self.first.startswith(b"HTTP/") and self.first.split(b" ", 2)[1] in BODILESS

    def wire(self, length=None):
        """The bytes to send; `length` says that the body has another length than it has."""
        lines = [self.first, *self.fields]
        if not self.is_bodiless:
            lines.append(b"Content-Length: %d" % (len(self.body) if length is None else length))
        return b"\r\n".join(lines) + b"\r\n\r\n" + self.body

    def with_body(self, body):
        return replace(self, body=body)


async def read(reader):
    """The next message; None where the other side has ended between two."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
        return await _complete(reader, head[:-4].split(b"\r\n"))
    except asyncio.IncompleteReadError as end:
        if end.partial or end.expected is not None:
            raise Broken("ended in the middle of a message") from None
        return None
    except (asyncio.LimitOverrunError, ValueError, IndexError) as error:
        raise Broken(f"no message: {error}") from None


async def _complete(reader, lines):
    first, pairs = lines[0], [(line.partition(b":")[0].strip().lower(), line) for line in lines[1:]]
    values = {name: line.partition(b":")[2].strip() for name, line in pairs}
    message = Message(first, tuple(line for name, line in pairs if name not in FRAMING), b"",
                      values.get(b"connection", b"").lower() == b"close")
    if message.is_bodiless:
        return message
    if values.get(b"transfer-encoding", b"").lower() == b"chunked":
        return message.with_body(await _chunks(reader))
    length = int(values.get(b"content-length", b"0"))
    if not 0 <= length <= MOST_BYTES:
        raise ValueError(f"a body of {length} bytes")
    return message.with_body(await reader.readexactly(length))


async def _chunks(reader):
    body = b""
    while len(body) <= MOST_BYTES:
        length = int((await reader.readline()).split(b";")[0], 16)
        chunk = await reader.readexactly(length)
        if length == 0:
            # Trailing fields, which nobody here has, would end with the same empty line.
            while (await reader.readline()).strip():
                pass
            return body
        body += chunk
        await reader.readexactly(2)
    raise ValueError("a body without end")
