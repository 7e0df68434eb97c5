"""SARIF against its schema, and what GitHub takes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes, urljoin, urlsplit

import pytest
from hypothesis import given, settings
from jsonschema import Draft4Validator

from dockwright.finding import Fix, Result, Severity, Unreadable
from dockwright.report import Context
from dockwright.report.sarif import render
from dockwright.source import Edit, Source, apply, encode
from tests.report.samples import LINKED, PAGES, PLAIN, RESULTS, RULES, SampleRule, finding
from tests.report.strategies import results
from tests.support.edits import apply_by_position

laws = settings(deadline=None, max_examples=50)

SCHEMA = Path(__file__).parent / "schema" / "sarif-2.1.0-rtm.5.schema.json"


@pytest.fixture(scope="module")
def validator() -> Draft4Validator:
    """Return the validator of SARIF's schema (draft 4)."""
    return Draft4Validator(json.loads(SCHEMA.read_text()))


def run_of(result: Result, context: Context = PLAIN) -> dict[str, Any]:
    """Return the only run of the log."""
    (run,) = json.loads(render(result, context))["runs"]
    assert isinstance(run, dict)
    return run


@pytest.mark.parametrize("sample", RESULTS)
@pytest.mark.parametrize("context", [PLAIN, LINKED], ids=["plain", "linked"])
def test_it_follows_the_schema(sample: str, context: Context, validator: Draft4Validator) -> None:
    assert [error.message for error in validator.iter_errors(json.loads(render(RESULTS[sample], context)))] == []


@settings(deadline=None, max_examples=25)
@given(results())
def test_it_follows_the_schema_whatever_the_files_say(result: Result) -> None:
    validator = Draft4Validator(json.loads(SCHEMA.read_text()))
    assert [error.message for error in validator.iter_errors(json.loads(render(result, PLAIN)))] == []


def test_the_schema_is_checked_against(validator: Draft4Validator) -> None:
    log = json.loads(render(RESULTS["typical"], PLAIN))
    log["runs"][0]["results"][0]["level"] = "notice"
    assert not validator.is_valid(log)


@laws
@given(results())
def test_a_program_can_apply_the_fixes(result: Result) -> None:
    for told, each in zip(run_of(result)["results"], result.findings, strict=True):
        for fix in told.get("fixes", ()):
            assert each.fix is not None
            (change,) = fix["artifactChanges"]
            edits = [_edit(replacement) for replacement in change["replacements"]]
            text = each.span.source.text
            assert apply_by_position(text, edits) == apply(text, each.fix.edits)


def _edit(replacement: dict[str, Any]) -> tuple[tuple[int, int], tuple[int, int], str]:
    region = replacement["deletedRegion"]
    start, end = (region["startLine"], region["startColumn"]), (region["endLine"], region["endColumn"])
    return start, end, replacement["insertedContent"]["text"]


