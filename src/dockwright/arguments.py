"""The command line's arguments, read to what is to be done."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, BooleanOptionalAction, HelpFormatter
from os import get_terminal_size
from typing import TYPE_CHECKING, NoReturn

from msgspec import Struct

from dockwright import __version__
from dockwright.errors import UsageError
from dockwright.options import (
    CHECK_HELP,
    COMPARE_HELP,
    HELP,
    MIGRATE_HELP,
    STALE_HELP,
    UPDATE_HELP,
    CheckOptions,
    Color,
    CompareOptions,
    DryRun,
    FailOn,
    Format,
    MigrateOptions,
    Options,
    Output,
    Profile,
    StaleOptions,
    UpdateOptions,
    WorstGrade,
)

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterable, Mapping, Sequence

STDIN = "-"
"""The path that means standard input, or for a report standard output."""

_FOR_PROGRAMS = (Format.JSON, Format.SARIF)
_MOST_DAYS = 3650
_OF_UPDATES = (Format.TEXT, Format.JSON, Format.MARKDOWN)


class Review(Struct, frozen=True):
    """Review Dockerfiles; `stdin_name` is what standard input is called."""

    options: Options
    stdin_name: str | None


class ListRules(Struct, frozen=True):
    """List the rules."""

    json: bool


class Explain(Struct, frozen=True):
    """Explain the rules that a name means."""

    name: str


class ListImages(Struct, frozen=True):
    """List the places that name an image."""

    paths: tuple[str, ...]
    json: bool


class Update(Struct, frozen=True):
    """Update the images that files name."""

    options: UpdateOptions


class Compare(Struct, frozen=True):
    """Tell what changes between two images."""

    options: CompareOptions


class Check(Struct, frozen=True):
    """Tell which published updates images lack."""

    options: CheckOptions


class Stale(Struct, frozen=True):
    """Tell whether a published image must be built again."""

    options: StaleOptions


class Migrate(Struct, frozen=True):
    """Turn what hadolint is set to into ours."""

    options: MigrateOptions


Command = Review | ListRules | Explain | ListImages | Update | Compare | Check | Stale | Migrate


def read_arguments(arguments: Sequence[str] | None) -> Command:  # noqa: PLR0911 - one for each command
    """Read the arguments (those of the process for None); `--help` and `--version` print and raise SystemExit.

    Raises:
        UsageError: they make no sense.
    """
    words = sys.argv[1:] if arguments is None else arguments
    parsed = build_parser(words[0] if words else None).parse_args(words)
    match parsed.command:
        case "review":
            return _review(parsed)
        case "rules":
            return ListRules(parsed.format == "json")
        case "explain":
            return Explain(parsed.rule)
        case "update":
            return _update(parsed)
        case "compare":
            return _compare(parsed)
        case "check":
            return _check_images(parsed)
        case "stale":
            return _stale(parsed)
        case "migrate":
            return Migrate(MigrateOptions(folder=parsed.folder, action=parsed.action, write=parsed.write))
        case _:
            return ListImages(tuple(parsed.paths), parsed.format == "json")


class _Formatter(HelpFormatter):
    """Help as wide as the terminal; argparse makes one for each argument, and would import shutil to ask for that."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=_width())


def _width() -> int:
    try:
        return max(40, min(get_terminal_size(1).columns, 120)) - 2
    except OSError:
        return 78


class _Parser(ArgumentParser):
    """A parser whose complaints look like all others."""

    def error(self, message: str) -> NoReturn:
        """Raise a `UsageError`."""
        raise UsageError(message, help=f"`{self.prog} --help` lists what there is.")


def build_parser(only: str | None = None) -> ArgumentParser:
    """Return the parser of all commands; docs/cli.md is made of it too. `only`: of one, as its start waits for it."""
    parser = _Parser(
        "dockwright",
        description="Reviews Dockerfiles: what is insecure, slow or wrong, with the fix. Updates the images in files.",
        allow_abbrev=False,  # a new option must not change what an old command means
        formatter_class=_Formatter,
    )
    parser.add_argument("--version", action="version", version=f"dockwright {__version__}")
    commands = parser.add_subparsers(
        prog="dockwright", title="commands", dest="command", metavar="COMMAND", required=True
    )
    every = {
        "review": ("Review Dockerfiles", _add_review),
        "rules": ("List the rules", _add_format),
        "explain": ("Explain a rule", _add_explain),
        "images": ("List every place that names an image", _add_images),
        "update": ("Update the images that files name", _add_update),
        "compare": ("Tell which packages and settings change between two images", _add_compare),
        "check": ("Tell which published security updates images lack", _add_check),
        "stale": ("Tell whether a published image must be built again", _add_stale),
        "migrate": ("Turn hadolint's configuration, comments, workflow steps and hooks into ours", _add_migrate),
    }
    for name, (summary, add) in every.items() if only not in every else [(only, every[only])]:
        add(
            commands.add_parser(
                name, help=summary, description=f"{summary}.", allow_abbrev=False, formatter_class=_Formatter
            )
        )
    return parser


