"""Secret files that a job writes into its workspace before it builds there.

Looked at are the steps before a build: what a script redirects GitHub's secrets into (`echo ... > .env`, `tee`, a
here-document), and actions that leave a file with credentials. Where a script changes its folder, nothing is known.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.facts.builds import repository

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dockwright.files.build import Build
    from dockwright.files.value import Value
    from dockwright.files.workflow.model import Job, Step, Workflow
    from dockwright.project import Tree
    from dockwright.source import Span

_TARGET = re.compile(
    r"(?:(?<![0-9&<])>>?|\btee(?:[ \t]+-a)?)[ \t]*(?P<quote>[\"']?)(?P<path>(?:\./)?[\w.@-][\w./@-]{0,200})(?P=quote)"
    r"(?=[ \t;&|\n)]|$)"
)
_HEREDOC = re.compile(r"<<-?[ \t]*[\"']?(?P<end>\w+)[\"']?")
_SECRET = re.compile(r"\$\{\{[^}]{0,200}\bsecrets\s*(?:\.|\[)|toJSON\(\s*secrets\s*\)")
_VARIABLE = re.compile(r"\$\{?([A-Za-z_]\w*)")
_MOVES = re.compile(r"(?m)(?:^|[;&|(])[ \t]*(?:cd|pushd|ssh)\b")
_NOT_SECRET = re.compile(
    r"(?i)secrets\s*\.\s*(?:\w*_)?(?:host|port|user|username|name|url|uri|id|domain|region|channel\w*|roles?|env|bucket"
    r"|path|version|email|registry|org|project)\b"
)
_LARGEST = 50_000


class WrittenFile(Struct, frozen=True):
    """A file with secrets that a step writes.

    Attributes:
        path: from the top of the workspace.
        span: where it is written.
        passing: whether what it holds is of no use once the job has ended.
    """

    path: str
    span: Span
    passing: bool = False


def written_files(tree: Tree, build: Build) -> tuple[WrittenFile, ...]:
    """Return the secret files that steps before a build write in its job."""
    found: dict[str, WrittenFile] = {}
    for value in build.earlier:
        located = _step(tree, value)
        if located is not None:
            for written in _of_step(*located):
                found.setdefault(written.path, written)
    for value in build.earlier:
        script = value.shown[:_LARGEST]
        for path in [path for path in found if re.search(rf"\brm\b[^\n;&|]{{0,500}}{re.escape(path)}", script)]:
            del found[path]
    return tuple(found.values())


def _step(tree: Tree, value: Value) -> tuple[Workflow, Job, Step] | None:
    """Return the step of a workflow that a value is the `uses:` or `run:` of."""
    span = value.span
    workflows = repository(tree).workflows if span is not None else ()
    for workflow in workflows:
        if span is not None and workflow.source.path == span.source.path:
            for job in workflow.jobs.values():
                for step in job.steps:
                    text = step.run or step.uses
                    if text is not None and text.span.start <= span.start < text.span.end:
                        return workflow, job, step
    return None


def _of_step(workflow: Workflow, job: Job, step: Step) -> Iterator[WrittenFile]:
    if step.run is not None:
        folder = step.folder or job.folder or workflow.folder
        here = "." if folder is None else folder.text
        if "$" not in here and not here.startswith("/"):
            secret = {
                name
                for each in (workflow.env, job.env, step.env)
                for name, text in each.items()
                if _SECRET.search(text.text) and not _harmless(text.text)
            }
            yield from _of_script(step, here, frozenset(secret))
    elif step.action == "google-github-actions/auth":
        yield from _of_google(step.inputs, step)


def _of_script(step: Step, folder: str, secret: frozenset[str]) -> Iterator[WrittenFile]:
    """Yield the files that lines of a script write secrets to."""
    assert step.run is not None  # noqa: S101 - asked for by the caller
    script = step.run.text[:_LARGEST]
    if _MOVES.search(script) or (not secret and "secrets" not in script):
        return
    at = 0
    for command in _commands(script):
        began, at = at, at + len(command) + 1
        target = _TARGET.search(command)
        if target is None or target["path"].startswith("dev/") or not _has_secret(command, secret):
            continue
        path = posixpath.normpath(posixpath.join(folder, target["path"]))
        if not path.startswith(".."):
            yield WrittenFile(path, _place(step, target["path"], began + target.start("path")))


def _commands(script: str) -> Iterator[str]:
    """Yield the lines of a script, each with its continuations and its here-document."""
    lines = script.replace("\\\n", " ").split("\n")
    at = 0
    while at < len(lines):
        command = lines[at]
        at += 1
        heredoc = _HEREDOC.search(command)
        group = command.strip() == "{"
        while at < len(lines) and (heredoc or group):
            command += "\n" + lines[at]
            ended = lines[at].strip() == heredoc["end"] if heredoc else lines[at].strip().startswith("}")
            at += 1
            if ended:
                break
        yield command


def _has_secret(command: str, secret: frozenset[str]) -> bool:
    named = [match for match in _SECRET.finditer(command) if not _NOT_SECRET.match(command, _word(match))]
    return bool(named) or any(name in secret for name in _VARIABLE.findall(command))


def _word(match: re.Match[str]) -> int:
    """Return where `secrets` begins in what `_SECRET` has found."""
    return match.start() + match[0].rfind("secrets")


def _harmless(text: str) -> bool:
    return _NOT_SECRET.search(text) is not None


def _place(step: Step, path: str, after: int) -> Span:
    """Return where a script names a file, at the earliest there; the whole script if that is not one place."""
    assert step.run is not None  # noqa: S101 - asked for by the caller
    traced = step.run.traced
    start = traced.text.find(path, after)
    place = traced.slice(start, start + len(path)).exact if start >= 0 else None
    return place or step.run.span


def _of_google(inputs: Mapping[str, object], step: Step) -> Iterator[WrittenFile]:
    """Yield the file in which Google's action leaves credentials, in the workspace unless it is told not to."""
    assert step.uses is not None  # noqa: S101 - it has an action
    create = step.inputs.get("create_credentials_file")
    if create is None or create.text.strip().lower() != "false":
        # The name is made of random digits.
        yield WrittenFile("gha-creds-0000000000000000.json", step.uses.span, passing="credentials_json" not in inputs)
