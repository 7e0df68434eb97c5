"""What rules are called: by their ids, and by the names that hadolint's and BuildKit's users know.

An alias has its tool in front (`hadolint:DL3020`, `buildkit:JSONArgsRecommended`). People may leave the tool out, and
write either in any case. Several rules may share one alias, where one check elsewhere is several here.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

_SHELLCHECK = re.compile(r"(?:shellcheck:|hadolint:)?sc(\d{4})")
_CLOSE = 0.75  # difflib's ratio: `runs-as-rot` finds `runs-as-root`, `root` finds nothing
_LONGEST = 100  # characters; difflib's time is quadratic


class RuleNames:
    """Every name that a rule may be called by."""

    def __init__(self, rules: Callable[[], Mapping[str, tuple[str, ...]]]) -> None:
        """Take what returns the rules' ids, each with its aliases: it is asked when a name first matters."""
        self._rules = rules

    @cached_property
    def _aliases(self) -> Mapping[str, tuple[str, ...]]:
        return self._rules()

    @cached_property
    def _ids(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for identifier, aliases in self._aliases.items():
            for alias in aliases:
                for name in {alias.lower(), alias.lower().rpartition(":")[2]}:
                    found[name] = (*found.get(name, ()), identifier)
        return found | {identifier: (identifier,) for identifier in self._aliases}

    @property
    def ids(self) -> Collection[str]:
        """The ids of all rules."""
        return self._aliases.keys()

    def resolve(self, name: str) -> tuple[str, ...]:
        """Return the ids of the rules that a name means; none if no rule is called so.

        ShellCheck's codes are not listed anywhere: whatever looks like one is one (`SC2086`).
        """
        code = _SHELLCHECK.fullmatch(name.lower())
        return (f"shellcheck:SC{code[1]}",) if code is not None else self._ids.get(name.lower(), ())

    def keys(self, name: str) -> tuple[str, ...]:
        """Return what settings and comments are kept under that use a name: an id, or aliases as rules write them.

        An alias is no id: a rule may have several, and each of its findings only some.
        """
        found = self.resolve(name)
        if not found or name.lower() in self._aliases:
            return found
        wanted = name.lower()
        aliases = {
            alias: None
            for identifier in found
            for alias in self._aliases.get(identifier, ())
            if wanted in {alias.lower(), alias.lower().rpartition(":")[2]}
        }
        return tuple(aliases) or found

    def aliases_of_tool(self, tool: str) -> tuple[str, ...]:
        """Return the names that a tool (`hadolint`, `buildkit`) has for what is found here."""
        start = f"{tool}:"
        every = (alias for aliases in self._aliases.values() for alias in aliases)
        return tuple(dict.fromkeys(alias for alias in every if alias.startswith(start)))

    def of_tool(self, tool: str) -> tuple[str, ...]:
        """Return the ids of the rules that have a counterpart in a tool (`hadolint`, `buildkit`)."""
        start = f"{tool}:"
        return tuple(
            identifier
            for identifier, aliases in self._aliases.items()
            if any(alias.startswith(start) for alias in aliases)
        )

    def closest(self, name: str) -> str | None:
        """Return the id or alias that was probably meant by a name that is none; None if nothing is like it."""
        known = [*self.ids, *(alias for aliases in self._aliases.values() for alias in aliases)]
        by_name = {each.lower().rpartition(":")[2]: each.rpartition(":")[2] for each in known}
        found = closest(name.lower().rpartition(":")[2], by_name)
        return by_name[found] if found else None


def closest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that is most like another; None if none is much like it."""
    from difflib import get_close_matches  # only ever needed for a mistake

    found = get_close_matches(name[:_LONGEST], known, n=1, cutoff=_CLOSE)
    return found[0] if found else None


def did_you_mean(name: str | None) -> str:
    """Return the end of a message about a name that is unknown: empty, or a question."""
    return f"; did you mean `{name}`?" if name else ""
