"""What rules may be called, and which of them a review applies and tells of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockwright.rule_names import RuleNames
from dockwright.rules import Rule, all_rules, rules_of_dockerfiles, rules_of_files, rules_online

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dockwright.finding import Result
    from dockwright.review.scope import Within

SHELLCHECK = "shellcheck"
"""The name of all of ShellCheck's codes together; each is a rule `shellcheck:SC2086`."""


def rule_names(rules: Iterable[Rule] | None = None) -> RuleNames:
    """Return what the rules (all, unless given) may be called; they are loaded when a name first matters."""
    return RuleNames(
        lambda: {SHELLCHECK: ()} | {rule.id: rule.aliases for rule in (all_rules() if rules is None else rules)}
    )


def applied(within: Within | None) -> tuple[Rule, ...]:
    """Return the rules that a review applies: those of whole repositories only where it is of more than Dockerfiles."""
    return rules_of_dockerfiles() if within is None else rules_of_files()


def told(result: Result, rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
    """Return the rules for a report: those that were applied, and those online and of ShellCheck's with findings."""
    named = {each.rule for each in result.findings} - {each.id for each in rules}
    if named:
        rules = (*rules, *(each for each in rules_online() if each.id in named))
    codes = sorted({each.rule for each in result.findings if each.rule.startswith(f"{SHELLCHECK}:")})
    return rules if not codes else (*rules, *(rule_of_code(code) for code in codes))


def rule_of_code(name: str) -> Rule:
    """Return the rule that one of ShellCheck's codes is (`shellcheck:SC2086`)."""
    from dockwright.shellcheck import code_of

    code = code_of(name)
    assert code is not None, "only codes are called so"  # noqa: S101
    return Rule(code.id, code.page, code.severity, code.enabled, code.aliases, code.since, None)
