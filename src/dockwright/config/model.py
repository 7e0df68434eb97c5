"""The configuration as it is used, whichever file it came from."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from dockwright.config.online import OnlineSettings
from dockwright.config.policy import Policy
from dockwright.options import FailOn, Profile
from dockwright.pattern import matches

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

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


_ORDER = (Setting.ON, Setting.NOTICE, Setting.WARNING, Setting.ERROR, Setting.OFF)
"""Of several aliases, what counts is the last of these: who switches something off does not want to see it."""
ALL = "all"
"""The name that stands for every rule that is not named."""


def _said(rules: Mapping[str, Setting], rule: str, aliases: Collection[str]) -> Setting | None:
    if rule in rules or not rules:
        return rules.get(rule)
    of_aliases = [rules[alias] for alias in aliases if alias in rules]
    if of_aliases:
        return max(of_aliases, key=_ORDER.index)
    engine, colon, _ = rule.partition(":")
    return rules[engine] if colon and engine in rules else rules.get(ALL)


class Config(Struct, frozen=True, kw_only=True):
    """What the user set.

    Attributes:
        profile: which rules are on where nothing is said of them.
        rules: settings by rule id, by alias (`hadolint:DL3008`) for what has that name, or by `all`; an id counts
            before an alias, and both before `all`. A rule of which nothing is said is as the profile has it.
        overrides: settings for some files; the last that matches a file and names the rule counts.
        fail_on: the least severity that fails a review.
        ignore_paths: patterns of files that are not reviewed.
        chosen_updates: which updates of images are wanted; None if nothing is said.
        registries: how registries are reached, by their hosts.
        shellcheck: whether ShellCheck is asked about scripts; None if nothing is said.
        mirrors: the URLs of distributions' servers, by the names in `mirrors.NAMES`.
        osv: whether `check` and `compare` ask osv.dev, too; None if nothing is said.
        online: whether reviews ask registries, and whom.
        policy: what an organisation asks of its images.
        path: the file that it was read from.
        notes: what the user should know about how it was read, sentence by sentence.
    """

    profile: Profile = Profile.DEFAULT
    rules: Mapping[str, Setting] = {}
    overrides: tuple[Override, ...] = ()
    fail_on: FailOn = FailOn.ERROR
    ignore_paths: tuple[str, ...] = ()
    chosen_updates: Updates | None = None
    registries: Mapping[str, Registry] = {}
    mirrors: Mapping[str, str] = {}
    osv: bool | None = None
    shellcheck: bool | None = None
    online: OnlineSettings = OnlineSettings()
    policy: Policy = Policy()
    path: str | None = None
    notes: tuple[str, ...] = ()

    @property
    def updates(self) -> Updates:
        """Which updates of images are wanted, and how they are proposed."""
        from dockwright.config.updates import Updates  # a review does without

        return self.chosen_updates or Updates()

    def with_profile(self, profile: Profile | None) -> Config:
        """Return it with another profile; with its own for None."""
        return self if profile is None else replace(self, profile=profile)

    def setting(self, rule: str, path: str, aliases: Collection[str] = ()) -> Setting | None:
        """Return what a rule is set to for a file; None if nothing is said.

        What is said of `shellcheck` holds for each of its codes of which nothing is said. `aliases` are the names
        elsewhere of what the rule has found.
        """
        for override in reversed(self.overrides):
            if any(matches(pattern, path) for pattern in override.paths):
                found = _said(override.rules, rule, aliases)
                if found is not None:
                    return found
        return _said(self.rules, rule, aliases)

    def ignores(self, path: str) -> bool:
        """Tell whether a file is not to be reviewed."""
        return any(matches(pattern, path) for pattern in self.ignore_paths)
