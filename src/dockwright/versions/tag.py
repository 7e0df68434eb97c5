"""What a tag says: release, build, pre-release, and the variants of the image, each with its own version.

Publishers share no grammar. The reader knows that of Docker's official images
(`<release>[-<variant>...][-<distribution>]`) and the common ones beside it, and takes literally what it does not know.
"""

from __future__ import annotations

from functools import lru_cache

from msgspec import Struct

from dockwright.versions.parts import LONG, NO_STAGE, NOTHING, REMEMBERED, Variant, read_parts, read_release, read_tail
from dockwright.versions.words import HASH, WRITTEN_DATE

_LONGEST = 128  # the distribution specification's limit


class Tag(Struct, frozen=True, gc=False, order=True):
    """A tag, read. Tags are totally ordered, field by field; what that means is only meant within one `shape`.

    Attributes:
        release: the version's numbers; empty if it has none (`latest`, `bookworm-slim`).
        stage: rank and numbers of the pre-release; `(9,)` for none.
        build: the numbers and days that count builds of one release (`_11`, `-r14`, `-20240904`).
        system: the operating system's version (`alpine3.20` is 3.20, `bookworm` is 12); empty if it is not said.
        shape: the tag with everything that an update may move replaced by a placeholder; all else is literal.
        precision: how the release is written: `n` for each number, `D` for a day, `full` if builds are counted.
        distribution: the operating system, as `lifecycle` calls it; empty if it is not known there.
        system_text: the operating system as written (`alpine3.20`, `debian-12`, `bookworm`).
        variants: its words, in order.
        text: the tag as written.
    """

    release: tuple[int, ...]
    stage: tuple[int, ...]
    build: tuple[int, ...]
    system: tuple[int, ...]
    shape: str
    precision: str
    distribution: str
    system_text: str
    variants: tuple[Variant, ...]
    text: str

    @property
    def is_prerelease(self) -> bool:
        """Whether it is a release candidate, beta or the like, numbered or not."""
        return self.stage != NO_STAGE

    @property
    def is_hash(self) -> bool:
        """Whether it names a commit."""
        return any(HASH.fullmatch(part) for part in self.text.split("-"))

    @property
    def is_dated(self) -> bool:
        """Whether it names the day of its build."""
        return "@" in self.shape or "D" in self.precision


@lru_cache(REMEMBERED)
def read_tag(text: str) -> Tag:
    """Read a tag. Every text is one: of what cannot be read, all is literal."""
    if len(text) > _LONGEST or not text.isascii():
        return Tag((), NO_STAGE, (), (), text, "", "", "", (), text)
    if (written := WRITTEN_DATE.match(text)) is not None:
        return _read_written_date(text, *written.groups(""), rest=text[written.end() :])
    head, dash, tail = text.partition("-")
    release = read_release(head)
    if release is None:
        rest = read_parts(text.split("-"))
        release, shape = rest.release, rest.shape
    else:
        long = tail[:1].isdigit() and len(release.release) >= LONG
        rest = read_tail(tail, long=long) if dash else NOTHING
        shape = f"{release.shape}-{rest.shape}" if rest.shape or (dash and not tail) else release.shape
    stage = release.stage if rest.release.stage == NO_STAGE else rest.release.stage
    return Tag(
        release.release,
        stage,
        release.build + rest.build,
        rest.system,
        shape,
        release.precision,
        rest.distribution,
        rest.system_text,
        rest.variants,
        text,
    )


def _read_written_date(text: str, *groups: str, rest: str) -> Tag:
    prefix, year, separator, month, day, *clock = groups
    release = (int(year), int(month), int(day), *(int(part) for part in clock if part))
    tail = read_tail(rest[1:]) if rest.startswith("-") and len(rest) > 1 else NOTHING
    literal = rest if tail is NOTHING else f"-{tail.shape}"
    return Tag(
        release,
        NO_STAGE,
        tail.build,
        tail.system,
        f"{prefix}#@{separator}{literal}",
        "D" * len(release),
        tail.distribution,
        tail.system_text,
        tail.variants,
        text,
    )
