"""A pull request as a page: one HTML file that runs nothing and loads nothing.

It has GitHub's layout, not its style sheets. Links that would lead to GitHub stay text, as the repository is not there.
"""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, Final

from markdown_it import MarkdownIt

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.support.github.diff import FileChange
    from tests.support.github.pull_request import PullRequest

_HUNK: Final = re.compile(r"@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@")
_PAIR: Final = re.compile(r"(?<!-)-\+(?!\+)")
_LINK: Final = re.compile(r"<a href=\"[^\"]*\">(.*?)</a>", re.DOTALL)

_STYLE: Final = """
:root{color-scheme:light dark;--bg:#fff;--fg:#1f2328;--soft:#59636e;--line:#d1d9e0;--head:#f6f8fa;--link:#0969da;
--open:#1f883d;--plus:#1a7f37;--add:#dafbe1;--add2:#aceebb;--del:#ffebe9;--del2:#ffcecb;--hunk:#ddf4ff;--red:#d1242f;--redbg:#ffebe9;
--code:#818b981f}
@media (prefers-color-scheme:dark){:root{--bg:#0d1117;--fg:#f0f6fc;--soft:#9198a1;--line:#3d444d;--head:#151b23;
--link:#4493f8;--open:#238636;--plus:#3fb950;--add:#12261e;--add2:#1a5a33;--del:#301b1e;--del2:#792e2e;--hunk:#121d2f;--red:#ff7b72;
--redbg:#3c1618;--code:#656c7633}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--fg);
font:14px/1.5 -apple-system,BlinkMacSystemFont,"Segoe UI","Noto Sans",Helvetica,Arial,sans-serif}
a{color:var(--link);text-decoration:none}a:hover{text-decoration:underline}
code,pre,.diff{font-family:ui-monospace,SFMono-Regular,"SF Mono",Menlo,Consolas,"Liberation Mono",monospace}
.note{background:var(--head);border-bottom:1px solid var(--line);color:var(--soft);padding:8px 24px;font-size:13px}
main{max-width:1216px;margin:0 auto;padding:24px}
h1{font-size:32px;font-weight:400;line-height:1.25;margin:0 0 8px;overflow-wrap:anywhere}
h1 .number,.soft{color:var(--soft)}h1 .number{font-weight:300}
.state{display:inline-block;background:var(--open);color:#fff;border-radius:2em;padding:5px 12px;font-weight:500;
margin-right:8px}
.branch{background:var(--hunk);color:var(--link);border-radius:6px;padding:2px 6px;font-size:12px;
overflow-wrap:anywhere}
nav{display:flex;gap:8px;border-bottom:1px solid var(--line);margin:20px 0;overflow-x:auto}
nav a{color:var(--fg);padding:8px 16px;border-bottom:2px solid transparent;white-space:nowrap}
nav a:first-child{border-color:#fd8c73;font-weight:600}
nav b{background:var(--code);border-radius:2em;font-size:12px;font-weight:500;padding:2px 7px;margin-left:4px}
.columns{display:grid;grid-template-columns:minmax(0,1fr) 256px;gap:24px}
.box{border:1px solid var(--line);border-radius:6px;margin-bottom:16px;overflow:hidden}
.box>header{background:var(--head);border-bottom:1px solid var(--line);padding:8px 16px;color:var(--soft)}
.box>header strong{color:var(--fg)}
.tag{border:1px solid var(--line);border-radius:2em;font-size:12px;padding:0 7px;margin-left:4px}
aside section{border-bottom:1px solid var(--line);padding-bottom:16px;margin-bottom:16px;font-size:12px}
aside h2{font-size:12px;font-weight:600;color:var(--soft);margin:0 0 8px}
.label{display:inline-block;border:1px solid var(--line);border-radius:2em;padding:0 9px;font-size:12px;font-weight:500;
line-height:22px;margin:0 4px 4px 0}
.label.security{background:var(--redbg);color:var(--red);border-color:var(--red)}
.markdown{padding:16px;overflow-wrap:break-word}
.markdown>:first-child{margin-top:0}.markdown>:last-child{margin-bottom:0}
.markdown h2,.markdown h3{font-size:1.25em;font-weight:600;line-height:1.25;margin:24px 0 16px}
.markdown p,.markdown ul,.markdown pre,.markdown .table,.markdown details{margin:0 0 16px}.markdown ul{padding-left:2em}
.markdown li{overflow-wrap:anywhere}
.markdown code{background:var(--code);border-radius:6px;font-size:85%;padding:.2em .4em}
.markdown pre{background:var(--head);border-radius:6px;overflow-x:auto;padding:16px;font-size:85%;line-height:1.45}
.markdown pre code{background:none;font-size:100%;padding:0}
.table{overflow-x:auto}table{border-collapse:collapse}
.markdown th,.markdown td{border:1px solid var(--line);padding:6px 13px;text-align:left;vertical-align:top}
.markdown th{font-weight:600}.markdown tbody tr:nth-child(2n){background:var(--head)}
.markdown sub{font-size:75%;line-height:1.5;vertical-align:baseline;color:var(--soft)}
summary{cursor:pointer}
h2.files{font-size:20px;font-weight:600;margin:24px 0 8px}
.plus{color:var(--plus)}.minus{color:var(--red)}
.diff{overflow-x:auto}.diff table{width:100%;font-size:12px;line-height:20px}
.diff td{padding:0 10px;white-space:pre}.diff td.n{color:var(--soft);text-align:right;width:1%;min-width:40px;
user-select:none}
.diff tr.add{background:var(--add)}.diff tr.del{background:var(--del)}
.diff tr.at{background:var(--hunk);color:var(--soft)}
.diff tr.add mark{background:var(--add2)}.diff tr.del mark{background:var(--del2)}mark{color:inherit;border-radius:3px}
@media (max-width:767px){main{padding:16px}.note{padding:8px 16px}h1{font-size:24px}
.columns{grid-template-columns:minmax(0,1fr);gap:0}aside{order:-1}aside section.empty{display:none}
aside section{border:0;padding:0}.diff td.n{min-width:0;padding:0 6px}
.markdown th,.markdown td{padding:4px 8px}.markdown table{font-size:13px;width:max-content;max-width:640px}}
"""


