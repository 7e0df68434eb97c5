"""What a script does about images: builds, pushes, and what it leads to."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockwright.files.docker_commands import BuildCommand, Commands, Variables, read_commands
from dockwright.files.makefile import Makefile
from dockwright.files.value import HOLE, Value
from dockwright.files.workspace import Place, Workspace, workspace_of
from dockwright.shell import parse_script
from dockwright.source import Source
from dockwright.traced import Traced


def commands(text: str, *, place: Place | None = None, **variables: str) -> Commands:
    source = Source("script.sh", text)
    known = {name: Value.of(value, None) for name, value in variables.items()}
    script = parse_script(Traced.of(source.span(0, len(text))))
    return read_commands(script, Variables(known, lambda part: part), place or Place())


def written(build: BuildCommand) -> str:
    given = " ".join(f"{name}={','.join(v.shown for v in values)}" for name, values in build.given.values.items())
    operands = f" | {' '.join(value.shown for value in build.operands)}" if build.operands else ""
    opened = " open" if build.given.open else ""
    sure = "" if build.condition.certain else f" {build.condition.value}"
    return f"{build.tool.value} in {build.place.folder}: {given}{operands}{opened}{sure}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("docker build .", ["docker build in .: context=."]),
        ("docker -H tcp://x --config c build -q .", ["docker build in .: context=."]),
        ("docker image build .", ["docker build in .: context=."]),
        ("docker buildx b --push -o out .", ["docker buildx build in .: push=true outputs=out context=."]),
        ("docker build --cpu-quota 5 --add-host a:1 --iidfile f .", ["docker build in .: context=."]),
        ("docker build -tapp:1 -t=app:2 .", ["docker build in .: tags=app:1,app:2 context=."]),
        ("docker build --no-cache=false --pull .", ["docker build in .: no-cache=false pull=true context=."]),
        ("docker build -t", ["docker build in .: tags=-t"]),
        ("docker build --unknown .", ["docker build in .: context=."]),
        ("docker build $A -t x .", ["docker build in .: tags=x context=. open"]),
        ("docker build $(flags) .", ["docker build in .: context=. open"]),
        ('docker build "$A"', ["docker build in .: context=$A"]),
        ("docker build $A", ["docker build in .: context=$A"]),
        ('docker build "${A[@]}" .', ["docker build in .: context=. open"]),
        ("docker build --$A=1 .", ["docker build in .: context=. open"]),
        ("A='--pull -t x'\ndocker build $A .", ["docker build in .: pull=true tags=x context=."]),
        ("A='--pull -t x'\ndocker build \"$A\" .", ["docker build in .: context=."]),
        ("A=\ndocker build $A .", ["docker build in .: context=."]),
        ("export A=1; docker build -t x:$A .", ["docker build in .: tags=x:1 context=."]),
        ("A=1; A+=2; docker build -t x:$A .", ["docker build in .: tags=x:A+=2 context=."]),
        ("if x; then A=1; fi; docker build -t x:$A .", ["docker build in .: tags=x:A=1 context=."]),
        ("docker build -t x:${A:-y} -t x:${B-z} .", ["docker build in .: tags=x:${A:-y},x:${B-z} context=."]),
        ("docker build -t x:${GIVEN:-y} .", ["docker build in .: tags=x:here context=."]),
        ("docker build -t x:${EMPTY:-y} -t x:${EMPTY-y} .", ["docker build in .: tags=x:y,x: context=."]),
        ('docker build $PWD/a -t "$(pwd)/b"', ["docker build in .: tags=./b context=./a"]),
        ("docker build -f '*.Dockerfile' --set=* .", ["docker build in .: file=*.Dockerfile context=."]),
        ("podman build --layers --pull=never -v a:b .", ["podman build in .: pull=false context=."]),
        ("podman build --pull-always .", ["podman build in .: pull=true context=."]),
        ("podman image build --pull=$P .", ["podman build in .: pull=$P context=."]),
        ("buildah --root r bud -t x .", ["buildah build in .: tags=x context=."]),
        ("nerdctl build . ; finch build .", ["docker build in .: context=.", "docker build in .: context=."]),
        ("img build -t x .", ["img build in .: tags=x context=."]),
        ("depot bake -f b.hcl a b", ["docker buildx bake in .: files=b.hcl | a b"]),
        ("docker buildx bake --set a.tags=x --push", ["docker buildx bake in .: set=a.tags=x push=true"]),
        ("docker compose -p x -f a.yml --file=b.yml build --build-arg A=1 web", [
            "docker compose build in .: build-args=A=1 files=a.yml,b.yml | web",
        ]),
        ("docker compose --project-directory sub build", ["docker compose build in sub: "]),
        ("docker compose up -d; docker compose run x", []),
        ("docker compose up --build --wait-timeout 5 web", ["docker compose build in .:  | web"]),
        ("/kaniko/executor -c dir:///x -f D -d me/a --cache", [
            "kaniko in .: context=/x file=D tags=me/a push=true cache-from=true cache-to=true",
        ]),
        ("executor --context=. --destination=a --no-push --cache=false", ["kaniko in .: context=. tags=a"]),
        ("docker run -v a:b gcr.io/kaniko-project/executor:debug --context .", ["kaniko in .: context=."]),
        ("docker run alpine echo; docker ps; docker; podman; buildah; img; docker buildx; docker compose", []),
        ("DOCKER build .", []),
        ("cd a && docker build . && cd - && docker build .", [
            "docker build in a: context=.", "docker build in .: context=.",
        ]),
        ("(cd a; docker build .); docker build .", ["docker build in a: context=.", "docker build in .: context=."]),
        ("cd $X; docker build .", ["docker build in None: context=."]),
        ("cd /tmp; docker build .", ["docker build in None: context=."]),
        ("cd $GITHUB_WORKSPACE/a; docker build .", ["docker build in a: context=."]),
        ("if x; then cd a; fi; docker build .", ["docker build in None: context=."]),
        ("cd; docker build .", ["docker build in None: context=."]),
        ("x || docker build .", ["docker build in .: context=. unknown"]),
        ("[ -f x ] && docker build .", ["docker build in .: context=. unknown"]),
        ("if docker build .; then :; fi", ["docker build in .: context=."]),
        ("case x in x) docker build .;; esac", ["docker build in .: context=. unknown"]),
        ("f() { docker build .; }", ["docker build in .: context=. unknown"]),
        ("bash -c 'docker build a'; sh <<E\ndocker build b\nE", [
            "docker build in .: context=a", "docker build in .: context=b",
        ]),
        ("sudo -E docker build . | tee log", ["docker build in .: context=."]),
        ("for d in a 'b' \"c\"; do docker build $d; done", [f"docker build in .: context={name}" for name in "abc"]),
        ("for d in a\ndo\ncd $d\ndocker build .\ncd ..\ndone\ndocker build z", [
            "docker build in a: context=.", "docker build in .: context=z",
        ]),
        ("for d in *; do docker build $d; done", ["docker build in .: context=$d"]),
        ("for d in a; do for e in b c; do docker build $d/$e; done; done", [
            "docker build in .: context=a/b", "docker build in .: context=a/c",
        ]),
        ("docker build - < D", ["docker build in .: context=- file=D"]),
    ],
)  # fmt: skip
def test_builds(text: str, expected: list[str]) -> None:
    assert [written(build) for build in commands(text, GIVEN="here", EMPTY="").builds] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("docker push a:1", ["a:1"]),
        ("docker image push --quiet a", ["a"]),
        ("docker push -a me/a", ["me/a all"]),
        ("podman push a docker://b/a:1", ["a"]),
        ("buildah push $X", ["$X"]),
        ("docker compose push web db", ["web,db all"]),
        ("if x; then docker push a; fi", ["a unknown"]),
        ("docker push", []),
    ],
)
def test_pushes(text: str, expected: list[str]) -> None:
    found = [
        ",".join(name.shown for name in push.names)
        + (" all" if push.all_tags else "")
        + ("" if push.condition.certain else f" {push.condition.value}")
        for push in commands(text).pushes
    ]
    assert found == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("docker buildx create --use", "docker-container"),
        ("docker buildx create --name x --driver kubernetes", "kubernetes"),
        ("docker buildx create --driver=$D", None),
    ],
)
def test_drivers(text: str, expected: str | None) -> None:
    driver = commands(text).driver
    assert driver is not None
    assert driver.text == expected


def test_other_things_that_matter() -> None:
    found = commands("docker tag a b; docker buildx install\nDOCKER_BUILDKIT=0 docker build .\ndocker build .")
    assert [(alias.old.text, alias.new.text) for alias in found.aliases] == [("a", "b")]
    assert found.installs_buildx
    assert [build.legacy.value for build in found.builds] == ["true", "false"]
    assert [build.legacy.value for build in commands("docker build .", DOCKER_BUILDKIT="0").builds] == ["true"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('echo "A=1" >> $GITHUB_ENV', {"A": "1"}),
        ("echo A=$B >> ${GITHUB_ENV}", {"A": "$B"}),
        ("if x; then echo A=1 >> $GITHUB_ENV; fi", {"A": "A=1"}),
        ("printf 'A=%s' x >> $GITHUB_ENV", {"A": "'A=%s'"}),
        ("echo A=1 > $GITHUB_ENV; echo A=1 >> x; echo >> $GITHUB_ENV; echo A >> $GITHUB_ENV", {}),
    ],
)
def test_exports(text: str, expected: dict[str, str]) -> None:
    assert {name: value.shown for name, value in commands(text).exports.items()} == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("./build.sh a $B", [("build.sh", None, ["a", "$B"])]),
        ("cd d && bash -ex ../x/build.sh", [("x/build.sh", None, [])]),
        ("source env.sh; . ./env", [("env.sh", None, []), ("env", None, [])]),
        ("scripts/release.bash", [("scripts/release.bash", None, [])]),
        ("sudo ./a/b", [("a/b", None, [])]),
        ("bash -c './x.sh'", [("x.sh", None, [])]),
        ("bash; /usr/bin/x.sh; python x.py; $X/a.sh; ls", []),
        ("make", [(None, (), [])]),
        ("make -C sub -j 4 image push V=1", [(None, ("4", "image", "push"), ["V=1"])]),
        ("make -f build.mk $T", [("build.mk", (), [])]),
    ],
)
def test_what_is_followed(text: str, expected: list[tuple[str | None, tuple[str, ...] | None, list[str]]]) -> None:
    found = [(each.path, each.targets, [value.shown for value in each.arguments]) for each in commands(text).follows]
    assert found == expected


def test_places_of_words() -> None:
    text = "TAG=v1\ndocker build -t \"app:$TAG\" \\\n  --build-arg 'A=b c' ."
    (build,) = commands(text).builds
    tag, argument = build.given.values["tags"][0], build.given.values["build-args"][0]
    assert (tag.text, tag.span and tag.span.text) == ("app:v1", '"app:$TAG"')
    assert [span.text if span else None for span in tag.traced.spans] == ["app:", "v1"]
    assert (argument.text, argument.traced.exact and argument.traced.exact.text) == ("A=b c", "A=b c")
    assert build.span.first.line == 2


@given(st.text(st.sampled_from("docker build -tfx$AB{}[]()'\"\\\n;&|<>=.~*`for in do done ./"), max_size=120))
def test_no_script_raises(text: str) -> None:
    commands(text)
    commands(f"docker build {text}")


def test_loops_do_not_multiply_without_end() -> None:
    names = " ".join(f"n{number}" for number in range(100))
    loops = "".join(f"for v{level} in {names}; do " for level in range(6))
    assert len(commands(f"{loops}docker build $v5; {'done; ' * 6}").builds) <= 2000


MAKEFILE = """\
# comment
IMAGE = me/$(NAME):$(TAG)
NAME := app
TAG ?= 1
DEEP = $(DEEP2)
DEEP2 = $(DEEP)
LIST += x
export OUT = out # not a comment to make
.PHONY: all
%.o: x.c
\tcc $@
build push: prepare
\tdocker build -t $(IMAGE) \\
\t  . # $$HOME
\t@-docker push ${IMAGE}
prepare:; echo $(DEEP) $(LIST) $(shell date (x)) $(UNKNOWN) $@
again: build again
\techo again
"""


@pytest.mark.parametrize(
    ("targets", "given", "expected"),
    [
        ([], {}, ["echo ? ? ? ? ?", "docker build -t me/app:1 \\\n\t  . # $HOME", "docker push me/app:1"]),
        (["prepare"], {}, ["echo ? ? ? ? ?"]),
        (["push"], {"TAG": "2"}, [
            "echo ? ? ? ? ?", "docker build -t me/app:2 \\\n\t  . # $HOME", "docker push me/app:2",
        ]),
        (["missing", "x.o"], {}, []),
        (["again", "build"], {}, [
            "echo ? ? ? ? ?", "docker build -t me/app:1 \\\n\t  . # $HOME", "docker push me/app:1", "echo again",
        ]),
    ],
)  # fmt: skip
def test_recipes(targets: list[str], given: dict[str, str], expected: list[str]) -> None:
    makefile = Makefile(Source("Makefile", MAKEFILE))
    known = {name: Value.of(value, None) for name, value in given.items()}
    assert [recipe.text.replace(HOLE, "?") for recipe in makefile.recipes(targets, known)] == expected


def test_a_makefile_that_is_none() -> None:
    assert list(Makefile(Source("Makefile", "\techo\n:\n=\n\\\n")).recipes([], {})) == []


@pytest.mark.parametrize(
    ("checkouts", "path", "expected", "elsewhere"),
    [
        ({".": True}, "a/../b", "b", False),
        ({"src": True}, "src", ".", False),
        ({"src": True}, "src/a", "a", False),
        ({"src": True}, "a", None, False),
        ({"src": True, ".": True}, "a", "a", False),
        ({"them": False}, "them/a", None, True),
        ({"them": False}, "a", "a", False),
        ({}, "../a", None, False),
        ({}, "$X", None, False),
        ({}, "~/a", None, False),
        ({}, "https://x", None, False),
        ({}, "$GITHUB_WORKSPACE", ".", False),
        ({}, "$GITHUB_WORKSPACE/../x", None, False),
    ],
)
def test_workspaces(checkouts: dict[str, bool], path: str, expected: str | None, elsewhere: bool) -> None:  # noqa: FBT001
    place = Place(workspace_of(checkouts))
    assert (place.path(path), place.is_elsewhere(path)) == (expected, elsewhere)


def test_an_unknown_folder_stays_unknown() -> None:
    place = Place(Workspace(), None)
    assert place.path("a") is None
    assert place.enter("a").folder is None
    assert place.enter("$GITHUB_WORKSPACE/x").path("y") == "x/y"