@laws
@given(results())
def test_a_uri_is_the_path(result: Result) -> None:
    for told, each in zip(run_of(result)["results"], result.findings, strict=True):
        location = told["locations"][0]["physicalLocation"]["artifactLocation"]
        assert location["uriBaseId"] == "%SRCROOT%"
        assert unquote_to_bytes(location["uri"]) == encode(each.span.source.path)
        assert location["uri"].isascii()
        parts = urlsplit(urljoin("https://example.org/root/", location["uri"]))
        assert (parts.scheme, parts.netloc, parts.query, parts.fragment) == ("https", "example.org", "", "")


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("docker/Dockerfile", "docker/Dockerfile"),
        ("a b/Dockerfile", "a%20b/Dockerfile"),
        ("https://x/Dockerfile", "https%3A//x/Dockerfile"),
        ("50%#1?.Dockerfile", "50%25%231%3F.Dockerfile"),
        ("höher/\udcff", "h%C3%B6her/%FF"),
    ],
)
def test_uris(path: str, uri: str) -> None:
    result = Result((finding(Source(path, "ADD").span(0, 3), "m"),), (path,))
    (told,) = run_of(result)["results"]
    assert told["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == uri


def test_fingerprints_survive_a_move_to_another_line() -> None:
    fingerprints = [told["partialFingerprints"] for told in run_of(RESULTS["typical"])["results"]]
    assert fingerprints[1] == {"dockwright/v1": RESULTS["typical"].findings[1].fingerprint}


def test_causes_are_related_locations() -> None:
    (related,) = run_of(RESULTS["typical"])["results"][0]["relatedLocations"]
    assert related["id"] == 1
    assert related["physicalLocation"]["region"]["startLine"] == 2


def test_a_rule_links_its_page_where_that_is_known() -> None:
    assert (
        run_of(RESULTS["typical"], LINKED)["tool"]["driver"]["rules"][0]["helpUri"] == f"{PAGES}/add-for-local-files.md"
    )
    assert "helpUri" not in run_of(RESULTS["typical"])["tool"]["driver"]["rules"][0]


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ('`CMD ["a"]` and `${X:-y}`', '`CMD ["a"]` and `${X:-y}`'),
        ("[x](https://example.org)", "\\[x\\](https://example.org)"),
        ("a\\[x](1)", "a\\\\\\[x\\](1)"),
        ("a\nb\x1b\udcff", "a b<U+001B><0xFF>"),
    ],
)  # fmt: skip
def test_a_message_links_nothing(message: str, text: str) -> None:
    result = Result((finding(Source("Dockerfile", "ADD").span(0, 3), message),), ("Dockerfile",))
    assert run_of(result)["results"][0]["message"]["text"] == text


def test_what_was_not_reviewed_is_a_notification() -> None:
    result = Result((), (), (Unreadable("a b", "it is too large"),))
    invocation = run_of(result)["invocations"][0]
    assert invocation["executionSuccessful"] is True
    (note,) = invocation["toolExecutionNotifications"]
    assert note["level"] == "warning"
    assert note["message"]["text"] == "The file was not reviewed: it is too large"
    assert note["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "a%20b"


def test_a_bug_of_ours_is_no_success() -> None:
    invocation = run_of(Result((), (), (), ("`x` failed",)))["invocations"][0]
    assert invocation["executionSuccessful"] is False
    assert invocation["toolExecutionNotifications"][0]["level"] == "error"


def test_a_run_holds_as_many_results_as_github_takes() -> None:
    source = Source("Dockerfile", "ADD")
    one = finding(source.span(0, 3), "m", severity=Severity.NOTICE)
    worse = finding(source.span(0, 3), "worse", severity=Severity.ERROR)
    run = run_of(Result((*[one] * 25_000, worse), ("Dockerfile",)))
    assert len(run["results"]) == 25_000
    assert run["results"][-1]["message"]["text"] == "worse"
    (note,) = run["invocations"][0]["toolExecutionNotifications"]
    assert note["message"]["text"] == "1 less severe result did not fit into the log."


def test_a_long_explanation_is_cut_where_github_would() -> None:
    rule = SampleRule("add-for-local-files", f"Title\n\n## Why\n\n{'x' * 2000}\n", Severity.ERROR)
    run = run_of(RESULTS["clean"], Context((rule,)))
    assert len(run["tool"]["driver"]["rules"][0]["fullDescription"]["text"]) == 1024


def test_a_fix_that_json_cannot_carry_is_left_out() -> None:
    source = Source("Dockerfile", "ADD")
    told = run_of(Result((finding(source.span(0, 3), "m", fix=Fix("d", (Edit(source.span(0, 1), "\udcff"),))),), ()))
    assert "fixes" not in told["results"][0]


def test_every_rule_is_described() -> None:
    described = run_of(RESULTS["clean"])["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in described] == [rule.id for rule in RULES]
    assert described[0]["help"]["markdown"].startswith("## Why\n\n`ADD` unpacks")
    assert described[0]["fullDescription"]["text"].endswith("Where it does neither, `COPY` says so.")
