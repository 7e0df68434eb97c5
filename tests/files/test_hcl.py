from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockwright.files._hcl.functions import FUNCTIONS
from dockwright.files.bake import Bake, read_bake
from dockwright.files.value import HOLE
from dockwright.source import Edit, Source, apply

NAMES = """\
variable "A" { default = "a" }
variable "EMPTY" { default = "" }
variable "SET_BY_CI" {}
variable "NUMBER" {
  type    = number
  default = "3"
}
variable "FLAG" {
  type    = bool
  default = "true"
}
variable "TEXT" {
  type    = string
  default = 3.10
}
LIST = ["x", A, "z"]
MAP = { k = "v", "n.m" = { o = "p" }, (A) = 1 }
LOOP = "${LOOP}"
function "tag" {
  params = [name]
  result = "r/${name}:${A}"
}
function "all" {
  params          = []
  variadic_params = rest
  result          = join("+", rest)
}
"""


def read(text: str) -> Bake:
    return read_bake(Source("docker-bake.hcl", text))


def value(expression: str) -> str | None:
    bake = read(f'{NAMES}target "t" {{\n  args = {{\n    v = {expression}\n  }}\n}}\n')
    assert bake.problem is None, bake.problem
    found = bake.targets["t"].args.get("v")
    return None if found is None else found.traced.text


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('""', ""),
        ('"a b"', "a b"),
        (r'"\n\r\t\"\\é\U0001F600"', '\n\r\t"\\é\U0001f600'),
        ('"$${A} $$ $ %%{A} % 100%"', "${A} $$ $ %{A} % 100%"),
        ('"$$${A}"', "$${A}"),
        ('"${A}"', "a"),
        ('"${ "${A}b" }c"', "abc"),
        ('"x ${~ A ~} y"', "xay"),
        ('"${A == "a" ? "yes" : "no"}"', "yes"),
        ('"%{ if FLAG }y%{ else }n%{ endif }"', "y"),
        ('"%{ if !FLAG ~} y %{~ endif }."', "."),
        ('"%{ for i, v in LIST }${i}${v},%{ endfor }"', "0x,1a,2z,"),
        ("1", "1"),
        ("1.50", "1.5"),
        ("3.10", "3.1"),
        ("1e2", "100"),
        ("1e-2", "0.01"),
        ("-5", "-5"),
        ("true", "true"),
        ("A", "a"),
        ("NUMBER", "3"),
        ("FLAG", "true"),
        ("TEXT", "3.1"),
        ("null", None),
        ('"${null}"', None),
        ("1 + 2 * 3 - 4", "3"),
        ("(1 + 2) * 3", "9"),
        ("7 % 4", "3"),
        ("8 / 2 / 2", "2"),
        ("-NUMBER + 5", "2"),
        ("2 + 3 == 5 && !false || false", "true"),
        ("1 < 2 == 2 >= 2", "true"),
        ('"1" == 1', "false"),
        ('"1" + 1', "2"),
        ("null == null", "true"),
        ('["a"] == [A]', "true"),
        ('{k = "v"} == {k = A}', "false"),
        ('FLAG ? "y" : "n"', "y"),
        ('false ? 1 : false ? 2 : "c"', "c"),
        ("LIST[1]", "a"),
        ("LIST.0", "x"),
        ("MAP.k", "v"),
        ('MAP["n.m"].o', "p"),
        ("MAP.a", "1"),
        ('{for k, v in {b = "2", a = "1"} : v => k}["2"]', "b"),
        ('join(",", [for v in LIST : upper(v) if v != "x"])', "A,Z"),
        ('tag("x")', "r/x:a"),
        ("all(LIST...)", "x+a+z"),
        ("all()", ""),
        ('join("-", ["a"], LIST)', "a-x-a-z"),
        ('join(",", concat(["p"], LIST, []))', "p,x,a,z"),
        ('join(",", distinct(["p", "q", "p"]))', "p,q"),
        ('join(",", compact(["", "q", EMPTY]))', "q"),
        ('join(",", flatten([["p"], "q", ["r"]]))', "p,q,r"),
        ('join("|", split(".", "1.2.3"))', "1|2|3"),
        ('element(split(".", "1.2.3"), 4)', "2"),
        ('replace("1.2.3", ".", "-")', "1-2-3"),
        ('substr("abcdef", 1, 3)', "bcd"),
        ('substr("abcdef", -2, -1)', "ef"),
        ('format("%s-%v-%d%%", "a", FLAG, 5)', "a-true-5%"),
        ('lower("AbC")', "abc"),
        ('trim("--a--", "-")', "a"),
        ('trimspace(" a ")', "a"),
        ('trimprefix("v1.2", "v")', "1.2"),
        ('trimsuffix("1.2-rc", "-rc")', "1.2"),
        ('sanitize("a.b/c")', "a_b_c"),
        ('md5("")', "d41d8cd98f00b204e9800998ecf8427e"),
        ('coalesce(null, "b")', "b"),
        ('lookup(MAP, "none", "d")', "d"),
        ('contains(LIST, "z")', "true"),
        ("length(LIST)", "3"),
        ('join(",", keys({b = 1, a = 2}))', "a,b"),
        ('join(",", values({b = 1, a = 2}))', "2,1"),
        ('merge(MAP, {k = "w"}).k', "w"),
        ('notequal("", EMPTY)', "false"),
        ("and(FLAG, not(FLAG))", "false"),
        ("greaterthan(NUMBER, 2)", "true"),
        ("add(NUMBER, 1)", "4"),
        ('try(A, "b")', "a"),
    ],
)
def test_values(expression: str, expected: str | None) -> None:
    assert value(expression) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("SET_BY_CI", HOLE),
        ("NOWHERE", HOLE),
        ("LOOP", HOLE),
        ("timestamp()", HOLE),
        ('regex_replace(A, "a", "b")', HOLE),
        ('"x:${SET_BY_CI}-y"', f"x:{HOLE}-y"),
        ('join("/", [SET_BY_CI, "app"])', f"{HOLE}/app"),
        ('format("%s:%s", SET_BY_CI, A)', f"{HOLE}:a"),
        ('upper("x${SET_BY_CI}")', HOLE),
        ('SET_BY_CI == "" ? "x" : "y"', HOLE),
        ('"${SET_BY_CI}x" == "y"', HOLE),
        ('FLAG || SET_BY_CI == ""', "true"),
        ('!FLAG && SET_BY_CI == ""', "false"),
        ("1.1 + 2", HOLE),
        ("1 / 3", HOLE),
        ("1 / 0", HOLE),
        ("9e999999999", HOLE),
        ("LIST", HOLE),
        ("LIST[9]", HOLE),
        ("LIST[*]", HOLE),
        ("MAP.none", HOLE),
        ('"x${null}"', HOLE),
        ("[[1]] == [[1]]", HOLE),
        ("tag()", HOLE),
        ("join(A)", HOLE),
        ('{for v in LIST : v => v...}["x"]', HOLE),
        ('{for v in LIST : SET_BY_CI => v}["x"]', HOLE),
        ('join("", [for v in LIST : v if SET_BY_CI == ""])', HOLE),
        ("[for v in A : v][0]", HOLE),
        ('replace("aa", "", "b")', HOLE),
        ('substr("abc", -1, 0)', HOLE),
        ('format("%q", A)', HOLE),
    ],
)
def test_what_the_file_does_not_tell_stays_unknown(expression: str, expected: str) -> None:
    assert value(expression) == expected


