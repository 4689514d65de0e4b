"""What a bad line does to an answer: which one is hit and how, drawn from one seed, and counted by kind."""

import random
from collections import Counter
from dataclasses import replace

#: All alike often. Where an answer is spoilt the request was forwarded, but for the first and half of the last.
KINDS = ("request dropped", "answer dropped", "answer delayed", "request doubled", "answer corrupted", "answer cut",
         "502 instead")
#: Seconds of a delay that the caller outlives, and how often one is longer than its deadline.
DELAY = (0.05, 1.5)
OVERLONG = 0.25
#: No JSON text may hold these, whatever stands around them: two control characters and two bytes that UTF-8 has not.
SPOILING = (0x00, 0x1A, 0xC0, 0xFF)
BAD_GATEWAY = b"<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"


class Faults:
    """The dice of one proxy, and what they have done so far."""

    def __init__(self, share, deadline_seconds, seed):
        self.share, self.deadline_seconds = share, deadline_seconds
        self.dice = random.Random(seed)
        self.tally = Counter()
        self.answers = self.away = self.overlong = 0

    @property
    def hits(self):
        return sum(self.tally.values())

    def pick(self):
        """The fault of the next answer; None for four of five."""
        return self.dice.choice(KINDS) if self.dice.random() < self.share else None

    def count(self, kind):
        """An answer that is there to be given: nothing is counted of a shop that gives none."""
        self.answers += 1
        if kind:
            self.tally[kind] += 1

    def delay(self):
        if self.dice.random() < OVERLONG:
            self.overlong += 1
            return self.deadline_seconds * self.dice.uniform(1.05, 1.6)
        return self.dice.uniform(*DELAY)

    def stray_delay(self):
        """How much later the second copy of a request comes, where both do not travel side by side."""
        return self.dice.choice([0, self.dice.uniform(0, 0.2), self.dice.uniform(0.2, 2 * self.deadline_seconds)])

    def cut(self, wire):
        """Some of an answer's bytes, but never all."""
        return wire[:self.dice.randrange(len(wire))]

    def corrupt(self, answer):
        """The bytes of a spoilt answer, and whether its connection can still be used.

        HTTP and JSON carry no checksum: 0 for 1 in a card's code would be an answer as good as the true one, and no
        client in the world could tell. TCP and TLS keep such bytes out; what does happen is an answer by somebody else
        on the way, half an answer, a broken frame. So whatever is done here leaves no JSON, or no HTTP, behind.
        """
        ways = (self._spoil_a_byte, self._spoil_a_byte, self._replace, self._shorten, self._break_the_frame)
        return self.dice.choice(ways)(answer)

    def _spoil_a_byte(self, answer):
        if not answer.body:
            return self._replace(answer)
        body = bytearray(answer.body)
        body[self.dice.randrange(len(body))] = self.dice.choice(SPOILING)
        return answer.with_body(bytes(body)).wire(), True

    def _replace(self, answer):
        """Half of the time by what is not even text."""
        noise = b"\xff" + self.dice.randbytes(self.dice.randrange(200))
        return answer.with_body(self.dice.choice([BAD_GATEWAY, noise])).wire(), True

    def _shorten(self, answer):
        """With the right length of what is left: the frame is whole, the object in it is not."""
        return answer.with_body(self.cut(answer.body) if answer.body else b"{").wire(), True

    def _break_the_frame(self, answer):
        first = self.dice.choice([b"HTTP/1.1 2\xff0 OK", b"HTP 200", b"", b"\x16\x03\x01\x02\x00"])
        return replace(answer, first=first).wire(), False

    def bad_gateway(self, answer_or_request):
        """What a gateway says that has lost the shop behind it."""
        return replace(answer_or_request, first=b"HTTP/1.1 502 Bad Gateway", body=BAD_GATEWAY,
                       fields=(b"Content-Type: text/html",)).wire()
