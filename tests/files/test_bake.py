from __future__ import annotations

import json

import pytest

from dockwright.files.bake import Bake, Target, matches, read_bake, read_images
from dockwright.files.build import CacheMode
from dockwright.files.value import HOLE, Truth, Value
from dockwright.image import ImageKind
from dockwright.source import Edit, Source, apply


def read(*texts: str) -> Bake:
    bake = read_bake(
        *(Source("docker-bake.json" if text.startswith("{") else "docker-bake.hcl", text) for text in texts)
    )
    assert bake.problem is None, bake.problem
    return bake


def target(body: str, name: str = "t") -> Target:
    return read(f'target "t" {{\n{body}\n}}\n').targets[name]


def texts(values: tuple[Value, ...]) -> list[str]:
    return [value.traced.text for value in values]


def members(values: dict[str, Value] | object) -> dict[str, str]:
    assert isinstance(values, dict)
    return {key: value.traced.text for key, value in values.items()}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("docker-bake.hcl", True),
        ("docker-bake.json", True),
        ("docker-bake.override.hcl", True),
        ("ci/docker-bake.override.json", True),
        ("docker-bake-release.hcl", True),
        ("web.bake.hcl", True),
        ("4.5.3.docker-bake.json", True),
        ("bake.hcl", True),
        ("docker-bake.yaml", False),
        ("main.hcl", False),
        ("handbake.hcl", False),
        ("bakery.json", False),
    ],
)
def test_names(path: str, expected: bool) -> None:  # noqa: FBT001
    assert matches(path) is expected


RELEASE = """\
variable "REGISTRY" {
  default = "ghcr.io/acme"
}
variable "VERSION" {}
variable "PUSH" {
  default = false
}

function "tags" {
  params = [name]
  result = notequal(REGISTRY, "") ? ["${REGISTRY}/${name}:latest", "${REGISTRY}/${name}:${VERSION}"] : [name]
}

group "default" {
  targets = ["web", "tools"]
}

target "_common" {
  platforms  = ["linux/amd64", "linux/arm64"]
  pull       = true
  cache-from = ["type=gha,scope=common"]
  args       = { BASE = "python:3.12-slim", DEBUG = 0 }
}

target "web" {
  inherits   = ["_common"]
  context    = "web"
  dockerfile = "Dockerfile.prod"
  target     = "runtime"
  tags       = tags("web")
  cache-from = ["type=registry,ref=${REGISTRY}/web:cache"]
  cache-to   = [{ type = "registry", ref = "${REGISTRY}/web:cache", mode = "max" }]
  args       = { DEBUG = 1 }
  output     = ["type=image,push=${PUSH}"]
  secret     = ["id=token,env=TOKEN", "id=npm,src=.npmrc"]
}

target "tools" {
  inherits  = ["_common", "web"]
  platforms = ["linux/amd64"]
  no-cache  = VERSION == "nightly"
  cache-to  = []
}
"""


def test_a_release_build() -> None:
    bake = read(RELEASE)
    assert list(bake.targets) == ["_common", "web", "tools"]
    assert [each.name for each in bake.built()] == ["web", "tools"]
    assert bake.bases == {"_common"}
    web = bake.targets["web"]
    assert [value and value.text for value in (web.context, web.dockerfile, web.target)] == [
        "web",
        "Dockerfile.prod",
        "runtime",
    ]
    assert texts(web.tags) == ["ghcr.io/acme/web:latest", f"ghcr.io/acme/web:{HOLE}"]
    assert [tag.shown for tag in web.tags] == ["ghcr.io/acme/web:latest", "ghcr.io/acme/web:${VERSION}"]
    assert texts(web.platforms) == ["linux/amd64", "linux/arm64"]
    assert members(web.args) == {"BASE": "python:3.12-slim", "DEBUG": "1"}
    assert texts(web.secrets) == ["id=token,env=TOKEN", "id=npm,src=.npmrc"]
    assert (web.pull.state, web.no_cache.state, web.open) == (Truth.TRUE, Truth.FALSE, frozenset())


def test_caches_and_outputs_with_their_parts() -> None:
    web = read(RELEASE).targets["web"]
    assert [(cache.backend, members(cache.options)) for cache in web.cache_from] == [
        ("gha", {"scope": "common"}),
        ("registry", {"ref": "ghcr.io/acme/web:cache"}),
    ]
    (cache_to,) = web.cache_to
    assert (cache_to.backend, cache_to.mode) == ("registry", CacheMode.MAX)
    assert cache_to.value.text == "type=registry,ref=ghcr.io/acme/web:cache,mode=max"
    assert cache_to.value.span is not None
    assert cache_to.value.span.text == '{ type = "registry", ref = "${REGISTRY}/web:cache", mode = "max" }'
    assert cache_to.options["mode"].traced.exact is not None
    assert cache_to.options["mode"].traced.exact.text == "max"
    (output,) = web.output
    assert (output.type, members(output.options)) == ("image", {"push": "false"})


