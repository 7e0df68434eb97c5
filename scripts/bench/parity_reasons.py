"""Why hadolint and Dockwright disagree: each class of disagreement, with the predicate that recognises it.

`theirs` are classes of findings that only hadolint has, `ours` of those that only Dockwright has (profile `hadolint`).
A predicate looks at the place itself, through our own parser: it must say what is there, not which rule it is. What no
class explains is unexplained, and is to stay below 0.5 % of all findings.
"""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.dockerfile.script import commands_of, script_of
from dockwright.dockerfile.user import users
from dockwright.facts.bases import Family, family_of
from dockwright.facts.manager_syntax import Action
from dockwright.facts.official_images import only_local
from dockwright.facts.package_managers import steps_of
from dockwright.facts.root import Blame, blame
from dockwright.facts.stages import roots, text_of
from dockwright.facts.unpinned import unpinned
from dockwright.lifecycle import State, assess, retired
from dockwright.project import MemoryTree, Project
from dockwright.rule_names import closest
from dockwright.shell import Context
from dockwright.suppress import suppressions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from dockwright.dockerfile import Dockerfile, Instruction, Stage
    from dockwright.facts.package_managers import Step
    from dockwright.shell import Command

    Place = tuple[str, int]

_APT = ("DL3008", "DL3009", "DL3014", "DL3015", "DL3027")
_CACHES = ("DL3019", "DL3032", "DL3036", "DL3040", "DL3042", "DL3060")
_PINS = ("DL3008", "DL3013", "DL3016", "DL3018", "DL3028", "DL3033", "DL3037", "DL3041", "DL3062")
_SHELL = (
    *_APT,
    *_CACHES,
    *_PINS,
    *("DL3001", "DL3003", "DL3004", "DL3010", "DL3030", "DL3034", "DL3035", "DL3038", "DL3046", "DL3047", "DL4001"),
    *("DL4005", "DL4006"),
)
_PROGRAMS = {
    **dict.fromkeys(_APT, ("apt", "apt-get", "aptitude")),
    **dict.fromkeys(("DL3013", "DL3042"), ("pip", "pipx", "uv", "python")),
    **dict.fromkeys(("DL3018", "DL3019"), ("apk",)),
    **dict.fromkeys(("DL3032", "DL3033", "DL3030"), ("yum",)),
    **dict.fromkeys(("DL3038", "DL3040", "DL3041"), ("dnf", "microdnf", "tdnf")),
    "DL3016": ("npm",),
    "DL3028": ("gem",),
    "DL3060": ("yarn",),
    "DL3062": ("go",),
    "DL3047": ("wget",),
    "DL4001": ("wget", "curl"),
    "DL3010": ("tar", "unzip", "gunzip"),
}
_QUIET = frozenset(
    "[ : awk base64 cat chmod cut date dirname basename dpkg dpkg-query echo egrep env expr false fgrep find getconf "
    "gawk getent grep head id ldd ls lscpu lsb_release mkdir nproc od paste perl printf pwd pv python python3 "
    "readelf readlink rev ruby scanelf sed seq sh sleep sort stat strings tac tail tee test tr true uname uniq wc "
    "which xargs yes whoami md5sum sha256sum sha512sum objdump rpm php node java jq apt-cache dpkg-architecture".split()
)
"""Commands that work with what is in the image: what they print may be wrong, but does not depend on a network."""


_CHECKED = (
    r"(?:apt-key|bsdtar|bunzip2|cpio|dpkg|gpg2?|gunzip|rpm|tar|unxz|unzip|unzstd)\b|(?:bzip2|gzip|xz|zstd) .*-\w*d"
    r"|(?:md5|sha\d+)sum .*-\w*c"
)
"""Commands that fail when they are given nothing, with what they are told."""


