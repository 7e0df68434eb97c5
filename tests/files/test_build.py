"""Values that a file gives, three-valued logic, and what settings mean."""

from __future__ import annotations

import pytest

from dockwright.files.build import Cache, CacheMode, Context, ContextKind, DockerfileName, Settings, TagKind, Tool
from dockwright.files.settings import Given, cache, options_of, output, settings_of, tag, unquoted
from dockwright.files.value import HOLE, OFF, Toggle, Truth, Value, concatenate, spelled
from dockwright.files.workspace import Place
from dockwright.source import Source
from dockwright.traced import Traced

TRUE, FALSE, UNKNOWN = Truth.TRUE, Truth.FALSE, Truth.UNKNOWN


def value(text: str) -> Value:
    """Make a value of a text in which `?` is an expression `${{ x.y }}`."""
    source = Source("a.yml", text.replace("?", "${{ github.sha }}"))
    parts: list[Traced] = []
    start = 0
    for number, piece in enumerate(text.split("?")):
        if number:
            parts.append(spelled(HOLE, source.span(start, start + 17)))
            start += 17
        parts.append(Traced.of(source.span(start, start + len(piece))))
        start += len(piece)
    return Value(Traced.join(parts), source.span(0, len(source.text)))


def test_three_valued_logic() -> None:
    every = (TRUE, FALSE, UNKNOWN)
    assert [[(one & other).value for other in every] for one in every] == [
        ["true", "false", "unknown"],
        ["false", "false", "false"],
        ["unknown", "false", "unknown"],
    ]
    assert [[(one | other).value for other in every] for one in every] == [
        ["true", "true", "true"],
        ["true", "false", "unknown"],
        ["true", "unknown", "unknown"],
    ]
    assert [~one for one in every] == [FALSE, TRUE, UNKNOWN]
    assert [Truth.of(plain) for plain in (True, False, None)] == [TRUE, FALSE, UNKNOWN]
    assert [(one.certain, one.possible) for one in every] == [(True, True), (False, False), (False, True)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("true", TRUE),
        (" TRUE\n", TRUE),
        ("false", FALSE),
        ("", FALSE),
        ("yes", UNKNOWN),
        ("?", UNKNOWN),
        ("tr?", UNKNOWN),
    ],
)
def test_switches(text: str, expected: Truth) -> None:
    assert value(text).truth() is expected


def test_values_show_what_is_not_known_as_it_is_written() -> None:
    given = value("ghcr.io/?:latest")
    assert (given.text, given.shown, given.unknown) == (None, "ghcr.io/${{ github.sha }}:latest", False)
    assert given.references == {"github.sha"}
    assert value(" ? ").unknown
    assert not value("").unknown
    assert Value.of("x", None).span is None


def test_splitting_keeps_places() -> None:
    parts = value(" a=1 ,?, b=?x,, ").split(",")
    assert [part.shown for part in parts] == ["a=1", "${{ github.sha }}", "b=${{ github.sha }}x"]
    assert [part.span and part.span.text for part in parts] == ["a=1", "${{ github.sha }}", "b=${{ github.sha }}x"]
    assert [sorted(part.references) for part in parts] == [[], ["github.sha"], ["github.sha"]]


def test_the_place_of_a_part_that_comes_from_a_variable() -> None:
    source = Source("a.yml", "IMAGE: me/app\ntags: ${{ env.IMAGE }}:1,${{ env.IMAGE }}")
    definition, given = Traced.of(source.span(7, 13)), source.span(20, 57)
    assert given.text == "${{ env.IMAGE }}:1,${{ env.IMAGE }}"[: given.end - given.start]
    given = source.span(20, len(source.text))
    whole = Value(Traced.join([definition, Traced.of(source.span(36, 39)), definition]), given)
    one, two = whole.split(",")
    assert (one.text, one.span and one.span.text) == ("me/app:1", "${{ env.IMAGE }}:1")
    assert (two.text, two.span and two.span.text) == ("me/app", "${{ env.IMAGE }}")
    assert two.traced.exact is not None
    assert two.traced.exact.first.line == 1


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("${{ github.sha }}", {"github.sha"}),
        ("${{ format('{0} secrets.x', Secrets.TOKEN) || env['A-b'] }}", {"secrets.token", "env.a-b"}),
        ("${{ contains(needs.*.result, x.y) && matrix.a.b }}", {"needs.*.result", "matrix.a.b"}),
        ("$GITHUB_REF_NAME", {"github.ref_name"}),
        ("${TAG:-x}", {"$tag"}),
        ("$(date +%s)", {"$(...)"}),
        ("`date`", set()),
        ("$(IMAGE)", {"$image"}),
        ("plain github.sha", set()),
    ],
)
def test_references(written: str, expected: set[str]) -> None:
    source = Source("a", written)
    assert Value(spelled(HOLE, source.span(0, len(written))), None).references == expected