def test_the_later_parent_wins_and_lists_are_merged_as_bake_does() -> None:
    tools = read(RELEASE).targets["tools"]
    assert texts(tools.platforms) == ["linux/amd64"]
    assert tools.target is not None
    assert tools.target.text == "runtime"
    assert members(tools.args) == {"BASE": "python:3.12-slim", "DEBUG": "1"}
    assert texts(tuple(cache.value for cache in tools.cache_from)) == [
        "type=gha,scope=common",
        "type=registry,ref=ghcr.io/acme/web:cache",
    ]
    assert (tools.cache_to, tools.no_cache.state) == ((), Truth.UNKNOWN)


def test_where_a_finding_belongs_and_where_an_edit_goes() -> None:
    web = read(RELEASE).targets["web"]
    assert web.span.text == '"web"'
    latest = web.tags[0]
    assert latest.span is not None
    assert (latest.span.first.line, latest.span.text) == (11, '"${REGISTRY}/${name}:latest"')
    assert [span and (span.first.line, span.text) for span in latest.traced.spans] == [
        (2, "ghcr.io/acme"),
        (11, "/"),
        (30, "web"),
        (11, ":latest"),
    ]
    assert web.pull.span is not None
    assert (web.pull.span.first.line, web.pull.span.text) == (20, "true")


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        ('["type=gha"]', [("gha", {})]),
        ('["acme/app:cache"]', [("registry", {"ref": "acme/app:cache"})]),
        ('["a/b:1,a/c:2"]', [("registry", {"ref": "a/b:1"}), ("registry", {"ref": "a/c:2"})]),
        ('["", "type=inline"]', [("inline", {})]),
        ('["type=local,\\"dest=a,b\\",mode=max"]', [("local", {"dest": "a,b", "mode": "max"})]),
        ('["type=s3,\\"name=a\\"\\"b\\""]', [("s3", {"name": 'a"b'})]),
        ('["Type=gha,MODE=max"]', [("gha", {"mode": "max"})]),
        ('["type=gha, mode=max"]', [("gha", {" mode": "max"})]),
        ('[{type = "gha", mode = "max"}, "type=gha"]', [("gha", {"mode": "max"}), ("gha", {})]),
        ('["type=gha", "type=gha"]', [("gha", {})]),
        ("[NOWHERE]", [(None, {})]),
        ('["type=${NOWHERE},mode=max"]', [(None, {"mode": "max"})]),
        ('["type=registry,ref=${NOWHERE}/a,mode=max"]', [("registry", {"ref": f"{HOLE}/a", "mode": "max"})]),
        ("null", []),
        ("NOWHERE", []),
    ],
)
def test_entries_of_caches(entries: str, expected: list[tuple[str | None, dict[str, str]]]) -> None:
    found = target(f"cache-to = {entries}")
    assert [(cache.backend, members(cache.options)) for cache in found.cache_to] == expected
    assert found.open == ({"cache-to"} if entries == "NOWHERE" else set())


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        ('["type=docker"]', [("docker", {})]),
        ('["type=image, push=true"]', [("image", {"push": "true"})]),
        ('["./out"]', [("local", {"dest": "./out"})]),
        ('["-"]', [("tar", {"dest": "-"})]),
        ('[{type = "image", push = true}]', [("image", {"push": "true"})]),
    ],
)
def test_entries_of_outputs(entries: str, expected: list[tuple[str, dict[str, str]]]) -> None:
    assert [(output.type, members(output.options)) for output in target(f"output = {entries}").output] == expected


def test_of_attestations_and_secrets_the_last_of_a_kind_counts() -> None:
    text = """\
target "a" {
  attest = ["type=sbom", "type=provenance,mode=max"]
  secret = ["id=x,src=a"]
}
target "b" {
  inherits = ["a"]
  attest   = [{ type = "provenance", disabled = true }]
  secret   = [{ id = "x", env = "X" }]
  ssh      = ["default", { id = "key", paths = "k" }]
}
"""
    found = read(text).targets["b"]
    assert texts(found.attest) == ["type=sbom", "type=provenance,disabled=true"]
    assert texts(found.secrets) == ["id=x,env=X"]
    assert texts(found.ssh) == ["default", "id=key,paths=k"]