def page(pull: PullRequest) -> str:
    """Return the page of a pull request: its conversation, and below that its diff."""
    files = pull.differences().files
    title, author = escape(pull.title), escape(pull.author.login.removesuffix("[bot]"))
    labels = [f'<span class="label {escape(each)}">{escape(each)}</span>' for each in sorted(pull.labels)]
    added, removed = sum(each.additions for each in files), sum(each.deletions for each in files)
    return f"""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title} · Pull request #{pull.number} · {escape(pull.repository.full_name)}</title>
<style>{_STYLE}</style>
<div class="note">Made by <code>make try</code>: opened by Dockwright on a double of GitHub; none of it is online.</div>
<main>
<h1>{title} <span class="number">#{pull.number}</span></h1>
<div class="soft"><span class="state">{escape(pull.state.capitalize())}</span> <strong>{author}</strong> wants to merge
1 commit into <span class="branch">{escape(pull.base_ref)}</span> from
<span class="branch">{escape(pull.head_ref)}</span></div>
<nav><a href="#conversation">Conversation <b>{len(pull.comments)}</b></a>
<a href="#files">Files changed <b>{len(files)}</b></a></nav>
<div class="columns" id="conversation">
<div class="box"><header><strong>{author}</strong><span class="tag">bot</span> commented</header>
<div class="markdown">{rendered(pull.body)}</div></div>
<aside><section><h2>Labels</h2>{"".join(labels) or "None yet"}</section>
<section class="empty"><h2>Reviewers</h2>No reviews</section></aside>
</div>
<h2 class="files" id="files">Files changed</h2>
<p class="soft">{len(files)} changed with <b class="plus">+{added}</b> <b class="minus">&minus;{removed}</b></p>
{"".join(map(_file, files))}
</main>
</html>
"""


def rendered(body: str) -> str:
    """Return Markdown as HTML, with tables that scroll by themselves, and without links."""
    made = MarkdownIt("commonmark", {"html": True}).enable("table").render(body)
    made = re.sub(r"<!--.*?-->\n?", "", made, flags=re.DOTALL)
    made = _LINK.sub(r'<a href="#files">\1</a>', made)
    return made.replace("<table>", '<div class="table"><table>').replace("</table>", "</table></div>")


# --- the diff -------------------------------------------------------------------------------------------------------


def _file(file: FileChange) -> str:
    lines = "".join(_rows((file.patch or "").splitlines()))
    path = escape(file.path)
    return (
        f'<div class="box"><header><code>{path}</code></header><div class="diff"><table>{lines}</table></div></div>\n'
    )


def _rows(patch: Sequence[str]) -> Iterator[str]:
    """Yield the rows of a patch, with the numbers of lines before and after."""
    old = new = 0
    for sign, text in _marked(patch):
        match sign:
            case "@":
                found = _HUNK.match(text)
                old, new = (int(found[1]), int(found[2])) if found else (old, new)
                yield f'<tr class="at"><td class="n"><td class="n"><td>{text}</tr>'
            case "-":
                yield f'<tr class="del"><td class="n">{old}<td class="n"><td>- {text}</tr>'
                old += 1
            case "+":
                yield f'<tr class="add"><td class="n"><td class="n">{new}<td>+ {text}</tr>'
                new += 1
            case " ":
                yield f'<tr><td class="n">{old}<td class="n">{new}<td>  {text}</tr>'
                old, new = old + 1, new + 1
            case _:  # "\\ No newline at end of file"
                yield f'<tr class="at"><td class="n"><td class="n"><td>{text}</tr>'


def _marked(patch: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield each line's sign and text as HTML; where one line takes the place of one, what differs is marked."""
    pairs = {found.start() for found in _PAIR.finditer("".join(line[:1] or " " for line in patch))}
    for number, line in enumerate(patch):
        text = line if line[:1] in {"@", "\\"} else line[1:]
        if number in pairs:
            yield "-", _mark(text, patch[number + 1][1:])
        elif number - 1 in pairs:
            yield "+", _mark(text, patch[number - 1][1:])
        else:
            yield line[:1] or " ", escape(text)


def _mark(text: str, other: str) -> str:
    """Return a line as HTML, with what it does not share with the other at its start and end marked."""
    start = _shared(text, other)
    rest, others = text[start:], other[start:]
    end = len(rest) - _shared(rest[::-1], others[::-1])
    return f"{escape(text[:start])}<mark>{escape(rest[:end])}</mark>{escape(rest[end:])}"


def _shared(one: str, other: str) -> int:
    """Return how many characters two texts begin with alike."""
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
