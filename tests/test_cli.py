"""The command line as people and programs use it: as a process, in a folder."""

from __future__ import annotations

import io
import json
import os
import stat
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from dockwright import __version__, console
from dockwright.cli import main
from dockwright.options import Color
from tests.support.cli import dockwright, environment
from tests.support.repository import Repository

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CLEAN = "FROM scratch\nCOPY app /app\n"
ERROR = "FROM scratch\nRUNN x\n"
UNUSED = "FROM scratch\n# dockwright ignore=floating-tag because\nCOPY app /app\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def write(folder: Path, **files: str) -> None:
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")


# --- exit codes and errors --------------------------------------------------------------------------------------


def test_version(folder: Path) -> None:
    run = dockwright("--version", cwd=folder)
    assert (run.code, run.out, run.err) == (0, f"dockwright {__version__}\n", "")


@pytest.mark.parametrize("command", ["review", "rules", "explain", "images"])
def test_help(folder: Path, command: str) -> None:
    assert dockwright("--help", cwd=folder).out.count(f"\n    {command} ") == 1
    run = dockwright(command, "--help", cwd=folder)
    assert run.code == 0
    assert run.out.startswith(f"usage: dockwright {command} ")


def test_no_findings(folder: Path) -> None:
    write(folder, Dockerfile=CLEAN)
    run = dockwright("review", cwd=folder)
    assert (run.code, run.out, run.err) == (0, "No findings in 1 file.\n", "")


@pytest.mark.parametrize(("fail_on", "code"), [("error", 1), ("notice", 1), ("never", 0)])
def test_findings(folder: Path, fail_on: str, code: int) -> None:
    write(folder, Dockerfile=ERROR)
    run = dockwright("review", "--fail-on", fail_on, cwd=folder)
    assert run.code == code
    assert "Dockerfile:2:1 error `RUNN` is no Dockerfile instruction" in run.out


def test_fail_on_of_the_configuration(folder: Path) -> None:
    write(folder, Dockerfile=ERROR)
    write(folder, **{"dockwright.yml": "fail-on: never\n"})
    assert dockwright("review", cwd=folder).code == 0
    assert dockwright("review", "--fail-on=error", cwd=folder).code == 1


def test_a_profile_on_the_command_line_wins_over_the_configuration(folder: Path) -> None:
    write(folder, Dockerfile="FROM debian:trixie-slim\nMAINTAINER somebody\nCMD ls\n")
    write(folder, **{"dockwright.yml": "profile: buildkit\nrules: {DL3025: off}\n"})
    assert "2:1 warning `MAINTAINER`" in dockwright("review", cwd=folder).out
    run = dockwright("review", "--profile=hadolint", cwd=folder)
    assert "2:1 error `MAINTAINER`" in run.out
    assert "3:1" not in run.out


@pytest.mark.parametrize(
    ("arguments", "error", "advice"),
    [
        (
            ["review", "missing"],
            "`missing`: there is no such file or folder",
            "Name Dockerfiles, or folders that hold some.",
        ),
        (
            ["review", "--base", "main"],
            "`{folder}` is in no git repository",
            "Run `actions/checkout` first, if this is a workflow; else review without `--base`.",
        ),
        (["review", "--config", "none.yml"], "`none.yml`: there is no such configuration file", ""),
        (
            ["explain", "runs-as-rot"],
            "no rule is called `runs-as-rot`; did you mean `runs-as-root`?",
            "`dockwright rules` lists them all.",
        ),
        (["review", "--nonsense"], "unrecognized arguments: --nonsense", "`dockwright --help` lists what there is."),
        (["review", "--output", "Dockerfile/x"], "`Dockerfile/x` cannot be written: not a directory", ""),
        (
            ["review", "line\n\x1b[2J::error::x"],
            "`line\n  <U+001B>[2J::error::x`: there is no such file or folder",
            "Name Dockerfiles, or folders that hold some.",
        ),
    ],
)
def test_what_is_wrong_is_told_with_what_helps(folder: Path, arguments: list[str], error: str, advice: str) -> None:
    write(folder, Dockerfile=CLEAN)
    run = dockwright(*arguments, cwd=folder)
    expected = f"dockwright: error: {error}\n".replace("{folder}", str(folder))
    assert (run.code, run.out) == (2, "")
    assert run.err == expected + (f"  help: {advice}\n" if advice else "")