class Case(Struct, frozen=True):
    """A finding of one side, with what stands there.

    `ours` and `theirs` are the whole file's findings: code and the first line of the instruction.
    """

    code: str
    line: int
    dockerfile: Dockerfile
    ours: frozenset[Place]
    theirs: frozenset[Place]

    @property
    def instruction(self) -> Instruction | None:
        """The instruction at the line; the one inside an ONBUILD counts as the ONBUILD."""
        return next((each for each in self.dockerfile.body if each.line <= self.line <= each.end_line), None)

    @property
    def stage(self) -> Stage | None:
        """The stage that it stands in."""
        found = self.instruction
        return self.dockerfile.stages[found.stage] if found is not None and found.stage >= 0 else None

    @property
    def commands(self) -> tuple[Command, ...]:
        """The commands of its script."""
        found = self.instruction
        return () if found is None else commands_of(self.dockerfile, found)

    @property
    def steps(self) -> tuple[Step, ...]:
        """The package managers' commands of its script."""
        found = self.instruction
        return () if found is None else steps_of(self.dockerfile, found)

    @property
    def text(self) -> str:
        """What is written there."""
        return "" if self.instruction is None else self.instruction.span.text


class Reason(Struct, frozen=True):
    """A class of disagreement: of which codes, what it is called, and what recognises it."""

    codes: tuple[str, ...]
    name: str
    holds: Callable[[Case], bool]


def reason(case: Case, reasons: Iterable[Reason]) -> str | None:
    """Return the first reason that explains a finding of one side only."""
    return next((each.name for each in reasons if case.code in each.codes and each.holds(case)), None)


def _wrapped(case: Case) -> bool:
    return any(each.wrappers for each in _meant(case))


def _nested(case: Case) -> bool:
    return any(each.context & (Context.NESTED | Context.SUBSTITUTION | Context.FUNCTION) for each in _meant(case))


def _with_folder(case: Case) -> bool:
    return any(each.words and "/" in each.words[0].text for each in _meant(case))


def _meant(case: Case) -> list[Command]:
    """Return the commands that a code is about; all where it is about any."""
    programs = _PROGRAMS.get(case.code)
    return [each for each in case.commands if programs is None or (each.name or "").startswith(programs)]


def _in_onbuild(case: Case) -> bool:
    return case.instruction is not None and case.instruction.name == "ONBUILD"


def _has_heredoc(case: Case) -> bool:
    found = case.instruction
    return found is not None and bool(found.heredocs)


def _ignored(case: Case) -> bool:
    """Tell whether an ignore comment names it, as we read such comments: also above comments and blank lines."""
    return any(
        case.line in comment.lines and any(name.text.upper().endswith(case.code) for name in comment.names)
        for comment in suppressions(case.dockerfile)
    )


def _not_published(case: Case) -> bool:
    target = case.dockerfile.target()
    stage = case.stage
    return target is not None and stage is not None and stage not in case.dockerfile.lineage(target)


def _unpinned_words(case: Case) -> list[str]:
    found = case.instruction
    if found is None:
        return []
    programs = _PROGRAMS.get(case.code, ())
    return [
        word.text
        for _, (command, words) in unpinned(case.dockerfile, found)
        for word in words
        if (command.name or "").startswith(programs)
    ]


def _unknown_words(case: Case) -> bool:
    """Tell whether packages are named by what only the shell knows."""
    return any("$" in word.text or "`" in word.text for step in case.steps for word in step.operands)


def _tool_upgrade(case: Case) -> bool:
    tools = {"pip", "setuptools", "wheel", "uv"}
    return any(
        step.manager == "pip"
        and step.flags & {"-U", "--upgrade"}
        and {word.text for word in step.operands} <= tools | {"."}
        for step in case.steps
    )


def _by_text(pattern: str) -> Callable[[Case], bool]:
    return lambda case: re.search(pattern, case.text) is not None


def _by_file(pattern: str) -> Callable[[Case], bool]:
    return lambda case: re.search(pattern, case.dockerfile.source.text) is not None


# --- only hadolint ---


def _cd_elsewhere(case: Case) -> bool:
    """Tell whether every `cd` follows other commands, or is in a subshell, a loop or a script within the script."""
    first = next((each for each in case.commands if each.name not in {"set", "export"}), None)
    return first is None or first.name != "cd" or first.context is not Context.NONE


def _cd_unknown(case: Case) -> bool:
    first = next((each for each in case.commands if each.name == "cd"), None)
    return first is None or not first.arguments or first.arguments[0].text == "-" or "$(" in first.arguments[0].text


