"""Which files are Dockerfiles: by what they are called, and where that leaves doubt by how they begin."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dockwright.source import Source

# Text, not compiled patterns: a file that is named needs none of them.
_NAME = r"(?is)(?:.*[._-])?(?:docker|container)file(?:[._-].+)?"
_CERTAIN_NAME = r"(?is)(?:.*\.)?(?:docker|container)file(?:\..+)?"
_OTHER = (
    # templates, which are no Dockerfile before something has filled them in
    "blueprint|cue|ejs|epp|erb|gotmpl|gotpl|hbs|in|j2|jinja2?|jsonnet|liquid|m4|mako|mustache|njk|templ|template|tmpl|tera|tpl|tt"
    # about Dockerfiles
    "|adoc|asciidoc|csv|diff|dockerignore|html?|json|lock|log|mdx?|org|patch|pdf|png|rego|rst|sarif|svg|toml|xml|ya?ml"
    # left behind by editors and tools
    "|asc|bak|backup|gz|old|orig|pyc|rej|save|sha256|sig|sw[op]|tar|tgz|tmp|zip"
)
_LANGUAGE = (
    "bash|cc?|cpp|cs|dart|el|exs?|go|groovy|hs?|java|jsx?|kt|lua|mjs|mts|nix|php|pl|ps1|pyi?|rb?|rs|scala|sh|sql|swift"
    "|tf|tsx?|txt|vim"
)
_MARKS = ("{{", "{%", "%%", "<%", "INCLUDE+", "FROM __", "FROM @")
"""One of these is in every template; looking for them is quicker than the pattern."""
_TEMPLATE = (
    r"(?m)^[ \t]*FROM[ \t]+(?:--\S+[ \t]+)?\S*(?:\{\{|%%\w|<%|(?<!\w)__[A-Z_]+__|(?<!\S)@@?[A-Z_]+@)"
    r"|^INCLUDE\+[ \t]|^%%\w+%%[ \t\r]*$"
)
_BLOCK = r"(?m)(?<!\\)\n(?:\{\{|\{%)"
_FRAGMENT = r"(?i)\ufeff?(?:[ \t\r]*(?:#[^\n]*)?\n)*[ \t]*(?:ADD|COPY|ENV|LABEL|RUN|USER|WORKDIR)[ \t\\]"
_FROM = r"(?im)^[ \t]*FROM[ \t\\]"
_BEGINS = r"(?i)\ufeff?(?:[ \t\r]*(?:#[^\n]*)?\n)*[ \t]*(?:FROM(?!\s+\S+\s+import\b)|ARG)[ \t\\]"


def is_dockerfile_name(path: str) -> bool:
    """Tell whether a file is called as people call Dockerfiles (and Containerfiles)."""
    name = path.rpartition("/")[2]
    return (
        re.fullmatch(_NAME, name) is not None and not name.endswith("~") and not re.fullmatch(_OTHER, _extension(name))
    )


def _extension(path: str) -> str:
    return path.lower().rpartition(".")[2]


def is_dockerfile(source: Source) -> bool:
    """Tell whether a file with such a name is a Dockerfile indeed.

    `Dockerfile.go` is as often the Dockerfile of a service in Go as a program in Go, and `lint-dockerfile` may be a
    script: their first line decides. What something has to fill in first is none yet (`FROM {{ base }}`), and what has
    no FROM, and another name than `Dockerfile`, is a part that is put together with others.
    """
    name = source.path.rpartition("/")[2]
    if _is_template(source.text) or ("." in name and _is_fragment(source.text)):
        return False
    if re.fullmatch(_CERTAIN_NAME, name) and not re.fullmatch(_LANGUAGE, _extension(name)):
        return True
    return re.match(_BEGINS, source.text) is not None


def _is_template(text: str) -> bool:
    if not any(map(text.__contains__, _MARKS)):
        return False
    return re.search(_TEMPLATE, text) is not None or ("<<" not in text and re.search(_BLOCK, text) is not None)


def _is_fragment(text: str) -> bool:
    return re.match(_FRAGMENT, text) is not None and re.search(_FROM, text) is None