def test_null_and_empty_values() -> None:
    text = """\
target "a" {
  args      = { A = "1", B = null }
  contexts  = { x = "docker-image://alpine:3.20", y = "target:z" }
  tags      = ["a"]
  platforms = ["linux/amd64"]
  labels    = { l = "1" }
}
target "b" {
  inherits  = ["a"]
  args      = { A = null, C = "" }
  contexts  = { x = "" }
  tags      = []
  platforms = null
  labels    = {}
}
"""
    found = read(text).targets["b"]
    assert members(found.args) == {"A": "1", "C": ""}
    assert members(found.contexts) == {"y": "target:z"}
    assert (texts(found.tags), texts(found.platforms), members(found.labels)) == ([], ["linux/amd64"], {"l": "1"})


def test_a_matrix() -> None:
    text = """\
variable "PYTHONS" { default = ["3.12", "3.13"] }
group "default" { targets = ["image"] }
target "image" {
  name     = "image-${replace(python, ".", "-")}-${os.name}"
  matrix   = {
    python = PYTHONS
    os     = [{ name = "slim", tag = "slim-bookworm" }, { name = "alpine", tag = "alpine3.20" }]
  }
  contexts = { base = "docker-image://python:${python}-${os.tag}" }
}
"""
    bake = read(text)
    names = ["image-3-12-slim", "image-3-12-alpine", "image-3-13-slim", "image-3-13-alpine"]
    assert [each.name for each in bake.built()] == names
    assert texts(bake.groups["image"].members) == names
    assert bake.groups["image"].span is None
    uses = read_images(Source("docker-bake.hcl", text))
    assert [use.traced and use.traced.text for use in uses] == [
        "python:3.12-slim-bookworm",
        "python:3.12-alpine3.20",
        "python:3.13-slim-bookworm",
        "python:3.13-alpine3.20",
    ]
    assert {use.span.text for use in uses} == {'"docker-image://python:${python}-${os.tag}"'}
    assert uses[0].traced is not None
    assert [span and (span.first.line, span.text) for span in uses[0].traced.spans] == [
        (9, "python:"),
        (1, "3.12"),
        (9, "-"),
        (7, "slim-bookworm"),
    ]


@pytest.mark.parametrize("matrix", ["NOWHERE", "{ a = NOWHERE }", '{ a = ["x", NOWHERE] }'])
def test_a_matrix_that_is_not_known_is_one_target(matrix: str) -> None:
    bake = read(f'target "t" {{\n name = "t-${{a}}"\n matrix = {matrix}\n tags = ["i:${{a}}"]\n}}\n')
    assert {name: texts(each.tags) for name, each in bake.targets.items()} == {"t": [f"i:{HOLE}"]}


def test_groups_of_groups_and_of_what_is_not_known() -> None:
    text = """\
group "default" { targets = ["all", "c"] }
group "all" { targets = ["a", "default", "nowhere"] }
group "unknown" { targets = NOWHERE }
target "a" {}
target "b" {}
target "c" {}
"""
    bake = read(text)
    assert [each.name for each in bake.built()] == ["a", "c"]
    assert [each.name for each in bake.built("b")] == ["b"]
    assert bake.built("none") == ()
    assert bake.groups["unknown"].members[0].unknown


def test_what_inherits_from_itself_or_from_nowhere() -> None:
    text = """\
target "a" {
  inherits = ["b"]
  tags     = ["a"]
}
target "b" {
  inherits = ["a", "nowhere"]
  labels   = { b = "1" }
}
target "c" {
  inherits = [NOWHERE]
}
"""
    bake = read(text)
    assert (texts(bake.targets["a"].tags), members(bake.targets["a"].labels)) == (["a"], {"b": "1"})
    assert [bake.targets[name].open for name in "abc"] == [{"inherits"}, {"inherits"}, {"inherits"}]


def test_blocks_of_the_same_name_and_attributes_of_other_targets() -> None:
    text = """\
variable "V" { default = "1" }
variable "V" { default = "2" }
target "t" { tags = ["a:${V}"] }
target "t" { context = "x" }
target "u" {
  context = target.t.context
  tags    = target.t.tags
  target  = target.t.none
}
"""
    bake = read(text)
    assert [(texts(each.tags), each.context and each.context.text) for each in bake.targets.values()] == [
        (["a:2"], "x"),
        (["a:2"], "x"),
    ]
    assert bake.targets["u"].open == {"target"}