def _cd_last(case: Case) -> bool:
    return bool(case.commands) and case.commands[-1].name == "cd"


def _has_pipes(case: Case) -> bool:
    return case.instruction is not None and bool(script_of(case.dockerfile, case.instruction).pipelines)


def _pipes_are_local(case: Case) -> bool:
    """Tell whether what stands before each pipe works with the image's own files, or is handled."""
    found = case.instruction
    if found is None:
        return False
    pipelines = script_of(case.dockerfile, found).pipelines
    return bool(pipelines) and all(
        "pipefail" in pipe.options
        or pipe.negated
        or bool(pipe.context & Context.CONDITION)
        or all(_is_local(each) for part in pipe.elements[:-1] for each in part)
        for pipe in pipelines
    )


def _is_local(command: Command) -> bool:
    name = command.name or ""
    return name in _QUIET or not name or (len(command.arguments) == 1 and command.arguments[0].text.startswith("-"))


def _asks_or_signs(case: Case) -> bool:
    """Tell whether a program of the project or of the system only prints something into the pipe."""
    found = case.instruction
    if found is None:
        return False
    fetching = frozenset("curl wget git gzip tar unzip xz zcat bzcat gunzip aws gsutil rsync ssh scp svn http".split())
    pipelines = script_of(case.dockerfile, found).pipelines
    names = {each.name for pipe in pipelines for part in pipe.elements[:-1] for each in part}
    return bool(pipelines) and names.isdisjoint(fetching)


def _not_last_user(case: Case) -> bool:
    target = case.dockerfile.target()
    last = None if target is None else next(users(case.dockerfile, target), None)
    return last is None or last.instruction.line != case.line


def _root_is_fine(case: Case) -> bool:
    target = case.dockerfile.target()
    if target is None:
        return False
    project = Project(MemoryTree([case.dockerfile.source]), date(2026, 1, 1))
    return blame(case.dockerfile, target, project, had_user=False) in {Blame.NONE, Blame.INIT}


def _user_is_root(case: Case) -> bool:
    return re.match(r"(?i)user\s+[\"']?(?:root|0)\b", case.text) is not None


def _user_by_variable(case: Case) -> bool:
    return "$" in case.text


def _no_secret_value(case: Case) -> bool:
    """Tell whether each value is empty, a variable, a placeholder or a word that everybody knows."""
    found = case.instruction
    known = re.compile(
        r"(?i)[\"']?(?:|.*\$.*|(.)\1+|.*(?:dummy|change|example|your|xxx|yyy|zzz|test|todo|none|null|false|true|default"
        r"|secret|password|pass|root|admin|postgres|user|guest|docker|null|foo|bar).*|/.*|.*://.*|[\w.-]{1,11}"
        r"|@.*@|<.*>|[0-]+)[\"']?"
    )
    named = re.compile(r"(?i)api_?key|client_?key|password|passwd|private|secret|token|user_?name|credential|auth")
    pairs = [pair for pair in found.pairs if named.search(pair.key.text)] if found is not None else []
    return bool(pairs) and all(pair.value is None or known.fullmatch(pair.value.text) for pair in pairs)


def _no_secret_name(case: Case) -> bool:
    found = case.instruction
    names = [pair.key.text.lower() for pair in found.pairs] if found is not None else []
    telling = re.compile(r"(?:^|_)(?:pass|passwd|password|pwd|secret|token|apikey|api_key)$")
    return bool(names) and not any(telling.search(name) for name in names)


def _given_by_argument(case: Case) -> bool:
    return case.instruction is not None and case.instruction.name == "ARG" and case.instruction.stage < 0


def _cache_is_gone(case: Case) -> bool:
    """Tell whether something after the installation deletes the cache, or a mount or a setting keeps it out."""
    deleted = (word.text for each in case.commands if each.name in {"rm", "find"} for word in each.arguments)
    if any(re.search(r"/var/cache|\.cache|^/tmp/?\*?$|/tmp/pip", word) for word in deleted):
        return True
    if re.search(r"\bclean\b|cache purge|--no-cache\b|--mount=type=(?:cache|tmpfs)", case.text):
        return True
    settings = r"PIP_NO_CACHE_DIR|YARN_CACHE_FOLDER|no-cache-dir\s*=|keepcache\s*="
    return re.search(settings, case.dockerfile.source.text) is not None


