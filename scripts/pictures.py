"""Make the pictures of the documentation (docs/pictures/) from what the program really does.

    sudo python scripts/pictures.py [IMAGES]

    review.svg      what `dockwright review` prints for examples/service
    check.svg       what `dockwright check` prints for a real Debian image that is behind
    comments.webp    what the action writes on a pull request that adds examples/service
    update.webp      the pull request that the action opens for that Debian image

GitHub is the tests' double of it. The registry is Debian's `docker-registry` on loopback. The images are built by
scripts/real_images.sh (into IMAGES, unless they are there), so this takes a Debian, root and Chromium. What a
distribution publishes changes daily, and so do check.svg and update.webp: run this when the words of a report change.
"""

from __future__ import annotations

import argparse
import html
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from markdown_it import MarkdownIt

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.github.review import Thread

TOP: Final = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TOP))

from tests.support.cli import dockwright  # noqa: E402 - the tests' own, which are no package
from tests.support.github import events  # noqa: E402 - as above
from tests.support.github.checkout import check_out  # noqa: E402 - as above
from tests.support.github.service import GitHub  # noqa: E402 - as above
from tests.support.real_images import RealImages, build, missing  # noqa: E402 - as above
from tests.support.registry.real import real_registries  # noqa: E402 - as above
from tests.support.runner import Runner  # noqa: E402 - as above
from tests.support.scene import ACTION, Scene  # noqa: E402 - as above

PICTURES: Final = TOP / "docs" / "pictures"
SERVICE: Final = TOP / "examples" / "service"
SHOWN: Final = ("scheduled-build-uses-cache", "runs-as-root")
"""The rules whose comments are pictured: one that needs two files, and one with a suggestion."""

LARGEST: Final = 150_000
"""Bytes of a picture."""

WIDTH: Final = 860
"""CSS pixels of a picture of a page."""

_CHARACTER: Final = 7.83
_LINE: Final = 18
_MARGIN: Final = 18
_COLOR: Final = re.compile(r"\x1b\[([0-9;]*)m")
_CLASSES: Final = {
    "1": "b",
    "2": "d",
    "1;31": "b e",
    "1;33": "b w",
    "1;36": "b n",
    "31": "e",
    "32": "f",
    "33": "w",
    "36": "n",
}
# A dark terminal stands out from a light page as from a dark one.
_SVG_STYLE: Final = (
    "rect{fill:#161b22;stroke:#57606a}text{font:13px ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',"
    "monospace;fill:#e6edf3;white-space:pre}.b{font-weight:bold}.d{fill:#9198a1}.e{fill:#ff7b72}.w{fill:#e3b341}"
    ".n{fill:#79c0ff}.f{fill:#56d364}"
)
_PAGE_STYLE: Final = """
body{margin:0;background:#fff;color:#1f2328;font:14px/1.5 "DejaVu Sans",Helvetica,Arial,sans-serif}
main{border:1px solid #818b98;padding:16px 20px}.hunk:last-child{margin:0}
h1{font-size:20px;font-weight:500;margin:0 0 10px}h2{font-size:18px}h3{font-size:15px}
.label{border-radius:1em;padding:2px 9px;font-size:12px;background:#ddf4ff;color:#0550ae;margin-right:6px}
.security{background:#ffebe9;color:#a40e26}
.hunk{border:1px solid #d1d9e0;border-radius:6px;margin-bottom:18px;overflow:hidden}
.path{background:#f6f8fa;padding:6px 12px;border-bottom:1px solid #d1d9e0}
code,pre{font:12px/1.5 "DejaVu Sans Mono",monospace}code{background:#eff1f3;padding:1px 4px;border-radius:4px}
pre{margin:0;padding:6px 12px;white-space:pre-wrap}.hunk>pre{padding:1px 12px}
pre code,.path code{background:none;padding:0}
.add{background:#dafbe1}.del{background:#ffebe9}.said{border-top:1px solid #d1d9e0;padding:4px 16px 10px}
.said p{margin:8px 0}.said ul{margin:8px 0;padding-left:22px}
.suggestion{border:1px solid #d1d9e0;border-radius:6px;overflow:hidden}
.suggestion b{display:block;background:#f6f8fa;padding:4px 12px;font-weight:500;border-bottom:1px solid #d1d9e0}
table{border-collapse:collapse;margin:10px 0}td,th{border:1px solid #d1d9e0;padding:4px 10px;text-align:left}
"""
_CHROMIUM: Final = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run", "--disable-lcd-text"),
    *(
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--force-device-scale-factor=1.25",
    ),
)


