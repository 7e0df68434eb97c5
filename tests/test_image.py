"""Names of images by the rules of distribution/reference, and the places that name them."""

from __future__ import annotations

import string
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockwright.dockerfile import parse
from dockwright.errors import InvalidReference
from dockwright.image import ImageKind, ImageUse, Reference
from dockwright.pieces import Unsolved
from dockwright.source import Source, apply
from dockwright.traced import Traced

DIGEST = "sha256:" + sha256(b"").hexdigest()


@pytest.mark.parametrize(
    ("text", "canonical", "familiar"),
    [
        ("python", "docker.io/library/python", "python"),
        ("python:3.12-slim", "docker.io/library/python:3.12-slim", "python:3.12-slim"),
        ("library/python", "docker.io/library/python", "python"),
        ("docker.io/python", "docker.io/library/python", "python"),
        ("docker.io/library/python:3", "docker.io/library/python:3", "python:3"),
        ("index.docker.io/python", "docker.io/library/python", "python"),
        ("index.docker.io/grafana/grafana", "docker.io/grafana/grafana", "grafana/grafana"),
        ("grafana/grafana", "docker.io/grafana/grafana", "grafana/grafana"),
        ("a/b/c:1", "docker.io/a/b/c:1", "a/b/c:1"),
        ("library/a/b", "docker.io/library/a/b", "library/a/b"),
        ("ghcr.io/owner/name:v1", "ghcr.io/owner/name:v1", "ghcr.io/owner/name:v1"),
        ("quay.io/name", "quay.io/name", "quay.io/name"),
        ("localhost/name", "localhost/name", "localhost/name"),
        ("localhost:5000/name:1", "localhost:5000/name:1", "localhost:5000/name:1"),
        ("localhost", "docker.io/library/localhost", "localhost"),
        ("localhost:5000", "docker.io/library/localhost:5000", "localhost:5000"),
        ("registry:5000/a/b", "registry:5000/a/b", "registry:5000/a/b"),
        ("127.0.0.1:5000/a", "127.0.0.1:5000/a", "127.0.0.1:5000/a"),
        ("[::1]:5000/a", "[::1]:5000/a", "[::1]:5000/a"),
        ("[2001:db8::1]/a", "[2001:db8::1]/a", "[2001:db8::1]/a"),
        ("Registry/name", "Registry/name", "Registry/name"),
        ("GHCR.io/name", "GHCR.io/name", "GHCR.io/name"),
        ("my_registry.local/a:1", "my_registry.local/a:1", "my_registry.local/a:1"),
        ("example.com", "docker.io/library/example.com", "example.com"),
        ("example.com/a", "example.com/a", "example.com/a"),
        ("docker.io/example.com/a", "docker.io/example.com/a", "docker.io/example.com/a"),
        ("docker.io/localhost/a", "docker.io/localhost/a", "docker.io/localhost/a"),
        ("a__b", "docker.io/library/a__b", "a__b"),
        ("a---b.c_d", "docker.io/library/a---b.c_d", "a---b.c_d"),
        ("0", "docker.io/library/0", "0"),
        ("a:_.-", "docker.io/library/a:_.-", "a:_.-"),
        ("a:UPPER", "docker.io/library/a:UPPER", "a:UPPER"),
        ("a:" + "t" * 128, "docker.io/library/a:" + "t" * 128, "a:" + "t" * 128),
        (f"a@{DIGEST}", f"docker.io/library/a@{DIGEST}", f"a@{DIGEST}"),
        (f"a:1@{DIGEST}", f"docker.io/library/a:1@{DIGEST}", f"a:1@{DIGEST}"),
        (f"a.b:80/c:1@{DIGEST}", f"a.b:80/c:1@{DIGEST}", f"a.b:80/c:1@{DIGEST}"),
        ("a@sha512:" + "0" * 128, "docker.io/library/a@sha512:" + "0" * 128, "a@sha512:" + "0" * 128),
        ("0" * 63, "docker.io/library/" + "0" * 63, "0" * 63),
        ("0" * 64 + ":1", "docker.io/library/" + "0" * 64 + ":1", "0" * 64 + ":1"),
        ("a.b/" + "c" * 255, "a.b/" + "c" * 255, "a.b/" + "c" * 255),
    ],
)
def test_names_have_a_canonical_and_a_familiar_form(text: str, canonical: str, familiar: str) -> None:
    reference = Reference.parse(text)
    assert reference.canonical == canonical
    assert reference.familiar == familiar


