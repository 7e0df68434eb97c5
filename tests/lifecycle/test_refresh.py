"""Refreshing the support dates from endoflife.date's API: a double of it on this machine answers."""

from __future__ import annotations

import json
import threading
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest
import requests
from scripts import lifecycle as script

from dockwright.lifecycle import Cycle
from dockwright.lifecycle.table import vendored

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TODAY = date(2026, 11, 23)


def release(name: str, **fields: object) -> dict[str, object]:
    known = {
        "name": name,
        "codename": None,
        "label": name,
        "releaseDate": "2024-05-23",
        "isLts": False,
        "ltsFrom": None,
        "isEol": False,
        "eolFrom": "2027-05-01",
        "isMaintained": True,
        "latest": None,
        "custom": None,
    }
    return known | fields


def answer(slug: str, *releases: dict[str, object], **fields: object) -> dict[str, Any]:
    result = {"name": slug, "label": slug, "aliases": [], "releases": list(releases)}
    return {"schema_version": "1.2.1", "generated_at": "2026-11-20T04:05:06+00:00", "result": result} | fields


def cycles(slug: str, given: object) -> list[Cycle]:
    return list(script.from_api(slug, json.dumps(given).encode(), today=TODAY))


def test_a_product_is_read() -> None:
    found = cycles(
        "alpine-linux",
        answer(
            "alpine-linux",
            release("3.22"),
            release(
                "3.20", isEol=True, eolFrom="2026-04-01", isEoas=True, eoasFrom="2026-01-01", eoesFrom="2028-01-01"
            ),
            release("3.19", eolFrom=None),
            release("3.1", isEol=True, eolFrom=None),  # it ended on a day that is not said
            somethingNew={"allowed": True},
        ),
    )
    read = date(2026, 11, 20)
    source = "endoflife.date alpine-linux by API 1.2.1"
    out, end = date(2024, 5, 23), date(2026, 4, 1)
    assert found == [
        Cycle("alpine", "3.22", "", out, date(2027, 5, 1), date(2027, 5, 1), None, source, read),
        Cycle("alpine", "3.20", "", out, date(2026, 1, 1), end, date(2028, 1, 1), source, read),
        Cycle("alpine", "3.19", "", out, None, None, None, source, read),
    ]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ([], "Expected `object`"),
        ({"result": {}}, "missing required field"),
        (answer("go", release("1.26", eolFrom="soon")), "Invalid"),
        (answer("go", release("1.26", releaseDate=None)), "Expected `date`"),
        (answer("go", release("1.26", isEol="no")), "Expected `bool`"),
        (answer("go", release("1.26"), schema_version="2.0.0"), "version '2.0.0' of the API is not known"),
        (answer("ruby", release("3.4")), "the answer has no releases of it"),
        (answer("go"), "the answer has no releases of it"),
        (answer("go", release("1.26"), generated_at="2027-11-20T04:05:06Z"), "the answer is of 2027-11-20"),
        (answer("go", release("x\t1")), "a release is called"),
        (answer("go", release("1.26", eolFrom="2023-01-01", isEol=True)), "contradict each other"),
        (answer("go", release("1.26", eolFrom="2025-01-01")), "contradict each other"),
        (answer("go", release("1.26", isEol=True)), "contradict each other"),
    ],
)
def test_what_is_not_of_that_shape_is_refused(given: object, message: str) -> None:
    with pytest.raises(script.UnexpectedAnswer, match=message):
        cycles("go", given)


def test_no_json_is_refused() -> None:
    with pytest.raises(script.UnexpectedAnswer, match="go: JSON is malformed"):
        list(script.from_api("go", b"<html>", today=TODAY))


class Double(BaseHTTPRequestHandler):
    """Answers for every product; `spoiled` overrides some paths with a status and a body."""

    spoiled: dict[str, tuple[int, bytes]]

    def do_GET(self) -> None:
        slug = self.path.rpartition("/")[2]
        good = json.dumps(answer(slug, release("1.0"))).encode()
        status, body = self.spoiled.get(self.path, (200, good))
        self.send_response(status)
        if status == 301:
            self.send_header("Location", body.decode())
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def api() -> Iterator[tuple[str, dict[str, tuple[int, bytes]]]]:
    spoiled: dict[str, tuple[int, bytes]] = {}
    handler = type("Handler", (Double,), {"spoiled": spoiled})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/api/v1", spoiled
        server.shutdown()
        thread.join()


def refresh(url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, *options: str) -> int:
    (tmp_path / "cycles.tsv").write_text(vendored("cycles.tsv"))
    monkeypatch.setattr(script, "TABLES", tmp_path)
    monkeypatch.setattr("sys.argv", ["lifecycle.py", "--refresh-from", url, *options])
    return script.main()


def test_the_table_is_refreshed(
    api: tuple[str, dict[str, tuple[int, bytes]]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert refresh(api[0], monkeypatch, tmp_path) == 0
    rows = script.parsed((tmp_path / "cycles.tsv").read_text())
    by_api = [row for row in rows if " by API " in row.source]
    assert {(row.product, row.cycle) for row in by_api} == {
        (product, "1.0") for slug, product in script.PRODUCTS.items() if slug != "python"
    }
    kept = [row for row in rows if " by API " not in row.source]
    assert kept == [
        row for row in script.parsed(vendored("cycles.tsv")) if not row.source.startswith("endoflife.date ")
    ]


def test_check_writes_nothing(
    api: tuple[str, dict[str, tuple[int, bytes]]],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert refresh(api[0], monkeypatch, tmp_path, "--check") == 1
    assert (tmp_path / "cycles.tsv").read_text() == vendored("cycles.tsv")
    assert "cycles.tsv: + go\t1.0\t" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("status", "body", "message"),
    [
        (500, b"", "500 Server Error"),
        (404, b"", "404 Client Error"),
        (200, b"{}", "missing required field"),
        (200, b" " * (script.API_LARGEST + 1), "the answer is too large"),
        (301, b"/api/v1/products/go", "too many redirects"),
        (301, b"http://endoflife.invalid/api/v1/products/go", "only read over https"),
    ],
)
def test_one_bad_answer_changes_nothing(
    api: tuple[str, dict[str, tuple[int, bytes]]],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    *,
    status: int,
    body: bytes,
    message: str,
) -> None:
    api[1]["/api/v1/products/go"] = (status, body)
    with pytest.raises(SystemExit, match=f"nothing was changed: .*{message}"):
        refresh(api[0], monkeypatch, tmp_path)
    assert (tmp_path / "cycles.tsv").read_text() == vendored("cycles.tsv")


def test_a_renamed_product_is_followed(api: tuple[str, dict[str, tuple[int, bytes]]]) -> None:
    api[1]["/api/v1/products/golang"] = (301, f"{api[0]}/products/go".encode())
    with requests.Session() as session:
        assert json.loads(script.ask_api(api[0], "golang", session))["result"]["name"] == "go"


def test_only_https_is_asked_elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="only read over https"):
        refresh("http://endoflife.invalid/api/v1", monkeypatch, tmp_path)
