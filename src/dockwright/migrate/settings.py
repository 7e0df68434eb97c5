"""hadolint's configuration to ours, with the comments that stand beside its rules.

All keys of hadolint 2.15 ("Configure" in its README). Its default threshold is `info`; that of ours is `error`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockwright.config.document import read_yaml
from dockwright.migrate.model import Note, Setting
from dockwright.rule_names import closest, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dockwright.config.document import Document
    from dockwright.migrate.model import Wanted
    from dockwright.rule_names import RuleNames
    from dockwright.source import Source

THRESHOLDS = {
    "error": "error",
    "warning": "warning",
    "info": "notice",
    "style": "notice",
    "ignore": "never",
    "none": "never",
}
"""hadolint's thresholds, and our word for each."""
LEVELS = {"error": "error", "warning": "warning", "info": "notice", "style": "notice"}
"""hadolint's levels, likewise."""
DEFAULT_THRESHOLD = "notice"

_KEYS = (
    "disable-ignore-pragma failure-threshold format formats ignored label-schema no-color no-fail override "
    "strict-labels trustedRegistries"
).split()
_OF_OUTPUT = frozenset(("format", "formats", "no-color"))
_REASON = re.compile(r"\s#\s*+(.*)$")
_PLAIN = re.compile(r"[A-Za-z0-9][\w./-]*+", re.ASCII)


def read_settings(source: Source, wanted: Wanted, names: RuleNames) -> tuple[Note, ...]:
    """Read `.hadolint.yaml` into what is wanted; return what has no counterpart.

    Raises:
        ConfigError: it is no YAML.
    """
    document = read_yaml(source)
    wanted.used = True
    return tuple(_read(document, source, wanted, names))


def _read(document: Document, source: Source, wanted: Wanted, names: RuleNames) -> Iterator[Note]:
    value = document.value
    if value is not None and not isinstance(value, dict):
        yield Note(document.path, 1, "This is no mapping, so hadolint takes nothing from it.")
        return
    for level, ours in LEVELS.items():
        yield from _codes(document, source, ("override", level), ours, wanted, names)
    yield from _codes(document, source, ("ignored",), "off", wanted, names)
    yield from _threshold(document, wanted)
    wanted.registries += _texts(document.at("trustedRegistries"))
    labels = document.at("label-schema")
    wanted.labels |= {key: str(kind) for key, kind in labels.items()} if isinstance(labels, dict) else {}
    wanted.strict_labels |= document.at("strict-labels") is True
    for key in value or ():
        yield from _unknown(document, key)


def _codes(
    document: Document, source: Source, where: tuple[str, ...], setting: str, wanted: Wanted, names: RuleNames
) -> Iterator[Note]:
    """Take in a list of codes, each with the comment beside it."""
    codes = document.at(*where)
    for index, code in enumerate(codes if isinstance(codes, list) else ()):
        line = document.lines.get((*where, index), 1)
        reason = _REASON.search(source.line(line))
        if not set_code(str(code), Setting(setting, reason[1].strip() if reason else ""), wanted, names):
            yield Note(document.path, line, f"No rule here is called `{code}`, so it is left out.")


def set_code(code: str, setting: Setting, wanted: Wanted, names: RuleNames) -> bool:
    """Set a check of hadolint; tell whether there is one of that name here."""
    found = names.keys(code)
    wanted.rules |= dict.fromkeys(found, setting)
    return bool(found)


def _threshold(document: Document, wanted: Wanted) -> Iterator[Note]:
    threshold = document.at("failure-threshold")
    if document.at("no-fail") is True:
        wanted.fail_on = "never"
    elif isinstance(threshold, str):
        wanted.fail_on = THRESHOLDS.get(threshold.lower())
        if wanted.fail_on is None:
            line = document.lines[("failure-threshold",)]
            yield Note(document.path, line, f"`{threshold}` is no threshold of hadolint, so nothing is made of it.")


def _unknown(document: Document, key: str) -> Iterator[Note]:
    line = document.lines.get((key,), 1)
    if key in _OF_OUTPUT:
        yield Note(document.path, line, f"`{key}` is an option of the command line here (`--format`, `--color`).")
    elif key == "disable-ignore-pragma" and document.at(key) is True:
        yield Note(document.path, line, "Ignore comments cannot be forbidden here, so this is left out.")
    elif key not in _KEYS:
        end = did_you_mean(closest(key, _KEYS)) or "."
        yield Note(document.path, line, f"`{key}` is no key of hadolint, which has ignored it all along{end}")


def _texts(value: object) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else []


def write_settings(wanted: Wanted) -> str:
    """Return the text of our configuration."""
    lines = [
        "# Written by `dockwright migrate`: what hadolint was set to.",
        "# Without `profile`, the rules are those that Dockwright itself has on.",
        "profile: hadolint",
        f"fail-on: {wanted.fail_on or DEFAULT_THRESHOLD}",
        "shellcheck: true",
    ]
    if wanted.rules:
        lines += ("rules:", *(_rule(name, setting) for name, setting in sorted(wanted.rules.items())))
    if wanted.registries:
        lines += ("trusted-registries:", *(f"  - {_scalar(each)}" for each in dict.fromkeys(wanted.registries)))
    if wanted.labels:
        lines += ("label-schema:", *(f"  {_scalar(key)}: {_scalar(kind)}" for key, kind in wanted.labels.items()))
    if wanted.strict_labels:
        lines.append("strict-labels: true")
    return "\n".join(lines) + "\n"


def _rule(name: str, setting: Setting) -> str:
    reason = " ".join(setting.reason.split())
    return f"  {name}: {setting.value}" + (f"  # {reason}" if reason else "")


def _scalar(text: str) -> str:
    """Write a text so that YAML reads it as that text."""
    from msgspec import json

    return text if _PLAIN.fullmatch(text) and not text.isdecimal() else json.encode(text).decode()


def words(text: str) -> Iterable[str]:
    """Split a list in one text, at commas and blanks."""
    return text.replace(",", " ").split()
