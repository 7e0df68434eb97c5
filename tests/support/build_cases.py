"""Golden cases of what builds images: how to write `tests/files/builds/<name>.md`, and how it is read and rewritten.

A file is Markdown; the fenced blocks are what is tested. A case is what stands under one heading: blocks with
`file=PATH`, the repository, and a `builds` block behind them, which says what is built. Each build begins with a line

    docker/build-push-action .github/workflows/a.yml:9:15 job build [matrix] on hosted docker-container

then its settings whatever the event, and a line for each event: whether the build is reached, whether the image is
published, and what differs then. `@9:15` is where a value is given. Write the files and the prose, run
`pytest tests/files/test_builds.py --accept`, and read what it wrote: nobody else checks it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.files.build import Cache, CacheMode, ContextKind
from dockwright.files.builds import Repository, read_repository
from dockwright.files.value import Truth
from dockwright.source import Source
from tests.support.rule_cases import Block, blocks

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dockwright.files.build import Build, Run, Settings
    from dockwright.files.value import Toggle, Value
    from dockwright.source import Span

FOLDER = Path(__file__).parent.parent / "files" / "builds"


class Case(Struct, frozen=True):
    """A repository, and the block that says what it builds."""

    name: str
    title: str
    files: tuple[Block, ...]
    expected: Block | None = None

    @property
    def id(self) -> str:
        """The name of the test."""
        return f"{self.name}: {self.title}"

    @property
    def sources(self) -> Mapping[str, Source]:
        """The files, by path."""
        return {block.path: Source(block.path, block.text) for block in self.files}

    def read(self) -> Repository:
        """Read the repository."""
        sources = self.sources
        given = self.files[0].options
        return read_repository(
            sources.get, sources, repository=given.get("repository"), default_branch=given.get("branch")
        )


def cases(name: str, text: str) -> list[Case]:
    """Return the cases of a file."""
    found: list[Case] = []
    for title, block in blocks(text):
        if "file" in block.options:
            if found and found[-1].title == title and found[-1].expected is None:
                found[-1] = Case(name, title, (*found[-1].files, block))
            else:
                found.append(Case(name, title, (block,)))
        elif block.kind == "builds":
            assert found, f"{name}:{block.first + 1}: no file stands before these builds"
            assert found[-1].expected is None, f"{name}:{block.first + 1}: these builds belong to no file"
            found[-1] = Case(name, title, found[-1].files, block)
    return found


def every_case() -> Iterator[Case]:
    """Yield the cases of all files."""
    for path in sorted(FOLDER.glob("*.md")):
        yield from cases(path.stem, path.read_text(encoding="utf-8"))


def actual(case: Case) -> str:
    """Return what the `builds` block should hold."""
    repository = case.read()
    shown = [line for build in repository.builds for line in show(build)]
    shown += [f"broken {_place(each.span)}: {each.message}" for each in repository.broken]
    return "".join(f"{line}\n" for line in shown)


def accept(text: str, found: list[Case]) -> str:
    """Return a file's text with every `builds` block rewritten, or added."""
    lines = text.split("\n")
    for case in reversed(found):
        made = f"```builds\n{actual(case)}```".split("\n")
        if case.expected is None:
            last = case.files[-1].last
            lines[last + 1 : last + 1] = ["", *made]
        else:
            lines[case.expected.first : case.expected.last + 1] = made
    return "\n".join(lines)


