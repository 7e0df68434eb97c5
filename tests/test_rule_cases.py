"""How golden cases are read and rewritten: a mistake here would let every rule's cases pass."""

from __future__ import annotations

from datetime import date

import pytest

from tests.support.rule_cases import TODAY, Case, accept, actual, cases, expected, run, section

BEFORE = """\
# A rule

```dockerfile
FROM a
```

## First

Prose.

```dockerfile file=a/Dockerfile today=2027-01-02 target=build crlf
FROM a
# dockwright ignore=syntaxx
RUN b
```

```text file=names.txt
name
```

```findings
stale
```

More prose.

```fixed
stale
```

## Second

````dockerfile
FROM a
RUN <<EOF
```fixed
EOF
````

```console
$ not read
```

The end.
"""

AFTER = """\
# A rule

```dockerfile
FROM a
```

```findings
```

## First

Prose.

```dockerfile file=a/Dockerfile today=2027-01-02 target=build crlf
FROM a
# dockwright ignore=syntaxx
RUN b
```

```text file=names.txt
name
```

```findings
2:21-2:28 warning No rule is called `syntaxx`, so nothing is ignored by it; did you mean `syntax`?
```

```fixed
FROM a
# dockwright ignore=syntax
RUN b
```

More prose.

## Second

````dockerfile
FROM a
RUN <<EOF
```fixed
EOF
````

```findings
```

```console
$ not read
```

The end.
"""


def read(text: str) -> list[Case]:
    return cases("unknown-suppression", text)


def test_what_is_read() -> None:
    _, first, second = read(BEFORE)
    assert first.title == "First"
    assert first.line == 11
    assert first.source.path == "a/Dockerfile"
    assert first.source.text == "FROM a\r\n# dockwright ignore=syntaxx\r\nRUN b\r\n"
    assert [source.path for source in first.sources()] == ["a/Dockerfile", "names.txt"]
    project = first.project(first.sources())
    assert (project.today, project.target) == (date(2027, 1, 2), "build")
    names = project.tree.read("names.txt")
    assert names is not None
    assert names.text == "name\n"
    assert expected(first) == {("findings", "Dockerfile"): "stale\n", ("fixed", "Dockerfile"): "stale\n"}
    assert second.source.text == "FROM a\nRUN <<EOF\n```fixed\nEOF\n"
    assert expected(second) == {}
    assert second.project(()).today == TODAY


def test_accepting_rewrites_only_what_is_expected() -> None:
    found = [(case, actual(case)) for case in read(BEFORE)]
    after = accept(BEFORE, found)
    assert after == AFTER
    assert [expected(case) for case in read(after)] == [outcome for _, outcome in found]
    assert accept(after, [(case, actual(case)) for case in read(after)]) == after


def test_only_the_rule_in_question_is_run() -> None:
    case = cases("syntax", "```dockerfile\nFROM a\n# dockwright ignore=x\nRUNN b\n```\n")[0]
    assert [finding.rule for finding in run(case).findings] == ["syntax"]


def test_a_block_without_an_end_is_refused() -> None:
    with pytest.raises(AssertionError, match="the block of line 2 has no end"):
        read("prose\n````dockerfile\nFROM a\n```\n")


def test_the_parts_of_a_page() -> None:
    page = "Title\n\n## Why\n\nBecause.\n\n## Bad\n\nx\n"
    assert section(page, "Why") == "\nBecause.\n"
    assert section(page, "Bad") == "\nx\n"
    assert section(page, "Fix") == ""