def _several_commands(case: Case) -> bool:
    """Tell whether this RUN or the one above has several commands; hadolint counts none whose name is a variable."""
    found = case.instruction
    runs = [each for each in case.dockerfile.instructions("RUN") if found is not None and each.line <= found.line]
    return any(len(commands_of(case.dockerfile, each)) > 1 for each in runs[-2:])


def _second_workdir(case: Case) -> bool:
    stage = case.stage
    if stage is None:
        return False
    above = [
        each
        for level in case.dockerfile.lineage(stage)
        for each in case.dockerfile.instructions("WORKDIR", stage=level)
        if each.line < case.line
    ]
    return bool(above) or stage.scratch


def _retired_base(case: Case) -> bool:
    image = None if case.stage is None else case.stage.image
    reference = None if image is None else image.reference
    if reference is None:
        return False
    supports = assess(reference.name, reference.tag or "", today=date(2026, 11, 1))
    return retired(reference.name) is not None or any(each.state is State.ENDED for each in supports)


def _of_no_publisher(case: Case) -> bool:
    """Tell whether an image has a name without a publisher that no official image has."""
    image = None if case.stage is None else case.stage.image
    reference = None if image is None else image.reference
    return reference is not None and only_local(reference)


def _place_unknown(case: Case) -> bool:
    """Tell whether a variable decides on the path, or on what the stage goes back to."""
    stage = case.stage
    base = () if stage is None else roots(case.dockerfile)[stage.index].start.words[:1]
    return "$" in case.text or any("$" in word.text for word in base)


def _last_notices(case: Case) -> bool:
    """Tell whether each pipe that fetches ends in a command that fails itself when nothing arrives."""
    found = case.instruction
    pipelines = () if found is None else script_of(case.dockerfile, found).pipelines
    last = [part[-1] for pipe in pipelines for part in pipe.elements[-1:] if part]
    return any(re.match(_CHECKED, " ".join([each.name or "", *(w.text for w in each.arguments)])) for each in last)


def _runs_nothing(case: Case) -> bool:
    stage = case.stage
    levels = () if stage is None else case.dockerfile.lineage(stage)
    return not any(each.name == "RUN" and each.line < case.line for level in levels for each in level.instructions)


def _no_yarn_install(case: Case) -> bool:
    return not any(step.manager == "yarn" for step in case.steps)


def _of_busybox(case: Case) -> bool:
    image = None if case.stage is None else roots(case.dockerfile)[case.stage.index].image
    if image is None or image.reference is None:
        return False
    return family_of(image.reference) is Family.ALPINE or image.reference.repository.endswith("busybox")


def _to_a_file(case: Case) -> bool:
    return any(
        each.descriptor == "2" or each.operator == "&>" for command in case.commands for each in command.redirections
    )


def _uid_is_variable(case: Case) -> bool:
    return re.search(r"useradd[^\n;&]*(?:-u|--uid)[ =]?[\"']?\$", case.text) is not None


def _no_large_uid(case: Case) -> bool:
    return re.search(r"\d{6}", case.text) is None


def _for_another_user(case: Case) -> bool:
    return re.search(r"sudo\s+(?:-\w+\s+)*-\w*u|sudo\s+--user", case.text) is not None


def _elsewhere_in_stage(case: Case) -> bool:
    """Tell whether the other side has the same code on another line of the same file."""
    other = case.ours if (case.code, case.line) in case.theirs else case.theirs
    return any(code == case.code and line != case.line for code, line in other)


def _in_other_words(code: str) -> Callable[[Case], bool]:
    """Make a predicate: whether we tell the same place under another code."""
    return lambda case: (code, case.line) in case.ours


def _without_from(case: Case) -> bool:
    return not case.dockerfile.stages