def test_a_broken_configuration(folder: Path) -> None:
    write(folder, Dockerfile=CLEAN, **{"dockwright.yml": "rules:\n  syntaxx: off\n"})
    run = dockwright("review", cwd=folder)
    assert (run.code, run.out) == (2, "")
    assert "dockwright.yml" in run.err
    assert "did you mean `syntax`?" in run.err


def test_a_file_that_cannot_be_read_hides_no_other(folder: Path) -> None:
    write(folder, Dockerfile=ERROR, **{"large.Dockerfile": "#" * (1 << 20) + "\n"})
    run = dockwright("review", "--fail-on=never", cwd=folder)
    assert run.code == 2
    assert "large.Dockerfile: not reviewed: it is larger than 1 MiB" in run.out
    assert "`RUNN`" in run.out
    run = dockwright("review", "--format=json", cwd=folder)
    assert run.err == "dockwright: error: `large.Dockerfile` was not reviewed: it is larger than 1 MiB\n"
    assert [file["path"] for file in json.loads(run.out)["unreadable"]] == ["large.Dockerfile"]


class Stdin:
    """Standard input that raises when it is read."""

    def __init__(self, error: BaseException) -> None:
        self.buffer = self
        self.error = error

    def read(self, _size: int) -> bytes:
        raise self.error


def test_interrupted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", Stdin(KeyboardInterrupt()))
    assert main(["review", "-"]) == 130


def test_a_bug_is_told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.stdin", Stdin(ZeroDivisionError("no\nwonder")))
    assert main(["review", "-"]) == 3
    error = capsys.readouterr().err
    assert error.startswith("Traceback")
    assert error.endswith(
        "dockwright: error: this is a bug in Dockwright: ZeroDivisionError: no\n  wonder\n"
        "  help: Please report it with the lines above and, if you may, the Dockerfile.\n"
    )


# --- what is reviewed -------------------------------------------------------------------------------------------


def test_several_paths(folder: Path) -> None:
    for name in ("a/Dockerfile", "b/odd.name", "c/Dockerfile"):
        (folder / name).parent.mkdir()
        (folder / name).write_text(ERROR, encoding="utf-8")
    run = dockwright("review", "a", "b/odd.name", "--format=json", cwd=folder)
    assert json.loads(run.out)["files"] == ["a/Dockerfile", "b/odd.name"]


def test_nothing_to_review(folder: Path) -> None:
    write(folder, **{"README.md": "about\n"})
    run = dockwright("review", cwd=folder)
    assert (run.code, run.err) == (
        0,
        "dockwright: There is no Dockerfile in `.`, nor a file that builds one, so nothing was reviewed.\n",
    )


def test_a_named_file_that_the_configuration_leaves_out(folder: Path) -> None:
    write(folder, Dockerfile=ERROR, **{"dockwright.yml": "ignore-paths: [Dockerfile]\n"})
    run = dockwright("review", "Dockerfile", cwd=folder)
    note = "dockwright: `Dockerfile` is not reviewed, as `ignore-paths` in `dockwright.yml` leaves it out.\n"
    assert (run.code, run.err) == (0, note)


def test_standard_input(folder: Path) -> None:
    run = dockwright("review", "-", "--format=json", cwd=folder, stdin=ERROR)
    report = json.loads(run.out)
    assert run.code == 1
    assert [finding["path"] for finding in report["findings"]] == ["-"]


def test_standard_input_has_the_configuration_of_its_name(folder: Path) -> None:
    (folder / "old").mkdir()
    settings = "overrides:\n  - paths: [old/]\n    rules: {syntax: off}\n"
    Repository(folder).write("dockwright.yml", settings)
    assert dockwright("review", "-", cwd=folder / "old", stdin=ERROR).code == 0
    assert dockwright("review", "-", "--stdin-name", "../Dockerfile", cwd=folder / "old", stdin=ERROR).code == 1
    assert dockwright("review", "-", "--stdin-name", "old/Dockerfile", cwd=folder, stdin=ERROR).code == 0


def test_standard_input_that_is_too_large(folder: Path) -> None:
    run = dockwright("review", "-", cwd=folder, stdin="#" * (1 << 20) + "\n")
    assert (run.code, run.err) == (2, "dockwright: error: standard input is larger than 1 MiB\n")


