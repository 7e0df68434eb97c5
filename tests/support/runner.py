"""A container action, run as GitHub's runner runs it, but as a process; `container.py` runs its image.

Written from actions/runner 2.336: ContainerActionHandler.cs (inputs, variables, folders), GitHubContext.cs (which parts
of the context become variables), FileCommandManager.cs and CreateStepSummaryCommand.cs (the files that a step writes).
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import yaml
from msgspec import Struct, field

from tests.support.cli import environment
from tests.support.runner_commands import Issue, Output, read

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

LARGEST_SUMMARY = 1 << 20
TOKEN = "${{ github.token }}"
"""The one expression that the defaults of action.yml have."""

CONTEXT = frozenset(
    {"actor", "base_ref", "event_name", "head_ref", "ref", "ref_name", "repository", "run_attempt", "run_id", "sha"}
)
"""The parts of the `github` context that tests give; the runner passes on more."""

FILES = {  # variable: file
    "GITHUB_ENV": "set_env",
    "GITHUB_OUTPUT": "set_output",
    "GITHUB_PATH": "add_path",
    "GITHUB_STATE": "save_state",
    "GITHUB_STEP_SUMMARY": "step_summary",
}


class Step(Struct, frozen=True):
    """What a step did, as the runner understands it.

    Attributes:
        code: the exit code; the step has failed unless it is 0.
        printed: all that it printed, to both streams.
        output: what the runner makes of that.
        outputs: the step's outputs.
        summary: its part of the job's summary.
        errors: what the runner would complain of.
    """

    code: int
    printed: str
    output: Output
    outputs: dict[str, str] = field(default_factory=dict)
    summary: str = ""
    errors: tuple[str, ...] = ()

    @property
    def issues(self) -> list[Issue]:
        """The annotations."""
        return self.output.issues

    @property
    def log(self) -> str:
        """The lines that are no commands."""
        return "\n".join(self.output.log)


class Runner:
    """Runs one action in one workspace.

    Attributes:
        action: action.yml.
        workspace: the folder that `actions/checkout` has filled.
        temporary: a folder for the runner's own files.
        token: the job's token; without one, nothing can be asked of GitHub.
    """

    def __init__(self, action: Path, workspace: Path, temporary: Path, *, token: str = "") -> None:
        self.action = yaml.safe_load(action.read_text(encoding="utf-8"))
        self.workspace = workspace
        self.temporary = temporary
        self.token = token

    def run(
        self,
        module: str,
        *,
        github: Mapping[str, str],
        event: object,
        inputs: Mapping[str, str] | None = None,
        more: Mapping[str, str] | None = None,
    ) -> Step:
        """Run a Python module in place of the image's entry point.

        Args:
            module: what `python -m` runs.
            github: the `github` context.
            event: the event's payload; a string is written as it is.
            inputs: what the workflow passes in `with:`.
            more: further variables, such as a workflow's `env:`.
        """
        done = self.start(module, {**self._variables(github, event), **self._inputs(inputs or {}), **(more or {})})
        printed = done.stdout.decode("utf-8", "replace")
        return self._step(done.returncode, printed)

    def start(self, module: str, variables: Mapping[str, str]) -> subprocess.CompletedProcess[bytes]:
        """Start the action with the variables of its step, and wait for it; both streams are in its output."""
        return subprocess.run(
            [sys.executable, "-P", "-u", "-m", module],
            cwd=self.workspace,
            env=environment(**variables),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=60,
            check=False,
        )

    def _inputs(self, given: Mapping[str, str]) -> dict[str, str]:
        """Return the variables of the inputs: those declared, with blanks as `_`, but hyphens as they are."""
        declared = self.action["inputs"]
        unexpected = given.keys() - declared.keys()
        assert not unexpected, f"the runner would warn: Unexpected input(s) {unexpected}"
        defaults = {name: str(about.get("default", "")).replace(TOKEN, self.token) for name, about in declared.items()}
        values = {**defaults, **given}
        assert not any("${{" in value for value in values.values()), "expressions are not evaluated here"
        return {f"INPUT_{name.replace(' ', '_').upper()}": value for name, value in values.items()}

    def _variables(self, github: Mapping[str, str], event: object) -> dict[str, str]:
        assert github.keys() <= CONTEXT
        folders = {
            name: self.temporary / name for name in ("_runner_file_commands", "_github_workflow", "_github_home")
        }
        for folder in folders.values():
            folder.mkdir(parents=True, exist_ok=True)
        payload = folders["_github_workflow"] / "event.json"
        payload.write_text(event if isinstance(event, str) else json.dumps(event), encoding="utf-8")
        files = {variable: self._file(variable) for variable in FILES}
        for file in files.values():
            file.write_bytes(b"")
        return {
            **{f"GITHUB_{name.upper()}": value for name, value in github.items()},
            **{variable: str(file) for variable, file in files.items()},
            "GITHUB_WORKSPACE": str(self.workspace),
            "GITHUB_EVENT_PATH": str(payload),
            "GITHUB_ACTIONS": "true",
            "GITHUB_SERVER_URL": "https://github.com",
            "GITHUB_API_URL": "https://api.github.com",
            "CI": "true",
            "HOME": str(folders["_github_home"]),
            "RUNNER_OS": "Linux",
            "RUNNER_TEMP": str(self.temporary),
        }

    def _file(self, variable: str) -> Path:
        return self.temporary / "_runner_file_commands" / FILES[variable]

    def _step(self, code: int, printed: str) -> Step:
        errors: list[str] = []
        outputs: dict[str, str] = {}
        try:
            outputs = dict(pairs(self._file("GITHUB_OUTPUT").read_text(encoding="utf-8")))
        except ValueError as error:
            errors.append(f"Unable to process file command 'output' successfully: {error}")
        data = self._file("GITHUB_STEP_SUMMARY").read_bytes()
        if len(data) > LARGEST_SUMMARY:
            errors.append(f"$GITHUB_STEP_SUMMARY upload aborted, got {len(data) // 1024}k")
        undeclared = outputs.keys() - self.action["outputs"].keys()
        errors += [f"action.yml declares no output `{name}`" for name in sorted(undeclared)]
        return Step(code, printed, read(printed), outputs, data.decode("utf-8"), tuple(errors))


def pairs(text: str) -> Iterator[tuple[str, str]]:
    """Read `name=value` and `name<<DELIMITER` as the runner does.

    Raises:
        ValueError: with the runner's words.
    """
    lines = iter(text.split("\n"))
    for line in lines:
        equals, here = line.find("="), line.find("<<")
        if equals >= 0 and (here < 0 or equals < here):
            yield line[:equals], line[equals + 1 :]
        elif here > 0:
            yield line[:here], "\n".join(_until(line[here + 2 :], lines))
        elif line:
            raise ValueError(f"Invalid format '{line}'")


def _until(delimiter: str, lines: Iterator[str]) -> Iterator[str]:
    for line in lines:
        if line == delimiter:
            return
        yield line
    raise ValueError(f"Invalid value. Matching delimiter not found '{delimiter}'")
