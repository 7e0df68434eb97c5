"""A label names another digest of the base image than `FROM`

## Why

`org.opencontainers.image.base.digest` says upon which image this one is built; scanners and tools that look for newer
base images go by it ([OCI annotations](https://github.com/opencontainers/image-spec/blob/main/annotations.md)). Written
into the Dockerfile by hand, it stays as it is when `FROM` moves on, and then names an image that was not used.

Where `FROM` has no digest, the label holds only until the tag moves.

## Bad

```dockerfile
FROM debian:trixie-slim@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
LABEL org.opencontainers.image.base.digest="sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
```

## Good

```dockerfile
FROM debian:trixie-slim@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
LABEL org.opencontainers.image.base.digest="sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
```

## Fix

Writes the digest of `FROM`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockwright.facts.stages import roots
from dockwright.finding import Applicability, Fix, Problem, Related, Severity
from dockwright.rules import rule
from dockwright.source import Edit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.dockerfile import Dockerfile, Instruction, Stage
    from dockwright.dockerfile.model import Pair

_KEY = "org.opencontainers.image.base.digest"
_OTHER = "This label names another image than the one that `FROM` is built upon. Write the same digest in both places."
_NONE = (
    "Nothing keeps this digest true: `FROM` has none, and takes whatever its tag is moved to. "
    "Pin `FROM` to the digest, or leave the label to the build."
)


@rule(Severity.WARNING, instructions=("LABEL",), words=(_KEY,))
def check(dockerfile: Dockerfile) -> Iterator[Problem]:
    """Yield each such label whose digest is not the base image's."""
    for stage in dockerfile.stages:
        for label in dockerfile.instructions("LABEL", stage=stage):
            for pair in label.pairs:
                if pair.key.text.strip("\"'") == _KEY:
                    yield from _judge(dockerfile, stage, label, pair)


def _judge(dockerfile: Dockerfile, stage: Stage, label: Instruction, pair: Pair) -> Iterator[Problem]:
    image = roots(dockerfile)[stage.index].image
    value = None if pair.value is None else dockerfile.expand(label, pair.value)
    place = None if pair.value is None else pair.value.span
    if image is None or image.reference is None or value is None or place is None:
        return
    digest = image.reference.digest
    if not value.text.startswith("sha256:") or value.text == digest:
        return
    edit = None
    if digest is not None and value.text in place.text:
        start = place.start + place.text.index(value.text)
        edit = Edit(place.source.span(start, start + len(value.text)), digest)
    fix = None if edit is None else Fix("Write the digest of `FROM`", (edit,), Applicability.SAFE)
    related = (Related(image.span, "the base image"),)
    yield Problem(place, _NONE if digest is None else _OTHER, fix, causes=(image.span,), related=related)