def test_what_is_spelled_never_claims_to_stand_there() -> None:
    source = Source("a", "$ABC $B")
    assert spelled("main", source.span(0, 4)).exact is None
    assert spelled("$ABC", source.span(0, 4)).exact == source.span(0, 4)
    assert spelled(HOLE, source.span(0, 1)).exact is None
    assert concatenate([value("a"), value("b")], None).text == "ab"


@pytest.mark.parametrize(
    ("text", "backend", "mode", "options"),
    [
        ("type=gha", "gha", "min", {}),
        ("type=gha,mode=max,scope=a", "gha", "max", {"mode": "max", "scope": "a"}),
        ("type=gha,mode=min", "gha", "min", {"mode": "min"}),
        ("type=gha,mode=?", "gha", "unknown", {"mode": "${{ github.sha }}"}),
        ("type=gha,scope=?", "gha", "unknown", {"scope": "${{ github.sha }}"}),
        ("type=gha,scope=?,x=y", "gha", "min", {"scope": "${{ github.sha }}", "x": "y"}),
        ("type=gha,?", "gha", "unknown", {}),
        ("type=registry,ref=me/a:?-x", "registry", "min", {"ref": "me/a:${{ github.sha }}-x"}),
        ("me/app:cache", "registry", "min", {"ref": "me/app:cache"}),
        ("me/?:cache", "registry", "min", {"ref": "me/${{ github.sha }}:cache"}),
        ("ref=me/app", "registry", "min", {"ref": "me/app"}),
        ("TYPE=GHA , Mode=max", "gha", "max", {"mode": "max"}),
        ("type=inline", "inline", "min", {}),
        ("type=inline,mode=max", "inline", "min", {"mode": "max"}),
        ("type=?", None, "unknown", {}),
        ("?", None, "unknown", {}),
        ("a=b", None, "unknown", {"a": "b"}),
        ('type=local,"dest=/tmp/x"', "local", "min", {"dest": "/tmp/x"}),
    ],
)
def test_caches(text: str, backend: str | None, mode: str, options: dict[str, str]) -> None:
    found = cache(value(text))
    assert (found.backend, found.mode.value) == (backend, mode)
    assert {name: option.shown for name, option in found.options.items()} == options


def test_caches_of_tools_that_keep_all_stages() -> None:
    found = cache(value("me/cache"), "kaniko")
    assert (found.backend, found.mode, found.ref and found.ref.text) == ("kaniko", CacheMode.MAX, "me/cache")
    scope = value("s")
    assert Cache(value("x"), "gha", {"scope": scope}).scope is scope


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        ("me/app", "me/app", "latest"),
        ("me/app:1", "me/app", "1"),
        ("host:5000/app", "host:5000/app", "latest"),
        ("host:5000/app:?", "host:5000/app", None),
        ("me/app?", "me/app${{ github.sha }}", None),
        ("?/app", "${{ github.sha }}/app", "latest"),
        ("?", None, None),
    ],
)
def test_tags(text: str, name: str | None, expected: str | None) -> None:
    found = tag(value(text))
    assert (found.name, found.tag, found.kind) == (name, expected, TagKind.WRITTEN)


@pytest.mark.parametrize(
    ("text", "kind"),
    [("type=registry", "registry"), ("out", "local"), ("-", "tar"), ("?", None), ("type=?,push=true", None)],
)
def test_outputs(text: str, kind: str | None) -> None:
    assert output(value(text)).type == kind


@pytest.mark.parametrize(
    ("push", "outputs", "expected"),
    [
        (None, [], FALSE),
        ("true", [], TRUE),
        ("?", [], UNKNOWN),
        (None, ["type=registry"], TRUE),
        (None, ["type=image,push=true"], TRUE),
        (None, ["type=image"], FALSE),
        ("false", ["type=docker", "type=image,push=?"], UNKNOWN),
        ("?", ["type=image,push=true"], TRUE),
        (None, ["?"], UNKNOWN),
    ],
)
def test_pushing(push: str | None, outputs: list[str], expected: Truth) -> None:
    given = Given({"push": (value(push),) if push else (), "outputs": tuple(value(each) for each in outputs)})
    assert settings_of(given, Tool.BUILDX_BUILD, Place()).pushes.state is expected


def settings(**fields: str) -> Settings:
    values = {name.replace("_", "-"): (value(text),) for name, text in fields.items()}
    return settings_of(Given(values), Tool.BUILD_PUSH_ACTION, Place())


