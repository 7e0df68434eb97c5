"""Which rules apply to a file, how severe what they find is there, and which may find something at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.config import Setting
from dockwright.finding import Severity
from dockwright.options import Profile

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from dockwright.config import Config
    from dockwright.dockerfile import Dockerfile
    from dockwright.finding import Problem
    from dockwright.rules import Rule

_MOST_SETS = 512  # of instructions that files use, for which the rules are kept: a file may invent some


class Active(Struct, frozen=True):
    """A rule that applies to a file, with its severity there; None if only some of what it finds is told."""

    rule: Rule
    severity: Severity | None


class Activation:
    """What the configuration makes of the rules of one run."""

    def __init__(self, rules: tuple[Rule, ...], config: Config) -> None:
        """Take the rules, and what the user set."""
        self.rules = rules
        self.config = config
        self._everywhere: Mapping[str, Active] | None = None
        self._by_keywords: dict[frozenset[str], dict[tuple[str, ...], list[Active]]] = {}

    def applied(self, path: str) -> Mapping[str, Active]:
        """Return the rules that apply to a file, by their ids: to every file the same, if nothing is overridden."""
        if self._everywhere is not None:
            return self._everywhere
        found = {rule.id: here for rule in self.rules if (here := self.active(rule, path)) is not None}
        if not self.config.overrides:
            self._everywhere = found
        return found

    def active(self, rule: Rule, path: str) -> Active | None:
        """Return a rule as it applies to a file; None if nothing that it finds is told."""
        severity = self._severity(rule, rule.aliases, path)
        if severity is not None or any(self._severity(rule, (alias,), path) is not None for alias in rule.aliases):
            return Active(rule, severity)
        return None

    def about(self, active: Active, problem: Problem, path: str) -> Active | None:
        """Return a rule with the severity of one of its problems; None if that is not told."""
        if problem.aliases is not None:
            active = Active(active.rule, self._severity(active.rule, problem.aliases, path))
        return None if active.severity is None else active

    def is_whole(self, rule: Rule, path: str) -> bool:
        """Tell whether everything that a rule finds is told."""
        combined = (rule.aliases, *((alias,) for alias in rule.aliases))
        return all(self._severity(rule, aliases, path) is not None for aliases in combined)

    def maybe_active(self, rule: Rule) -> bool:
        """Tell whether a rule may apply to some file: asked before it costs anything."""
        names = (rule.id, *rule.aliases)
        return self.active(rule, "") is not None or any(
            name in each.rules for each in self.config.overrides for name in names
        )

    def concerned(self, dockerfile: Dockerfile, active: Mapping[str, Active]) -> Iterator[Active]:
        """Yield the rules that may find something in a file: those for which `Rule.concerns` holds, asked together."""
        if active is not self._everywhere:
            yield from [each for each in active.values() if each.rule.concerns(dockerfile)]
            return
        by_words = self._by_keywords.get(dockerfile.keywords)
        if by_words is None:
            if len(self._by_keywords) == _MOST_SETS:
                self._by_keywords.clear()
            by_words = self._by_keywords[dockerfile.keywords] = _by_words(active.values(), dockerfile.keywords)
        text = dockerfile.source.text
        for words, rules in by_words.items():
            if not words or any(map(text.__contains__, words)):
                yield from rules

    def _severity(self, rule: Rule, aliases: tuple[str, ...], path: str) -> Severity | None:
        """Return how severe it is what a rule finds that has these names elsewhere; None if it is not told."""
        match self.config.setting(rule.id, path, aliases):
            case Setting.OFF:
                return None
            case None:
                return self._in_profile(rule, aliases)
            case Setting.ON:
                return self._in_profile(rule, aliases) or rule.severity
            case setting:
                return Severity[setting.name]

    def _in_profile(self, rule: Rule, aliases: tuple[str, ...]) -> Severity | None:
        if rule.check_online is not None:
            return rule.severity  # they are switched on together, and run nowhere else
        if self.config.profile is Profile.DEFAULT:
            return rule.severity if rule.enabled else None
        from dockwright.config.profiles import severity_in

        return severity_in(self.config.profile, rule.id, aliases, declared=rule.severity, enabled=rule.enabled)


def _by_words(rules: Iterable[Active], keywords: frozenset[str]) -> dict[tuple[str, ...], list[Active]]:
    """Sort the rules with a check that may find something among these keywords by the words that they look for."""
    found: dict[tuple[str, ...], list[Active]] = {}
    for each in rules:
        wanted = each.rule.instructions
        if each.rule.check is not None and (not wanted or not wanted.isdisjoint(keywords)):
            found.setdefault(each.rule.words, []).append(each)
    return found
