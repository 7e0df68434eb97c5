"""`ENV` or `LABEL` with a blank in place of `=`

## Why

`ENV A b` is the syntax of Docker's first years. It takes the whole rest of the line as the value, so that
`ENV A=b C d` and `ENV A b C=d` mean quite different things, and one forgotten `=` makes variables disappear in another
one's value ([Docker: LegacyKeyValueFormat](https://docs.docker.com/reference/build-checks/legacy-key-value-format/)).

## Bad

```dockerfile
FROM debian:trixie-slim
ENV LANG C.UTF-8
```

## Good

```dockerfile
FROM debian:trixie-slim
ENV LANG=C.UTF-8
```

## Fix

Puts the `=` there, and quotes around a value with blanks.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockwright.finding import Applicability, Fix, Problem, Severity
from dockwright.rules import rule
from dockwright.source import Edit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.dockerfile import Dockerfile, Pair

# Text, not compiled patterns: few files need them.
_FURTHER_PAIR = r"\s[A-Za-z_][A-Za-z0-9_.]*="
_QUOTED = r'"[^"\\`]*"|\'[^\'\\`]*\''


@rule(Severity.NOTICE, aliases=("buildkit:LegacyKeyValueFormat",), instructions=("ENV", "LABEL"))
def check(dockerfile: Dockerfile) -> Iterator[Problem]:
    """Yield each pair without `=`."""
    for instruction in dockerfile.instructions("ENV", "LABEL", triggers=True):
        for pair in instruction.pairs:
            if pair.legacy and pair.key.span is not None:
                yield Problem(pair.key.span, _message(instruction.name, pair), _fix(pair))


def _message(name: str, pair: Pair) -> str:
    value = pair.value.text if pair.value is not None else ""
    if re.search(_FURTHER_PAIR, value):
        return f"`{name}` has no `=` after its first word, so all the rest, `=` and all, is one value. Write `=` there."
    return f"`{name}` with a blank in place of `=` is deprecated, and takes all the rest as one value. Write `=`."


def _fix(pair: Pair) -> Fix | None:
    """Return the fix where the value means the same afterwards, and plainly is what was meant."""
    key, value = pair.key.exact, pair.value.exact if pair.value is not None else None
    if key is None or value is None or not value.text or re.search(_FURTHER_PAIR, value.text):
        return None
    text = value.text.rstrip()
    if any(character.isspace() for character in text) and re.fullmatch(_QUOTED, text) is None:
        if any(character in text for character in "\"'\\`"):
            return None
        text = f'"{text}"'
    source = key.source
    edits = [Edit(source.span(key.end, value.start), "=")]
    if text != value.text:
        edits.append(Edit(value, text))
    return Fix("Write `=`", tuple(edits), Applicability.SAFE)