def test_only_what_changed(folder: Path) -> None:
    repository = Repository(folder)
    base = repository.commit(Dockerfile=ERROR, Containerfile=ERROR)
    repository.write("Dockerfile", ERROR + "RUNN y\n")
    run = dockwright("review", "--base", base, "--format=json", cwd=folder)
    report = json.loads(run.out)
    assert report["files"] == ["Dockerfile"]
    assert [finding["start"]["line"] for finding in report["findings"]] == [3]
    run = dockwright("review", "--base", base, "--no-only-changed-lines", "--format=json", cwd=folder)
    assert [finding["start"]["line"] for finding in json.loads(run.out)["findings"]] == [2, 3]


def test_from_a_folder_of_the_repository(folder: Path) -> None:
    repository = Repository(folder)
    base = repository.commit(
        **{"api/Dockerfile": CLEAN, "Dockerfile": ERROR, "dockwright.yml": "rules: {syntax: notice}\n"}
    )
    repository.write("api/Dockerfile", ERROR)
    run = dockwright("review", ".", "--base", base, "--format=json", cwd=folder / "api")
    report = json.loads(run.out)
    assert run.code == 0
    assert report["files"] == ["api/Dockerfile"]
    assert [(finding["path"], finding["severity"]) for finding in report["findings"]] == [("api/Dockerfile", "notice")]


# --- fixes ------------------------------------------------------------------------------------------------------


def test_fix(folder: Path) -> None:
    write(folder, Dockerfile=UNUSED, Containerfile=CLEAN)
    os.chmod(folder / "Dockerfile", 0o640)
    run = dockwright("review", "--fix", cwd=folder)
    assert (run.code, run.err) == (0, "dockwright: 1 fixed in 1 of 2 files.\n")
    assert run.out == "No findings in 2 files.\n"
    assert (folder / "Dockerfile").read_text(encoding="utf-8") == CLEAN
    assert stat.S_IMODE((folder / "Dockerfile").stat().st_mode) == 0o640
    assert sorted(os.listdir(folder)) == ["Containerfile", "Dockerfile"]


def test_fix_keeps_every_other_byte(folder: Path) -> None:
    before = b'\xef\xbb\xbfFROM scratch\r\n# dockwright ignore=floating-tag x\r\nLABEL a="\xff"\r\nCOPY app /app'
    (folder / "Dockerfile").write_bytes(before)
    dockwright("review", "--fix", cwd=folder)
    assert (folder / "Dockerfile").read_bytes() == before.replace(b"# dockwright ignore=floating-tag x\r\n", b"")


def test_fix_writes_to_where_a_link_leads(folder: Path) -> None:
    (folder / "docker").mkdir()
    (folder / "docker/image").write_text(UNUSED, encoding="utf-8")
    (folder / "Dockerfile").symlink_to("docker/image")
    dockwright("review", "--fix", cwd=folder)
    assert (folder / "Dockerfile").is_symlink()
    assert (folder / "docker/image").read_text(encoding="utf-8") == CLEAN


def test_diff_is_a_patch_and_changes_nothing(folder: Path) -> None:
    repository = Repository(folder)
    repository.write("a b/Dockerfile", UNUSED.encode() + b'LABEL a="\xff"')
    run = subprocess.run(
        [sys.executable, "-m", "dockwright", "review", "--diff"],
        cwd=folder,
        env=environment(),
        capture_output=True,
        check=True,
    )
    assert run.stdout.startswith(b"--- a/a b/Dockerfile")
    assert (folder / "a b/Dockerfile").read_bytes() == UNUSED.encode() + b'LABEL a="\xff"'
    (folder / "patch").write_bytes(run.stdout)
    repository.git("apply", "patch")
    assert (folder / "a b/Dockerfile").read_bytes() == CLEAN.encode() + b'LABEL a="\xff"'


def test_diff_of_standard_input(folder: Path) -> None:
    run = dockwright("review", "-", "--diff", cwd=folder, stdin=UNUSED)
    assert run.out.startswith("--- a/-\n+++ b/-\n@@ -1,3 +1,2 @@\n")


# --- reports ----------------------------------------------------------------------------------------------------


