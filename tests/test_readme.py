"""README.md and docs/: workflows can be pasted, commands typed, links followed; messages are those that we print."""

from __future__ import annotations

import ast
import json
import re
import shlex
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

import pytest
import yaml

from dockwright.arguments import read_arguments
from dockwright.cli import main
from tests.support.repository import Repository

if TYPE_CHECKING:
    from collections.abc import Iterator

TOP: Final = Path(__file__).parents[1]
GENERATED: Final = "<!-- Made by scripts/docs.py"
PAGES: Final = [
    path
    for path in (TOP / "README.md", *sorted((TOP / "docs").rglob("*.md")))
    if not path.read_text(encoding="utf-8").startswith(GENERATED)
]
_FENCE: Final = re.compile(r"^(?P<indent> *)```(?P<language>\w*)[^\n]*\n(?P<text>.*?)^ *```", re.MULTILINE | re.DOTALL)
_LINK: Final = re.compile(r"!?\[[^\]\[]*\]\(([^()\s]+)\)")
_HEADING: Final = re.compile(r"^#{1,6} (.+)$", re.MULTILINE)
_NAMES: Final = {"OWNER": "octo", "REVISION": "0" * 40}
DOCKERFILE: Final = (
    "FROM python:3.14-slim-trixie\nWORKDIR /app\nCOPY --chown=10001:10001 app.py ./\nUSER 10001:10001\n"
    'CMD ["python", "app.py"]\n'
)


def blocks(language: str) -> Iterator[tuple[str, str]]:
    """Yield the blocks in a language: where they are, and their text."""
    for path in PAGES:
        text = path.read_text(encoding="utf-8")
        for match in _FENCE.finditer(text):
            if match["language"] == language:
                line = text.count("\n", 0, match.start()) + 1
                yield f"{path.relative_to(TOP)}:{line}", match["text"]


def filled(text: str) -> str:
    """Put names in place of those that the reader puts in."""
    for name, value in _NAMES.items():
        text = re.sub(rf"\b{name}\b(?=[@/\n#])|(?<=@){name}\b", value, text)
    return text


YAML: Final = list(blocks("yaml"))
WORKFLOWS: Final = [(place, filled(text)) for place, text in YAML if re.search(r"^jobs:", text, re.MULTILINE)]
CONFIGURATIONS: Final = [(place, text) for place, text in YAML if "# .github/dockwright.yml" in text]


@pytest.mark.parametrize(("place", "text"), YAML, ids=[place for place, _ in YAML])
def test_yaml_can_be_read(place: str, text: str) -> None:
    assert yaml.safe_load(text) is not None, place


@cache
def workflow_schema() -> dict[str, Any]:
    """Return the schema of workflows, which check-jsonschema brings."""
    package = pytest.importorskip("check_jsonschema", reason="check-jsonschema brings the schema (`make dev`)")
    path = Path(package.__file__).parent / "builtin_schemas" / "vendor" / "github-workflows.json"
    schema: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return schema


@pytest.mark.parametrize(("place", "text"), WORKFLOWS, ids=[place for place, _ in WORKFLOWS])
def test_a_workflow_is_one_to_github(place: str, text: str) -> None:
    from jsonschema import Draft7Validator

    value = {str(key).replace("True", "on"): each for key, each in yaml.safe_load(text).items()}  # YAML 1.1 takes `on`
    found = [each.message for each in Draft7Validator(workflow_schema()).iter_errors(value)]
    assert found == [], place