def test_name_has_registry_repository_tag_and_digest() -> None:
    assert Reference.parse(f"a/b:1@{DIGEST}") == Reference("docker.io", "a/b", "1", DIGEST)
    assert Reference.parse("a.b:80/c/d") == Reference("a.b:80", "c/d", None, None)
    assert Reference.parse("a").name == "docker.io/library/a"


@pytest.mark.parametrize(
    "text",
    [
        "",
        ":",
        ":1",
        "/",
        "/a",
        "a/",
        "a//b",
        "a:",
        "a:b:c",
        "a:b/c",
        "a:-1",
        "a:.1",
        "a:é",
        "a: 1",
        "a:" + "t" * 129,
        "A",
        "Python:3",
        "library/Python",
        "docker.io/Python",
        "registry:port/a",
        "registry:/a",
        "-a",
        "a-",
        "a.",
        "a..b",
        "a___b",
        "_a",
        "a._b",
        "a b",
        " a",
        "a\n",
        "é",
        "a@",
        "a@sha256:",
        "a@" + DIGEST[:-1],
        "a@" + DIGEST + "0",
        "a@" + DIGEST.upper(),
        "a@sha256:" + "A" * 64,
        "a@sha256:" + "g" * 64,
        "a@md5:" + "0" * 32,
        "a@" + DIGEST + "@" + DIGEST,
        "@" + DIGEST,
        "a:1@",
        "0" * 64,
        "a" * 256,
        "docker.io/" + "a/" * 127 + "aa",
        "a_b.c/" + "d" * 250,
        "-a.b/c",
        "a-.b/c",
        "[::1/a",
        "[::g]/a",
        "my_registry:5000/a",
        "http://a.b/c",
        "$A",
        "${A}:1",
        "a\udcff",
    ],
)
def test_names_that_are_none(text: str) -> None:
    with pytest.raises(InvalidReference):
        Reference.parse(text)


COMPONENTS = st.from_regex(r"[a-z0-9]{1,4}(?:(?:\.|_|__|-{1,3})[a-z0-9]{1,3}){0,2}", fullmatch=True)
HOSTS = st.one_of(
    st.sampled_from(["localhost", "docker.io", "index.docker.io", "ghcr.io", "[::1]", "Host"]),
    st.from_regex(r"[a-z0-9]{1,5}\.[a-z]{2,3}", fullmatch=True),
)
NAMES = st.builds(
    # Without a host, a dot in the first component would make one of it.
    lambda host, port, path, tag, digest: (f"{host}{port}/{path}" if host else path.replace(".", "-")) + tag + digest,
    st.one_of(st.just(""), HOSTS),
    st.sampled_from(["", "", ":5000"]),
    st.lists(COMPONENTS, min_size=1, max_size=3).map("/".join),
    st.one_of(st.just(""), st.from_regex(r":[A-Za-z0-9_][A-Za-z0-9_.-]{0,9}", fullmatch=True)),
    st.sampled_from(["", "", f"@{DIGEST}"]),
)


@given(NAMES)
def test_canonical_and_familiar_forms_mean_the_same(text: str) -> None:
    reference = Reference.parse(text)
    assert Reference.parse(reference.canonical) == reference
    assert Reference.parse(reference.familiar) == reference
    assert Reference.parse(reference.canonical).canonical == reference.canonical
    assert len(reference.familiar) <= len(reference.canonical)


@given(st.text(st.one_of(st.sampled_from("aA0.:/@-_[]$ \n"), st.characters()), max_size=40))
def test_any_text_is_a_name_or_is_refused(text: str) -> None:
    try:
        reference = Reference.parse(text)
    except InvalidReference:
        return
    assert set(text) <= set(string.ascii_letters + string.digits + "._-/:@[]")
    assert Reference.parse(reference.canonical) == reference


# --- places that name images ------------------------------------------------------------------------------------


def uses(text: str) -> tuple[ImageUse, ...]:
    return parse(Source("Dockerfile", text)).images


