"""Which of the changes between two images are security updates: what the old one lacked, and the new one has.

A distribution says so by what it has published (`pocket`). An upgraded source is a security update if the old image
lacked one of it that the new image has; where the new image still lacks one, too, what was fixed between the two
versions decides. Kernel headers are told apart: what they fix is of hosts, not of images.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from dockwright.evidence.changes import ChangeType
from dockwright.evidence.freshness import is_kernel
from dockwright.evidence.pocket.model import Fixes
from dockwright.evidence.system import System  # noqa: TC001 - msgspec reads the annotations
from dockwright.evidence.unknown import Unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from dockwright.evidence.changes import Changes, SourceChange
    from dockwright.evidence.freshness import Freshness
    from dockwright.evidence.pocket.model import Published

    Ask = Callable[[str, str, str], Fixes | Unknown]
    """What is fixed in a source package above one version, up to and with another one."""

_MOST_ASKED: Final = 60
"""Source packages of which is asked what they fix: for Debian each costs a download."""

_SEVERITIES: Final = ("critical", "emergency", "important", "high", "moderate", "medium", "low")


class Marked(Struct, frozen=True):
    """An upgraded source package, and whether that is a security update.

    Attributes:
        source: its name.
        security: whether it is; None if that is not known.
        fixes: what the distribution names as fixed; None where it was not asked, or does not say.
        kernel: whether it only has headers of the kernel.
    """

    source: str
    security: bool | None
    fixes: Fixes | None = None
    kernel: bool = False


class Open(Struct, frozen=True):
    """A source package of which the new image still lacks a published security update; `fixes` as in `Marked`."""

    source: str
    fixes: Fixes | None = None
    kernel: bool = False


class Security(Struct, frozen=True):
    """What is known of the security updates among the changes.

    Attributes:
        system: the distribution that published them.
        upgraded: every upgraded source: security updates first, the most severe before others.
        open: what the new image lacks, likewise.
        checked: what was looked at: `bookworm-security main`.
        as_of: the day on which the distribution last published there, in ISO form.
    """

    system: System
    upgraded: tuple[Marked, ...]
    open: tuple[Open, ...]
    checked: tuple[str, ...]
    as_of: str

    @property
    def updates(self) -> tuple[Marked, ...]:
        """The security updates, without the kernel's headers."""
        return tuple(each for each in self.upgraded if each.security and not each.kernel)

    @property
    def kernel(self) -> tuple[Marked, ...]:
        """The security updates of the kernel's headers."""
        return tuple(each for each in self.upgraded if each.security and each.kernel)

    @property
    def uncertain(self) -> tuple[Marked, ...]:
        """The upgrades of which it is not known whether they are security updates."""
        return tuple(each for each in self.upgraded if each.security is None and not each.kernel)

    @property
    def identifiers(self) -> tuple[str, ...]:
        """The ids of vulnerabilities that the distribution names for the security updates, each once."""
        return identifiers(self.updates)

    def mark(self, source: str) -> Marked | None:
        """Return what is known of a source; None if it is not upgraded."""
        return next((each for each in self.upgraded if each.source == source), None)


def identifiers(found: Iterable[Marked | Open]) -> tuple[str, ...]:
    """Return the ids of vulnerabilities that the distribution names, each once."""
    return tuple(dict.fromkeys(each for it in found if it.fixes is not None for each in it.fixes.identifiers))


def security(changes: Changes, old: Freshness, new: Freshness, ask: Ask) -> Security | Unknown:
    """Return which of the changes are security updates, and what is still lacking; or why that is not known.

    Args:
        changes: what changes.
        old: what the image before lacks. `new` likewise, after.
        new: what the image after lacks.
        ask: what is fixed in a source package; see `Published.fixes`.
    """
    if not changes.comparable:
        return Unknown("the two images are of different distributions")
    if _release(changes.old) != _release(changes.new):
        return Unknown(f"they are of different releases (`{changes.old}`, `{changes.new}`), which get updates apart")
    unknown = [each.unknown for each in (old, new) if each.unknown is not None]
    if unknown or isinstance(old.published, Unknown) or isinstance(new.published, Unknown):
        return Unknown("; ".join(dict.fromkeys(each.reason for each in unknown)))
    before, after = _lacking(old.published), _lacking(new.published)
    upgraded = [each for each in changes.sources if _is_upgraded(each)]
    questions = _Questions(ask)
    marked = [_marked(each, before, after, questions) for each in upgraded]
    still = [
        Open(source, questions.ask(source, *versions), is_kernel(source)) for source, versions in _open(new.published)
    ]
    return Security(
        changes.new,
        tuple(sorted(marked, key=lambda each: (*_rank(each.fixes, secure=each.security), each.source))),
        tuple(sorted(still, key=lambda each: (*_rank(each.fixes, secure=True), each.source))),
        new.published.checked,
        new.published.as_of.date().isoformat(),
    )


def _release(system: System) -> tuple[str, ...]:
    """Return what updates are published for: `12` of Debian, `3.20` of Alpine and Ubuntu, `9` of rpm's families."""
    parts = system.release.split(".")
    count = 2 if system.id in {"alpine", "ubuntu"} else 1
    return (system.id, *parts[:count]) if system.release else (system.id, system.codename)


def _lacking(published: Published) -> frozenset[str]:
    return frozenset(each.package.source for each in published.lacking if each.security)


def _is_upgraded(change: SourceChange) -> bool:
    return bool(change.old and change.new) and any(each.type is ChangeType.UPGRADED for each in change.packages)


class _Questions:
    """What sources fix, each asked once, and no more of them than is polite."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._left = _MOST_ASKED

    def ask(self, source: str, old: str, new: str) -> Fixes | None:
        if not self._left:
            return None
        self._left -= 1
        found = self._ask(source, old, new)
        return found if isinstance(found, Fixes) else None


def _marked(change: SourceChange, before: frozenset[str], after: frozenset[str], questions: _Questions) -> Marked:
    kernel = is_kernel(change.source)
    if change.source not in before:
        return Marked(change.source, security=False, kernel=kernel)
    # The lowest of what was there to the highest of what is there now: usually there is one of each.
    fixes = questions.ask(change.source, change.old[0], change.new[-1])
    return Marked(change.source, _is_security(fixes) if change.source in after else True, fixes, kernel)


def _is_security(fixes: Fixes | None) -> bool | None:
    """Tell whether what lies between two versions, of which neither is the newest, was published for security."""
    if fixes is None:
        return None
    if fixes.identifiers or fixes.advisories or any(suite.endswith("-security") for suite in fixes.suites):
        return True
    return False if fixes.complete else None


def _open(published: Published) -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield the sources that lack security updates, with their present and their newest version."""
    told: set[str] = set()
    for each in published.lacking:
        if each.security and each.package.source not in told:
            told.add(each.package.source)
            yield each.package.source, (each.package.source_version, each.source_version)


def _rank(fixes: Fixes | None, *, secure: bool | None) -> tuple[int, int, int]:
    """Return where a source stands: security updates before what is not known, the most severe first."""
    order = 0 if secure else 1 if secure is None else 2
    severity = fixes.severity.lower() if fixes is not None else ""
    worst = _SEVERITIES.index(severity) if severity in _SEVERITIES else len(_SEVERITIES)
    return order, worst, -len(fixes.identifiers) if fixes is not None else 0