@pytest.mark.parametrize(
    ("heredoc", "expected"),
    [
        ("<<EOT\n  a\n b\nEOT\n", "  a\n b\n"),
        ("<<EOT\n\n  EOT\n", "\n"),
        ("<<-EOT\n    a\n      b\n\n    c\n  EOT\n", "a\n  b\n\nc\n"),
        ("<<-EOT\n\ta\n\t\tb\n\tEOT\n", "a\n\tb\n"),
        ("<<-EOT\n    a\n  \n  b\nEOT\n", "  a\n  \nb\n"),
        ("<<-EOT\n    ${A}\n      b\nEOT\n", "a\n  b\n"),
        ("<<-EOT\n${A}\n  b\nEOT\n", "a\n  b\n"),
        ('<<EOT\nRUN echo \\\n  "$X" $${Y} ${A}\nEOT\n', 'RUN echo \\\n  "$X" ${Y} a\n'),
        ("<<EOT\nEOTS\n EOT x\nEOT\n", "EOTS\n EOT x\n"),
        ("<<EOT\r\na\r\nEOT\r\n", "a\r\n"),
        ("<<EOT\n%{ if FLAG ~}\n  a\n%{ endif ~}\nb\nEOT\n", "  a\nb\n"),
        ("<<EOT\nEOT\n", ""),
    ],
)
def test_here_documents(heredoc: str, expected: str) -> None:
    found = read(f'{NAMES}target "t" {{\n  dockerfile-inline = {heredoc}}}\n').targets["t"].dockerfile_inline
    assert found is not None
    assert found.text == expected


