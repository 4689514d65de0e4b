"""One line on standard error about what is measured now, where somebody watches it on a terminal."""

import sys
import time


class Progress:
    def __init__(self, steps):
        self.steps, self.done = steps, 0
        self.where = ""
        self.began = time.monotonic()

    def enter(self, where):
        self.where = where

    def step(self):
        self.done += 1

    def tell(self, *words):
        if sys.stderr.isatty():
            minutes, seconds = divmod(int(time.monotonic() - self.began), 60)
            said = " ".join(str(word) for word in words)
            sys.stderr.write(f"\r\033[K{minutes}:{seconds:02d}  {self.done} of {self.steps}  {self.where}  {said}")
            sys.stderr.flush()

    def say(self, words):
        """A line that stays."""
        self.end()
        print(words, file=sys.stderr)

    def end(self):
        if sys.stderr.isatty():
            sys.stderr.write("\r\033[K")
