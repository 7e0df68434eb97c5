"""A label is missing, or not what the configuration asks for

## Why

Labels are how registries, scanners and people find out where an image comes from. An organisation that relies on them
says in its configuration which ones an image has, and of what kind their values are:

```yaml
label-schema:
  org.opencontainers.image.source: url
  org.opencontainers.image.version: semver
strict-labels: true     # and no others
```

The kinds are `text`, `url`, `semver`, `rfc3339`, `spdx`, `hash` (a git commit, whole or abbreviated) and `email`.
Without a schema (hadolint's `label-schema` counts, too) nothing is said. Labels are asked of the image that is
published only, with those of the stages that it builds upon; a value with a variable is not judged, for it may be
anything. Labels that only the command line or `docker/metadata-action` gives are no part of the file: leave them out.

## Bad

```dockerfile
FROM debian:trixie-slim
LABEL org.opencontainers.image.source="my repository"
```

```yaml file=.github/dockwright.yml
label-schema: {org.opencontainers.image.source: url}
```

## Good

```dockerfile
FROM debian:trixie-slim
LABEL org.opencontainers.image.source="https://github.com/example/shop"
```

```yaml file=.github/dockwright.yml
label-schema: {org.opencontainers.image.source: url}
```
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockwright.config.policy import LabelKind
from dockwright.finding import Problem, Severity
from dockwright.rules import rule_in_context

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.config.policy import Policy
    from dockwright.dockerfile import Dockerfile, Instruction
    from dockwright.dockerfile.model import Pair
    from dockwright.project import Project

_MISSING, _SUPERFLUOUS, _EMPTY = "hadolint:DL3049", "hadolint:DL3050", "hadolint:DL3051"
_KINDS = {
    LabelKind.URL: ("hadolint:DL3052", r"[a-z][a-z0-9+.-]*:[^\s<>\"{}|\\^`]+", "a URL"),
    LabelKind.RFC3339: (
        "hadolint:DL3053",
        r"\d{4}-[01]\d-[0-3]\d[Tt ][0-2]\d:[0-5]\d:[0-6]\d(?:\.\d+)?(?:[Zz]|[+-][0-2]\d:[0-5]\d)",
        "a time such as `2026-11-23T12:00:00Z`",
    ),
    LabelKind.SPDX: (
        "hadolint:DL3054",
        r"\(*[A-Za-z0-9][A-Za-z0-9.+:-]*\)*(?: (?:AND|OR|WITH) \(*[A-Za-z0-9][A-Za-z0-9.+:-]*\)*)*",
        "an SPDX licence such as `Apache-2.0`",
    ),
    LabelKind.HASH: ("hadolint:DL3055", r"[0-9a-f]{7,40}|[0-9a-f]{64}", "a git commit"),
    LabelKind.SEMVER: (
        "hadolint:DL3056",
        r"(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?",
        "a version such as `1.4.0` (semver.org)",
    ),
    LabelKind.EMAIL: ("hadolint:DL3058", r"[^@\s<>]+@[^@\s<>]+", "an e-mail address"),
}


@rule_in_context(
    Severity.WARNING,
    aliases=(_MISSING, _SUPERFLUOUS, _EMPTY, *(alias for alias, _, _ in _KINDS.values())),
)
def check(dockerfile: Dockerfile, project: Project) -> Iterator[Problem]:
    """Yield what differs from the schema."""
    policy = project.policy
    if not policy.label_schema and not policy.strict_labels:
        return
    for label in dockerfile.instructions("LABEL"):
        for pair in label.pairs:
            yield from _judge(label, pair, policy)
    yield from _missing(dockerfile, project)


def _judge(label: Instruction, pair: Pair, policy: Policy) -> Iterator[Problem]:
    key, value = _text(pair.key.text), _text(pair.value.text if pair.value is not None else "")
    if "$" in key:
        return
    place = (pair.value or pair.key).span or label.span
    kind = policy.label_schema.get(key)
    if kind is None:
        if policy.strict_labels:
            message = f"`{key}` is none of the labels that the configuration allows (`label-schema`). Leave it out."
            yield Problem(pair.key.span or label.span, message, at_most=Severity.NOTICE, aliases=(_SUPERFLUOUS,))
    elif not value:
        message = f"The label `{key}` is empty, and the configuration asks for a value."
        yield Problem(pair.key.span or label.span, message, aliases=(_EMPTY,))
    elif kind in _KINDS and "$" not in value:
        alias, form, what = _KINDS[kind]
        if re.fullmatch(form, value) is None:
            yield Problem(place, f"The label `{key}` is to be {what}, and this is none.", aliases=(alias,))


def _text(written: str) -> str:
    return written[1:-1] if len(written) > 1 and written[0] == written[-1] and written[0] in "\"'" else written


def _missing(dockerfile: Dockerfile, project: Project) -> Iterator[Problem]:
    target = dockerfile.target(project.target)
    if target is None:
        return
    built = dockerfile.lineage(target)
    keys = {_text(pair.key.text) for stage in built for each in stage.instructions for pair in _pairs(each)}
    for label in project.policy.label_schema:
        if label not in keys:
            message = f"The image has no label `{label}`, which the configuration asks for."
            yield Problem(target.start.span, message, at_most=Severity.NOTICE, aliases=(_MISSING,))


def _pairs(instruction: Instruction) -> tuple[Pair, ...]:
    return instruction.pairs if instruction.name == "LABEL" else ()
