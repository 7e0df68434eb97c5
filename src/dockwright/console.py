"""Standard output and standard error: always UTF-8, safe to print anything to, and quiet when nobody reads on."""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING, TypeVar

from dockwright.escape import log_line
from dockwright.options import Color

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

Item = TypeVar("Item")

_LONG = 1.0
"""Seconds after which a wait deserves a word."""

_OFTEN = 0.1


def use_utf8() -> None:
    """Print UTF-8 whatever the locale says; what is no character (a byte of a file's name) is shown as an escape."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def write(text: str | bytes) -> None:
    """Print to standard output; text after the reader has gone (`| head`) is dropped."""
    try:
        if isinstance(text, bytes):
            sys.stdout.flush()
            sys.stdout.buffer.write(text)
        else:
            sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        # Python would complain once more when it closes the stream
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def note(sentence: str) -> None:
    """Print something worth knowing to standard error."""
    sys.stderr.write(f"dockwright: {log_line(sentence)}\n")


def complain(message: str, advice: str = "") -> None:
    """Print what went wrong, and what can be done about it, to standard error."""
    lines = message.split("\n")
    sys.stderr.write(f"dockwright: error: {log_line(lines[0])}\n")
    for line in [*lines[1:], *([f"help: {advice}"] if advice else [])]:
        sys.stderr.write(f"  {log_line(line)}\n")


def complain_of_bug(error: Exception) -> None:
    """Print where our own code failed, and that it did, to standard error."""
    from traceback import format_exception

    for part in format_exception(error):
        sys.stderr.write("".join([f"{log_line(line)}\n" for line in part.rstrip("\n").split("\n")]))
    complain(
        f"this is a bug in Dockwright: {type(error).__name__}: {error}",
        "Please report it with the lines above and, if you may, the Dockerfile.",
    )


def colored(color: Color, environment: Mapping[str, str]) -> bool:
    """Decide whether standard output is coloured, by NO_COLOR (no-color.org), FORCE_COLOR and the terminal."""
    if color is not Color.AUTO:
        return color is Color.ALWAYS
    if environment.get("NO_COLOR"):
        return False
    if environment.get("FORCE_COLOR"):
        return True
    return sys.stdout.isatty() and environment.get("TERM") != "dumb"


def progress(
    items: Iterable[Item], count: int, verb: str, *, clock: Callable[[], float] = time.monotonic
) -> Iterator[Item]:
    """Pass items on; once it takes long, and somebody watches, a line on standard error says how far it is."""
    if not sys.stderr.isatty():
        yield from items
        return
    next_time = clock() + _LONG
    shown = False
    for index, item in enumerate(items):
        now = clock()
        if now >= next_time:
            sys.stderr.write(f"\r{verb} {index + 1} of {count} ")
            sys.stderr.flush()
            next_time, shown = now + _OFTEN, True
        yield item
    if shown:
        sys.stderr.write("\r\x1b[K")  # back to the start of the line, and clear it (ECMA-48)


class Progress:
    """A line on standard error that says how far a run of many threads is, once it takes long and somebody watches."""

    def __init__(self, verb: str, *, clock: Callable[[], float] = time.monotonic) -> None:
        """Take what is said to be done with each thing (`Asked`)."""
        from threading import Lock

        self._verb = verb
        self._clock = clock
        self._next = clock() + _LONG if sys.stderr.isatty() else float("inf")
        self._lock = Lock()
        self._expected = self._done = 0
        self._shown = False

    def expect(self, count: int) -> None:
        """Take note that so much more is to be done."""
        with self._lock:
            self._expected += count

    def step(self) -> None:
        """Take note that one of it is done."""
        with self._lock:
            self._done += 1
            now = self._clock()
            if now >= self._next:
                sys.stderr.write(f"\r{self._verb} {self._done} of {self._expected} ")
                sys.stderr.flush()
                self._next, self._shown = now + _OFTEN, True

    def close(self) -> None:
        """Clear the line."""
        if self._shown:
            sys.stderr.write("\r\x1b[K")  # as in `progress`
