"""The comparison with hadolint: what it matches, what it explains, and what it says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from scripts.bench.parity import Comparison, find_hadolint, main
from scripts.bench.parity_reasons import OURS, THEIRS

TEXT = """\
FROM debian:trixie-slim AS builder
RUN make
RUN make install
FROM debian:trixie-slim
RUN apt install -y curl && rm -rf /var/lib/apt/lists/*
RUN (cd /srv && make)
"""
PATH = Path("Dockerfile")


def test_findings_are_matched_by_code_and_instruction() -> None:
    compared = Comparison()
    compared.add(PATH, TEXT, frozenset({("DL3027", 5), ("DL3059", 3), ("DL3003", 6)}))
    assert compared.sides == {
        ("DL3027", "agreed"): 1,
        ("DL3059", "theirs"): 1,
        ("DL3003", "theirs"): 1,
        ("DL3008", "ours"): 1,
        ("DL3015", "ours"): 1,
    }
    assert compared.explained == {
        ("DL3059", "theirs", "ours better: the stage is no part of the image"): 1,
        (
            "DL3003",
            "theirs",
            "ours better: `cd` after other commands, in a subshell or a loop, where WORKDIR is not the same",
        ): 1,
        ("DL3008", "ours", "ours better: `apt` and `aptitude` do the same as `apt-get`"): 1,
        ("DL3015", "ours", "ours better: `apt` and `aptitude` do the same as `apt-get`"): 1,
    }
    assert compared.unexplained == []


def test_what_no_class_explains_is_said() -> None:
    compared = Comparison()
    compared.add(PATH, "FROM debian:trixie-slim\n", frozenset({("DL3020", 1)}))
    assert compared.unexplained == ["DL3020\ttheirs\tDockerfile:1"]
    summary = compared.summary()
    assert summary["unexplained"] == {"DL3020": 1}
    assert summary["unexplained_percent"] == 100.0


def test_a_file_that_hadolint_cannot_parse_is_only_counted() -> None:
    compared = Comparison()
    compared.add(PATH, TEXT, frozenset({("DL1000", 1)}))
    assert (compared.files, compared.refused, dict(compared.sides)) == (0, 1, {})


def test_every_class_says_who_is_right() -> None:
    names = [each.name for each in (*THEIRS, *OURS)]
    assert all(name.startswith(("ours better: ", "theirs wrong: ", "the same")) for name in names)


def test_the_script(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    if find_hadolint() is None:
        pytest.skip("hadolint has no wheel for this machine")
    (tmp_path / "Dockerfile").write_text(TEXT)
    left = tmp_path / "left.txt"
    assert main([str(tmp_path), "--unexplained", str(left)]) == 0
    summary: dict[str, Any] = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert summary["files"] == 1
    assert summary["agreed"] > 0
    assert summary["unexplained"] == {}
    assert left.read_text() == ""


def test_without_hadolint_there_is_nothing_to_compare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", str(tmp_path / "python"))
    monkeypatch.setenv("PATH", "")
    assert main([str(tmp_path)]) == 2