def _is_stage_or_known_image(case: Case) -> bool:
    found = case.instruction
    flag = None if found is None else found.flag("from")
    name = "" if flag is None or flag.value is None else flag.value.text
    names = {stage.name for stage in case.dockerfile.stages}
    return name.lower() in names or any(use.span.text == name for use in case.dockerfile.images)


def _one_exec(case: Case) -> bool:
    return any(each.words and each.words[0].text == "exec" for each in case.commands)


def _a_shell_for_people(case: Case) -> bool:
    by_sudo = r"(?:\S*sudo\s+-\S+\s+\S+\s+)?"
    return re.fullmatch(rf"(?is)(?:cmd|entrypoint)\s+{by_sudo}\S*(?:ba|da|z|a)?sh[\"']?\s*", case.text) is not None


def _broken_json(case: Case) -> bool:
    return re.match(r"(?i)\w+\s*\[", case.text) is not None


def _has_shell(case: Case) -> bool:
    stage = case.stage
    return stage is not None and any(
        each.name == "SHELL" for level in case.dockerfile.lineage(stage) for each in level.instructions
    )


def _link_the_other_way(case: Case) -> bool:
    return re.search(r"/bin/sh\s+\S+", case.text) is not None


def _has_later_use(case: Case) -> bool:
    names = {"service", "kill", "mount"}
    return any(each.name in names for each in case.commands[:-1]) or "ssh -T" in case.text or "stop" in case.text


def _overlay(case: Case) -> bool:
    """Tell whether no stage that runs something is copied, or it is copied into nothing."""
    found, stage = case.instruction, case.stage
    flag = None if found is None else found.flag("from")
    source = case.dockerfile.target("" if flag is None or flag.value is None else flag.value.text)
    built = () if source is None else case.dockerfile.lineage(source)
    ran = any(each.name == "RUN" for level in built for each in level.instructions)
    return not ran or (stage is not None and case.dockerfile.lineage(stage)[-1].scratch)


def _at_the_root(case: Case) -> bool:
    """Tell whether the stage begins empty, where the working directory is known to be `/`."""
    stage = case.stage
    return stage is not None and case.dockerfile.lineage(stage)[-1].scratch


def _source_is_variable(case: Case) -> bool:
    found = case.instruction
    return found is not None and any("$" in word.text for word in found.words[:-1])


def _is_like_no_stage(case: Case) -> bool:
    found = case.instruction
    flag = None if found is None else found.flag("from")
    name = "" if flag is None or flag.value is None else flag.value.text.lower()
    return closest(name, [stage.name for stage in case.dockerfile.stages if stage.name is not None]) is None