@pytest.mark.parametrize(
    "text",
    [
        'target "t" { tags = ["a"] }',
        "target t {\n}\n",
        '\ufefftarget "t" {}\n',
        'target "t" {\r\n\ttags = [ # one\r\n "a", // two\r\n "b", /* three\n*/ ]\r\n}\r\n',
        'a-b = 1\ntarget "t" {\n  labels = {\n a.b = 1 }\n}\n'.replace("a.b", '"a.b"'),
        'x = {\n a : 1,\n\n b = 2\n}\ntarget "t" {}',
        'x = (\n1\n+ 2\n)\ntarget "t" {}',
        'x = f(\n1,\n2,\n)\ntarget "t" {}',
        "# only a comment",
        "",
    ],
)
def test_what_hcl_accepts(text: str) -> None:
    assert read(text).problem is None


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("a = [", (1, 6), "HCL expects a value here, not the end of the file."),
        ("a = [1 2]", (1, 8), "HCL expects `]` here, not `2`."),
        ('a = "b', (1, 5), "This is never closed."),
        ('a = "b\nc"', (1, 5), "This string does not end on its line."),
        (r'a = "\d"', (1, 6), r"HCL has no escape `\d`; a backslash is written as two."),
        (r'a = "\uD800"', (1, 6), r"HCL has no escape `\uD800`; a backslash is written as two."),
        ('a = "${b"', (1, 9), "This is never closed."),
        ('a = "${b"\n}', (1, 9), "This string does not end on its line."),
        ('a = "${b c}"', (1, 10), "HCL expects the end of a template sequence here, not `c`."),
        ("a = <<E\nb\n", (1, 5), "This is never closed."),
        ("a = <<E\nb\nE", (1, 5), "This is never closed."),
        ("a = 1 b = 2", (1, 7), "HCL expects the end of the line here, not `b`."),
        ("a = 1, b = 2", (1, 6), "HCL expects the end of the line here, not `,`."),
        ("a = 1\na = 2", (2, 1), "`a` is set twice here."),
        ("a = 1.2.3", (1, 5), "This is no number."),
        ("a = 'b'", (1, 5), "This character means nothing here."),
        ("a b", (1, 4), "HCL expects a label or `{` here, not the end of the file."),
        ("a {", (1, 4), "HCL expects a name here, not the end of the file."),
        ("a { b = 1, c = 2 }", (1, 10), "HCL expects `}` here, not `,`."),
        ('a "${b}" {}', (1, 4), "HCL expects text of a string here, not `${`."),
        ("/* a", (1, 1), "This comment is never closed."),
        ('a = "%{ if b }"', (1, 6), "This `if` is never ended."),
        ('a = "%{ endif }"', (1, 6), "Nothing is open that `endif` would end."),
        ('a = "%{ what }"', (1, 9), "HCL has no such directive; write `%%{` for a plain `%{`."),
        ("a = ~}", (1, 5), "HCL expects a value here, not `~}`."),
        ("a = [for x in y]", (1, 16), "HCL expects `:` here, not `]`."),
        ("a = {for x in y: x}", (1, 19), "HCL expects `=>` here, not `}`."),
        ("a = b.", (1, 7), "HCL expects a name here, not the end of the file."),
        ("a = \udc80", (1, 5), "This character means nothing here."),
    ],
)
def test_a_broken_file_is_told_with_its_place(text: str, place: tuple[int, int], message: str) -> None:
    bake = read(text)
    assert bake.problem is not None
    first = bake.problem.span.first
    assert ((first.line, first.column), bake.problem.message) == (place, message)
    assert (bake.targets, bake.groups) == ({}, {})


