"""What images say of their bases, from the usual to what nobody should write."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockwright.evidence.provenance import Material
from dockwright.evidence.recorded import DIGEST, NAME, Evidence, Recorded, recorded
from dockwright.image import Reference

ONE, OTHER = ("sha256:" + each * 64 for each in "ab")
BUILDPACKS = "io.buildpacks.lifecycle.metadata"


def test_the_order_of_trust() -> None:
    said = {NAME: "python:3.12", DIGEST: ONE}
    material = Material(Reference.parse(f"alpine:3@{OTHER}"))
    metadata = {"runImage": {"image": "run:1", "reference": f"run@{ONE}"}}
    found = recorded(said, [material], {**said, BUILDPACKS: json.dumps(metadata)})
    assert [(each.by, each.reference and each.reference.familiar.partition("@")[0], each.digest) for each in found] == [
        (Evidence.ANNOTATION, "python:3.12", ONE),
        (Evidence.PROVENANCE, "alpine:3", OTHER),
        (Evidence.LABEL, "python:3.12", ONE),
        (Evidence.BUILDPACKS, "run:1", ONE),
    ]


@pytest.mark.parametrize(
    ("name", "digest", "expected"),
    [
        ("", ONE, (None, ONE)),
        ("python", "", (Reference.parse("python"), "")),
        ("python", "sha256:short", (Reference.parse("python"), "")),
        ("Not A Name", ONE, (None, ONE)),
        ("", "", None),
        ("Not A Name", "no digest", None),
    ],
)
def test_half_of_it(name: str, digest: str, expected: tuple[object, str] | None) -> None:
    found = recorded({NAME: name, DIGEST: digest}, (), {})
    assert found == (() if expected is None else (Recorded(Evidence.ANNOTATION, *expected),))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("said", "base", "expected"),
    [
        ("python:3.12", "python:3.12", True),
        ("docker.io/library/python:3.12", "python:3.12", True),
        ("python:3.12", "python:3.13", False),
        ("python:latest", "python", True),
        (f"python@{ONE}", "python:3.12", True),
        (f"python@{ONE}", "python", True),
        ("python:3.12", f"python@{ONE}", True),
        ("python:3.12", f"python:3.12@{ONE}", True),
        ("python:3.12", f"python:3.13@{ONE}", False),
        ("ghcr.io/library/python:3.12", "python:3.12", False),
    ],
)
def test_names(said: str, base: str, *, expected: bool) -> None:
    assert Recorded(Evidence.PROVENANCE, Reference.parse(said), ONE).names(Reference.parse(base)) is expected


@given(st.text() | st.recursive(st.none() | st.text(), st.lists, max_leaves=4).map(json.dumps))
def test_any_label_of_buildpacks_is_read(text: str) -> None:
    recorded({}, (), {BUILDPACKS: text})
    recorded({}, (), {BUILDPACKS: json.dumps({"runImage": {"image": text, "reference": text}})})


def test_a_label_nested_without_end() -> None:
    assert recorded({}, (), {BUILDPACKS: '{"runImage":' * 100_000}) == ()
