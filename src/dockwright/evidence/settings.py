"""What changes in how containers of an image are started, and whether that may break who builds on it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from dockwright.evidence.image import Configuration, Settings
    from dockwright.image import Platform

_ROUTINE: Final = re.compile(
    r".*(?:VERSION|REVISION|RELEASE|BUILD|COMMIT|SHA(?:1|256|384|512)?|MD5|CHECKSUM|DIGEST|KEYS?|URL|URI|DATE|TIME)",
    re.IGNORECASE,
)
"""Names of variables that say which version is inside; they change with every release, and nobody relies on them."""

_LABELS: Final = (
    "org.opencontainers.image.version",
    "org.opencontainers.image.source",
    "org.opencontainers.image.licenses",
    "org.opencontainers.image.vendor",
)


class SettingChange(Struct, frozen=True):
    """One setting that is not the same in both images.

    Attributes:
        setting: what it is, in Dockerfiles' words: `USER`, `ENTRYPOINT`; with a name where there are many: `ENV PATH`.
        old: its value, as a Dockerfile would have it; None if it is not set. `new` likewise.
        may_break: whether those who build on the image, or run it, may rely on the old value.
    """

    setting: str
    old: str | None
    new: str | None
    may_break: bool = True


def setting_changes(old: Configuration, new: Configuration) -> tuple[SettingChange, ...]:
    """Return what changes in how containers are started."""
    return tuple(_changes(old.settings, new.settings))


def platforms_lost(old: Iterable[Platform], new: Iterable[Platform]) -> tuple[Platform, ...]:
    """Return the platforms that there is no image for any more."""
    left = {platform.normal for platform in new}
    return tuple(sorted({platform for platform in old if platform.normal not in left}))


def _changes(old: Settings, new: Settings) -> Iterator[SettingChange]:
    for setting, before, after in (
        ("USER", old.user or None, new.user or None),
        ("ENTRYPOINT", _command(old.entrypoint), _command(new.entrypoint)),
        ("CMD", _command(old.cmd), _command(new.cmd)),
        ("WORKDIR", old.working_dir or None, new.working_dir or None),
        ("SHELL", _command(old.shell), _command(new.shell)),
        ("STOPSIGNAL", old.stop_signal or None, new.stop_signal or None),
        ("HEALTHCHECK", _check(old), _check(new)),
    ):
        if before != after:
            yield SettingChange(setting, before, after)
    for name, before, after in _differing(_environment(old), _environment(new)):
        # A variable that is new breaks nobody; a version in one is what an update is for.
        relied_on = before is not None and (after is None or not _ROUTINE.fullmatch(name))
        yield SettingChange(f"ENV {name}", before, after, relied_on)
    for name, before, after in _differing(_names(old.exposed_ports), _names(new.exposed_ports)):
        yield SettingChange(f"EXPOSE {name}", before, after, after is None)
    for name, before, after in _differing(_names(old.volumes), _names(new.volumes)):
        yield SettingChange(f"VOLUME {name}", before, after)  # what is written below a new one is lost
    for name, before, after in _differing(_labels(old), _labels(new)):
        yield SettingChange(f"LABEL {name}", before, after, name.endswith(".licenses"))


def _differing(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[tuple[str, str | None, str | None]]:
    for name in sorted(old.keys() | new.keys()):
        if old.get(name) != new.get(name):
            yield name, old.get(name), new.get(name)


def _command(words: tuple[str, ...] | None) -> str | None:
    return json.dumps(words, ensure_ascii=False) if words else None


def _check(settings: Settings) -> str | None:
    return _command(settings.healthcheck.test) if settings.healthcheck else None


def _environment(settings: Settings) -> dict[str, str]:
    variables = (variable.partition("=") for variable in settings.env or ())
    return {name: value for name, _, value in variables}


def _names(said: Mapping[str, object] | None) -> dict[str, str]:
    return {name: name for name in said or ()}


def _labels(settings: Settings) -> dict[str, str]:
    labels = settings.labels or {}
    return {name: labels[name] for name in _LABELS if name in labels}