def _add_review(parser: ArgumentParser) -> None:
    add = parser.add_argument
    add("paths", nargs="*", default=["."], metavar="PATH", help=HELP["paths"])
    add("--base", metavar="REV", help=HELP["base"])
    add("--only-changed-lines", action=BooleanOptionalAction, default=True, help=HELP["only_changed_lines"])
    add("--format", action="append", dest="reports", type=_formats, metavar="FORMAT[,FORMAT]", help=HELP["outputs"])
    add("--output", action="append", dest="reports", metavar="FILE", help="Write the format named before it to a file")
    add("--fail-on", choices=[each.value for each in FailOn], help=HELP["fail_on"])
    add("--profile", choices=[each.value for each in Profile], help=HELP["profile"])
    add("--fix", action="store_true", help=HELP["fix"])
    add("--unsafe", action="store_true", help=HELP["unsafe"])
    add("--diff", action="store_true", help=HELP["diff"])
    add("--target", metavar="STAGE", help=HELP["target"])
    add("--config", metavar="FILE", help=HELP["config"])
    add("--shellcheck", action=BooleanOptionalAction, help=HELP["shellcheck"])
    add("--online", action=BooleanOptionalAction, help=HELP["online"])
    # `--stdin-filename`: what flake8-like runners of editors expect, and several linters call it.
    name = "What standard input is called in reports, configuration and neighbours"
    add("--stdin-name", "--stdin-filename", metavar="PATH", help=name)
    add("--color", choices=[each.value for each in Color], default=Color.AUTO.value, help=HELP["color"])


def _add_explain(parser: ArgumentParser) -> None:
    parser.add_argument("rule", metavar="RULE", help="Its id, or its name in hadolint or BuildKit")


def _add_images(parser: ArgumentParser) -> None:
    parser.add_argument("paths", nargs="*", default=["."], metavar="PATH", help="Files and folders")
    _add_format(parser)


def _add_update(parser: ArgumentParser) -> None:
    add = parser.add_argument
    add("paths", nargs="*", default=["."], metavar="PATH", help=UPDATE_HELP["paths"])
    add("--dry-run", choices=[each.value for each in DryRun], help=UPDATE_HELP["dry_run"])
    add("--diff", action="store_true", help=UPDATE_HELP["diff"])
    add("--write", action="store_true", help=UPDATE_HELP["write"])
    add("--pull-requests", action="store_true", help=UPDATE_HELP["pull_requests"])
    add("--repository", metavar="OWNER/NAME", help=UPDATE_HELP["repository"])
    add("--evidence", action=BooleanOptionalAction, help=UPDATE_HELP["evidence"])
    _add_registries_and_reports(parser, UPDATE_HELP)


def _add_compare(parser: ArgumentParser) -> None:
    add = parser.add_argument
    add("old", metavar="OLD", help=COMPARE_HELP["old"])
    add("new", metavar="NEW", help=COMPARE_HELP["new"])
    add("--platform", action="append", default=[], metavar="OS/ARCH", help=COMPARE_HELP["platform"])
    add("--osv", action=BooleanOptionalAction, help=COMPARE_HELP["osv"])
    _add_registries_and_reports(parser, COMPARE_HELP)


def _add_migrate(parser: ArgumentParser) -> None:
    add = parser.add_argument
    add("folder", nargs="?", default=".", metavar="FOLDER", help=MIGRATE_HELP["folder"])
    add("--action", metavar="OWNER/NAME@REV", help=MIGRATE_HELP["action"])
    add("--write", action="store_true", help=MIGRATE_HELP["write"])


def _add_check(parser: ArgumentParser) -> None:
    add = parser.add_argument
    add("images", nargs="+", metavar="IMAGE", help=CHECK_HELP["images"])
    add("--platform", action="append", default=[], metavar="OS/ARCH", help=CHECK_HELP["platform"])
    add(
        "--fail-on",
        choices=[each.value for each in WorstGrade],
        default=WorstGrade.B.value,
        help=CHECK_HELP["fail_on"],
    )
    add("--osv", action=BooleanOptionalAction, help=CHECK_HELP["osv"])
    _add_registries_and_reports(parser, CHECK_HELP)


