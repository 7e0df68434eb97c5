"""The command line: arguments to options, a result to reports and an exit code (`dockwright.verdict`)."""

from __future__ import annotations

import os
import re
import sys
from typing import TYPE_CHECKING, assert_never

from dockwright import console, verdict
from dockwright.arguments import (
    STDIN,
    Command,
    Explain,
    ListImages,
    ListRules,
    Review,
    Update,
    build_parser,
    read_arguments,
)
from dockwright.errors import Error, UsageError
from dockwright.options import Color, DryRun, Format, Output

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from dockwright.bump import Planned
    from dockwright.checkout import Checkout, Files, Surroundings
    from dockwright.config import Config
    from dockwright.finding import Result
    from dockwright.github.client import GitHub
    from dockwright.github.proposals.outcome import Proposed
    from dockwright.image import ImageUse
    from dockwright.options import Options, UpdateOptions
    from dockwright.source import Source

__all__ = ["build_parser", "main"]

_REPOSITORY = re.compile(r"[\w.-]+/[\w.-]+", re.ASCII)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return the exit code."""
    console.use_utf8()
    try:
        return _run(read_arguments(arguments))
    except Error as error:
        console.complain(str(error), error.help)
        return verdict.WRONG
    except KeyboardInterrupt:
        return verdict.INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the last line of defence: whatever it is, it is told and counted
        console.complain_of_bug(error)
        return verdict.BUG


def _run(command: Command) -> int:
    match command:
        case Review():
            return review_files(command.options, stdin_name=command.stdin_name)
        case ListRules():
            return list_rules(json=command.json)
        case Explain():
            return explain(name=command.name)
        case ListImages():
            return list_images(paths=command.paths, json=command.json)
        case Update():
            return update_images(command.options)
        case _:
            assert_never(command)


# --- commands ---------------------------------------------------------------------------------------------------


def review_files(options: Options, *, stdin_name: str | None = None) -> int:
    """Review Dockerfiles, write the reports, and return the exit code."""
    from dockwright.checkout import gather
    from dockwright.review import review

    checkout = gather(options, _surroundings(options.paths, stdin_name))
    for note in checkout.notes:
        console.note(note)
    sources = console.progress(checkout.files.sources, len(checkout.files.sources), "Reviewed")
    if options.fix or options.diff:
        result = _fix(checkout, sources, options)
    else:
        result = review(
            sources,
            project=checkout.project,
            config=checkout.config,
            changed_lines=checkout.changed_lines,
            unreadable=checkout.files.unreadable,
            within=checkout.within,
        )
    _write_reports(result, options)
    return verdict.exit_code(result, options.fail_on or checkout.config.fail_on)


def list_rules(*, json: bool) -> int:
    """Print all rules."""
    from dockwright.rules import all_rules

    if json:
        from dockwright.report.json import render_rules
    else:
        from dockwright.report.text import render_rules
    console.write(render_rules(all_rules()))
    return verdict.CLEAN


def explain(*, name: str) -> int:
    """Print the pages of the rules that a name means.

    Raises:
        UsageError: no rule is called so.
    """
    from dockwright.report import Context
    from dockwright.report.text import render_explanation
    from dockwright.review import rule_names
    from dockwright.rule_names import did_you_mean
    from dockwright.rules import all_rules

    names = rule_names()
    found = names.resolve(name)
    if not found:
        raise UsageError(
            f"no rule is called `{name}`{did_you_mean(names.closest(name))}", help="`dockwright rules` lists them all."
        )
    context = Context(all_rules(), color=console.colored(Color.AUTO, os.environ))
    console.write("\n".join([render_explanation(each, context) for each in all_rules() if each.id in found]))
    return verdict.CLEAN


def list_images(*, paths: Sequence[str], json: bool) -> int:
    """Print every place that names an image."""
    from dockwright.checkout import read_image_files

    return _list_images(read_image_files(paths, _surroundings(paths, None)), json=json)


def _list_images(files: Files, *, json: bool) -> int:
    from dockwright.update.uses import read_uses

    uses: list[ImageUse] = [use for source in files.sources for use in read_uses(source)]
    if json:
        from dockwright.report.json import render_images
    else:
        from dockwright.report.text import render_images
    console.write(render_images(uses))
    return _complain_of_unread(files)


def _complain_of_unread(files: Files) -> int:
    for file in files.unreadable:
        console.complain(f"`{file.path}` was not read: {file.reason}")
    return verdict.WRONG if files.unreadable else verdict.CLEAN


def update_images(options: UpdateOptions) -> int:
    """Plan the updates of images, write the reports, make the changes that are wanted, and return the exit code."""
    from dockwright.checkout import read_config, read_image_files

    around = _surroundings(options.paths, None)
    files = read_image_files(options.paths, around)
    config = read_config(options.config, around, files.tree)
    if options.dry_run is DryRun.EXTRACT:
        return _list_images(files, json=any(each.format is Format.JSON for each in options.outputs))
    for note in config.notes:
        console.note(note)
    hub = _hub(options) if options.pull_requests else None
    planned = _planned(options, files, config, around)
    code = _complain_of_unread(files) or verdict.exit_code_of_plans(planned)
    if hub is None:
        return code
    return code or (verdict.FINDINGS if _propose(hub, planned, files, config).failed else verdict.CLEAN)


def _hub(options: UpdateOptions) -> GitHub:
    """Return the repository for pull requests.

    Raises:
        UsageError: it, or the token for it, is not named.
    """
    from dockwright.github.client import DEFAULT_API, GitHub

    token = os.environ.get("GITHUB_TOKEN") or os.environ.get("GH_TOKEN")
    repository = options.repository or os.environ.get("GITHUB_REPOSITORY")
    if not token:
        raise UsageError(
            "`--pull-requests` needs a token", help="Set GITHUB_TOKEN to one that may write contents and pull requests."
        )
    if repository is None or _REPOSITORY.fullmatch(repository) is None:
        raise UsageError("`--pull-requests` needs a repository", help="Name it: `--repository OWNER/NAME`.")
    return GitHub(token, repository, api_url=os.environ.get("GITHUB_API_URL") or DEFAULT_API)


def _propose(hub: GitHub, planned: Planned, files: Files, config: Config) -> Proposed:
    """Keep the pull requests true, and tell what became of each."""
    from dockwright.github.proposals.summary import render_text
    from dockwright.propose import Proposing, propose

    whole = files.named.folders == ("",) and not files.unreadable
    proposed = propose(planned, hub, Proposing(limit=config.updates.limit, whole=whole))
    sys.stderr.write(render_text(proposed))
    return proposed


def _planned(options: UpdateOptions, files: Files, config: Config, around: Surroundings) -> Planned:
    """Ask the registries, make the changes that are wanted, and write the reports."""
    from contextlib import closing

    from dockwright.bump import Planned
    from dockwright.report import plans
    from dockwright.update.client import connect
    from dockwright.update.planning import look_up, plan

    with (
        closing(connect(config, around.environment, cache_dir=options.registry_cache)) as client,
        closing(console.Progress("Asked registries")) as watch,
    ):
        if options.dry_run is DryRun.LOOKUP:
            offered, skipped = look_up(files.sources, client=client, config=config, today=around.today, watch=watch)
            _write_outputs(options, lambda name, _: plans.render_offers(name, offered, skipped))
            return Planned((), skipped)
        planned = plan(files.sources, client=client, config=config, today=around.today, watch=watch)
    written = _change(files, planned, options) if options.diff or options.write else None
    _write_outputs(options, lambda name, color: plans.render(name, planned, plans.PlanContext(color, written)))
    return planned


def _change(files: Files, planned: Planned, options: UpdateOptions) -> int | None:
    """Write what the updates change into the files, and return how many; or print it."""
    from dockwright.fix import file_diff
    from dockwright.source import encode
    from dockwright.update.writing import updated
    from dockwright.writing import write_file

    changed = updated(planned)
    if options.diff:
        console.write(encode("".join([file_diff(old, new) for old, new in changed])))
        return None
    for _, new in changed:
        write_file(os.path.realpath(os.path.join(files.named.root, new.path)), new.encode())
    return len(changed)


# --- parts of a review ------------------------------------------------------------------------------------------


def _surroundings(paths: Sequence[str], stdin_name: str | None) -> Surroundings:
    from datetime import UTC, datetime

    from dockwright.checkout import Surroundings

    stdin = _read_stdin(stdin_name or STDIN) if tuple(paths) == (STDIN,) else None
    return Surroundings(os.getcwd(), os.environ, datetime.now(UTC).date(), stdin=stdin)


def _read_stdin(name: str) -> Source:
    from dockwright.discover import LARGEST_DOCKERFILE
    from dockwright.source import Source

    data = sys.stdin.buffer.read(LARGEST_DOCKERFILE + 1)
    if len(data) > LARGEST_DOCKERFILE:
        raise UsageError(f"standard input is larger than {LARGEST_DOCKERFILE >> 20} MiB")
    return Source.decode(name, data)


def _fix(checkout: Checkout, sources: Iterable[Source], options: Options) -> Result:
    """Write fixes into the files, or print them; return what a review says of the files then."""
    from msgspec.structs import replace

    from dockwright.fix import fix, unified_diff
    from dockwright.source import encode
    from dockwright.writing import write_file

    fixed = fix(
        sources,
        unsafe=options.unsafe,
        project=checkout.project,
        config=checkout.config,
        changed_lines=checkout.changed_lines,
        within=checkout.within,
    )
    if options.diff:
        console.write(encode(unified_diff(fixed)))
    else:
        for path, source in fixed.after.items():
            write_file(os.path.realpath(os.path.join(checkout.files.named.root, path)), source.encode())
        console.note(f"{fixed.count} fixed in {len(fixed.after)} of {len(checkout.files.sources)} files.")
    broken = (*fixed.result.broken_rules, *fixed.broken)
    return replace(fixed.result, unreadable=checkout.files.unreadable, broken_rules=broken)


def _write_outputs(options: UpdateOptions, render: Callable[[str, bool], str]) -> None:
    """Write the reports; `render` makes one of a format's name, coloured or not."""
    from dockwright.writing import write_file

    plain = False
    for output in options.outputs:
        if output.path is not None:
            write_file(output.path, render(output.format.value, plain).encode("utf-8", "backslashreplace"))
        elif not options.diff:  # or standard output is the patch
            console.write(render(output.format.value, console.colored(options.color, os.environ)))


def _write_reports(result: Result, options: Options) -> None:
    from dockwright.report import Context, render
    from dockwright.rules import all_rules
    from dockwright.writing import write_file

    for output in options.outputs:
        shown = output.path is None
        if shown and options.diff:
            continue  # standard output is the patch
        color = shown and console.colored(options.color, os.environ)
        report = render(output.format.value, result, Context(all_rules(), color=color))
        if output.path is None:
            console.write(report)
        else:
            write_file(output.path, report.encode("utf-8", "backslashreplace"))
    if Output(Format.TEXT) not in options.outputs:
        for file in result.unreadable:
            console.complain(f"`{file.path}` was not reviewed: {file.reason}")
        for broken in result.broken_rules:
            console.complain(f"this is a bug in Dockwright: {broken}")