# --- the terminal ---------------------------------------------------------------------------------------------------


def terminal(command: str, printed: str) -> str:
    """Return a picture (SVG) of what a command prints, with its colours."""
    lines = [f"\x1b[2m$\x1b[0m \x1b[1m{command}\x1b[0m", "", *printed.rstrip("\n").splitlines()]
    width = max(len(_COLOR.sub("", line)) for line in lines) * _CHARACTER + 2 * _MARGIN
    height = len(lines) * _LINE + 2 * _MARGIN
    texts = "".join(_text(line, number) for number, line in enumerate(lines))
    size = f'width="{width:.0f}" height="{height}"'
    card = f'<rect x=".5" y=".5" width="{width - 1:.0f}" height="{height - 1}" rx="8"/>'
    box = f'viewBox="0 0 {width:.0f} {height}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} {box}><style>{_SVG_STYLE}</style>{card}{texts}</svg>\n'


def _text(line: str, number: int) -> str:
    """Return one line; each piece says how long it is, so that any font of one width fits."""
    made, column, style = "", 0, ""
    for index, piece in enumerate(_COLOR.split(line)):
        if index % 2:
            style = _CLASSES.get(piece, "")
        elif piece:
            x, y = _MARGIN + column * _CHARACTER, _MARGIN + number * _LINE + 13
            kind = f' class="{style}"' if style else ""
            made += (
                f'<text x="{x:.1f}" y="{y}" textLength="{len(piece) * _CHARACTER:.1f}"{kind}>'
                f"{html.escape(piece, quote=False)}</text>"
            )
            column += len(piece)
    return made


def example(folder: Path) -> Path:
    """Return a copy of the example as a repository of its own: its workflow counts only at a repository's top."""
    shutil.copytree(SERVICE, folder)
    subprocess.run(["git", "-C", folder, "init", "--quiet"], check=True)
    return folder


# --- a page ---------------------------------------------------------------------------------------------------------


def page(content: str) -> str:
    """Return an HTML page in the manner of a pull request."""
    return f"<!doctype html><meta charset='utf-8'><style>{_PAGE_STYLE}</style><main>{content}</main>"


def picture(content: str, target: Path, folder: Path) -> None:
    """Take a picture (WebP) of a page, as high as it is."""
    source = folder / "page.html"
    script = "<script>document.title = document.documentElement.getBoundingClientRect().height</script>"
    source.write_text(content + script, encoding="utf-8")
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        sys.exit("error: Chromium is not installed")
    base = (chromium, *_CHROMIUM, f"--user-data-dir={folder}/profile")
    measured = (*base, f"--window-size={WIDTH},600", "--dump-dom", source.as_uri())
    dump = subprocess.run(measured, capture_output=True, check=True, text=True, timeout=120).stdout
    height = float(re.findall(r"<title>([0-9.]+)</title>", dump)[0])
    taken = (*base, f"--window-size={WIDTH},{height + 1:.0f}", f"--screenshot={target}", source.as_uri())
    subprocess.run(taken, capture_output=True, check=True, timeout=120)


def comment(thread: Thread) -> str:
    """Return a comment on the diff, with the lines above it."""
    body = thread.comments[0].body
    hunk = [line for line in thread.diff_hunk.splitlines() if not line.startswith("@@")][-4:]
    lines = "".join(f'<pre class="add"><code>{html.escape(line) or " "}</code></pre>' for line in hunk)
    said = _markdown().render(body)
    replaced = "\n".join(f"- {line[1:]}" for line in hunk[-_length(thread) :])
    said = re.sub(
        r'<pre><code class="language-suggestion">(.*?)\n?</code></pre>',
        lambda match: _suggestion(replaced, html.unescape(match[1])),
        said,
        flags=re.DOTALL,
    )
    path = html.escape(thread.anchor.path)
    return f'<div class="hunk"><div class="path"><code>{path}</code></div>{lines}<div class="said">{said}</div></div>'


def _length(thread: Thread) -> int:
    last = thread.anchor.line or 0
    return last - (thread.anchor.start_line or last) + 1


def _suggestion(old: str, new: str) -> str:
    """Return a suggestion as GitHub shows it: the lines that go, and those that come."""
    gone = f'<pre class="del"><code>{html.escape(old)}</code></pre>'
    come = "\n".join(f"+ {line}" for line in new.splitlines())
    added = f'<pre class="add"><code>{html.escape(come)}</code></pre>'
    return f'<div class="suggestion"><b>Suggested change</b>{gone}{added}</div>'


