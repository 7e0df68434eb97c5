"""Writes: sent again only when it is certain that they were not executed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from dockwright.errors import GitHubError, MissingPermission, RateLimited, Unavailable
from dockwright.github.writer import Writer, pause_at

if TYPE_CHECKING:
    from collections.abc import Callable


class Server:
    """Answers each write with the next of the given answers, executing it or not, and remembers what was executed."""

    def __init__(self, *answers: GitHubError | None, executes: bool = False) -> None:
        self.answers = list(answers)
        self.executes = executes
        self.made: list[str] = []

    def send(self) -> str:
        answer = self.answers.pop(0)
        if answer is None or (self.executes and isinstance(answer, Unavailable)):
            self.made.append("made")
        if answer is not None:
            raise answer
        return "sent"

    def find(self) -> str | None:
        return "found" if self.made else None


class Time:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def writer(time: Time, *, pause: float = 1, longest: float = 100) -> Writer:
    return Writer(pause=pause, longest=longest, clock=time.clock, sleep=time.sleep)


def test_a_write() -> None:
    server = Server(None)
    assert writer(Time()).write(server.send, server.find) == "sent"


def test_after_a_server_error_that_executed_it_is_found() -> None:
    server = Server(Unavailable("502"), None, executes=True)
    assert writer(Time()).write(server.send, server.find) == "found"
    assert server.made == ["made"]


def test_after_a_server_error_that_did_not_it_is_sent_again() -> None:
    server = Server(Unavailable("502"), Unavailable("502"), None)
    assert writer(Time()).write(server.send, server.find) == "sent"
    assert server.made == ["made"]


def test_a_server_that_always_fails() -> None:
    server = Server(*[Unavailable("502")] * 9)
    with pytest.raises(Unavailable):
        writer(Time()).write(server.send, server.find)
    assert len(server.answers) == 6


def test_where_looking_fails_nothing_is_sent_again() -> None:
    server = Server(Unavailable("502"), None)

    def find() -> str | None:
        raise Unavailable("503")

    with pytest.raises(Unavailable, match="503"):
        writer(Time()).write(server.send, find)
    assert server.made == []


def test_a_limit_is_waited_for() -> None:
    server, time = Server(RateLimited("429", wait=5), None), Time()
    assert writer(time).write(server.send, server.find) == "sent"
    assert 5 in time.slept


@pytest.mark.parametrize("wait", [0, 40, 101])
def test_a_limit_is_not_waited_for_without_end(wait: float) -> None:
    server, time = Server(*[RateLimited("429", wait=wait)] * 200), Time()
    with pytest.raises(RateLimited):
        writer(time).write(server.send, server.find)
    assert sum(time.slept) <= 102


def test_a_missing_permission_ends_it() -> None:
    server = Server(MissingPermission("403"), None)
    with pytest.raises(MissingPermission):
        writer(Time()).write(server.send, server.find)


def test_writes_keep_their_distance() -> None:
    time = Time()
    one = writer(time)
    send: Callable[[], str] = lambda: "sent"  # noqa: E731
    for _ in range(3):
        one.write(send, lambda: None)
    assert time.now == 2.0


@pytest.mark.parametrize(
    ("url", "pause"),
    [
        ("https://api.github.com", 1),
        ("https://api.octo.ghe.com", 1),
        ("https://github.example.com/api/v3", 0),
        ("http://127.0.0.1:8080", 0),
    ],
)
def test_the_pause_is_where_there_are_secondary_limits(url: str, pause: float) -> None:
    assert pause_at(url) == pause