@pytest.mark.parametrize(
    ("text", "tag", "changed"),
    [
        ("FROM python:3.11\n", "3.11", "FROM python:3.12\n"),
        ("FROM python:3.11 AS x\r\n", "3.11", "FROM python:3.12 AS x\r\n"),
        (f"FROM a.b:80/python:3.11@{DIGEST}\n", "3.11", f"FROM a.b:80/python:3.12@{DIGEST}\n"),
        ('FROM "python:3.11"\n', "3.11", 'FROM "python:3.12"\n'),
        ("FROM \\\n  python:3.11\n", "3.11", "FROM \\\n  python:3.12\n"),
        ("ARG V=3.11\nFROM python:$V\n", "3.11", "ARG V=3.12\nFROM python:$V\n"),
        ("ARG V=3.11\nFROM python:${V}\n", "3.11", "ARG V=3.12\nFROM python:${V}\n"),
        ("ARG V='3.11'\nFROM python:$V\n", "3.11", "ARG V='3.12'\nFROM python:$V\n"),
        ("ARG B=python:3.11\nFROM $B\n", "3.11", "ARG B=python:3.12\nFROM $B\n"),
        ("ARG A=3.11\nARG B=$A\nFROM python:$B\n", "3.11", "ARG A=3.12\nARG B=$A\nFROM python:$B\n"),
        ("FROM python:${V:-3.11}\n", "3.11", "FROM python:${V:-3.12}\n"),
        ("ARG V\nFROM python:${V:-3.11}\n", "3.11", "ARG V\nFROM python:${V:-3.12}\n"),
        ("ARG V=1\nFROM ${B:-python:3.11}\n", "3.11", "ARG V=1\nFROM ${B:-python:3.12}\n"),
        ("FROM scratch\nCOPY --from=python:3.11 a b\n", "3.11", "FROM scratch\nCOPY --from=python:3.12 a b\n"),
        (
            "FROM scratch\nRUN --mount=target=/x,from=python:3.11 y\n",
            "3.11",
            "FROM scratch\nRUN --mount=target=/x,from=python:3.12 y\n",
        ),
        ("# syntax=docker/dockerfile:3.11\nFROM scratch\n", "3.11", "# syntax=docker/dockerfile:3.12\nFROM scratch\n"),
        (
            "FROM scratch\nONBUILD COPY --from=python:3.11 a b\n",
            "3.11",
            "FROM scratch\nONBUILD COPY --from=python:3.12 a b\n",
        ),
    ],
)
def test_tag_is_edited_where_it_is_written(text: str, tag: str, changed: str) -> None:
    (use,) = uses(text)
    assert use.tag_span is not None
    assert use.tag_span.text == tag
    edit = use.edit_tag("3.12")
    assert edit is not None
    assert apply(text, [edit]) == changed
    (again,) = uses(changed)
    assert again.reference is not None
    assert again.reference.tag == "3.12"


@pytest.mark.parametrize(
    "text",
    [
        "FROM python\n",
        f"FROM python@{DIGEST}\n",
        "ARG V=3.11\nFROM python:$V-slim\n",
        "ARG M=3\nARG N=11\nFROM python:$M.$N\n",
        "FROM python:3\\\n.11\n",
        "ARG V\nFROM python:$V\n",
        "FROM python:$TARGETARCH\n",
        "ARG V=3.11-slim\nFROM python:${V%-*}-alpine\n",
    ],
)
def test_tag_that_is_not_there_or_written_in_pieces_has_no_place(text: str) -> None:
    (use,) = uses(text)
    assert use.tag_span is None
    assert use.edit_tag("3.12") is None


def test_part_of_a_value_is_edited_in_its_part() -> None:
    (use,) = uses("ARG V=python:3.11-slim\nFROM ${V%-slim}\n")
    edit = use.edit_tag("3.12")
    assert edit is not None
    assert apply("ARG V=python:3.11-slim\nFROM ${V%-slim}\n", [edit]) == "ARG V=python:3.12-slim\nFROM ${V%-slim}\n"


def test_use_says_what_is_written_and_what_it_means() -> None:
    (use,) = uses("ARG V=3.12\nFROM --platform=linux/${A:-amd64} python:${V} AS Build\n")
    assert use.kind is ImageKind.FROM
    assert (use.span.text, use.word.text) == ("python:${V}", "python:${V}")
    assert use.traced is not None
    assert use.traced.text == "python:3.12"
    assert use.reference == Reference("docker.io", "library/python", "3.12")
    assert (use.stage, use.platform) == ("build", "linux/amd64")


OTHER = "sha256:" + sha256(b"other").hexdigest()