def test_several_reports(folder: Path) -> None:
    write(folder, Dockerfile=ERROR)
    run = dockwright(
        "review", *"--format sarif --output out/a.sarif --format json --output b.json --format text".split(), cwd=folder
    )
    assert run.code == 1
    assert run.out.endswith("\n\n1 error in 1 file.\n")
    assert json.loads((folder / "out/a.sarif").read_text(encoding="utf-8"))["version"] == "2.1.0"
    assert json.loads((folder / "b.json").read_text(encoding="utf-8"))["version"] == 1
    assert sorted(os.listdir(folder)) == ["Dockerfile", "b.json", "out"]


@pytest.mark.parametrize("name", ["text", "json", "sarif", "github", "markdown"])
def test_every_format_survives_any_locale_and_any_name(folder: Path, name: str) -> None:
    path = os.fsencode(folder) + b"/\xff\n::error::.Dockerfile"
    with open(path, "wb") as file:
        file.write(b"FROM scratch\nRUNN \xff\xe2\x80\xae##[error]x\x1b[31m \xc3\xbc\n")
    run = dockwright("review", f"--format={name}", cwd=folder, env={"LC_ALL": "C", "PYTHONIOENCODING": "ascii"})
    assert run.code == 1
    assert "RUNN" in run.out
    assert run.err == ""
    if name in {"json", "sarif"}:
        json.loads(run.out)


def test_a_report_into_a_device(folder: Path) -> None:
    write(folder, Dockerfile=ERROR)
    run = dockwright("review", "--format=json", "--output=/dev/null", cwd=folder)
    assert (run.code, run.out) == (1, "")
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)


def test_the_reader_goes_away(folder: Path) -> None:
    write(folder, Dockerfile=ERROR)
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-m", "dockwright", "review"],
        cwd=folder,
        env=environment(),
        stdout=writer,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (1, b"")


@pytest.mark.parametrize(
    ("color", "variables", "terminal", "expected"),
    [
        (Color.AUTO, {}, True, True),
        (Color.AUTO, {}, False, False),
        (Color.AUTO, {"TERM": "dumb"}, True, False),
        (Color.AUTO, {"NO_COLOR": "1"}, True, False),
        (Color.AUTO, {"NO_COLOR": ""}, True, True),
        (Color.AUTO, {"FORCE_COLOR": "1"}, False, True),
        (Color.AUTO, {"NO_COLOR": "1", "FORCE_COLOR": "1"}, True, False),
        (Color.ALWAYS, {"NO_COLOR": "1"}, False, True),
        (Color.NEVER, {"FORCE_COLOR": "1"}, True, False),
    ],
)
def test_color(
    monkeypatch: pytest.MonkeyPatch, color: Color, variables: dict[str, str], *, terminal: bool, expected: bool
) -> None:
    monkeypatch.setattr("sys.stdout", Stream(terminal=terminal))
    assert console.colored(color, variables) is expected


def test_color_reaches_the_report_and_no_file(folder: Path) -> None:
    write(folder, Dockerfile=ERROR)
    run = dockwright("review", "--color=always", "--format=text", "--output=report", "--format=text", cwd=folder)
    assert "\x1b[" in run.out
    assert "\x1b[" not in (folder / "report").read_text(encoding="utf-8")
    assert "\x1b[" not in dockwright("review", cwd=folder).out
    assert "\x1b[" in dockwright("explain", "syntax", cwd=folder, env={"FORCE_COLOR": "1"}).out


class Stream(io.StringIO):
    """A stream that is a terminal, or not."""

    def __init__(self, *, terminal: bool) -> None:
        super().__init__()
        self.terminal = terminal

    def isatty(self) -> bool:
        return self.terminal


@pytest.mark.parametrize(
    ("seconds", "terminal", "expected"),
    [
        (0.01, True, ""),
        (0.4, True, "\rReviewed 3 of 5 \rReviewed 4 of 5 \rReviewed 5 of 5 \r\x1b[K"),
        (0.4, False, ""),
    ],
)
def test_progress(monkeypatch: pytest.MonkeyPatch, seconds: float, expected: str, *, terminal: bool) -> None:
    stream = Stream(terminal=terminal)
    monkeypatch.setattr("sys.stderr", stream)
    assert list(console.progress("abcde", 5, "Reviewed", clock=ticking(seconds))) == list("abcde")
    assert stream.getvalue() == expected