def show(build: Build) -> Iterator[str]:
    """Write a build as lines of a `builds` block."""
    words = [build.tool.value, _place(build.step)]
    words += [f"`{build.name}`"] if build.name else []
    words += [f"job {build.job}"] if build.job else []
    words += [f"[{', '.join(f'{name}={value}' for name, value in build.leg.items())}]"] if build.leg else []
    if build.runner is not None:
        words.append(
            {Truth.TRUE: "hosted", Truth.FALSE: "self-hosted", Truth.UNKNOWN: "any runner"}[build.runner.hosted]
        )
    words += [build.builder.driver] if build.builder.driver else []
    if build.builder.keeps_layers is not Truth.FALSE:
        words.append(f"keeps layers {build.builder.keeps_layers.value}")
    words += [f"through {call.path}" for call in build.calls]
    words += ["no checkout"] if build.workflow and build.checkout is None else []
    yield " ".join(words)
    general = list(_settings(build.settings))
    for line in general:
        yield f"  {line}"
    for run in build.runs:
        yield f"  on {_event(run)}: {run.condition.value}, published {run.published.value}"
        own = list(_settings(run.settings))
        yield from (f"    - {line}" for line in general if line not in own)
        yield from (f"    + {line}" for line in own if line not in general)


def _event(run: Run) -> str:
    event = run.event
    known = f" {event.ref}" if event.ref and event.name not in {"push", "schedule"} else ""
    beginning = (
        f" {event.prefix}..." if event.ref is None and event.prefix.count("/") > 1 and event.name == "push" else ""
    )
    return f"{event.described}{known}{beginning}{' of some paths' if event.filtered else ''}"


def _settings(settings: Settings) -> Iterator[str]:
    dockerfile, context = settings.dockerfile, settings.context
    inline = "inline" if dockerfile.inline else dockerfile.path or "unknown"
    yield f"dockerfile {inline}{_at(dockerfile.value)}"
    folder = f" {context.path}" if context.kind in {ContextKind.PATH, ContextKind.GIT} else ""
    yield f"context {context.kind.value}{folder}{_at(context.value)}"
    for name, value in (("target", settings.target), ("provenance", settings.provenance), ("sbom", settings.sbom)):
        if value is not None:
            yield f"{name} {_text(value)}"
    for name, values in (
        ("platform", settings.platforms),
        ("no-cache-filter", settings.no_cache_filters),
        ("secret", settings.secrets),
    ):
        yield from (f"{name} {_text(value)}" for value in values)
    yield from (f"cache-from {_cache(cache)}" for cache in settings.cache_from)
    yield from (f"cache-to {_cache(cache)}{_mode(cache)}" for cache in settings.cache_to)
    for name, toggle in (
        ("no-cache", settings.no_cache),
        ("pull", settings.pull),
        ("push", settings.pushes),
        ("load", settings.loads),
    ):
        yield from _toggle(name, toggle)
    yield from (f"output {output.type or 'unknown'}: {_text(output.value)}" for output in settings.outputs)
    for tag in settings.tags:
        yield f"tag {tag.kind.value} {tag.name or 'unknown'} : {tag.tag or 'unknown'}{_at(tag.value)}"
    if not settings.tags_known:
        yield "tags: maybe others"
    for name, arguments in (("arg", settings.build_args), ("build-context", settings.build_contexts)):
        for argument in arguments:
            yield f"{name} {argument.name.shown} = {'?' if argument.value is None else _text(argument.value)}"
    if settings.open:
        yield f"open: {', '.join(sorted(settings.open))}"


def _toggle(name: str, toggle: Toggle) -> Iterator[str]:
    if toggle.value is not None or toggle.state is not Truth.FALSE:
        yield f"{name} {toggle.state.value}{_at(toggle.value)}"


def _cache(cache: Cache) -> str:
    options = "".join(f" {name}={value.shown}" for name, value in cache.options.items())
    return f"{cache.backend or 'unknown'}{options}{_at(cache.value)}"


def _mode(cache: Cache) -> str:
    return f" ({cache.mode.value})" if cache.mode is not CacheMode.UNKNOWN else " (unknown mode)"


def _text(value: Value) -> str:
    references = f" from {', '.join(sorted(value.references))}" if value.references else ""
    return f"{value.shown}{references}{_at(value)}"


def _at(value: Value | None) -> str:
    if value is None or value.span is None:
        return ""
    first = value.span.first
    return f" @{first.line}:{first.column}"


def _place(span: Span) -> str:
    return f"{span.source.path}:{span.first.line}:{span.first.column}"
