"""Results made by hand, from the plain to the hostile, and rules to go with them."""

from __future__ import annotations

from msgspec import Struct

from dockwright.finding import Applicability, Finding, Fix, Result, Severity, Unreadable
from dockwright.report import Context
from dockwright.source import Edit, Source, Span


class SampleRule(Struct, frozen=True):
    """A rule that has a page but no check."""

    id: str
    page: str
    severity: Severity
    enabled: bool = True
    aliases: tuple[str, ...] = ()
    since: str = "0.1.0"

    @property
    def title(self) -> str:
        return self.page.partition("\n")[0]

    @property
    def fixable(self) -> bool:
        return "\n## Fix\n" in self.page

    @property
    def online(self) -> bool:
        return False


RULES = (
    SampleRule(
        "add-for-local-files",
        "`ADD` of local files\n\n"
        "## Why\n\n`ADD` unpacks archives and fetches URLs. Where it does neither,\n`COPY` says so.\n\nMore of it.\n\n"
        "## Bad\n\n```dockerfile\nADD . /app\n```\n\n## Good\n\n```dockerfile\nCOPY . /app\n```\n\n"
        "## Fix\n\nWrites `COPY`. Safe: the sources are plain files.\n",
        Severity.WARNING,
        aliases=("hadolint:DL3020",),
    ),
    SampleRule(
        "stale-lists",
        "Package lists from another layer\n\n## Why\n\nThey are as old as the cache.\n\n## Bad\n\nx\n\n## Good\n\ny\n",
        Severity.ERROR,
        enabled=False,
        aliases=("hadolint:DL3009", "buildkit:Made-Up"),
        since="0.2.0",
    ),
    SampleRule("trifle", "Something small", Severity.NOTICE),
)

PAGES = "https://example.org/docs/rules"

PLAIN = Context(RULES)
COLORED = Context(RULES, color=True)
LINKED = Context(RULES, pages=PAGES)


def finding(
    span: Span,
    message: str,
    *,
    rule: SampleRule = RULES[0],
    severity: Severity | None = None,
    fix: Fix | None = None,
    causes: tuple[Span, ...] = (),
) -> Finding:
    """Make a finding whose fingerprint is made up of its rule and place."""
    fingerprint = f"{rule.id}-{span.start}-{span.end}"
    return Finding(rule.id, rule.aliases, severity or rule.severity, message, span, fix, causes, fingerprint)


def find(source: Source, text: str) -> Span:
    """Return the place where a text first stands in a source."""
    start = source.text.index(text)
    return source.span(start, start + len(text))


def _typical() -> Result:
    first = Source(
        "Dockerfile",
        "FROM debian:trixie-slim\n"
        "RUN apt-get update\n"
        "RUN apt-get install --yes --no-install-recommends \\\n"
        "      ca-certificates \\\n"
        "      curl \\\n"
        "      git\n"
        "ADD . /app\n"
        "CMD python3 app.py",
    )
    second = Source("services/api/api.Dockerfile", "FROM python:3.13\r\n\tADD\tmain.py /app/\r\n")
    add = find(first, "ADD")
    install = find(first, "RUN apt-get install --yes")
    update = find(first, "RUN apt-get update")
    whole = first.span(install.start, first.text.index("\nADD"))
    join = Fix(
        "Join the two `RUN`s",
        (
            Edit(first.span(update.end, install.start + len("RUN")), " &&"),
            Edit(first.span(whole.end, whole.end), " \\\n    && rm -rf /var/lib/apt/lists/*"),
        ),
    )
    return Result(
        (
            finding(
                whole,
                "`apt-get install` takes its package lists from a layer that may come from the cache, so it can "
                "install packages with known holes, or fail. Put `apt-get update` into the same `RUN`.",
                rule=RULES[1],
                fix=join,
                causes=(update,),
            ),
            finding(
                add,
                "`ADD` of local files; `COPY` says so.",
                fix=Fix("Use `COPY`", (Edit(add, "COPY"),), Applicability.SAFE),
            ),
            finding(first.span(len(first.text), len(first.text)), "The file has no last newline.", rule=RULES[2]),
            finding(find(second, "ADD"), "`ADD` of local files; `COPY` says so."),
        ),
        ("Dockerfile", "other/Dockerfile", "services/api/api.Dockerfile"),
    )


def _hostile() -> Result:
    path = "a,b:c%\n::error::x/##[set-env name=PATH]`<b>\x1b[31m\udcff\u202e.Dockerfile"
    long = "RUN echo " + "x" * 300 + " \x1b]0;title\x07 ##[error]y " + "漢" * 100 + "\tend"
    source = Source(
        path,
        f"::error::first line\n{long}\n\t漢字\tADD a\u0301b\u202ec\udcfe \x00 d\r\n```\n</details>\n<!-- ADD -->\n",
    )
    message = (
        "`::error file=x::pwn`\r\n::add-mask::y\n##[group]z @octocat #1 GH-2 www.example.org https://example.org "
        "[x](https://example.org) <img src=x> | a_b_c *d* ~~e~~ $f$ \\ & :tada: \x1b[2J\u202e\udcff `un`ba`lanced"
    )
    return Result(
        (
            finding(
                source.span(0, 7),
                message,
                severity=Severity.ERROR,
                fix=Fix(
                    "Use `x`\n</summary> ::error::y",
                    (Edit(find(source, "::error::first line"), "##[error]```\n</details>\n::error::z"),),
                    Applicability.SAFE,
                ),
            ),
            finding(find(source, "##[error]"), "``` ``` </details>", severity=Severity.NOTICE, rule=RULES[2]),
            finding(find(source, "ADD a\u0301b\u202ec\udcfe"), "`` `a``b` `", causes=(source.span(0, 1),)),
            finding(
                source.span(find(source, "```").start, len(source.text)),
                "",
                fix=Fix("Write a byte", (Edit(source.span(0, 1), "\udcff"),), Applicability.UNSAFE),
            ),
        ),
        (path,),
    )


def _failed() -> Result:
    return Result(
        (),
        ("Dockerfile",),
        (Unreadable("big/Dockerfile", "it is larger than 10 MiB"), Unreadable("\udcff\n", "`open` says\n::error::no")),
        ("`stale-lists` failed on `Dockerfile`: ValueError: no (dockwright.rules.stale_lists, line 7)",),
    )


def _many() -> Result:
    source = Source("Dockerfile", "ADD a /\n" * 30)
    severities = [Severity.NOTICE, Severity.WARNING, Severity.WARNING]
    return Result(
        tuple(
            finding(source.span(8 * line, 8 * line + 3), f"Number {line}", severity=severities[line % 3])
            for line in range(30)
        ),
        ("Dockerfile",),
    )


RESULTS = {
    "typical": _typical(),
    "hostile": _hostile(),
    "failed": _failed(),
    "many": _many(),
    "clean": Result((), ("Dockerfile", "other/Dockerfile")),
    "nothing": Result((), ()),
}
