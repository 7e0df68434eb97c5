"""What rules declare of the files that they may speak of (`instructions=`, `words=`): in others they find nothing.

Every rule that declares something is given the Dockerfiles of all rules' cases, the same in capitals and in small
letters, which some commands, keywords and names take for the same, and generated ones.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given

from dockwright.dockerfile import parse
from dockwright.dockerfile.names import is_dockerfile_name
from dockwright.project import MemoryTree, Project
from dockwright.rules import rules_of_dockerfiles
from dockwright.source import Source
from tests.dockerfile.strategies import dockerfiles
from tests.support.rule_cases import FOLDER, TODAY, cases, rule_named

if TYPE_CHECKING:
    from collections.abc import Callable

    from dockwright.dockerfile import Dockerfile
    from dockwright.rules import Rule

DECLARING = [rule.id for rule in rules_of_dockerfiles() if rule.check and (rule.instructions or rule.words)]
CASES = [
    case
    for path in sorted(FOLDER.glob("*.md"))
    for case in cases(path.stem, path.read_text())
    if is_dockerfile_name(case.source.path.rpartition("/")[2])
]


def said_in_vain(rule: Rule, dockerfile: Dockerfile, project: Project) -> list[str]:
    """Return what a rule finds in a file of which it declares that it finds nothing."""
    if rule.check is None or rule.concerns(dockerfile):
        return []
    return [problem.message for problem in rule.check(dockerfile, project)]


def test_most_rules_declare_something() -> None:
    assert len(DECLARING) > 30  # or the tests below would test little


@pytest.mark.parametrize("written", [str, str.upper, str.lower], ids=["as it is", "capitals", "small"])
def test_a_rule_finds_nothing_where_it_declares_so(written: Callable[[str], str]) -> None:
    rules = [rule_named(name) for name in DECLARING]
    for case in CASES:
        source = Source(case.source.path, written(case.source.text))
        dockerfile, project = parse(source), case.project((source, *case.sources()[1:]))
        found = {rule.id: said for rule in rules if (said := said_in_vain(rule, dockerfile, project))}
        assert found == {}, f"tests/rules/{case.rule}.md:{case.line}"


@given(dockerfiles())
def test_a_rule_finds_nothing_in_any_file_where_it_declares_so(text: str) -> None:
    source = Source("Dockerfile", text)
    dockerfile, project = parse(source), Project(MemoryTree((source,)), TODAY)
    assert [said for name in DECLARING for said in said_in_vain(rule_named(name), dockerfile, project)] == []
