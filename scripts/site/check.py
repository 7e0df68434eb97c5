"""Check the built site: no broken link or anchor, nothing loaded from elsewhere, no page wider than a phone.

    scripts/site/check.py SITE [--pictures FOLDER]

The last part is measured in headless Chromium, which has to be installed; `--pictures` takes a picture of some pages on
a phone and on a desk, for somebody to look at.
"""

from __future__ import annotations

import argparse
import functools
import queue
import shutil
import subprocess
import sys
import threading
from contextlib import contextmanager
from html.parser import HTMLParser
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urldefrag, urljoin

from msgspec import Struct, field

if TYPE_CHECKING:
    from collections.abc import Iterator

PHONE: Final = 390
"""CSS pixels: a common width of phones."""

_PICTURED: Final = (
    *("index.html", "comparison.html", "permissions.html", "troubleshooting.html", "private-registries.html"),
    *("rules/index.html", "rules/runs-as-root.html", "config.html"),
)
_SECONDS: Final = 240
_OPTIONS: Final = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--hide-scrollbars", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
_LOADING: Final = {"script": "src", "img": "src", "link": "href", "iframe": "src"}
_PROBE: Final = """<!doctype html><title>probe</title><body><script>
const wide = [];
(async () => {
  for (const page of PAGES) {
    const frame = document.createElement("iframe");
    frame.style.cssText = "width:WIDTHpx;height:844px;border:0";
    const loaded = new Promise((done) => { frame.onload = done; });
    frame.src = "/" + page;
    document.body.append(frame);
    await loaded;
    const width = frame.contentDocument.documentElement.scrollWidth;
    if (width > WIDTH) wide.push(`${page} is ${width} wide`);
    frame.remove();
  }
  await fetch("/result", {method: "POST", body: wide.join("\\n")});
})();
</script>"""


class Page(Struct):
    """What a page links to, loads, and can be linked to."""

    links: list[str] = field(default_factory=list)
    loads: list[str] = field(default_factory=list)
    anchors: set[str] = field(default_factory=set)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.page = Page()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.page.anchors |= {given[name] for name in ("id", "name") if name in given}
        if tag == "a" and "href" in given:
            self.page.links.append(given["href"])
        if (attribute := _LOADING.get(tag)) in given and given.get("rel") not in {"canonical", "next", "prev"}:
            self.page.loads.append(given[attribute])


def problems(site: Path) -> list[str]:
    """Return what is wrong with the links and the loaded files of a site."""
    pages: dict[str, Page] = {}
    for path in sorted(site.rglob("*.html")):
        reader = _Reader()
        reader.feed(path.read_text(encoding="utf-8"))
        pages[path.relative_to(site).as_posix()] = reader.page
    found = []
    for name, page in pages.items():
        if name == "404.html":  # its links are absolute: it stands for any address
            continue
        found += [f"{name} loads {each}" for each in page.loads if each.startswith(("http:", "https:", "//"))]
        found += [f"{name} links to {each}" for each in (*page.links, *page.loads) if _broken(name, each, pages, site)]
    return found


def _broken(name: str, link: str, pages: dict[str, Page], site: Path) -> bool:
    if link.startswith(("http:", "https:", "mailto:", "//", "javascript:")):
        return False
    target, anchor = urldefrag(urljoin(f"/{name}", link))
    path = unquote(target).lstrip("/").partition("?")[0] or name
    if path.endswith("/"):
        path += "index.html"
    if not (site / path).is_file():
        return True
    return bool(anchor) and path in pages and unquote(anchor) not in pages[path].anchors


def too_wide(site: Path, chromium: str) -> list[str]:
    """Return the pages that a phone would have to scroll sideways."""
    names = [path.relative_to(site).as_posix() for path in sorted(site.rglob("*.html"))]
    with TemporaryDirectory() as folder, _serving(site, Path(folder), names) as (address, answer):
        options = (*_OPTIONS, f"--user-data-dir={folder}/profile", "--remote-debugging-port=0", f"{address}/probe.html")
        # Chromium stays until it is told to go; what it has measured comes as a request.
        with subprocess.Popen([chromium, *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running:
            try:
                return answer.get(timeout=_SECONDS).splitlines()
            except queue.Empty:
                return ["Chromium did not come to the end of the pages"]
            finally:
                running.terminate()


def take_pictures(site: Path, chromium: str, pictures: Path) -> None:
    """Take pictures of some pages, on a phone and on a desk."""
    pictures.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as folder, _serving(site, Path(folder), []) as (address, _):
        for name in _PICTURED:
            for width in (PHONE, 1280):
                target = pictures / f"{name.replace('/', '-').removesuffix('.html')}-{width}.png"
                shot = (f"--window-size={width},1400", f"--screenshot={target}", f"{address}/{name}")
                command = [chromium, *_OPTIONS, f"--user-data-dir={folder}/profile", *shot]
                subprocess.run(command, capture_output=True, timeout=_SECONDS, check=True)


@contextmanager
def _serving(site: Path, folder: Path, names: list[str]) -> Iterator[tuple[str, queue.Queue[str]]]:
    """Serve a site, and beside it the page that measures `names` and sends what it has found."""
    answer: queue.Queue[str] = queue.Queue()
    top = folder / "site"
    shutil.copytree(site, top)
    (top / "probe.html").write_text(_PROBE.replace("PAGES", str(names)).replace("WIDTH", str(PHONE)), encoding="utf-8")

    class Handler(SimpleHTTPRequestHandler):
        def do_POST(self) -> None:
            answer.put(self.rfile.read(int(self.headers["Content-Length"])).decode())
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name is the standard library's
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=str(top))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", answer
        server.shutdown()


def main() -> int:
    """Check, and say what is wrong."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("site", type=Path)
    parser.add_argument("--pictures", type=Path, help="where to put pictures of some pages")
    options = parser.parse_args()
    found = problems(options.site)
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        print("error: Chromium is not installed, so the widths cannot be measured", file=sys.stderr)
        return 2
    found += too_wide(options.site, chromium)
    if options.pictures:
        take_pictures(options.site, chromium, options.pictures)
    for each in found:
        print(each)
    print(f"{len(list(options.site.rglob('*.html')))} pages, {len(found)} problems")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