def test_files_are_merged_in_their_order() -> None:
    bake = read(
        'variable "V" { default = "1" }\ntarget "t" {\n tags = ["a:${V}"]\n args = {A = "1"}\n}\n'
        'group "g" { targets = ["t"] }\n',
        'variable "V" { default = "2" }\ntarget "t" { args = {B = "2"} }\ngroup "g" { targets = ["u"] }\n',
        '{"target": {"t": {"platforms": ["linux/amd64"]}}}',
    )
    found = bake.targets["t"]
    assert (texts(found.tags), texts(found.platforms)) == (["a:2"], ["linux/amd64"])
    assert members(found.args) == {"A": "1", "B": "2"}
    assert texts(bake.groups["g"].members) == ["u"]


JSON = """\
{
  "//": "a comment",
  "variable": { "TAG": { "default": "v\\u0031" }, "CI": [{}] },
  "function": { "up": { "params": ["x"], "result": "${upper(x)}!" } },
  "group": { "default": { "targets": ["app"] } },
  "target": [
    { "base": { "args": { "DEBUG": false, "N": 1.50, "${TAG}": "k" } } },
    { "app": [
      { "inherits": ["base"], "tags": ["a:${TAG}", "b:${up("x")}", "$${TAG}"] },
      { "no-cache": true, "cache-to": [{ "type": "gha" }], "dockerfile-inline": "FROM alpine:3.20\\nRUN :\\n" }
    ] }
  ]
}
""".replace('${up("x")}', '${up(\\"x\\")}')


def test_bake_files_in_json() -> None:
    bake = read(JSON)
    app = bake.targets["app"]
    assert [each.name for each in bake.built()] == ["app"]
    assert texts(app.tags) == ["a:v1", "b:X!", "${TAG}"]
    assert members(app.args) == {"DEBUG": "false", "N": "1.5", "v1": "k"}
    assert (app.no_cache.state, app.cache_to[0].backend) == (Truth.TRUE, "gha")
    assert app.span.text == '"app"'
    assert [span and span.text for span in app.tags[0].traced.spans] == ["a:", "v", "\\u0031"]
    assert app.tags[0].span is not None
    assert app.tags[0].span.text == '"a:${TAG}"'
    (use,) = read_images(Source("docker-bake.json", JSON))
    assert (use.kind, use.span.text, use.span.first.line) == (ImageKind.FROM, "alpine:3.20", 10)


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ('{"target": {"t": {"tags": ["${"]}}}', '"${"', "This is never closed."),
        ('{"target": {"t": {"tags": ["${}"]}}}', '"${}"', "HCL expects a value here, not `}`."),
        ('{"target": {"t": {"tags": ["a",]}}}', "]", "This is no JSON: a value is missing here."),
        ('{"target": // c\n{}}', "/", "This is no JSON: a value is missing here."),
    ],
)
def test_broken_json(text: str, place: str, message: str) -> None:
    source = Source("docker-bake.json", text)
    problem = read_bake(source).problem
    assert problem is not None
    assert (problem.span.text, problem.message) == (place, message)
    assert read_images(source) == ()


INLINE = """\
variable "ALPINE" { default = "3.20" }
target "t" {
  args = {
    VERSION = "3.12"
    MADE    = join(" ", ["a", "b"])
  }
  contexts = {
    tools   = "target:tools"
    busybox = "docker-image://busybox:${ALPINE}"
  }
  dockerfile-inline = <<-EOT
    # syntax=docker/dockerfile:1
    ARG VERSION=3.11
    ARG MADE=x
    FROM python:${VERSION}-slim AS base
    COPY --from=tools /bin/x /bin/x
    COPY --from=busybox /bin/sh /bin/sh
    RUN --mount=from=alpine:${ALPINE},target=/a echo $${HOME}
    FROM image:$${MADE}
    FROM base
  EOT
}
""".replace("python:${VERSION}", "python:$${VERSION}")


def test_a_dockerfile_in_a_bake_file() -> None:
    source = Source("docker-bake.hcl", INLINE)
    uses = read_images(source)
    found = [(use.kind, use.span.first.line, use.span.text, use.traced and use.traced.text, use.stage) for use in uses]
    assert found == [
        (ImageKind.BAKE, 9, '"docker-image://busybox:${ALPINE}"', "busybox:3.20", None),
        (ImageKind.SYNTAX, 12, "docker/dockerfile:1", "docker/dockerfile:1", None),
        (ImageKind.FROM, 15, "python:$${VERSION}-slim", "python:3.12-slim", "base"),
        (ImageKind.MOUNT_FROM, 18, "alpine:${ALPINE}", "alpine:3.20", "base"),
        (ImageKind.FROM, 19, "image:$${MADE}", None, "1"),
    ]
    python = uses[2].traced
    assert python is not None
    assert [span and (span.first.line, span.text) for span in python.spans] == [
        (15, "python:"),
        (4, "3.12"),
        (15, "-slim"),
    ]
    place = python.spans[1]
    assert place is not None
    edited = read_images(Source("docker-bake.hcl", apply(INLINE, [Edit(place, "3.13")])))
    assert edited[2].traced is not None
    assert edited[2].traced.text == "python:3.13-slim"