THEIRS = (
    Reason(("DL3029",), "ours better: a variable, which is no constant", _by_text(r"--platform=\S*\$")),
    Reason(("DL3014",), "ours better: only the shell knows the words", _by_text(r"install\s+\$\(")),
    Reason(("DL3067",), "ours better: nothing is known of the image that it is laid over", _runs_nothing),
    Reason(("DL3045",), "ours better: it is relative to a WORKDIR above, which the file shows", _second_workdir),
    Reason(("DL3064",), "the same, told where ENV keeps it", _elsewhere_in_stage),
    Reason(("DL3045",), "ours better: a variable, in the path or in the base image's name", _place_unknown),
    Reason(("DL4006",), "ours better: the last command of the pipe fails itself when nothing arrives", _last_notices),
    Reason(
        ("DL4005",), "ours better: dash or BusyBox, which systems have as `sh` themselves", _by_text(r"dash|busybox")
    ),
    Reason(("DL3019",), "theirs wrong: without a network nothing is fetched", _by_text(r"--no-network")),
    Reason(("DL3006",), "ours better: a variable, whose value may be a tag or a stage", _by_text(r"(?i)^from\s.*\$")),
    Reason(
        ("DL3006", "DL3007"),
        "ours better: no official image has the name, so it is a build context or one's own image",
        _of_no_publisher,
    ),
    Reason(("DL3066",), "theirs wrong: a number, with blanks behind", _by_text(r"(?i)^user\s+[\"']?\d+")),
    Reason(("DL3020",), "ours better: one of the sources is an address", _by_text(r"://")),
    Reason(("DL3021",), "theirs wrong: `.` is a directory", _by_text(r"\s\.\s*$")),
    Reason(("DL3060",), "theirs wrong: this `yarn` installs nothing", _no_yarn_install),
    Reason((*_SHELL,), "ours better: a part of a file, without FROM", _without_from),
    Reason(("DL3038",), "theirs wrong: `microdnf` asks nothing", _by_text(r"\bmicrodnf\b")),
    Reason(("DL3022",), "ours better: a build context may be called so", _is_like_no_stage),
    Reason(("DL3045",), "theirs wrong: an empty stage's working directory is known", _at_the_root),
    Reason(("DL3020",), "ours better: a variable, which may be an address", _source_is_variable),
    Reason(
        (*_SHELL, "DL3006", "DL3007", "DL3002", "DL3025", "DL3029"),
        "ours better: an ignore comment is above, with comments or blank lines between",
        _ignored,
    ),
    Reason(
        ("DL4006",),
        "ours better: `pipefail` is set, or nothing before the pipe can fail on what is outside the image",
        _pipes_are_local,
    ),
    Reason(("DL4006",), "theirs wrong: no pipe of commands is there", lambda case: not _has_pipes(case)),
    Reason(("DL4006",), "ours better: a program that fetches nothing prints into the pipe", _asks_or_signs),
    Reason(
        ("DL3003",),
        "ours better: `cd` after other commands, in a subshell or a loop, where WORKDIR is not the same",
        _cd_elsewhere,
    ),
    Reason(("DL3003",), "ours better: only the shell knows the folder", _cd_unknown),
    Reason(("DL3003",), "ours better: the `cd` goes back where the script began", _cd_last),
    Reason(("DL3059", *_CACHES, "DL3009", "DL3010"), "ours better: the stage is no part of the image", _not_published),
    Reason(
        ("DL3059",),
        "ours better: several commands, of which hadolint counts those with a plain name only",
        _several_commands,
    ),
    Reason(("DL3066",), "ours better: `root` is root everywhere", _user_is_root),
    Reason(("DL3066", "DL3002"), "ours better: another USER, or another stage, is the image's", _not_last_user),
    Reason(("DL3066",), "ours better: a variable, whose value may be a number", _user_by_variable),
    Reason(("DL3064",), "ours better: the value is empty, a variable, or one that everybody knows", _no_secret_value),
    Reason(("DL3064",), "ours better: the name is no secret's (a user, a key's id)", _no_secret_name),
    Reason(("DL3064",), "ours better: an ARG above the first FROM reaches no image by itself", _given_by_argument),
    Reason(("DL3025",), "ours better: HEALTHCHECK in shell form is the documented way", _by_text(r"(?i)^healthcheck")),
    Reason(("DL3025",), "ours better: the command is `exec`ed, so that signals arrive", _one_exec),
    Reason(("DL3025",), "ours better: it looks like JSON and is none, which `broken-json-form` says", _broken_json),
    Reason(("DL3025",), "ours better: a shell for people", _a_shell_for_people),
    Reason(("DL3025",), "ours better: SHELL was chosen on purpose", _has_shell),
    Reason(("DL3013",), "ours better: `pip` brings itself up to date", _tool_upgrade),
    Reason(_PINS, "ours better: the packages are in a variable whose value is not known", _unknown_words),
    Reason(
        _PINS,
        "theirs wrong: every package has a version, as the manager reads it",
        lambda case: not _unpinned_words(case),
    ),
    Reason(
        ("DL3062",),
        "ours better: the module's `go.mod` says the version",
        lambda case: case.stage is not None and "go.mod" in text_of(case.dockerfile, case.stage),
    ),
    Reason(
        ("DL3009",),
        "theirs wrong: the lists are deleted (`dist-clean`, or another way to write the path)",
        _by_text(r"dist-?clean|/var/lib/(?:\*|apt|\{)"),
    ),
    Reason(_CACHES, "ours better: the cache is deleted, mounted or switched off", _cache_is_gone),
    Reason(("DL3006", "DL3007"), "ours better: the image is retired, which `end-of-life-base` says", _retired_base),
    Reason(("DL3000",), "ours better: it is relative to a WORKDIR above, which the file shows", _second_workdir),
    Reason(("DL3002",), "ours better: the entrypoint steps down from root, or starts what needs it", _root_is_fine),
    Reason(("DL3047",), "theirs wrong: BusyBox's wget has no such switch", _of_busybox),
    Reason(("DL3047",), "ours better: the output goes to a file", _to_a_file),
    Reason(("DL3046",), "theirs wrong: the number is not known", _uid_is_variable),
    Reason(("DL3046",), "theirs wrong: the number is small, or there is none", _no_large_uid),
    Reason(("DL3004",), "ours better: `sudo -u` leaves root", _for_another_user),
    Reason(
        ("DL4001", "DL4003", "DL4004", "DL3012"), "the same, told on another line of the stage", _elsewhere_in_stage
    ),
    Reason(("DL3061",), "the same: the file has no FROM at all, told once", _without_from),
    Reason(("DL3021",), "ours better: the flag is broken, which is an error of its own", _in_other_words("DL1000")),
    Reason(("DL3022",), "theirs wrong: a stage in another case, or an image that is there", _is_stage_or_known_image),
    Reason(
        ("DL3015",),
        "theirs wrong: the configuration of apt switches them off",
        _by_file(r"(?i)APT::Install-Recommends"),
    ),
    Reason(("DL4005",), "theirs wrong: the link is made to `/bin/sh`, not in its place", _link_the_other_way),
    Reason(("DL3001",), "ours better: what follows in the RUN needs it", _has_later_use),
    Reason(
        ("DL3044",), "theirs wrong: it is another variable, or adds to what is there", lambda case: "$" in case.text
    ),
    Reason(("DL3067",), "ours better: an image that may be made to be laid over others, or an empty stage", _overlay),
)
"""Classes of what only hadolint finds."""