def ticking(seconds: float) -> Callable[[], float]:
    times = iter(number * seconds for number in range(1000))
    return lambda: next(times)


# --- the other commands -----------------------------------------------------------------------------------------


def test_rules(folder: Path) -> None:
    rules = json.loads(dockwright("rules", "--format=json", cwd=folder).out)
    assert set(rules[0]) == {"id", "title", "severity", "enabled", "aliases", "fixable", "online", "since"}
    shown = dockwright("rules", cwd=folder)
    assert shown.code == 0
    assert all(f"\n{rule['id']} " in shown.out for rule in rules)


@pytest.mark.parametrize("name", ["floating-tag", "DL3007", "dl3007", "hadolint:DL3007"])
def test_explain(folder: Path, name: str) -> None:
    run = dockwright("explain", name, cwd=folder)
    assert run.code == 0
    assert run.out.startswith("floating-tag: ")
    assert "\n## Why\n" in run.out


def test_images(folder: Path) -> None:
    write(
        folder, Dockerfile="ARG V=3.13\nFROM python:$V AS build\nCOPY --from=alpine /x /y\nFROM build\nFROM $UNKNOWN\n"
    )
    run = dockwright("images", "--format=json", cwd=folder)
    assert run.code == 0
    assert json.loads(run.out) == [
        {
            "path": "Dockerfile",
            "kind": "from",
            "stage": "build",
            "raw": "python:$V",
            "reference": "docker.io/library/python:3.13",
            "start": {"line": 2, "column": 6},
            "end": {"line": 2, "column": 15},
        },
        {
            "path": "Dockerfile",
            "kind": "copy-from",
            "stage": "build",
            "raw": "alpine",
            "reference": "docker.io/library/alpine",
            "start": {"line": 3, "column": 13},
            "end": {"line": 3, "column": 19},
        },
        {
            "path": "Dockerfile",
            "kind": "from",
            "stage": "2",
            "raw": "$UNKNOWN",
            "reference": None,
            "start": {"line": 5, "column": 6},
            "end": {"line": 5, "column": 14},
        },
    ]
    assert "Dockerfile:2:6" in dockwright("images", cwd=folder).out


def test_images_of_standard_input_and_of_what_cannot_be_read(folder: Path) -> None:
    assert "docker.io/library/python:3" in dockwright("images", "-", cwd=folder, stdin="FROM python:3\n").out
    write(folder, Dockerfile="#" * (1 << 20) + "\n")
    run = dockwright("images", cwd=folder)
    assert (run.code, run.err) == (2, "dockwright: error: `Dockerfile` was not read: it is larger than 1 MiB\n")


# --- what it costs ----------------------------------------------------------------------------------------------


def test_a_file_that_is_named_needs_no_git_unless_a_rule_asks_for_others(folder: Path) -> None:
    repository = Repository(folder)
    repository.commit(Dockerfile=CLEAN, **{"dockwright.yml": "rules: {all: off, syntax: on}\n"})
    programs = folder / "programs"
    programs.mkdir()
    (programs / "git").write_text(f"#!/bin/sh\n/usr/bin/touch {folder}/was-run\nexit 1\n", encoding="utf-8")
    (programs / "git").chmod(0o755)
    path = {"PATH": f"{programs}:/usr/bin:/bin"}
    assert dockwright("review", "Dockerfile", cwd=folder, env=path).code == 0
    assert not (folder / "was-run").exists()
    assert dockwright("review", cwd=folder, env=path).code == 0
    assert (folder / "was-run").exists()


def test_a_review_imports_nothing_heavy(folder: Path) -> None:
    write(folder, Dockerfile="FROM python:3.13-slim\nRUN pip install x\n")
    code = (
        "import sys; from dockwright.cli import main\n"
        "main(['review', 'Dockerfile'])\n"
        "print(*sys.modules, file=sys.stderr)\n"
    )
    variables = {name: value for name, value in environment().items() if not name.startswith("COVERAGE_")}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, env=variables, capture_output=True, text=True, check=True
    )
    heavy = {
        "actions_toolkit",
        "asyncio",
        "github",
        "importlib.resources",
        "requests",
        "subprocess",
        "tempfile",
        "tomllib",
        "urllib.request",
        "yaml",
    }
    assert set(done.stderr.split()) & heavy == set()