def test_lists_are_cut_up_as_docker_actions_do() -> None:
    found = settings(
        tags="a,b\n# c\n'd'\n\n",
        cache_from="type=gha,scope=x\ntype=local,src=y",
        build_args="A=1,2\nB",
        platforms="linux/amd64, linux/arm64",
        no_cache_filters="a,b",
        secrets='"id=x,env=Y"',
    )
    assert [each.value.text for each in found.tags] == ["a", "b", "d"]
    assert [each.value.text for each in found.cache_from] == ["type=gha,scope=x", "type=local,src=y"]
    assert [(each.name.text, each.value and each.value.text) for each in found.build_args] == [
        ("A", "1,2"),
        ("B", None),
    ]
    assert [each.text for each in found.platforms] == ["linux/amd64", "linux/arm64"]
    assert [each.text for each in found.no_cache_filters] == ["a", "b"]
    assert [each.text for each in found.secrets] == ["id=x,env=Y"]


@pytest.mark.parametrize(
    ("fields", "imports", "exports", "replays"),
    [
        ({}, FALSE, FALSE, FALSE),
        ({"cache_from": "type=gha"}, TRUE, FALSE, TRUE),
        ({"cache_from": "?", "cache_to": "?"}, UNKNOWN, UNKNOWN, UNKNOWN),
        ({"cache_from": "type=gha,scope=?", "no_cache": "true"}, TRUE, FALSE, FALSE),
        ({"cache_from": "type=gha", "no_cache": "?"}, TRUE, FALSE, UNKNOWN),
        ({"build_args": "BUILDKIT_INLINE_CACHE=1"}, FALSE, TRUE, FALSE),
        ({"build_args": "BUILDKIT_INLINE_CACHE=0"}, FALSE, FALSE, FALSE),
    ],
)
def test_whether_a_cache_is_used(fields: dict[str, str], imports: Truth, exports: Truth, replays: Truth) -> None:
    found = settings(**fields)
    assert (found.imports_cache, found.exports_cache, found.replays_layers) == (imports, exports, replays)


def test_open_settings_are_not_none() -> None:
    plain = Settings(dockerfile=DockerfileName(None), context=Context(ContextKind.UNKNOWN, None), open=frozenset({"*"}))
    assert (plain.imports_cache, plain.exports_cache, plain.is_open("tags")) == (UNKNOWN, UNKNOWN, True)
    given = Given({}, frozenset({"pull"}))
    assert (given.toggle("pull"), given.toggle("load")) == (Toggle(UNKNOWN), OFF)


@pytest.mark.parametrize(
    ("tool", "context", "file", "expected"),
    [
        (Tool.BUILD_PUSH_ACTION, None, None, "git . Dockerfile"),
        (Tool.BUILD_PUSH_ACTION, None, "docker/D", "git . docker/D"),
        (Tool.BUILD_PUSH_ACTION, ".", None, "path . Dockerfile"),
        (Tool.BUILD_PUSH_ACTION, "app", "docker/D", "path app docker/D"),
        (Tool.BUILD_PUSH_ACTION, "{{defaultContext}}:a/../b", "D", "git b b/D"),
        (Tool.BUILD_PUSH_ACTION, "{{ defaultContext }}", None, "git . Dockerfile"),
        (Tool.BUILD_PUSH_ACTION, "{{defaultContext}}:?", None, "git None None"),
        (Tool.BUILD_PUSH_ACTION, "?", None, "unknown None None"),
        (Tool.BUILD_PUSH_ACTION, "?", "docker/D", "unknown None docker/D"),
        (Tool.BUILD_PUSH_ACTION, "app", "?", "path app None"),
        (Tool.DOCKER_BUILD, "git@github.com:me/x", None, "remote None None"),
        (Tool.DOCKER_BUILD, "github.com/me/x", "D", "remote None None"),
        (Tool.DOCKER_BUILD, "-", None, "stdin None None"),
        (Tool.DOCKER_BUILD, ".", "-", "path . None"),
        (Tool.DOCKER_BUILD, "/abs", None, "path None None"),
        (Tool.DOCKER_BUILD, "app", "../D", "path app None"),
        (Tool.COMPOSE_FILE, "app", "../docker/D", "path app docker/D"),
        (Tool.COMPOSE_FILE, "app", "../../D", "path app None"),
        (Tool.KANIKO, "app", "app/D", "path app app/D"),
        (Tool.KANIKO, "app", "D", "path app app/D"),
    ],
)
def test_which_dockerfile_is_built(tool: Tool, context: str | None, file: str | None, expected: str) -> None:
    values = {name: (value(text),) for name, text in (("context", context), ("file", file)) if text is not None}
    found = settings_of(Given(values), tool, Place())
    assert f"{found.context.kind.value} {found.context.path} {found.dockerfile.path}" == expected


def test_small_things() -> None:
    assert unquoted(value("'a\"")).text == "'a\""
    assert unquoted(value('"')).text == '"'
    assert {name: each.text for name, each in options_of(value("a=1,b,c=")).items()} == {"a": "1", "c": ""}
    assert Tool.PODMAN_BUILD.buildkit is False
    assert Tool.DOCKER_BUILD.buildkit is True
