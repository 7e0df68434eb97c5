"""What can go wrong between a client and GitHub, at a request of a test's choice, before or after its effect."""

from __future__ import annotations

import json
import os
import signal
import socket
import struct
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, Protocol

from msgspec import Struct, field

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.github.messages import Request
    from tests.support.github.server import Connection

_LIMITS = "https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api"


class Effect(Protocol):
    """What the client gets to see instead of the answer."""

    def play(self, connection: Connection) -> None:
        """Do it."""


class Answer(Struct, frozen=True):
    """Another answer; a body that is no text is written as JSON."""

    status: int
    body: Any = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)

    def play(self, connection: Connection) -> None:
        """Send it."""
        text = self.body if isinstance(self.body, str) else json.dumps(self.body)
        connection.answer(self.status, text.encode(), self.headers)


class Reset(Struct, frozen=True):
    """The connection is reset."""

    def play(self, connection: Connection) -> None:
        """Close with RST, as a process that dies does."""
        connection.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close_connection = True
        connection.connection.close()


class Hang(Struct, frozen=True):
    """No answer comes, for so many seconds; then the connection is closed."""

    seconds: float = 30

    def play(self, connection: Connection) -> None:
        """Wait, but not longer than the test."""
        connection.server.stopping.wait(self.seconds)
        connection.close_connection = True


class Kill(Struct, frozen=True):
    """The client is killed, as by a runner whose job was cancelled."""

    def play(self, connection: Connection) -> None:
        """Find the process at the other end, which must not be this one, and kill it."""
        process = _process_at(connection.client_address[1])
        assert process not in {None, os.getpid()}, "the client is this process, or none that is known"
        os.kill(process or 0, signal.SIGKILL)
        connection.close_connection = True


def _process_at(port: int) -> int | None:
    """Return the process that has a local TCP port; Linux tells it in /proc."""
    inodes = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        with open(table, encoding="ascii") as file:
            rows = [line.split() for line in file][1:]
        inodes |= {f"socket:[{row[9]}]" for row in rows if int(row[1].rpartition(":")[2], 16) == port}
    for process in filter(str.isdigit, os.listdir("/proc")):
        try:
            names = {os.readlink(f"/proc/{process}/fd/{each}") for each in os.listdir(f"/proc/{process}/fd")}
        except OSError:
            continue
        if names & inodes:
            return int(process)
    return None


# --- answers that GitHub gives ----------------------------------------------------------------------------------


def server_error(status: int = 502) -> Answer:
    """Make the answer when GitHub has trouble."""
    return Answer(status, {"message": "Server Error"})


def secondary_limit(status: int = 403, *, retry_after: int | None = None) -> Answer:
    """Make the answer to too many requests in a short time; `retry_after` is not always told."""
    message = (
        "You have exceeded a secondary rate limit. Please wait a few minutes before you try again. "
        "If you reach out to GitHub Support for help, please include the request ID 0000:0000:0000000."
    )
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    return Answer(
        status,
        {"documentation_url": f"{_LIMITS}#about-secondary-rate-limits", "message": message, "status": str(status)},
        headers,
    )


def graphql_rate_limited() -> Answer:
    """Make GraphQL's answer when the points are used up."""
    return Answer(200, {"errors": [{"type": "RATE_LIMITED", "message": "API rate limit exceeded"}]})


# --- when -------------------------------------------------------------------------------------------------------


class Fault(Struct):
    """What happens at which request.

    Attributes:
        effect: what the client gets to see instead of the answer; None for the answer.
        meanwhile: what somebody else does just before the request is carried out.
        on: `METHOD /path` as a pattern of the shell's kind, the path below the interface's root; `WRITE *` is
            everything that would change something, GraphQL included.
        nth: the first of the matching requests that it happens at.
        times: at how many in a row; None for all.
        carried_out: whether the request takes effect all the same.
    """

    effect: Effect | None
    meanwhile: Callable[[], object] | None
    on: str
    nth: int
    times: int | None
    carried_out: bool
    seen: int = 0

    def strikes(self, request: Request) -> bool:
        """Whether it happens at this request; each request may be asked about once."""
        method, _, path = self.on.partition(" ")
        right = {"*": True, "WRITE": request.writes}.get(method, request.method == method)
        if not right or not fnmatchcase(request.path, path):
            return False
        self.seen += 1
        return self.nth <= self.seen and (self.times is None or self.seen < self.nth + self.times)