def _add_stale(parser: ArgumentParser) -> None:
    add = parser.add_argument
    add("image", metavar="IMAGE", help=STALE_HELP["image"])
    add("--dockerfile", metavar="FILE", help=STALE_HELP["dockerfile"])
    add("--target", metavar="STAGE", help=STALE_HELP["target"])
    add("--build-arg", action="append", default=[], metavar="NAME=VALUE", help=STALE_HELP["build_arg"])
    add("--base", metavar="IMAGE", help=STALE_HELP["base"])
    add("--platform", action="append", default=[], metavar="OS/ARCH", help=STALE_HELP["platform"])
    add("--max-age", metavar="DAYS", help=STALE_HELP["max_age"])
    _add_registries_and_reports(parser, STALE_HELP)


def _add_registries_and_reports(parser: ArgumentParser, help_: Mapping[str, str]) -> None:
    add = parser.add_argument
    add(
        "--format",
        action="append",
        dest="reports",
        type=_formats_of_updates,
        metavar="FORMAT[,FORMAT]",
        help=help_["outputs"],
    )
    add("--output", action="append", dest="reports", metavar="FILE", help="Write the format named before it to a file")
    add("--config", metavar="FILE", help=help_["config"])
    add("--registry-cache", metavar="DIR", help=help_["registry_cache"])
    add("--color", choices=[each.value for each in Color], default=Color.AUTO.value, help=help_["color"])


def _add_format(parser: ArgumentParser) -> None:
    parser.add_argument("--format", choices=("text", "json"), default="text", help="How it is written")


def _formats(text: str, known: Sequence[Format] = tuple(Format)) -> tuple[Format, ...]:
    words = [word.strip() for word in text.split(",")]
    if not all(word in [each.value for each in known] for word in words):
        names = ", ".join(each.value for each in known)
        raise UsageError(f"`--format {text}` is none of the formats", help=f"There are {names}.")
    return tuple(Format(word) for word in words)


def _formats_of_updates(text: str) -> tuple[Format, ...]:
    return _formats(text, _OF_UPDATES)


def outputs_of(reports: Iterable[tuple[Format, ...] | str]) -> tuple[Output, ...]:
    """Pair formats with files, in the order of the command line: a file takes the format before it, else the next one.

    Raises:
        UsageError: a file has no format, or standard output would hold something that no program could read.
    """
    outputs: list[Output] = []
    waiting: str | None = None
    for each in reports:
        if isinstance(each, tuple):
            outputs += [Output(name, waiting if not index else None) for index, name in enumerate(each)]
            waiting = None
        elif outputs and outputs[-1].path is None:
            outputs[-1] = Output(outputs[-1].format, each)
        elif waiting is None:
            waiting = each
        else:
            raise _no_format(waiting)
    if waiting is not None and outputs:
        raise _no_format(waiting)
    if not outputs:
        outputs.append(Output(Format.TEXT, waiting))
    outputs = [Output(output.format) if output.path == STDIN else output for output in outputs]
    shown = [output.format for output in outputs if output.path is None]
    if len(shown) > 1 and (mixed := [each.value for each in shown if each in _FOR_PROGRAMS]):
        raise UsageError(
            f"standard output would hold `{mixed[0]}` and another format, which no program could read",
            help=f"Write it to a file: `--format {mixed[0]} --output FILE`.",
        )
    return tuple(outputs)


def _no_format(path: str) -> UsageError:
    return UsageError(f"`--output {path}` has no format", help="Name one before it: `--format sarif --output FILE`.")


def _review(parsed: Namespace) -> Review:
    options = Options(
        paths=tuple(parsed.paths),
        base=parsed.base,
        only_changed_lines=parsed.only_changed_lines,
        target=parsed.target,
        config=parsed.config,
        fail_on=None if parsed.fail_on is None else FailOn(parsed.fail_on),
        profile=None if parsed.profile is None else Profile(parsed.profile),
        fix=parsed.fix,
        unsafe=parsed.unsafe,
        diff=parsed.diff,
        outputs=outputs_of(parsed.reports or ()),
        color=Color(parsed.color),
        shellcheck=parsed.shellcheck,
        online=parsed.online,
    )
    _check(options, parsed.stdin_name)
    return Review(options, parsed.stdin_name)