DEEP = "This is nested too deep to be followed."


@pytest.mark.parametrize(
    ("unit", "message"),
    [
        *(
            ("[", DEEP),
            ("{", DEEP),
            ("(", DEEP),
            ('"${', DEEP),
            ("-", DEEP),
            ("f(", DEEP),
            ("a ? ", DEEP),
            ("a[", DEEP),
        ),
        ("<<E\n", "This is never closed."),
    ],
)
def test_nesting_has_an_end(unit: str, message: str) -> None:
    for count in (50, 10_000):
        problem = read("a = " + unit * count).problem
        assert problem is not None
        assert problem.message == message


def test_a_large_file_is_not_read() -> None:
    problem = read("[" * 1_000_000).problem
    assert problem is not None
    assert problem.message == "The file has more than 262144 characters, so it is not read."


@pytest.mark.parametrize(
    "text",
    [
        'V0 = "0123456789"\n' + "".join(f'V{i} = "${{V{i - 1}}}${{V{i - 1}}}"\n' for i in range(1, 80)),
        "V0 = [1]\n" + "".join(f"V{i} = concat(V{i - 1}, V{i - 1})\n" for i in range(1, 80)),
        "V0 = [1]\n" + "".join(f"V{i} = [V{i - 1}, V{i - 1}] == [V{i - 1}, V{i - 1}]\n" for i in range(1, 80)),
        "".join(f"V{i} = V{i - 1}\n" for i in range(1, 5000)),
        f'V79 = replace("{"x" * 5000}", "x", "{"y" * 5000}")\n',
        "V79 = f79(1)\n"
        + "".join(
            f'function "f{i}" {{\n params = [a]\n result = "${{f{i - 1}(a)}}${{f{i - 1}(a)}}"\n}}\n'
            for i in range(1, 80)
        ),
    ],
    ids=("doubling", "lists", "comparing", "chain", "replace", "functions"),
)
def test_what_grows_without_end_is_unknown(text: str) -> None:
    target = read(text + 'target "t" {\n tags = [V79]\n}\n').targets["t"]
    assert "tags" in target.open or target.tags[0].text is None


def test_text_knows_where_each_part_is_written() -> None:
    text = """\
variable "VERSION" { default = "3.12" }
function "image" {
  params = [name]
  result = "ghcr.io/acme/${name}:${VERSION}"
}
target "t" {
  tags = [image("web"), join("-", ["a", VERSION]), trimprefix("v1.2", "v"), "q\\"$${x}"]
}
"""
    tags = read(text).targets["t"].tags
    assert [tag.text for tag in tags] == ["ghcr.io/acme/web:3.12", "a-3.12", "1.2", 'q"${x}']
    places = [[span and (span.first.line, span.text) for span in tag.traced.spans] for tag in tags]
    assert places == [
        [(4, "ghcr.io/acme/"), (7, "web"), (4, ":"), (1, "3.12")],
        [(7, "a"), (7, "-"), (1, "3.12")],
        [(7, "1.2")],
        [(7, "q"), (7, '\\"'), (7, "${x}")],
    ]
    assert [tag.span and tag.span.text for tag in tags] == [
        'image("web")',
        'join("-", ["a", VERSION])',
        'trimprefix("v1.2", "v")',
        '"q\\"$${x}"',
    ]


def test_numbers_never_pass_for_the_letters_of_another_spelling() -> None:
    args = read('target "t" {\n args = {a = 1.5, b = 1e2, c = 1.50, d = 1 + 1}\n}\n').targets["t"].args
    exact = {name: each.traced.exact and each.traced.exact.text for name, each in args.items()}
    assert exact == {"a": "1.5", "b": None, "c": None, "d": None}
    assert [each.text for each in args.values()] == ["1.5", "100", "1.5", "2"]


