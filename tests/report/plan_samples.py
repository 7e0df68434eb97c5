"""Plans made by hand, from the plain to the hostile."""

from __future__ import annotations

from msgspec.structs import replace

from dockwright.bump import Brings, Offered, Plan, Planned, Skipped, Update, UpdateType
from dockwright.image import ImageKind, ImageUse, Platform, Reference
from dockwright.source import Edit, Source
from dockwright.traced import Traced

OLD, NEW = "sha256:" + "a" * 64, "sha256:" + "b" * 64
AMD64, ARM64 = Platform("linux", "amd64"), Platform("linux", "arm64", "v8")

DOCKERFILE = Source("app/Dockerfile", f"FROM python:3.12.4-slim\nFROM nginx:1.28@{OLD}\nFROM $BASE\n")
COMPOSE = Source("compose.yml", "services:\n  db:\n    image: 'python:3.12.4-slim'\n    x: private.example/app:1\n")


def use(source: Source, written: str, kind: ImageKind = ImageKind.FROM, *, reference: str | None = None) -> ImageUse:
    """Return the place where a name stands first."""
    start = source.text.index(written)
    traced = Traced.of(source.span(start, start + len(written)))
    known = None if written.startswith("$") else Reference.parse(reference or written)
    return ImageUse(kind, traced, None if known is None else traced, known, "0" if kind is ImageKind.FROM else None)


def edit(source: Source, old: str, new: str) -> Edit:
    start = source.text.index(old)
    return Edit(source.span(start, start + len(old)), new)


PYTHON = (use(DOCKERFILE, "python:3.12.4-slim"), use(COMPOSE, "python:3.12.4-slim", ImageKind.COMPOSE))
NGINX = use(DOCKERFILE, f"nginx:1.28@{OLD}")
PRIVATE = use(COMPOSE, "private.example/app:1", ImageKind.COMPOSE)

PATCH = Update(
    current=Reference.parse("python:3.12.4-slim"),
    new=Reference.parse("python:3.12.11-slim"),
    type=UpdateType.PATCH,
    uses=PYTHON,
    edits=(edit(DOCKERFILE, "3.12.4", "3.12.11"), edit(COMPOSE, "3.12.4", "3.12.11")),
    reason="`3.12.11-slim` is a newer release of Python 3.12",
    platforms=(AMD64, ARM64),
    notes=(
        "Python 3.12 is supported until 2028-10-31.",
        "Python 3.14 is a newer series; `minor` updates are not wanted (`types`).",
    ),
    digests=(OLD, NEW),
)
MINOR = Update(
    current=PATCH.current,
    new=Reference.parse("python:3.14.1-slim"),
    type=UpdateType.MINOR,
    uses=PYTHON,
    edits=(edit(DOCKERFILE, "3.12.4", "3.14.1"), edit(COMPOSE, "3.12.4", "3.14.1")),
    reason="Python 3.14 is a newer series",
)
REFRESH = Update(
    current=Reference.parse(f"nginx:1.28@{OLD}"),
    new=Reference.parse(f"nginx:1.28@{NEW}"),
    type=UpdateType.REFRESH,
    uses=(NGINX,),
    edits=(edit(DOCKERFILE, OLD, NEW),),
    reason="`1.28` was rebuilt since its digest was pinned",
    platforms=(AMD64,),
    digests=(OLD, NEW),
)
UNKNOWN = Skipped(None, (use(DOCKERFILE, "$BASE"),), "which image `$BASE` names is only known when it is used")
FAILED = Skipped(
    Reference.parse("private.example/app:1"),
    (PRIVATE,),
    "`private.example` did not answer in time",
    ("Run it again.",),
    failed=True,
)
NEWEST = Skipped(NGINX.reference, (NGINX,), "nothing newer is wanted or offered", newest=True)
NOTED = Skipped(
    NGINX.reference,
    (NGINX,),
    "nothing newer is wanted or offered",
    ("Nginx 1.28 is supported until 2027-04-01.",),
    newest=True,
)


LAGGING = Skipped(
    NGINX.reference,
    (NGINX,),
    "nothing newer is wanted or offered",
    newest=True,
    lag=(
        "Debian has published security updates of `openssl`, the first on 2026-11-10, which the image lacks.",
        "Its publisher has not rebuilt `1.28` since 2026-11-01, so there is nothing to move to.",
    ),
)


def _hostile() -> Planned:
    source = Source("a|b`\n::error::x\u202e/Dockerfile", "FROM a:1\nFROM ]($(x)`|<b>\n")
    image = use(source, "a:1")
    bad = ImageUse(ImageKind.FROM, Traced.of(source.span(14, 26)), Traced.of(source.span(14, 26)), None, "1")
    update = Update(
        current=Reference.parse("a:1"),
        new=Reference.parse("a:2"),
        type=UpdateType.MAJOR,
        uses=(image,),
        edits=(edit(source, "1", "2"),),
        reason="::set-output name=x::y\x1b[2J `a|b`",
        notes=("<img src=x> @somebody #1 ##[error]z | `\udcff`",),
    )
    skipped = Skipped(None, (bad,), "`](x)` \x1b]8;; | is no name\n::error::of an image")
    return Planned((Plan("a-1-major", (update,)),), (skipped,), 1)


PLANS = {
    "nothing": Planned((), ()),
    "newest": Planned((), (NEWEST,), 1),
    "typical": Planned(
        (
            Plan("nginx-1.28", (REFRESH,), opens=False),
            Plan("python-3.12", (PATCH,), labels=("dependencies",)),
            Plan("python-3.12-minor", (MINOR,)),
        ),
        (UNKNOWN, FAILED, NOTED),
        3,
    ),
    "weighed": Planned(
        (
            Plan(
                "python-3.12",
                (replace(PATCH, brings=Brings(("openssl", "expat"), ("CVE-2026-1", "CVE-2026-2", "GHSA-x"))),),
                urgent=True,
                security_labels=("security",),
            ),
            Plan(
                "python-3.12-minor", (replace(MINOR, brings=Brings(unknown="no server of `debian-security` is known")),)
            ),
            Plan(
                "nginx-1.28",
                (replace(REFRESH, brings=Brings()),),
                opens=False,
                waits="it brings no security update (`routine-refresh`)",
            ),
        ),
        (LAGGING,),
        3,
    ),
    "hostile": _hostile(),
}

OFFERS = (
    Offered(
        PATCH.current,
        PYTHON,
        {UpdateType.PATCH: ("3.12.11-slim", "3.12.10-slim"), UpdateType.MINOR: ("3.14.1-slim",)},
        notes=PATCH.notes[:1],
    ),
    Offered(REFRESH.current, (NGINX,), {}, NEW),
)
