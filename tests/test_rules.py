"""Every rule, without a test written for it: its page, its golden cases, and the laws of fixes.

How the cases of `tests/rules/<id>.md` are written: see `tests/support/rule_cases.py`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from dockwright.dockerfile import parse
from dockwright.files._yaml import read_documents
from dockwright.rules import all_rules
from tests.support.rule_cases import (
    FOLDER,
    Case,
    accept,
    actual,
    cases,
    expected,
    fixed,
    rule_named,
    run,
    section,
)

if TYPE_CHECKING:
    from dockwright.source import Source

RULES = [rule.id for rule in all_rules()]
FILES = {path.stem: path for path in sorted(FOLDER.glob("*.md"))}
GOLDEN = [case for name, path in FILES.items() for case in cases(name, path.read_text())]
PAGES = [
    case
    for rule in all_rules()
    for heading in ("Bad", "Good")
    for case in cases(rule.id, f"## {heading}\n{section(rule.page, heading)}")
]
EVERY = [*PAGES, *GOLDEN]

every_case = pytest.mark.parametrize("case", EVERY, ids=[case.id for case in EVERY])
every_rule = pytest.mark.parametrize("rule", RULES)


@every_rule
def test_a_page_has_its_parts_in_order(rule: str) -> None:
    page = rule_named(rule).page
    headings = [line for line in page.split("\n") if line.startswith("## ")]
    assert headings in (["## Why", "## Bad", "## Good"], ["## Why", "## Bad", "## Good", "## Fix"])
    title = rule_named(rule).title
    assert title
    assert not title.endswith(".")


@every_rule
def test_the_bad_example_is_found_and_the_good_one_is_not(rule: str) -> None:
    page = rule_named(rule).page
    bad, good = cases(rule, section(page, "Bad")), cases(rule, section(page, "Good"))
    assert bad
    assert good
    assert all(run(case).findings for case in bad)
    assert [run(case).findings for case in good] == [()] * len(good)


@every_rule
def test_a_page_explains_fixes_if_there_are_some(rule: str) -> None:
    fixes = any(finding.fix for case in EVERY if case.rule == rule for finding in run(case).findings)
    assert rule_named(rule).fixable == fixes


@every_rule
def test_a_rule_has_golden_cases(rule: str) -> None:
    assert rule in FILES


def test_each_golden_file_is_of_a_rule() -> None:
    assert sorted(FILES.keys() - set(RULES)) == []


@pytest.mark.parametrize("name", FILES)
def test_golden_cases(name: str, accepts: bool) -> None:  # noqa: FBT001 - a fixture
    path = FILES[name]
    text = path.read_text()
    found = [(case, actual(case)) for case in cases(name, text)]
    if accepts:
        path.write_text(accept(text, found))
        return
    for case, outcome in found:
        assert outcome == expected(case), f"tests/rules/{name}.md:{case.line}"


@every_case
@pytest.mark.parametrize("unsafe", [False, True], ids=["safe", "unsafe"])
def test_fixing_twice_equals_fixing_once(case: Case, unsafe: bool) -> None:  # noqa: FBT001 - a parameter
    once = fixed(case, case.sources(), unsafe=unsafe)
    twice = fixed(case, once, unsafe=unsafe)
    assert [source.text for source in twice] == [source.text for source in once]


@every_case
@pytest.mark.parametrize("unsafe", [False, True], ids=["safe", "unsafe"])
def test_a_fixed_file_has_no_new_errors(case: Case, unsafe: bool) -> None:  # noqa: FBT001 - a parameter
    after = fixed(case, case.sources(), unsafe=unsafe)[0]
    if after.path.endswith((".yml", ".yaml")):
        # Mappings before are mappings after; what they mean is shown by the golden `fixed`.
        assert len(read_documents(after)) == len(read_documents(case.source))
    else:
        assert len(parse(after).errors) <= len(parse(case.source).errors)


@every_case
def test_a_safe_fix_leaves_stages_and_images_as_they_were(case: Case) -> None:
    assert _structure(fixed(case, case.sources(), unsafe=False)[0]) == _structure(case.source)


def _structure(source: Source) -> object:
    dockerfile = parse(source)
    return (
        [(stage.name, stage.parent, stage.base and stage.base.text) for stage in dockerfile.stages],
        [(use.kind, use.reference, use.stage) for use in dockerfile.images],
    )