@given(
    st.sampled_from(sorted(FUNCTIONS)),
    st.lists(
        st.sampled_from(
            'A|""|SET_BY_CI|"x${SET_BY_CI}"|1|-1|1.5|9e30|true|null|LIST|MAP|[]|{}'.split("|")
            + "[LIST]|[null]|[SET_BY_CI]|[1, true]".split("|")
        ),
        max_size=4,
    ),
)
def test_no_function_minds_what_it_is_given(name: str, arguments: list[str]) -> None:
    value(f"{name}({', '.join(arguments)})")
    value(f"[{name}({', '.join(arguments)})][0]")


words = st.text(alphabet="abc019.", min_size=1, max_size=5)
names = st.sampled_from(["A", "B", "C"])
blanks = st.sampled_from(["", " ", "\t", " /* é */ "])


@st.composite
def texts(draw: st.DrawFn, depth: int = 2) -> str:
    """Draw an expression that is text, made of variables, literals and what only cuts and joins."""
    if depth == 0 or draw(st.booleans()):
        return draw(st.one_of(names, words.map(lambda word: f'"{word}"')))
    inner = [draw(texts(depth=depth - 1)) for _ in range(draw(st.integers(1, 3)))]
    blank = draw(blanks)
    match draw(st.integers(0, 3)):
        case 0:
            return '"' + draw(words) + "-".join("${" + blank + each + "}" for each in inner) + '"'
        case 1:
            return f'join("-",{blank}[{", ".join(inner)}])'
        case 2:
            return f'format("%s.%s", {inner[0]},{blank}{inner[-1]})'
        case _:
            return f"f({inner[0]}{blank})"


@st.composite
def files(draw: st.DrawFn) -> str:
    end = draw(st.sampled_from(["\n", "\r\n"]))
    lines = [f'variable "{name}" {{ default = "{draw(words)}" }}' for name in ("A", "B")]
    lines.append(f'C = "x${{A}}{draw(words)}"')
    lines += ['function "f" {', " params = [p]", ' result = "é${p}/${B}"', "}", 'target "t" {']
    lines += [" args = {", *(f"  v{i} = {draw(texts())}" for i in range(draw(st.integers(1, 3)))), " }", "}", ""]
    return end.join(lines)


@given(files(), st.data())
def test_what_is_edited_at_its_place_is_read_back_so(text: str, data: st.DataObject) -> None:
    source = Source("docker-bake.hcl", text)
    args = read_bake(source).targets["t"].args
    name = data.draw(st.sampled_from(sorted(args)))
    pieces = list(args[name].traced.pieces())
    for start, end, span in pieces:
        assert span is not None
        assert span.text == args[name].traced.text[start:end]
    place = data.draw(st.sampled_from([span for _, _, span in pieces if span is not None]))
    edited = read(apply(text, [Edit(place, "NEW")]))
    expected = "".join("NEW" if span == place else args[name].traced.text[start:end] for start, end, span in pieces)
    # A literal that stands in a function or a variable may come up more than once, cut in different ways.
    if all(span == place or span is None or span.end <= place.start or place.end <= span.start for *_, span in pieces):
        found = edited.targets["t"].args[name].text
        assert found == expected


@given(st.text(alphabet="ab1=\"'$%{}[]()<>-~E\n\r\t#/*,.:?!&|\\é\udc80 ", max_size=80))
def test_nothing_raises_and_problems_stand_in_the_file(text: str) -> None:
    for path in ("docker-bake.hcl", "docker-bake.json"):
        bake = read_bake(Source(path, text))
        if bake.problem is not None:
            assert 0 <= bake.problem.span.start <= bake.problem.span.end <= len(text)


@given(st.text(alphabet='ab"$%{}~\\ \n', max_size=40))
def test_any_template_in_json_is_read_or_refused(text: str) -> None:
    import json

    bake = read_bake(Source("docker-bake.json", json.dumps({"target": {"t": {"tags": [text]}}})))
    assert bake.problem is not None or "t" in bake.targets
