"""A faulty line between two shops: an HTTP/1.1 proxy on a port of its own that spoils one in five answers.

It outlives the shops on both sides, as the network does. A shop that is down is met by a connection that ends without
a word. All proxies of a chain live on one event loop, in a thread beside the clients.
"""

import asyncio
import threading

from . import messages

#: Longer than any wait that is asked for.
ANSWER_SECONDS = 75
END_SECONDS = 10


class Upstream:
    """The shop behind the proxy, and connections to it that can be used again."""

    def __init__(self, port):
        self.port, self.idle = port, []

    async def ask(self, request):
        """Its answer; `ConnectionError` where it gives none."""
        reader, writer = await self._connection()
        try:
            writer.write(request.wire())
            await writer.drain()
            answer = await asyncio.wait_for(messages.read(reader), ANSWER_SECONDS)
            if answer is None:
                raise messages.Broken("ended without an answer")
        except TimeoutError:
            writer.close()
            raise messages.Broken("no answer in time") from None
        except BaseException:
            writer.close()
            raise
        if answer.ends_connection:
            writer.close()
        else:
            self.idle.append((reader, writer))
        return answer

    async def _connection(self):
        while self.idle:
            reader, writer = self.idle.pop()
            if not reader.at_eof() and not writer.is_closing():
                return reader, writer
            writer.close()
        return await asyncio.open_connection("127.0.0.1", self.port)


class Proxy:
    """What happens to an answer is `faults`' to say; this is how it happens."""

    def __init__(self, name, port, faults):
        self.name, self.faults = name, faults
        self.upstream = Upstream(port)
        self.port = self.server = None
        #: What must not happen to the proxy itself: a run with a word in here has proven nothing.
        self.defects = []
        self._strays = set()
        self._ways = {"request dropped": self._drop_request, "answer dropped": self._drop_answer,
                      "answer delayed": self._delay, "request doubled": self._double,
                      "answer corrupted": self._corrupt, "answer cut": self._cut, "502 instead": self._bad_gateway}

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    async def open(self):
        self.server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self.server.sockets[0].getsockname()[1]

    async def _serve(self, reader, writer):
        """One connection of the shop before: its requests one after the other."""
        try:
            while (request := await messages.read(reader)) is not None:
                if not await self._answer(request, writer) or request.ends_connection:
                    break
        except OSError:
            # The caller has gone, its deadline over or killed: what was forwarded was forwarded.
            pass
        except asyncio.CancelledError:
            pass
        except Exception as error:
            self.defects.append(f"{self.name}: {type(error).__name__}: {error}")
        finally:
            writer.close()

    async def _answer(self, request, writer):
        """True where the connection can be used again."""
        kind = self.faults.pick()
        try:
            return await self._ways.get(kind, self._pass)(request, writer, kind)
        except Away:
            self.faults.away += 1
            return False

    async def _ask(self, request, kind):
        try:
            answer = await self.upstream.ask(request)
        except OSError as error:
            raise Away(str(error)) from None
        self.faults.count(kind)
        return answer

    @staticmethod
    async def _say(writer, wire):
        writer.write(wire)
        await writer.drain()

    # The ways of an answer

    async def _pass(self, request, writer, kind):
        answer = await self._ask(request, kind)
        await self._say(writer, answer.wire())
        return not answer.ends_connection

    async def _drop_request(self, request, writer, kind):
        self.faults.count(kind)
        return False

    async def _drop_answer(self, request, writer, kind):
        await self._ask(request, kind)
        return False

    async def _delay(self, request, writer, kind):
        answer = await self._ask(request, kind)
        await asyncio.sleep(self.faults.delay())
        await self._say(writer, answer.wire())
        return not answer.ends_connection

    async def _double(self, request, writer, kind):
        """Side by side, and either answer is given; or the second copy comes later, and nobody hears its answer."""
        delay = self.faults.stray_delay()
        stray = asyncio.create_task(self._stray(request, delay))
        self._strays.add(stray)
        stray.add_done_callback(self._strays.discard)
        answer = await self._ask(request, kind)
        if delay == 0 and self.faults.dice.random() < 0.5:
            answer = await stray or answer
        await self._say(writer, answer.wire())
        return not answer.ends_connection

    async def _stray(self, request, delay):
        await asyncio.sleep(delay)
        try:
            return await self.upstream.ask(request)
        except OSError:
            return None

    async def _corrupt(self, request, writer, kind):
        wire, is_usable = self.faults.corrupt(await self._ask(request, kind))
        await self._say(writer, wire)
        return is_usable

    async def _cut(self, request, writer, kind):
        """In the head or in the body; the connection ends like any other, or is reset."""
        wire = (await self._ask(request, kind)).wire()
        await self._say(writer, self.faults.cut(wire))
        if self.faults.dice.random() < 0.5:
            writer.transport.abort()
        return False

    async def _bad_gateway(self, request, writer, kind):
        """The gateway had forwarded the request, or had not: who hears 502 cannot know."""
        if self.faults.dice.random() < 0.5:
            await self._ask(request, kind)
        else:
            self.faults.count(kind)
        await self._say(writer, self.faults.bad_gateway(request))
        return True


class Away(Exception):
    """The shop behind gave no answer, by itself."""


class Line:
    """The thread on which the proxies of one chain live."""

    def __init__(self):
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="proxies", daemon=True)
        self._thread.start()
        self._proxies = []

    def open(self, proxy):
        self._proxies.append(proxy)
        asyncio.run_coroutine_threadsafe(proxy.open(), self._loop).result(END_SECONDS)

    def end(self):
        """Ends every connection; whoever still asks is met by nobody."""
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(END_SECONDS)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(END_SECONDS)

    async def _close(self):
        for proxy in self._proxies:
            if proxy.server:
                proxy.server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
