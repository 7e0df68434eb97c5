"""hadolint's configuration, read where there is none of ours, so that a move costs nothing.

Format: github.com/hadolint/hadolint, "Configure". hadolint itself accepts keys that it does not know in silence; here
they are told, but fail nothing, for the file is hadolint's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.config.document import read_yaml
from dockwright.config.model import Config, Setting
from dockwright.config.policy import LabelKind, Policy
from dockwright.options import FailOn
from dockwright.rule_names import RuleNames, closest, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dockwright.config.document import Document
    from dockwright.source import Source

_THRESHOLDS = {
    "error": FailOn.ERROR,
    "warning": FailOn.WARNING,
    "info": FailOn.NOTICE,
    "style": FailOn.NOTICE,
    "ignore": FailOn.NEVER,
    "none": FailOn.NEVER,
}
_SEVERITIES = {
    "error": Setting.ERROR,
    "warning": Setting.WARNING,
    "info": Setting.NOTICE,
    "style": Setting.NOTICE,
}
_NOT_USED = (
    "disable-ignore-pragma",
    "format",
    "formats",
    "no-color",
)


class Severities(Struct, frozen=True):
    """Rules by the severity that they are given."""

    error: tuple[str, ...] = ()
    warning: tuple[str, ...] = ()
    info: tuple[str, ...] = ()
    style: tuple[str, ...] = ()


_KINDS = {kind.value: kind for kind in LabelKind}


def _key(field: str) -> str:
    """Return a field as hadolint spells it: all with hyphens, but for one."""
    return "trustedRegistries" if field == "trusted_registries" else field.replace("_", "-")


class HadolintFile(Struct, frozen=True, rename=_key):
    """What is read of `.hadolint.yaml`; an empty value counts as none."""

    ignored: tuple[str, ...] | None = None
    override: Severities | None = None
    failure_threshold: str | None = None
    no_fail: bool | None = None
    label_schema: dict[str, str] | None = None
    strict_labels: bool | None = None
    trusted_registries: tuple[str, ...] | None = None


def read_hadolint(source: Source, names: RuleNames) -> Config:
    """Read a hadolint configuration; its rules are ours by alias, and what has no counterpart is told in a note.

    Raises:
        ConfigError: if it is no YAML, or a key holds the wrong type.
    """
    document = read_yaml(source)
    if document.value is None:
        return Config(path=source.path)
    file = document.convert(HadolintFile)
    rules: dict[str, Setting] = {}
    overrides = file.override or Severities()
    for severity, setting in _SEVERITIES.items():
        rules |= dict.fromkeys(_ours(getattr(overrides, severity), names), setting)
    rules |= dict.fromkeys(_ours(file.ignored or (), names), Setting.OFF)
    threshold = "none" if file.no_fail else (file.failure_threshold or "error").lower()
    return Config(
        rules=rules,
        policy=_policy(file),
        fail_on=_THRESHOLDS.get(threshold, FailOn.ERROR),
        path=source.path,
        notes=tuple(_notes(document, rules)),
    )


def _ours(codes: Iterable[str], names: RuleNames) -> list[str]:
    return [key for code in codes for key in names.keys(code)]


def _policy(file: HadolintFile) -> Policy:
    schema = {label: _KINDS.get(kind.lower(), LabelKind.TEXT) for label, kind in (file.label_schema or {}).items()}
    return Policy(
        trusted_registries=file.trusted_registries or (),
        label_schema=schema,
        strict_labels=bool(file.strict_labels),
    )


def _notes(document: Document, rules: dict[str, Setting]) -> Iterable[str]:
    count = f"{len(rules)} rule{'' if len(rules) == 1 else 's'}"
    yield f"`{document.path}` is read, for there is no `.github/dockwright.yml`; it sets {count}."
    assert isinstance(document.value, dict), "`convert` has checked it"  # noqa: S101
    unused = [f"`{key}`" for key in document.value if key in _NOT_USED]
    if unused:
        yield f"Nothing here corresponds to {', '.join(unused)} in `{document.path}`."
    known = (*HadolintFile.__struct_encode_fields__, *_NOT_USED)
    for key in document.value:
        if key not in known:
            end = did_you_mean(closest(key, known)) or "."
            yield f"`{key}` in `{document.path}` is no key of hadolint{end}"