@pytest.mark.parametrize(("place", "text"), WORKFLOWS, ids=[place for place, _ in WORKFLOWS])
def test_a_workflow_has_no_finding_of_ours(
    place: str, text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With every rule that is on by default, beside a Dockerfile that it builds."""
    repository = Repository(tmp_path)
    files = {
        ".github/workflows/pasted.yml": text,
        "Dockerfile": DOCKERFILE,
        "app.py": "print()\n",
        ".dockerignore": ".git\n",
    }
    for service in ("api", "web", "worker"):
        files[f"services/{service}/Dockerfile"] = DOCKERFILE
        files[f"services/{service}/app.py"] = "print()\n"
        files[f".github/workflows/build-{service}.yml"] = (
            "on: workflow_dispatch\njobs: {a: {runs-on: ubuntu-latest, steps: [{run: make}]}}\n"
        )
    for name, content in files.items():
        repository.write(name, content)
    monkeypatch.chdir(tmp_path)
    code = main(["review", "--fail-on", "notice", "."])
    assert code == 0, f"{place}\n{capsys.readouterr().out}"


@pytest.mark.parametrize(("place", "text"), WORKFLOWS, ids=[place for place, _ in WORKFLOWS])
def test_a_workflow_grants_nothing_but_to_jobs(place: str, text: str) -> None:
    workflow = yaml.safe_load(text)
    assert workflow["permissions"] == {}, place
    for job in workflow["jobs"].values():
        assert job["permissions"], place
        assert job["timeout-minutes"] <= 30, place  # GitHub's own limit is six hours


@pytest.mark.parametrize(("place", "text"), YAML, ids=[place for place, _ in YAML])
def test_inputs_and_actions_are_known(place: str, text: str) -> None:
    """What a step gives to our action are inputs of it, and others' actions are named by a commit."""
    inputs = yaml.safe_load((TOP / "action.yml").read_text(encoding="utf-8"))["inputs"]
    for step in _steps(yaml.safe_load(text)):
        uses = str(step.get("uses", ""))
        if "/dockwright@" in uses:
            assert set(step.get("with", {})) <= set(inputs), place
        elif uses and not uses.startswith("./"):
            assert re.fullmatch(r"[\w./-]+@([0-9a-f]{40}|REVISION)", uses), f"{place}: {uses}"


def _steps(value: object) -> Iterator[dict[str, Any]]:
    """Yield everything that looks like a step, at any depth."""
    if isinstance(value, dict):
        if "uses" in value:
            yield value
        for each in value.values():
            yield from _steps(each)
    elif isinstance(value, list):
        for each in value:
            yield from _steps(each)


@pytest.mark.parametrize(("place", "text"), CONFIGURATIONS, ids=[place for place, _ in CONFIGURATIONS])
def test_a_configuration_is_taken(
    place: str, text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    repository = Repository(tmp_path)
    repository.write(".github/dockwright.yml", text)
    repository.write("Dockerfile", DOCKERFILE)
    monkeypatch.chdir(tmp_path)
    assert main(["review", "--fail-on", "never"]) == 0, f"{place}\n{capsys.readouterr().err}"


def commands() -> Iterator[tuple[str, str]]:
    """Yield the lines that begin with `dockwright`."""
    for place, text in [*blocks("console"), *blocks("")]:
        for line in re.sub(r"\\\n\s*", " ", text).splitlines():
            command = line.strip().removeprefix("$ ")
            if command.startswith("dockwright "):
                yield place, command


COMMANDS: Final = list(commands())


@pytest.mark.parametrize("command", [command for _, command in COMMANDS], ids=[place for place, _ in COMMANDS])
def test_a_command_is_understood(command: str) -> None:
    words = shlex.split(command, comments=True)
    if "<" in words:
        words = words[: words.index("<")]
    read_arguments(words[1:])


def anchors(path: Path) -> set[str]:
    """Return the anchors that GitHub and the site make of a page's headings."""
    text = re.sub(r"^```.*?^```", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    found = set()
    for heading in _HEADING.findall(text):
        words = re.sub(r"[^\w\- ]", "", _LINK.sub("", heading).lower())
        found.add(words.strip().replace(" ", "-"))
    return found


@pytest.mark.parametrize("page", PAGES, ids=[str(path.relative_to(TOP)) for path in PAGES])
def test_links_lead_to_files_of_the_repository(page: Path) -> None:
    text = re.sub(
        r"^(```|~~~).*?^\1|`[^`\n]+`(?!\])", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL
    )
    for target in _LINK.findall(text):
        if target.startswith(("http:", "https:", "mailto:")):
            continue
        name, _, anchor = unquote(target).partition("#")
        found = page if not name else page.parent / name
        assert found.exists(), f"{target} leads nowhere"
        if anchor and found.suffix == ".md":
            assert anchor in anchors(found), f"{target} leads to no heading"


def test_pictures_are_small_and_said_in_words() -> None:
    pictures = {path.name: path.stat().st_size for path in (TOP / "docs" / "pictures").iterdir()}
    assert {name for name, size in pictures.items() if size > 150_000} == set()
    shown = {name for path in PAGES for name in re.findall(r"pictures/([\w.-]+)\)", path.read_text(encoding="utf-8"))}
    assert shown == set(pictures)
    for path in PAGES:
        assert not re.search(r"!\[\]\(", path.read_text(encoding="utf-8")), f"{path.name} has a picture without words"


# --- errors and cures -----------------------------------------------------------------------------------------------


@cache
def said() -> tuple[str, ...]:
    """Return every text in our sources, with a mark where a value stands in it."""
    found = []
    for path in (TOP / "src").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.JoinedStr):
                parts = (each.value if isinstance(each, ast.Constant) else "\0" for each in node.values)
                found.append("".join(map(str, parts)))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.append(node.value)
    return tuple(found)


TROUBLES: Final = re.findall(
    r"^### (.+)$", (TOP / "docs" / "troubleshooting.md").read_text(encoding="utf-8"), re.MULTILINE
)


@pytest.mark.parametrize("message", TROUBLES)
def test_a_message_is_one_that_we_print(message: str) -> None:
    pieces = [re.escape(piece.strip()) for piece in message.split("…") if piece.strip()]
    pattern = re.compile(".*".join(pieces), re.DOTALL)
    assert any(pattern.search(text) for text in said()), f"no text in src/ is {message!r}"
