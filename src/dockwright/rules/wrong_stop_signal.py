"""The signal that stops the container does not let the program end in order

## Why

`docker stop` and Kubernetes send a signal, `SIGTERM` unless `STOPSIGNAL` says otherwise, wait, and then kill. Three
programs are stopped wrongly by it:

- With `STOPSIGNAL SIGKILL` nothing can end in order: what was not written is lost. `SIGSTOP` only halts the program.
  (A single program upon `scratch` may be one that has nothing to lose; of that nothing is said.)
- systemd takes `SIGTERM` as a request to read its state anew
  ([systemd(1), "Signals"](https://www.freedesktop.org/software/systemd/man/latest/systemd.html#Signals)), so that it is
  always killed in the end, and its services with it. `SIGRTMIN+3` shuts it down. (Podman sends that by itself.)
- nginx and php-fpm take `SIGTERM` for "at once" and cut off the requests that they are answering; `SIGQUIT` lets them
  finish ([nginx: signals](https://nginx.org/en/docs/control.html)). Docker's official images have `STOPSIGNAL SIGQUIT`.
  This is a notice.

Without a `STOPSIGNAL` it is only said where the program is started without a shell, upon an image of a distribution or
a language, which has none of its own.

## Bad

```dockerfile
FROM debian:trixie-slim
RUN apt-get update && apt-get install --yes systemd && rm -rf /var/lib/apt/lists/*
CMD ["/lib/systemd/systemd"]
```

## Good

```dockerfile
FROM debian:trixie-slim
RUN apt-get update && apt-get install --yes systemd && rm -rf /var/lib/apt/lists/*
STOPSIGNAL SIGRTMIN+3
CMD ["/lib/systemd/systemd"]
```

## Fix

Adds the `STOPSIGNAL`, or deletes the one that kills. Unsafe: the container is then stopped in another way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockwright.dockerfile.insert import insert_before
from dockwright.facts.bases import base_of, family_of
from dockwright.facts.process import started
from dockwright.facts.root import is_for_windows
from dockwright.facts.stages import levels, roots, text_of
from dockwright.finding import Fix, Problem, Severity
from dockwright.rules import rule
from dockwright.source import Edit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.dockerfile import Dockerfile, Instruction, Stage

_ABRUPT = {"KILL": "SIGKILL", "9": "SIGKILL", "STOP": "SIGSTOP", "19": "SIGSTOP"}
_EFFECTS = {
    "SIGKILL": "ends the program at once, and what it has not written yet is lost",
    "SIGSTOP": "only halts the program, which is then killed",
}
_SYSTEMD = (
    "systemd does not end on the `SIGTERM` that `docker stop` sends, so that it is always killed, and its services "
    "with it. Add `STOPSIGNAL SIGRTMIN+3`."
)
_GRACEFUL = (
    "`{name}` cuts off the requests that it is answering when it gets `SIGTERM`. `STOPSIGNAL SIGQUIT` lets it finish "
    "them, as the official image has it."
)
_NAMES = ("systemd", "/init", "nginx", "openresty", "php-fpm")
"""One of these is in what starts, where that is told."""
_INITS = frozenset(("/sbin/init", "/usr/sbin/init"))
_SHOWS_SYSTEMD = ("systemctl", "/systemd/", "systemd-")


@rule(Severity.WARNING, instructions=("STOPSIGNAL", "CMD", "ENTRYPOINT"))
def check(dockerfile: Dockerfile) -> Iterator[Problem]:
    """Yield each signal that kills, and each program that needs another one than it gets."""
    if "STOPSIGNAL" not in dockerfile.keywords and not any(name in dockerfile.source.text for name in _NAMES):
        return
    parents = {stage.parent for stage in dockerfile.stages}
    for stage in dockerfile.stages:
        if not roots(dockerfile)[stage.index].scratch:
            for signal in dockerfile.instructions("STOPSIGNAL", stage=stage):
                yield from _abrupt(dockerfile, signal)
        if stage.index not in parents:
            yield from _missing(dockerfile, stage)


def _abrupt(dockerfile: Dockerfile, signal: Instruction) -> Iterator[Problem]:
    value = dockerfile.expand(signal, signal.arguments)
    name = None if value is None else _ABRUPT.get(value.text.strip().upper().removeprefix("SIG"))
    if name is None:
        return
    source = dockerfile.source
    end = source.line_starts[signal.end_line] if signal.end_line < len(source.line_starts) else len(source.text)
    edit = Edit(source.span(source.line_starts[signal.line - 1], end), "")
    message = (
        f"`{name}` {_EFFECTS[name]}. Leave this out: what does not end on `SIGTERM` is killed after a while anyway."
    )
    yield Problem(signal.span, message, Fix("Leave `STOPSIGNAL` out", (edit,)))


def _missing(dockerfile: Dockerfile, stage: Stage) -> Iterator[Problem]:
    """Yield the start of a program that needs a signal of its own."""
    lineage = levels(dockerfile, stage)
    if any(True for level in lineage for _ in dockerfile.instructions("STOPSIGNAL", stage=level)):
        return
    start = started(dockerfile, stage)
    first = next(iter(start.instructions), None)
    if first is None or not first.exec_form or not _is_plain(dockerfile, stage):
        return
    program = first.words[0].text
    name = program.rpartition("/")[2]
    signal = message = None
    at_most = None
    if name == "systemd" or (program in _INITS and _shows_systemd(dockerfile, stage)):
        signal, message = "SIGRTMIN+3", _SYSTEMD
    elif name in {"nginx", "openresty"} or name.rstrip("0123456789.") == "php-fpm":
        signal, message, at_most = "SIGQUIT", _GRACEFUL.format(name=name), Severity.NOTICE
    if signal is not None and message is not None:
        edit = insert_before(dockerfile, first, [f"STOPSIGNAL {signal}"])
        yield Problem(
            first.words[0].span or first.keyword, message, Fix(f"Stop by `{signal}`", (edit,)), at_most=at_most
        )


def _shows_systemd(dockerfile: Dockerfile, stage: Stage) -> bool:
    text = text_of(dockerfile, stage)
    return any(word in text for word in _SHOWS_SYSTEMD)


def _is_plain(dockerfile: Dockerfile, stage: Stage) -> bool:
    """Tell whether an image begins with one that starts nothing, and so has no STOPSIGNAL of its own."""
    image = roots(dockerfile)[stage.index].image
    if image is None or image.reference is None or is_for_windows(dockerfile, stage):
        return False
    base = base_of(image.reference)
    if family_of(image.reference) is None and (base is None or base.serves):
        return False
    return not image.reference.repository.endswith(("/php", "/nginx"))