def test_an_argument_without_default_takes_that_of_the_target() -> None:
    inline = r'"ARG A\nARG B\nFROM $${B}\nFROM $${A}\n"'
    text = f'target "t" {{\n args = {{B = "alpine:3.20"}}\n dockerfile-inline = {inline}\n}}\n'
    first, second = read_images(Source("docker-bake.hcl", text))
    assert (first.traced and first.traced.text, first.word.text) == ("alpine:3.20", "${B}")
    assert first.traced is not None
    assert first.traced.exact is not None
    assert first.traced.exact.first.line == 2
    assert (second.traced, second.reference) == (None, None)


@pytest.mark.parametrize(
    ("context", "word", "expected"),
    [
        ('"docker-image://python:3.12"', "python:3.12", "python:3.12"),
        ('"docker-image://ghcr.io/a/b@sha256:' + "a" * 64 + '"', None, "ghcr.io/a/b@sha256:" + "a" * 64),
        ('"docker-image://${IMAGE}:3.12"', '"docker-image://${IMAGE}:3.12"', "python:3.12"),
        ("CONTEXT", "CONTEXT", "golang:1.25"),
        ('"docker-image://python:${NOWHERE}"', '"docker-image://python:${NOWHERE}"', None),
    ],
)
def test_contexts_that_are_images(context: str, word: str | None, expected: str | None) -> None:
    variables = 'IMAGE = "python"\nCONTEXT = "docker-image://golang:1.25"\n'
    text = f'{variables}target "t" {{\n contexts = {{ base = {context} }}\n}}\n'
    (use,) = read_images(Source("docker-bake.hcl", text))
    assert use.kind is ImageKind.BAKE
    assert use.word.text == (word or expected)
    assert (use.traced and use.traced.text) == expected
    assert (use.reference is None) is (expected is None)


@pytest.mark.parametrize(
    "context", ['"target:base"', '"."', '"https://x.org/a.git"', '"oci-layout://x"', '"docker-image://scratch"', "null"]
)
def test_contexts_that_are_none(context: str) -> None:
    assert read_images(Source("docker-bake.hcl", f'target "t" {{\n contexts = {{ base = {context} }}\n}}\n')) == ()


def test_a_place_is_told_once_however_many_inherit_it() -> None:
    text = 'target "_c" { contexts = {base = "docker-image://alpine:3.20"} }\n' + "".join(
        f'target "t{i}" {{ inherits = ["_c"] }}\n' for i in range(5)
    )
    (use,) = read_images(Source("docker-bake.hcl", text))
    assert use.span.text == "alpine:3.20"


def test_arguments_that_look_like_images_are_none() -> None:
    assert read_images(Source("docker-bake.hcl", RELEASE)) == ()


def test_many_targets_and_much_inheriting_have_an_end() -> None:
    many = "".join(f'target "t{i}" {{\n inherits = ["t{i - 1}"]\n args = {{a{i} = 1}}\n}}\n' for i in range(3000))
    bake = read(many)
    assert len(bake.targets) == 1000
    assert "inherits" in bake.targets["t999"].open
    axes = ", ".join(f"{name} = [{', '.join(str(i) for i in range(20))}]" for name in "abcdef")
    assert list(read(f'target "t" {{\n name = "t${{a}}"\n matrix = {{ {axes} }}\n}}\n').targets) == ["t"]


def test_a_dockerfile_that_many_targets_share_is_not_read_for_ever() -> None:
    lines = "RUN true\n" * 10_000
    text = json.dumps(
        {"target": {"base": {"dockerfile-inline": f"FROM alpine:3.20\n{lines}"}}}
        | {"group": {"default": {"targets": ["base"]}}}
    )
    children = ", ".join(f'"t{i}": {{"inherits": ["base"]}}' for i in range(900))
    text = text.replace('{"base"', f'{{{children}, "base"', 1)
    (use,) = read_images(Source("docker-bake.json", text))
    assert use.span.text == "alpine:3.20"
