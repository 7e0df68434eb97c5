"""The checker of the documentation's site, on pages that have each fault."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from types import ModuleType

SCRIPT = Path(__file__).parents[1] / "scripts" / "site" / "check.py"
WHOLE = """<html><head><link href="a.css"></head><body id="top">
<a href="sub/page.html#there">x</a> <a href="#top">x</a> <a href="https://example.com">x</a> <a href="sub/">x</a>
</body></html>"""


@pytest.fixture(scope="module")
def check() -> ModuleType:
    spec = importlib.util.spec_from_file_location("site_check", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("html", "found"),
    [
        (WHOLE, []),
        ('<a href="gone.html">x</a>', ["index.html links to gone.html"]),
        ('<a href="sub/page.html#gone">x</a>', ["index.html links to sub/page.html#gone"]),
        ('<a href="#gone">x</a>', ["index.html links to #gone"]),
        ('<img src="gone.png">', ["index.html links to gone.png"]),
        ('<script src="//example.com/x.js"></script>', ["index.html loads //example.com/x.js"]),
        ('<link rel="stylesheet" href="https://example.com/x.css">', ["index.html loads https://example.com/x.css"]),
    ],
)
def test_what_is_wrong_with_a_page(check: ModuleType, tmp_path: Path, html: str, found: list[str]) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "a.css").touch()
    (tmp_path / "index.html").write_text(html)
    for name in ("page.html", "index.html"):
        (tmp_path / "sub" / name).write_text('<p id="there">x</p>')
    assert check.problems(tmp_path) == found