def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": True}).enable("table")


# --- the scenes -----------------------------------------------------------------------------------------------------


def reviewed(folder: Path) -> Iterator[str]:
    """Yield the comments that the action writes on a pull request that adds the example."""
    files = {path.relative_to(SERVICE).as_posix(): path for path in SERVICE.rglob("*") if path.is_file()}
    after: dict[str, str | None] = {name: path.read_text(encoding="utf-8") for name, path in files.items()}
    folder.mkdir()
    with GitHub(folder / "github") as hub:
        scene = Scene(folder, hub, before={"README": "x\n"}, after=after)
        scene.run()
        for rule in SHOWN:
            yield next(comment(each) for each in scene.pull.threads if f"rule={rule} " in each.comments[0].body)


def updated(images: RealImages, registry: str, folder: Path) -> str:
    """Return the pull request that the action opens for an image that has been published again since it was pinned."""
    name, config = "acme/base", {"registries": {"ghcr.io": {"mirror": registry}}, "mirrors": images.servers()}
    images.push(registry, name)
    host = registry.removeprefix("http://")
    digest = _skopeo("inspect", "--format", "{{.Digest}}", "--tls-verify=false", f"docker://{host}/{name}:old")
    insecure = ("--src-tls-verify=false", "--dest-tls-verify=false")
    _skopeo("copy", *insecure, f"docker://{host}/{name}:new", f"docker://{host}/{name}:12")
    folder.mkdir()
    with GitHub(folder / "github") as hub:
        files = {"Dockerfile": f"FROM ghcr.io/{name}:12@{digest}\n", ".github/dockwright.yml": json.dumps(config)}
        repository = hub.repository(files)
        token = hub.workflow_token(repository, contents="write", pull_requests="write")
        event = events.schedule(repository)
        workspace = folder / "workspace"
        workspace.mkdir()
        check_out(repository, event, workspace, depth=1)
        step = Runner(ACTION, workspace, folder / "runner", token=token.value).run(
            "dockwright.action",
            github={"event_name": event.name, **event.context},
            event=event.payload,
            more=hub.environment,
        )
        if step.code or not repository.pulls:
            sys.exit(step.printed)
        (pull,) = repository.pulls.values()
        names = [html.escape(each) for each in sorted(pull.labels)]
        labels = "".join(f'<span class="label {name}">{name}</span>' for name in names)
        return f"<h1>{html.escape(pull.title)}</h1>{labels}{_markdown().render(pull.body)}"


def _skopeo(*arguments: str) -> str:
    return subprocess.run(["skopeo", *arguments], check=True, capture_output=True, text=True).stdout.strip()


def checked(images: RealImages, registry: str, folder: Path) -> str:
    """Return what `dockwright check` prints for the image that is behind."""
    folder.mkdir()
    config = {"registries": {"ghcr.io": {"mirror": registry}}, "mirrors": images.servers()}
    (folder / "dockwright.yml").write_text(json.dumps(config), encoding="utf-8")
    return dockwright("check", "ghcr.io/acme/base:old", "--color", "always", cwd=folder).out


def main() -> None:
    """Make all pictures."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("images", type=Path, nargs="?", help="where the Debian images are, or are to be built")
    options = parser.parse_args()
    if reason := missing():
        sys.exit(f"error: {reason}")
    PICTURES.mkdir(exist_ok=True)
    with TemporaryDirectory() as made, real_registries(Path(made)) as registries:
        folder, registry = Path(made), registries.plain.opened
        printed = dockwright("review", "--color", "always", "--fail-on", "never", cwd=example(folder / "service")).out
        (PICTURES / "review.svg").write_text(terminal("dockwright review", printed), encoding="utf-8")
        picture(page("".join(reviewed(folder / "review"))), PICTURES / "comments.webp", folder)
        images = build(options.images or folder / "images")
        picture(page(updated(images, registry, folder / "update")), PICTURES / "update.webp", folder)
        told = checked(images, registry, folder / "check")
        (PICTURES / "check.svg").write_text(terminal("dockwright check ghcr.io/acme/base:old", told), encoding="utf-8")
    for each in sorted(PICTURES.iterdir()):
        print(f"{each.relative_to(TOP)}: {each.stat().st_size} bytes{' (too large)' * (each.stat().st_size > LARGEST)}")


if __name__ == "__main__":
    main()
