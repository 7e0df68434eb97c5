r"""A secret in a command

## Why

The text of a `RUN` is in the image's history: `docker history --no-trunc` shows it to everyone who can pull the image,
and it is in the repository, too. That goes for tokens in headers and URLs, for passwords in options, and for private
keys in here-documents. A secret that was written there has to be revoked; deleting the line does not take it back from
images and commits that exist. Docker's [build secrets](https://docs.docker.com/build/building/secrets/) give a `RUN` a
secret that is kept nowhere.

Variables (`$TOKEN`), placeholders, passwords of services on the same machine and logins everybody knows are left alone.
The known format of a token, or a private key, is an error. The password of an account that is set by a literal text
(`chpasswd`) is a notice.

## Bad

```dockerfile
FROM debian:trixie-slim
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates curl
RUN curl -fsSLO -H "Authorization: Bearer q7Zx2mVd81LkPw0s" https://repo.acme.dev/shop.deb
```

## Good

```dockerfile
FROM debian:trixie-slim
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates curl
RUN --mount=type=secret,id=repository,env=TOKEN \
    curl -fsSLO -H "Authorization: Bearer $TOKEN" https://repo.acme.dev/shop.deb
```
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockwright.dockerfile.script import commands_of
from dockwright.facts.secrets import (
    Evidence,
    find_tokens,
    find_url_password,
    has_mark,
    is_placeholder,
    looks_generated,
    weigh,
)
from dockwright.finding import Problem, Severity
from dockwright.rules import rule
from dockwright.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.dockerfile import Dockerfile, Instruction
    from dockwright.shell import Command, Word

_WITH_COMMANDS = ("RUN", "CMD", "ENTRYPOINT", "HEALTHCHECK")
_HEADER = (
    r"(?:authorization:\s*(?:bearer|token|basic|digest)|(?:private|job|deploy|x-auth|x-access)-token:|x-api-key:|apikey:)\s*"
    r"(?P<value>[^\s$'\"]+)"
)
_LOGIN_OPTIONS = {"curl": frozenset(("-u", "--user")), "sshpass": frozenset(("-p",))}
"""Options that take a login or a password, other than those that are named for it (`--password`)."""
# Text, not compiled patterns: few files need them.
_ACCOUNT = r"(?P<account>[a-z_][\w-]*):(?P<password>[^\s:$]+)"
_CHPASSWD = r"\s*\|\s*(?:sudo\s+)?(?:/usr)?(?:/sbin/)?chpasswd\b"
_HINTS = ("pass", "pw", "secret", "token", "cred", "key", "pat", "://", "-u", "user", "auth")
"""One of these is in every script that this rule may speak of, for options, variables, headers, URLs and logins."""
_QUOTES = str.maketrans("", "", "'\"\\\n")
_INSTEAD = "Revoke it, and use `RUN --mount=type=secret`."


@rule(Severity.ERROR)
def check(dockerfile: Dockerfile) -> Iterator[Problem]:
    """Yield each credential that is written into a command, or into a file that a here-document makes."""
    marked = has_mark(dockerfile.source.text)
    for instruction in dockerfile.instructions("LABEL", "COPY", "ADD", *_WITH_COMMANDS, triggers=True):
        told: list[Span] = []
        for problem in (*(_tokens(instruction) if marked else ()), *_in_commands(dockerfile, instruction)):
            if not any(problem.span.start < span.end and span.start < problem.span.end for span in told):
                told.append(problem.span)
                yield problem


def _tokens(instruction: Instruction) -> Iterator[Problem]:
    whole = instruction.span
    for token in find_tokens(whole.text):
        message = f"This is {token.kind}, for everyone who sees this file or the image's history. {_INSTEAD}"
        yield Problem(Span(whole.source, whole.start + token.start, whole.start + token.end), message)


def _in_commands(dockerfile: Dockerfile, instruction: Instruction) -> Iterator[Problem]:
    if instruction.name not in _WITH_COMMANDS or not _may_hold_secret(instruction):
        return
    for command in commands_of(dockerfile, instruction):
        yield from _of_command(command)


def _may_hold_secret(instruction: Instruction) -> bool:
    """Tell quickly whether the commands are worth reading."""
    if instruction.exec_form and "\\" in instruction.arguments.text:
        return True  # its strings may be written in other characters
    text = "".join([instruction.rest.text, *[heredoc.body.text for heredoc in instruction.heredocs]])
    plain = text.translate(_QUOTES).lower()
    return any(map(plain.__contains__, _HINTS))


def _of_command(command: Command) -> Iterator[Problem]:
    for assignment in command.assignments:
        if assignment.value.literal is not None and _is_likely(assignment.name, assignment.value.literal):
            yield _problem(assignment.word, f"`{assignment.name}` looks like a real secret")
    previous = ""
    for word in command.arguments:
        text = word.text
        is_option = text.startswith("-")
        if ":" in text or (is_option and "=" in text) or (previous.startswith("-") and not is_option):
            what = _what(command, previous, word)
            if what is not None:
                yield _problem(word, what)
        previous = word.literal or ""
    if command.name in {"echo", "printf"} and command.after == "|":
        yield from _account_password(command)


def _what(command: Command, previous: str, word: Word) -> str | None:
    """Say what secret a word holds; None if it holds none."""
    header = re.search(_HEADER, word.text, re.IGNORECASE) if ":" in word.text else None
    if header is not None and not is_placeholder(header["value"]) and looks_generated(header["value"]):
        return "This header has a real token"
    if find_url_password(word.text) is Evidence.LIKELY:
        return "This URL has a real password or token"
    option = None if word.literal is None else _secret_option(command, previous, word.literal)
    return None if option is None else f"`{option}` has what looks like a real secret"


def _secret_option(command: Command, previous: str, text: str) -> str | None:
    """Return the option whose value is a secret: in the same word, or in the word before."""
    option, equals, value = text.partition("=")
    if equals and option.startswith("-"):
        return option if _is_likely(option, value) else None
    if not previous.startswith("-") or text.startswith("-"):
        return None
    password = text.rpartition(":")[2]
    takes_login = previous in _LOGIN_OPTIONS.get(command.name or "", frozenset())
    likely = takes_login and not is_placeholder(password) and looks_generated(password)
    return previous if likely or _is_likely(previous, text) else None


def _is_likely(name: str, value: str) -> bool:
    suspicion = weigh(name, value)
    return suspicion is not None and suspicion.evidence is Evidence.LIKELY


def _problem(word: Word, what: str) -> Problem:
    message = f"{what}, and the image's history shows it to everyone. {_INSTEAD}"
    return Problem(word.span, message, at_most=Severity.WARNING)


def _account_password(command: Command) -> Iterator[Problem]:
    """Yield the passwords that are piped into `chpasswd`."""
    if not re.compile(_CHPASSWD).match(command.source.text, command.end):
        return
    for word in command.arguments:
        match = re.match(_ACCOUNT, word.literal or "")
        if match is not None and not match["password"].startswith("!"):
            message = (
                f"Everyone who has the image knows the password of `{match['account']}`. Set none; log in by key, or "
                "not at all."
            )
            yield Problem(word.span, message, at_most=Severity.NOTICE)
