"""What MkDocs does not do by itself (mkdocs.org, "Hooks"): the README is the first page, and no link leads to nothing.

Pages are written to be read in the repository. Links to what is there but not in the site (sources, workflows, LICENSE)
keep their words only, as the repository has no public address yet; the schema comes along.
"""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mkdocs.structure.files import File, Files

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.pages import Page

TOP: Final = Path(__file__).resolve().parents[2]
_BROUGHT: Final = {
    "index.md": "README.md",
    "changes.md": "CHANGELOG.md",
    "contributing.md": "CONTRIBUTING.md",
    "security.md": "SECURITY.md",
    "schema/dockwright.schema.json": "schema/dockwright.schema.json",
    "site.css": "scripts/site/site.css",
}
_LINK: Final = re.compile(r"(!?)\[([^\]\[]*)\]\(([^()\s]+)\)")
_CODE: Final = re.compile(r"^(```|~~~).*?^\1[^\S\n]*$|`[^`\n]+`(?!\])", re.MULTILINE | re.DOTALL)


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    """Add what lies outside of docs/."""
    for there, here in _BROUGHT.items():
        files.append(File.generated(config, there, abs_src_path=str(TOP / here)))
    return files


def on_page_markdown(markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:  # noqa: ARG001 - MkDocs passes it
    """Let each link lead to the page of the site, or be mere words."""
    here = posixpath.dirname(_BROUGHT.get(page.file.src_uri, f"docs/{page.file.src_uri}"))
    pages = set(files.src_uris)
    kept = [(match.start(), match.end()) for match in _CODE.finditer(markdown)]

    def link(match: re.Match[str]) -> str:
        mark, words, target = match.groups()
        if target.startswith(("http:", "https:", "#", "mailto:")) or any(a <= match.start() < b for a, b in kept):
            return match[0]
        path, _, anchor = target.partition("#")
        found = _page(posixpath.normpath(posixpath.join(here, path)), pages)
        if found is None:
            return words
        relative = posixpath.relpath(found, posixpath.dirname(page.file.src_uri) or ".")
        return f"{mark}[{words}]({relative}{'#' if anchor else ''}{anchor})"

    return _LINK.sub(link, markdown)


def _page(path: str, pages: set[str]) -> str | None:
    """Return the page of the site for a path of the repository."""
    for there, here in _BROUGHT.items():
        if path == here:
            return there
    inside = path.removeprefix("docs/")
    if inside == path:
        return None
    return next((each for each in (inside, f"{inside}/README.md") if each in pages), None)