@pytest.mark.parametrize(
    ("text", "new", "edits"),
    [
        ("FROM python:3.12-slim", "python:3.13-slim", [("12", "13")]),
        ("FROM python:3.12-slim", "python:4.1-alpine3.20", [("3.12-slim", "4.1-alpine3.20")]),
        ("FROM python:3.12-bookworm", "python:3.12.1-bookworm", [("", ".1")]),
        ("FROM python:3.12", "python:3.12", []),
        ("FROM docker.io/library/python:3.12", "python:3.13", [("12", "13")]),
        ("FROM python", f"python@{OTHER}", [("", f"@{OTHER}")]),
        ("FROM python:3.12", f"python:3.13@{OTHER}", [("12", f"13@{OTHER}")]),
        (f"FROM python:3.12@{DIGEST}", f"python:3.13@{OTHER}", [("12", "13"), (DIGEST, OTHER)]),
        (f"FROM python:3.12@{DIGEST}", "python:3.12", [(f"@{DIGEST}", "")]),
        (f"FROM python:3.12@{DIGEST}", f"python@{DIGEST}", [(":3.12", "")]),
        ("ARG V=3.12\nFROM python:$V-slim", f"python:3.13-slim@{OTHER}", [("12", "13"), ("", f"@{OTHER}")]),
        ("ARG A=1\nARG B=2\nFROM app:$A.$B", "app:3.4", [("1", "3"), ("2", "4")]),
        ("FROM python:3", "node:4", [("python", "node"), ("3", "4")]),
        ("FROM library/python:3", "node:3", [("python", "node")]),
        ("FROM library/python:3", "a/b:3", [("library/python", "a/b")]),
        ("FROM docker.io/python:3", "node:3", [("python", "node")]),
        ("FROM docker.io/python:3", "a/node:3", [("python", "a/node")]),
        ("FROM python:3", "library/a/node:3", [("python", "library/a/node")]),
        ("FROM a/b:3", "node:3", [("a/b", "node")]),
        ("FROM docker.io/a/b:3", "node:3", [("a/b", "library/node")]),
        ("FROM docker.io/a/b:3", "ghcr.io/a/b:3", [("docker", "ghcr")]),
        ("FROM ghcr.io/a/b:3", "python:3", [("ghcr.io/a/b", "docker.io/library/python")]),
        ("FROM python:3", "ghcr.io/a/b:3", [("python", "ghcr.io/a/b")]),
        ("FROM x.y/a:3", "docker.io/x.z/a:3", [("x.y", "docker.io/x.z")]),
    ],
)
def test_edits_are_the_fewest(text: str, new: str, edits: list[tuple[str, str]]) -> None:
    (use,) = uses(text)
    found = use.edit(Reference.parse(new))
    assert found is not None
    assert [(edit.span.text, edit.text) for edit in found] == edits
    (again,) = uses(apply(text, found))
    assert again.reference == Reference.parse(new)


@pytest.mark.parametrize(
    ("text", "new"),
    [
        ("ARG V\nFROM python:$V", "python:3"),
        ("FROM python:$TARGETARCH", "python:3"),
        ("FROM :3", "python:3"),
        ("ARG V=3.12.1\nFROM python:${V%.*}", "python:3.13"),
        ("ARG V=3.12\nFROM python:${V/./}", "python:313"),
        ("ARG V=1\nFROM php$V:$V", "php1:2"),
    ],
)
def test_name_that_cannot_be_edited(text: str, new: str) -> None:
    (use,) = uses(text)
    assert use.edit(Reference.parse(new)) is None


def test_name_spelled_with_escapes_is_left_alone() -> None:
    source = Source("x.json", '["python:3.\\u0031"]')
    name = Traced.join([Traced.of(source.span(2, 11)), Traced.spelled("1", source.span(11, 17))])
    use = ImageUse(ImageKind.BAKE, Traced.of(source.span(2, 17)), name, Reference.parse(name.text), None)
    assert use.edit(Reference.parse("python:3.2")) is None
    with pytest.raises(Unsolved, match="`1` is spelled in another way in line 1"):
        use.renamed(Reference.parse("python:3.2"))
    edits = use.edit(Reference.parse("python:4.1"))
    assert edits is not None
    assert apply(source.text, edits) == '["python:4.\\u0031"]'


def test_piece_that_is_written_nowhere_is_left_alone() -> None:
    source = Source("x.yaml", "repository: python")
    name = Traced.join([Traced.of(source.span(12, 18)), Traced.made(":3")])
    use = ImageUse(ImageKind.HELM_VALUES, Traced.of(source.span(12, 18)), name, Reference.parse(name.text), None)
    with pytest.raises(Unsolved, match="`:3` is written nowhere"):
        use.renamed(Reference.parse("python:4"))
