"""The configuration as it is used, whichever file it came from."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.options import FailOn
from dockwright.pattern import matches

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dockwright.config.registries import Registry
    from dockwright.config.updates import Updates


class Setting(Enum):
    """What a rule is set to: off, on with its own severity, or on with this one."""

    OFF = "off"
    ON = "on"
    NOTICE = "notice"
    WARNING = "warning"
    ERROR = "error"


class Override(Struct, frozen=True):
    """Settings, by rule id, for the files that one of the patterns matches."""

    paths: tuple[str, ...]
    rules: Mapping[str, Setting]


class Config(Struct, frozen=True, kw_only=True):
    """What the user set.

    Attributes:
        rules: settings by rule id; a rule that is not there is as it declares itself.
        overrides: settings for some files; the last that matches a file and names the rule counts.
        fail_on: the least severity that fails a review.
        ignore_paths: patterns of files that are not reviewed.
        chosen_updates: which updates of images are wanted; None if nothing is said.
        registries: how registries are reached, by their hosts.
        path: the file that it was read from.
        notes: what the user should know about how it was read, sentence by sentence.
    """

    rules: Mapping[str, Setting] = {}
    overrides: tuple[Override, ...] = ()
    fail_on: FailOn = FailOn.ERROR
    ignore_paths: tuple[str, ...] = ()
    chosen_updates: Updates | None = None
    registries: Mapping[str, Registry] = {}
    path: str | None = None
    notes: tuple[str, ...] = ()

    @property
    def updates(self) -> Updates:
        """Which updates of images are wanted, and how they are proposed."""
        from dockwright.config.updates import Updates  # a review does without

        return self.chosen_updates or Updates()

    def setting(self, rule: str, path: str) -> Setting | None:
        """Return what a rule is set to for a file; None if nothing is said."""
        for override in reversed(self.overrides):
            if rule in override.rules and any(matches(pattern, path) for pattern in override.paths):
                return override.rules[rule]
        return self.rules.get(rule)

    def ignores(self, path: str) -> bool:
        """Tell whether a file is not to be reviewed."""
        return any(matches(pattern, path) for pattern in self.ignore_paths)