def _of_apt(case: Case) -> bool:
    return any(each.name in {"apt", "aptitude"} for each in case.commands)


def _upgrades(case: Case) -> bool:
    return any(
        step.action is Action.UPGRADE
        or step.verb in {"reinstall", "build-dep", "download", "groupinstall", "localinstall", "wheel"}
        for step in case.steps
    )


def _moving_or_open(case: Case) -> bool:
    return any(re.search(r"@(?:latest|next|none)$|>|!=", word) for word in _unpinned_words(case))


def _with_requirements(case: Case) -> bool:
    return any(
        step.manager == "pip" and step.values_of("-r", "--requirement", "-e", "--editable") for step in case.steps
    )


def _other_verb(case: Case) -> bool:
    return any(step.manager in {"npm", "yarn", "gem", "uv", "pipx"} and step.verb != "install" for step in case.steps)


def _word_splitting(case: Case) -> bool:
    return bool(_unpinned_words(case)) and re.search(r"\s-", case.text) is not None


def _java_version(case: Case) -> bool:
    return any(re.search(r"-\d[^-]*-[a-z]", word) for word in _unpinned_words(case))


def _other_path(case: Case) -> bool:
    """Tell whether an `rm` or a `clean` is there that deletes something else, or comes too early."""
    return re.search(r"\brm\b|\bclean\b", case.text) is not None


def _known_variable(case: Case) -> bool:
    found = case.instruction
    return found is not None and "$" in case.text and case.dockerfile.expand(found, found.arguments) is not None


def _secret_ending(case: Case) -> bool:
    """Tell whether a name ends in a word for a secret, which hadolint has in some names only."""
    found = case.instruction
    names = [pair.key.text.strip("\"'") for pair in found.pairs] if found is not None else []
    return any(
        re.search(r"(?i)(?:pass|passwd|password|pwd|pw|key|secret|token|credentials?|auth|pat)\d?$", name)
        for name in names
    )


def _unpacked_without_dash(case: Case) -> bool:
    """Tell whether `tar xf` is there, or a name that a variable is a part of."""
    return "$" in case.text or re.search(r"\btar\s+[a-z]*x", case.dockerfile.source.text) is not None


