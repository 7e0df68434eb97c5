"""`dockwright review`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from dockwright import console, verdict
from dockwright.cli.surroundings import surroundings
from dockwright.options import Format, Output

if TYPE_CHECKING:
    from collections.abc import Iterable
    from contextlib import AbstractContextManager

    from dockwright.checkout import Checkout
    from dockwright.finding import Result
    from dockwright.options import Options
    from dockwright.review import AskOnline
    from dockwright.rules import Rule
    from dockwright.shellcheck import ShellCheck
    from dockwright.source import Source


def review_files(options: Options, *, stdin_name: str | None = None) -> int:
    """Review Dockerfiles, write the reports, and return the exit code."""
    from dockwright.checkout import gather, start_shellcheck
    from dockwright.review import applied, review, told

    checkout = gather(options, surroundings(options.paths, stdin_name))
    for note in checkout.notes:
        console.note(note)
    sources = console.progress(checkout.files.sources, len(checkout.files.sources), "Reviewed")
    shellcheck = start_shellcheck(options, checkout.config, os.environ)
    notes: list[str] = []
    with _online(options, checkout, notes) as online:
        if options.fix or options.diff:
            result = _fix(checkout, sources, options, shellcheck, online)
        else:
            result = review(
                sources,
                project=checkout.project,
                config=checkout.config,
                changed_lines=checkout.changed_lines,
                unreadable=checkout.files.unreadable,
                within=checkout.within,
                shellcheck=shellcheck,
                online=online,
            )
    for note in (*notes, *(() if shellcheck is None else shellcheck.notes)):
        console.note(note)
    _write_reports(result, options, told(result, applied(checkout.within)))
    return verdict.exit_code(result, options.fail_on or checkout.config.fail_on)


def _online(options: Options, checkout: Checkout, notes: list[str]) -> AbstractContextManager[AskOnline | None]:
    """Make what asks registries, if that is wanted; a review without it loads nothing of it."""
    wanted = checkout.config.online.enabled if options.online is None else options.online
    if not wanted:
        from contextlib import nullcontext

        return nullcontext()
    from dockwright.git import Git
    from dockwright.online.places import RevisionTree
    from dockwright.online.session import Review, asking

    revision, root = options.base, checkout.files.named.root
    before = None if revision is None else lambda: RevisionTree(Git(root, os.environ), revision)
    files = checkout.files.tree
    return asking(Review(options, checkout.config, files, before, checkout.project.today, os.environ), notes)


def _fix(
    checkout: Checkout,
    sources: Iterable[Source],
    options: Options,
    shellcheck: ShellCheck | None,
    online: AskOnline | None,
) -> Result:
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
        shellcheck=shellcheck,
        online=online,
    )
    if options.diff:
        console.write(encode(unified_diff(fixed)))
    else:
        for path, source in fixed.after.items():
            write_file(os.path.realpath(os.path.join(checkout.files.named.root, path)), source.encode())
        console.note(f"{fixed.count} fixed in {len(fixed.after)} of {len(checkout.files.sources)} files.")
    broken = (*fixed.result.broken_rules, *fixed.broken)
    return replace(fixed.result, unreadable=checkout.files.unreadable, broken_rules=broken)


def _write_reports(result: Result, options: Options, rules: tuple[Rule, ...]) -> None:
    from dockwright.report import Context, render
    from dockwright.writing import write_file

    for output in options.outputs:
        shown = output.path is None
        if shown and options.diff:
            continue  # standard output is the patch
        color = shown and console.colored(options.color, os.environ)
        report = render(output.format.value, result, Context(rules, color=color))
        if output.path is None:
            console.write(report)
        else:
            write_file(output.path, report.encode("utf-8", "backslashreplace"))
    if Output(Format.TEXT) not in options.outputs:
        for file in result.unreadable:
            console.complain(f"`{file.path}` was not reviewed: {file.reason}")
        for broken in result.broken_rules:
            console.complain(f"this is a bug in Dockwright: {broken}")
