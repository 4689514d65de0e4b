"""Descriptors for thousands of connections at once: what is started afterwards inherits the limit."""

import contextlib
import resource

#: More than a server takes, which keeps some for its store.
WANTED = 24_000


def allow():
    """Raises the limit as far as the machine lets us. Returns it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < WANTED:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(WANTED, hard), hard))
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (WANTED, max(WANTED, hard)))
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]
