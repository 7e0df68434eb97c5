"""Profiles: which rules are on, and how severe they are, before anything else is said of them.

`default` is what each rule declares, `strict` is every rule, `hadolint` and `buildkit` are the checks that these tools
have, with their levels. A profile only chooses: what a rule finds, and what excuses it, is the same in all of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockwright.finding import Severity
from dockwright.options import Profile

if TYPE_CHECKING:
    from collections.abc import Iterable

_HADOLINT = "hadolint:"
_BUILDKIT = "buildkit:"
SYNTAX = "syntax"
"""The rule that speaks in every profile: of a file that cannot be built, others say little."""

_ERRORS = frozenset(
    "DL1000 DL3000 DL3004 DL3011 DL3012 DL3020 DL3021 DL3023 DL3024 DL3026 DL3043 DL3044 DL3061 DL4000 DL4004".split()
)
_NOTICES = frozenset(
    "DL3001 DL3009 DL3010 DL3015 DL3019 DL3047 DL3048 DL3049 DL3050 DL3059 DL3060 DL3066".split()
)  # hadolint's `info` and `style`
_OFF = frozenset(("DL1001", "DL3057"))
_EXPERIMENTAL = "buildkit:InvalidDefinitionDescription"


def severity_in(
    profile: Profile, rule: str, aliases: Iterable[str], *, declared: Severity, enabled: bool
) -> Severity | None:
    """Return how severe a finding is; None if the profile leaves it out.

    Args:
        profile: the profile.
        rule: the rule's id.
        aliases: the names elsewhere of what was found.
        declared: the severity that the rule declares.
        enabled: whether it is on by default.
    """
    match profile:
        case Profile.DEFAULT:
            return declared if enabled else None
        case Profile.STRICT:
            return declared
        case Profile.HADOLINT:
            levels = [level for alias in aliases if (level := _of_hadolint(alias)) is not None]
            return max(levels) if levels else declared if rule == SYNTAX else None
        case Profile.BUILDKIT:
            checks = [alias for alias in aliases if alias.startswith(_BUILDKIT) and alias != _EXPERIMENTAL]
            return Severity.WARNING if checks else declared if rule == SYNTAX else None


def _of_hadolint(alias: str) -> Severity | None:
    """Return hadolint's level of one of its rules; None for other aliases, and for what it has switched off."""
    code = alias.removeprefix(_HADOLINT)
    if code == alias or code in _OFF:
        return None
    return Severity.ERROR if code in _ERRORS else Severity.NOTICE if code in _NOTICES else Severity.WARNING