def _update(parsed: Namespace) -> Update:
    options = UpdateOptions(
        paths=tuple(parsed.paths),
        config=parsed.config,
        dry_run=None if parsed.dry_run is None else DryRun(parsed.dry_run),
        diff=parsed.diff,
        write=parsed.write,
        pull_requests=parsed.pull_requests,
        repository=parsed.repository,
        evidence=parsed.evidence,
        outputs=outputs_of(parsed.reports or ()),
        registry_cache=parsed.registry_cache,
        color=Color(parsed.color),
    )
    _check_patch(options)
    ways = (("--write", options.write), ("--diff", options.diff), ("--pull-requests", options.pull_requests))
    changing = [name for name, chosen in ways if chosen]
    if len(changing) > 1:
        raise UsageError(f"`{changing[0]}` and `{changing[1]}` are two ways to go on", help="Use one of them.")
    if options.repository is not None and not options.pull_requests:
        raise UsageError("`--repository` is for `--pull-requests`", help="Use both, or none of them.")
    if options.dry_run is not None and changing:
        raise UsageError(f"`--dry-run` stops before `{changing[0]}`", help="Use one of them.")
    if STDIN in options.paths:
        raise UsageError("standard input cannot be updated", help="Name files and folders.")
    return Update(options)


def _compare(parsed: Namespace) -> Compare:
    return Compare(
        CompareOptions(
            old=parsed.old,
            new=parsed.new,
            platform=tuple(parsed.platform),
            osv=parsed.osv,
            config=parsed.config,
            outputs=outputs_of(parsed.reports or ()),
            registry_cache=parsed.registry_cache,
            color=Color(parsed.color),
        )
    )


def _check_images(parsed: Namespace) -> Check:
    return Check(
        CheckOptions(
            images=tuple(parsed.images),
            platform=tuple(parsed.platform),
            fail_on=WorstGrade(parsed.fail_on),
            osv=parsed.osv,
            config=parsed.config,
            outputs=outputs_of(parsed.reports or ()),
            registry_cache=parsed.registry_cache,
            color=Color(parsed.color),
        )
    )


def _stale(parsed: Namespace) -> Stale:
    if parsed.dockerfile is None and (parsed.target is not None or parsed.build_arg):
        raise UsageError("`--target` and `--build-arg` are of a Dockerfile", help="Name it with `--dockerfile`.")
    if parsed.dockerfile is not None and parsed.base is not None:
        raise UsageError("`--base` and `--dockerfile` both say what it is built on", help="Use one of them.")
    return Stale(
        StaleOptions(
            image=parsed.image,
            dockerfile=parsed.dockerfile,
            target=parsed.target,
            build_arg=tuple(parsed.build_arg),
            base=parsed.base,
            platform=tuple(parsed.platform),
            max_age=None if parsed.max_age is None else days_of(parsed.max_age, "--max-age"),
            config=parsed.config,
            outputs=outputs_of(parsed.reports or ()),
            registry_cache=parsed.registry_cache,
            color=Color(parsed.color),
        )
    )


def days_of(text: str, name: str) -> int:
    """Read a number of days; `name` is what they are of.

    Raises:
        UsageError: it is none, or there are too many.
    """
    if not (text.isascii() and text.isdecimal() and 0 < int(text[:6]) <= _MOST_DAYS):
        raise UsageError(f"`{name}` is `{text}`", help=f"Write a number of days, from 1 to {_MOST_DAYS}.")
    return int(text)


def _check_patch(options: Options | UpdateOptions) -> None:
    if options.diff and any(each.path is None and each.format in _FOR_PROGRAMS for each in options.outputs):
        raise UsageError("standard output is the patch of `--diff`", help="Write the report to a file with `--output`.")


def _check(options: Options, stdin_name: str | None) -> None:
    """Refuse options that make no sense together."""
    _check_patch(options)
    if options.fix and options.diff:
        raise UsageError("`--fix` changes files and `--diff` changes none", help="Use one of them.")
    if options.unsafe and not (options.fix or options.diff):
        raise UsageError("`--unsafe` says which fixes count, and there is no `--fix` or `--diff`")
    if "-" in options.paths and len(options.paths) > 1:
        raise UsageError("`-` is standard input, and nothing else can be reviewed with it")
    if stdin_name is not None and options.paths != ("-",):
        raise UsageError("`--stdin-name` names standard input, which is not reviewed", help="Review `-`.")
    if options.paths == ("-",) and (options.base is not None or options.fix):
        raise UsageError("standard input has no history, and cannot be fixed in place", help="`--diff` shows fixes.")
