"""What a review says: problems as checks yield them, findings as reports show them.

The words are those of ESLint, ruff and SARIF. A check yields `Problem`s; the engine alone makes `Finding`s of them.
"""

from __future__ import annotations

from enum import Enum, IntEnum
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from dockwright.source import Edit, Span


class Severity(IntEnum):
    """How bad a finding is, in GitHub's words for annotations; greater is worse."""

    NOTICE = 1
    WARNING = 2
    ERROR = 3

    @property
    def label(self) -> str:
        """The word in configuration, on the command line and in reports: `notice`, `warning` or `error`."""
        return self.name.lower()


class Applicability(Enum):
    """Whether a fix may be applied without a person reading it first.

    `SAFE`: the built image does the same as before, or what the author plainly meant; applied by `--fix`.
    `UNSAFE`: likely right, but it changes what is built or needs a look; applied only with `--unsafe`.
    """

    SAFE = "safe"
    UNSAFE = "unsafe"


class Fix(Struct, frozen=True):
    """Edits that remove a problem; `description` is an imperative ("Use `COPY`")."""

    description: str
    edits: tuple[Edit, ...]
    applicability: Applicability = Applicability.UNSAFE


class Related(Struct, frozen=True, gc=False):
    """Another place that a problem involves, and what stands there, in a few words: `the cache is read here`."""

    span: Span
    text: str

    def __str__(self) -> str:
        """Return a line for plain text: `See ci.yml:12: the cache is read here`."""
        return f"See {self.span.source.path}:{self.span.first.line}: {self.text}"


class Problem(Struct, frozen=True):
    """What a check has seen.

    Attributes:
        span: the narrowest place that the author can act on.
        message: what is wrong, why it matters, what to do; plain text in which names stand in backticks.
        fix: the edits that mend it, where there are some.
        causes: other places whose change brings this problem about; with changed lines only, a finding is shown
            when its own place or one of these changed. They may be in other files: where the problem's own file is
            not under review, the finding is shown at the first of them that is.
        at_most: a ceiling on the rule's severity, set where the evidence is weaker than the rule's worst case.
        related: other places involved, which every report shows.
        aliases: those of the rule's names elsewhere that this is a case of, for a rule that has several; None is all.
    """

    span: Span
    message: str
    fix: Fix | None = None
    causes: tuple[Span, ...] = ()
    at_most: Severity | None = None
    related: tuple[Related, ...] = ()
    aliases: tuple[str, ...] | None = None


class Finding(Struct, frozen=True):
    """A problem with everything that a report needs.

    `fingerprint` names the finding across runs and pushes: it is made of rule, path and the text at the place, never
    of a line number.
    """

    rule: str
    aliases: tuple[str, ...]
    severity: Severity
    message: str
    span: Span
    fix: Fix | None
    causes: tuple[Span, ...]
    fingerprint: str
    related: tuple[Related, ...] = ()


class Unreadable(Struct, frozen=True, gc=False):
    """A file that could not be reviewed, and why, in words."""

    path: str
    reason: str


class Result(Struct, frozen=True):
    """The outcome of a review: findings in order of path and place, the files read, those that could not be."""

    findings: tuple[Finding, ...]
    files: tuple[str, ...]
    unreadable: tuple[Unreadable, ...] = ()
    broken_rules: tuple[str, ...] = ()
    """Rules that raised, with the file and the error: a bug of ours (exit code 3)."""

    def count(self, severity: Severity) -> int:
        """Count the findings of one severity."""
        return sum(finding.severity is severity for finding in self.findings)