def _nested_in_stage(case: Case) -> bool:
    """Tell whether a script within a script of the stage uses one of the two programs."""
    stage = case.stage
    runs = () if stage is None else case.dockerfile.instructions("RUN", stage=stage)
    commands = (each for run in runs for each in commands_of(case.dockerfile, run))
    return any(each.context & Context.NESTED and each.name in {"curl", "wget"} for each in commands)


def _ends_in_blank(case: Case) -> bool:
    return case.dockerfile.source.line(case.line).rstrip("\r\n").endswith((" ", "\t"))


OURS = (
    Reason(("DL3044",), "ours better: the variable is a part of a word", _by_text(r"[^\s=\"']\$\{?\w")),
    Reason(("DL3013", "DL3042"), "ours better: `uv pip`, and `-m pip` of any Python", _by_text(r"\buv pip\b|-m pip\b")),
    Reason(("DL3013",), "ours better: a repository without a revision", _by_text(r"\bgit\+")),
    Reason(("DL3016",), "ours better: the variable's default is no version", _by_text(r"@\$")),
    Reason(("DL3002",), "ours better: with a blank behind `root`", _ends_in_blank),
    Reason(("DL3023",), "ours better: the stage's number is its name, too", _by_text(r"--from=\d")),
    Reason(
        ("DL3059",),
        "ours better: scripts for PowerShell are split, too",
        _by_file(r"(?i)escape\s*=\s*`|powershell|pwsh"),
    ),
    Reason(("DL4001",), "ours better: the other one is in a script within the script", _nested_in_stage),
    Reason(("DL3010",), "ours better: `unzip` and the like", _by_text(r"\.zip\b")),
    Reason(_PINS, "ours better: options stand before the subcommand", _by_text(r"\b(?:pip[\d.]*|npm|gem|go)\s+-\S+")),
    Reason(_SHELL, "ours better: looked up behind `sudo`, `env` and the like", _wrapped),
    Reason(_SHELL, "ours better: in a script within the script, a substitution or a function", _nested),
    Reason(_SHELL, "ours better: called with its folder", _with_folder),
    Reason((*_SHELL, "DL3020", "DL3048"), "ours better: in ONBUILD", _in_onbuild),
    Reason((*_SHELL,), "ours better: in a here-document", _has_heredoc),
    Reason(_APT, "ours better: `apt` and `aptitude` do the same as `apt-get`", _of_apt),
    Reason(
        ("DL3014", "DL3015", "DL3030", "DL3034", "DL3038", *_CACHES, *_PINS),
        "ours better: other subcommands download, too",
        _upgrades,
    ),
    Reason(_PINS, "ours better: `>=` and `@latest` are no version", _moving_or_open),
    Reason(("DL3013",), "ours better: packages beside a requirements file", _with_requirements),
    Reason(("DL3016", "DL3028", "DL3013"), "ours better: other names of `install`", _other_verb),
    Reason(("DL3033", "DL3041"), "ours better: the number is a part of the name", _java_version),
    Reason(
        ("DL3009", *_CACHES), "ours better: what is deleted is something else, or is deleted too early", _other_path
    ),
    Reason(
        ("DL3060",),
        "ours better: every `yarn` that installs",
        lambda case: any(step.manager == "yarn" for step in case.steps),
    ),
    Reason(
        ("DL1000",),
        "ours better: BuildKit refuses the file, and hadolint takes it",
        lambda case: bool(case.dockerfile.errors),
    ),
    Reason(
        ("DL4001", "DL4003", "DL4004", "DL3012"), "the same, told on another line of the stage", _elsewhere_in_stage
    ),
    Reason(("DL3045",), "ours better: `ADD` has the same destination", _by_text(r"(?i)^(?:onbuild\s+)?add")),
    Reason(
        ("DL3066", "DL3006", "DL3007", "DL3000"), "ours better: the file gives the variable's value", _known_variable
    ),
    Reason(("DL3064",), "ours better: the name ends in a word for a secret", _secret_ending),
    Reason(("DL3010",), "ours better: `tar` without a dash, and names in variables", _unpacked_without_dash),
)
"""Classes of what only Dockwright finds."""
