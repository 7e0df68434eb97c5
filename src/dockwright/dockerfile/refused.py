"""What BuildKit refuses of single instructions, with the place of the word that it does not accept.

Source: moby/buildkit 0.32, frontend/dockerfile/instructions (parse.go, bflag.go, commands_runmount.go). BuildKit stops
at the first; here all are told.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockwright.dockerfile.lexer import GO_SPACE
from dockwright.finding import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from dockwright.dockerfile.model import Flag, Instruction, Mount

KEYWORDS = frozenset(
    (
        *("ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL", "MAINTAINER"),
        *("ONBUILD", "RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR"),
    )
)
"""Every instruction that there is."""

_TEXT, _LIST, _BOOLEAN = "text", "list", "boolean"
_COPY_FLAGS = {"chown": _TEXT, "chmod": _TEXT, "link": _BOOLEAN, "exclude": _LIST}
_FLAGS: dict[str, dict[str, str]] = {
    "FROM": {"platform": _TEXT},
    "COPY": {**_COPY_FLAGS, "from": _TEXT, "parents": _BOOLEAN},
    "ADD": {**_COPY_FLAGS, "keep-git-dir": _BOOLEAN, "checksum": _TEXT, "unpack": _BOOLEAN},
    "RUN": {"mount": _LIST, "network": _TEXT, "security": _TEXT, "device": _LIST},
    "HEALTHCHECK": dict.fromkeys(("interval", "timeout", "start-period", "start-interval", "retries"), _TEXT),
}
_FLAGS_IGNORED = frozenset(("ARG", "STOPSIGNAL"))
"""BuildKit never looks at the flags of these."""

_STAGE_NAME = re.compile(r"[a-z][a-z0-9_.-]*")
_MOUNT_TYPES = ("bind", "cache", "tmpfs", "secret", "ssh")
_SHARING = ("shared", "private", "locked")
_MOUNT_KEYS = frozenset(
    (
        *("type", "from", "source", "target", "readonly", "readwrite", "id", "sharing", "required"),
        *("size", "mode", "uid", "gid", "env"),
    )
)
_MOUNT_SWITCHES = frozenset(("readonly", "readwrite", "required"))


def refusals(body: Sequence[Instruction]) -> Iterator[Problem]:
    """Yield what BuildKit refuses, instruction by instruction."""
    staged = not any(instruction.name == "FROM" for instruction in body)
    for instruction in body:
        staged = staged or instruction.name == "FROM"
        yield from _of(instruction)
        if not staged and instruction.name in KEYWORDS - {"ARG"}:
            yield Problem(
                instruction.keyword,
                f"`{instruction.name}` stands before the first `FROM`; only `ARG` may. BuildKit refuses the file.",
                aliases=("hadolint:DL3061",),
            )


def _of(instruction: Instruction) -> Iterator[Problem]:
    if instruction.name not in KEYWORDS:
        yield _unknown_keyword(instruction)
        return
    yield from _flags(instruction)
    check = _CHECKS.get(instruction.name)
    if check is not None:
        yield from check(instruction)


def _unknown_keyword(instruction: Instruction) -> Problem:
    written = (
        instruction.keyword.text
        if len(instruction.keyword.text) <= _LONGEST_SHOWN
        else instruction.name[:_LONGEST_SHOWN]
    )
    message = f"`{written}` is no Dockerfile instruction{_did_you_mean(instruction.name, KEYWORDS)}"
    return Problem(instruction.keyword, message)


_LONGEST_SHOWN = 40


def _did_you_mean(word: str, known: Iterable[str]) -> str:
    """End a sentence, with the known word that is close to the unknown one if there is one."""
    from difflib import get_close_matches

    close = get_close_matches(word[:_LONGEST_SHOWN], sorted(known), n=1, cutoff=0.6)
    return f"; did you mean `{close[0]}`?" if close else "."


def _flags(instruction: Instruction) -> Iterator[Problem]:
    if instruction.name in _FLAGS_IGNORED:
        return
    known = _FLAGS.get(instruction.name, {})
    seen: set[str] = set()
    for flag in instruction.flags:
        message = _flag_message(flag, known, seen, instruction.name)
        if message:
            yield Problem(flag.word.span or instruction.span, message)
        seen.add(flag.name)
    for mount in instruction.mounts:
        message = _mount_message(mount)
        if message:
            yield Problem(mount.flag.word.span or instruction.span, message)


def _flag_message(flag: Flag, known: dict[str, str], seen: set[str], instruction: str) -> str:
    kind = known.get(flag.name)
    if kind is None:
        return f"`{instruction}` has no flag `--{flag.name[:_LONGEST_SHOWN]}`{_did_you_mean(flag.name, known)}"
    if flag.name in seen and kind != _LIST:
        return f"The flag `--{flag.name}` is given twice; BuildKit refuses that."
    if kind == _BOOLEAN:
        if flag.value is not None and flag.value.text.lower() not in ("true", "false"):
            return f"The flag `--{flag.name}` takes `true` or `false`."
    elif flag.value is None:
        return f"The flag `--{flag.name}` needs a value: `--{flag.name}=...`."
    return ""


def _mount_message(mount: Mount) -> str:
    if "$" not in mount.type and mount.type not in _MOUNT_TYPES:
        return f"`{mount.type[:_LONGEST_SHOWN]}` is no type of mount{_did_you_mean(mount.type, _MOUNT_TYPES)}"
    for key, value in mount.options.items():
        if key not in _MOUNT_KEYS:
            return f"`{key[:_LONGEST_SHOWN]}` is no option of `--mount`{_did_you_mean(key, _MOUNT_KEYS)}"
        if value is None and key not in _MOUNT_SWITCHES:
            return f"The mount option `{key}` needs a value."
        if key == "sharing" and value is not None and value.text.lower() not in _SHARING and "$" not in value.text:
            return (
                f"`sharing={value.text[:_LONGEST_SHOWN]}` is not one of {', '.join(f'`{mode}`' for mode in _SHARING)}."
            )
        if key == "from" and value is not None and "$" in value.text[:-1]:
            return "`--mount=from=` takes no variables; define a stage with `FROM ${...} AS name` and name that."
    return ""


def _from(instruction: Instruction) -> Iterator[Problem]:
    words = instruction.words
    if len(words) == _FROM_WITH_NAME and words[1].text.lower() == "as":
        if not _STAGE_NAME.fullmatch(words[2].text.lower()):
            place = words[2].span or instruction.span
            yield Problem(
                place, "A stage's name starts with a letter and holds letters, digits, `-`, `_` and `.` only."
            )
    elif len(words) != 1:
        place = (words[1].span if len(words) > 1 else None) or instruction.keyword
        yield Problem(
            place, "`FROM` takes an image, or an image, `AS` and a name; nothing may follow, not even a comment."
        )


_FROM_WITH_NAME = 3


def _key_values(instruction: Instruction) -> Iterator[Problem]:
    if not instruction.pairs:
        needs = "a name and a value" if instruction.arguments else "at least one argument"
        yield Problem(instruction.arguments.span or instruction.keyword, f"`{instruction.name}` needs {needs}.")
    for pair in instruction.pairs:
        if not pair.key:
            yield Problem(
                pair.word.span or instruction.span, f"The name before `=` of this `{instruction.name}` is empty."
            )


def _needs_argument(instruction: Instruction) -> Iterator[Problem]:
    if not instruction.words:
        yield Problem(instruction.keyword, f"`{instruction.name}` needs an argument.")


def _expose(instruction: Instruction) -> Iterator[Problem]:
    yield from _needs_argument(instruction)
    for word in instruction.words:
        plain = not _EXPANDED.search(word.text) and word.text.split() == [word.text]
        if plain and not _is_port(word.text):
            shown = word.text[:_LONGEST_SHOWN]
            hint = "a comment needs a line of its own" if shown.startswith("#") else "write `80`, `80/udp` or `80-90`"
            message = f"`{shown}` is no port to expose; {hint}."
            aliases = ("hadolint:DL3011",) if shown.partition("/")[0].isdecimal() else None
            yield Problem(word.span or instruction.span, message, aliases=aliases)
            return


def _is_port(text: str) -> bool:
    """Whether it is `[[address:]host-port:]port[/protocol]`; BuildKit only warns of the parts that mean nothing."""
    *_, host, container = ("", *text.split(":"))
    port, _, protocol = container.partition("/")
    return (
        protocol.lower() in {"", "tcp", "udp", "sctp"} and _is_port_range(port) and (not host or _is_port_range(host))
    )


def _is_port_range(text: str) -> bool:
    start, dash, end = text.partition("-")
    ports = [int(port) for port in ((start, end) if dash else (start,)) if _PORT.fullmatch(port)]
    return len(ports) == 1 + len(dash) and ports == sorted(ports) and ports[-1] <= _LAST_PORT


_EXPANDED = re.compile(r"[$'\"\\`]")
_PORT = re.compile(r"\+?0*[0-9]{1,5}", re.ASCII)
_LAST_PORT = 65_535


def _stopsignal(instruction: Instruction) -> Iterator[Problem]:
    yield from _needs_argument(instruction)
    for word in instruction.words:
        name = word.text.upper().removeprefix("SIG")
        if not _EXPANDED.search(word.text) and not _SIGNAL_NUMBER.fullmatch(name) and name not in _SIGNALS:
            shown = word.text[:_LONGEST_SHOWN]
            message = f"`{shown}` is no signal{_did_you_mean(f'SIG{name}', [f'SIG{known}' for known in _SIGNALS])}"
            yield Problem(word.span or instruction.span, message)


_SIGNAL_NUMBER = re.compile(r"[+-]?0*[1-9][0-9]*", re.ASCII)
_SIGNALS = frozenset(
    (
        *"ABRT ALRM BUS CHLD CLD CONT FPE HUP ILL INT IO IOT KILL PIPE POLL PROF PWR QUIT SEGV STKFLT STOP SYS".split(),
        *"TERM TRAP TSTP TTIN TTOU URG USR1 USR2 VTALRM WINCH XCPU XFSZ RTMIN RTMAX".split(),
        *(f"RTMIN+{number}" for number in range(1, 16)),
        *(f"RTMAX-{number}" for number in range(1, 15)),
    )
)


def _volume(instruction: Instruction) -> Iterator[Problem]:
    yield from _needs_argument(instruction)
    for word in instruction.words:
        if not word.text.strip(GO_SPACE):
            yield Problem(word.span or instruction.span, "A path of `VOLUME` is empty; BuildKit refuses that.")


def _copy(instruction: Instruction) -> Iterator[Problem]:
    words = instruction.words
    if len(words) < len(("source", "destination")):
        message = f"`{instruction.name}` needs a source and a destination."
        yield Problem(instruction.arguments.span or instruction.keyword, message)
        return
    if not instruction.exec_form and any(heredoc.word.span == words[-1].span for heredoc in instruction.heredocs):
        message = f"A here-document cannot be the destination of `{instruction.name}`; name the path last."
        yield Problem(words[-1].span or instruction.span, message)
    url = next((word for word in words[:-1] if word.text.startswith(("https://", "http://"))), None)
    if url is not None and instruction.name == "COPY":
        yield Problem(url.span or instruction.span, "`COPY` takes no URL; `ADD` does.")
    source = instruction.flag("from") if instruction.name == "COPY" else None
    if source is not None and source.value is not None and "$" in source.value.text:
        message = "`COPY --from=` takes no variables; define a stage with `FROM ${...} AS name` and copy from that."
        yield Problem(source.word.span or instruction.span, message)


def _shell(instruction: Instruction) -> Iterator[Problem]:
    if not instruction.exec_form or not instruction.words:
        place = instruction.arguments.span or instruction.keyword
        yield Problem(place, '`SHELL` takes a JSON array of strings: `SHELL ["/bin/bash", "-c"]`.')


def _onbuild(instruction: Instruction) -> Iterator[Problem]:
    trigger = instruction.trigger
    if trigger is None:
        yield Problem(instruction.keyword, "`ONBUILD` needs an instruction.")
    elif trigger.name in {"ONBUILD", "FROM", "MAINTAINER"}:
        message = f"`{trigger.name}` cannot be triggered by `ONBUILD`."
        yield Problem(trigger.keyword, message, aliases=("hadolint:DL3043",))
    else:
        yield from _of(trigger)


def _healthcheck(instruction: Instruction) -> Iterator[Problem]:
    words = instruction.words
    kind = words[0].text.upper() if words else ""
    if not words:
        yield Problem(instruction.keyword, "`HEALTHCHECK` needs `CMD` and a command, or `NONE`.")
    elif kind == "NONE" and len(words) > 1:
        yield Problem(words[1].span or instruction.span, "`HEALTHCHECK NONE` takes no arguments.")
    elif kind not in {"CMD", "NONE"}:
        place = words[0].span or instruction.span
        yield Problem(place, "`HEALTHCHECK` takes `CMD` and a command, or `NONE`; flags stand before them.")
    elif kind == "CMD" and (instruction.trigger is None or not instruction.trigger.words):
        yield Problem(words[0].span or instruction.span, "The command after `HEALTHCHECK CMD` is missing.")


_CHECKS: dict[str, Callable[[Instruction], Iterator[Problem]]] = {
    "FROM": _from,
    "ENV": _key_values,
    "LABEL": _key_values,
    "ARG": _key_values,
    "COPY": _copy,
    "ADD": _copy,
    "SHELL": _shell,
    "ONBUILD": _onbuild,
    "HEALTHCHECK": _healthcheck,
    "VOLUME": _volume,
    "EXPOSE": _expose,
    "STOPSIGNAL": _stopsignal,
    **dict.fromkeys(("USER", "WORKDIR", "MAINTAINER"), _needs_argument),
}
