from __future__ import annotations

import pytest

from dockwright.dockerfile import parse
from dockwright.facts.image_paths import arrivals
from dockwright.source import Source

_BUILD = "FROM a AS build\nWORKDIR /src\nCOPY . .\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FROM a\nCOPY . /app\n", ["/app/.env"]),
        ("FROM a\nWORKDIR /app\nCOPY . .\n", ["/app/.env"]),
        ("FROM a\nWORKDIR /app\nWORKDIR sub\nCOPY . ./\n", ["/app/sub/.env"]),
        ("FROM a\nARG D=/app\nWORKDIR $D\nCOPY . .\n", ["/app/.env"]),
        ("FROM a\nWORKDIR $UNKNOWN\nCOPY . .\n", []),
        ("FROM a\nCOPY .env /etc/settings\n", ["/etc/settings"]),
        ("FROM a\nCOPY .env /etc/\n", ["/etc/.env"]),
        ("FROM a\nCOPY .env other /etc\n", ["/etc/.env"]),
        ("FROM a\nCOPY * /app/\n", ["/app/.env"]),
        ("FROM a\nCOPY .e* /app/\n", ["/app/.env"]),
        ("FROM a\nCOPY src /app\n", []),
        ("FROM a\nCOPY --exclude=.env . /app\n", []),
        ("FROM a\nCOPY --from=b /.env /\n", []),
        (f"{_BUILD}FROM a\nCOPY --from=build /src /app\n", ["/app/.env"]),
        (f"{_BUILD}FROM a\nCOPY --from=build /src/ /app/\n", ["/app/.env"]),
        (f"{_BUILD}FROM a\nCOPY --from=0 /src/.env /app/\n", ["/app/.env"]),
        (f"{_BUILD}FROM a\nCOPY --from=build /src/dist /app\n", []),
        (f"{_BUILD}RUN make && rm -f .env\nFROM a\nCOPY --from=build /src /app\n", []),
        (f"{_BUILD}RUN rm -f .env\n", ["/src/.env"]),
        (f"{_BUILD}FROM build\nRUN make\n", ["/src/.env"]),
        (f"{_BUILD}FROM build\nCOPY . /again\n", ["/src/.env", "/again/.env"]),
        (f"{_BUILD}FROM a AS two\nCOPY --from=build /src /two\nFROM a\nCOPY --from=two /two /\n", ["/.env"]),
        (f"{_BUILD}FROM a\n", []),
    ],
)
def test_where_a_file_ends_up(text: str, expected: list[str]) -> None:
    dockerfile = parse(Source("Dockerfile", text))
    target = dockerfile.target()
    assert target is not None
    assert [each.path for each in arrivals(dockerfile, target, ".env")] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FROM a\nCOPY config /etc/app\n", ["/etc/app/.env"]),
        ("FROM a\nCOPY config/.env /etc/app\n", ["/etc/app"]),
        ("FROM a\nCOPY conf* /etc/app\n", ["/etc/app/.env"]),
        ("FROM a\nCOPY config/* /etc/app/\n", ["/etc/app/.env"]),
        ("FROM a\nCOPY ./ /app\n", ["/app/config/.env"]),
    ],
)
def test_a_file_in_a_folder(text: str, expected: list[str]) -> None:
    dockerfile = parse(Source("Dockerfile", text))
    target = dockerfile.target()
    assert target is not None
    assert [each.path for each in arrivals(dockerfile, target, "config/.env")] == expected
