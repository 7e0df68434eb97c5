"""Whether a published image must be built again, asked of registries over HTTP: right in both directions."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING

import pytest

from dockwright.evidence.freshness import Prober
from dockwright.evidence.layer_cache import LayerCache
from dockwright.evidence.recorded import Evidence
from dockwright.evidence.stale_question import question_of
from dockwright.evidence.staleness import Reason, State
from dockwright.evidence.unknown import Unknown
from dockwright.image import Platform
from dockwright.options import StaleOptions
from dockwright.source import Source
from dockwright.stale import stale
from tests.support.images import made_image, made_index
from tests.support.images.attested import attestation, attested, referring
from tests.support.mirrors import mirror_double
from tests.support.published import BASE, MOVED, OWN, app, app_layers, base, base_layers, publish
from tests.support.registry.fixture import real_registry, registries, registry
from tests.support.registry.images import Image, digest_of, encode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.evidence.staleness import PlatformStaleness, Staleness
    from tests.support.images.attested import Form, Slsa
    from tests.support.mirrors import MirrorDouble
    from tests.support.registry import RealRegistry, RegistryDouble

__all__ = ["real_registry", "registries", "registry"]  # fixtures are used by their names

NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
PYTHON, DIGEST, NAME = "library/python", "org.opencontainers.image.base.digest", "org.opencontainers.image.base.name"
DOCKERFILE = "FROM python:3.12-slim\nCOPY app /app\n"
PURL = "pkg:docker/python@3.12-slim?platform=linux%2Famd64"
AMD64 = "linux/amd64"


class Watch:
    def expect(self, count: int) -> None:
        pass

    def step(self) -> None:
        pass


class Published:
    """An image `acme/app:1` on `python:3.12-slim`, whose distribution has published what it has."""

    def __init__(self, registry: RegistryDouble | RealRegistry, mirror: MirrorDouble, prefix: str = "") -> None:
        self.registry = registry
        self.mirror = mirror
        self.host = f"{registry.host}/{prefix}" if prefix else ""
        self.prefix = prefix
        publish(mirror, NOW, libssl3="3.0.1-1")

    def push_base(self, image: Image, *tags: str) -> str:
        return self.registry.push_image(self.prefix + PYTHON, *(tags or ("3.12-slim",)), image=image)

    def push_app(self, image: Image, *tags: str) -> str:
        return self.registry.push_image(f"{self.prefix}acme/app", *(tags or ("1",)), image=image)

    def ask(self, dockerfile: str | None = DOCKERFILE, /, **options: object) -> Staleness:
        image = f"{self.host}acme/app:1"
        named = {} if dockerfile is None else {"dockerfile": "Dockerfile"}
        wanted = StaleOptions(**{"image": image, **named, **options})  # type: ignore[arg-type] # of several types
        question = question_of(wanted, lambda path: Source(path, dockerfile or ""))
        with self.registry.client() as client, self.mirror.fetch() as fetch:
            prober = Prober(client, fetch, cache=LayerCache(None), now=NOW, trust_sources=False)
            return stale(question, client=client, prober=prober, watch=Watch(), today=NOW.date())

    def one(self, dockerfile: str | None = DOCKERFILE, /, **options: object) -> PlatformStaleness:
        (platform,) = self.ask(dockerfile, **options).platforms
        return platform

    def states(self, dockerfile: str | None = DOCKERFILE, /, **options: object) -> tuple[object, ...]:
        """Return whether it is stale, the state of its base, and what told."""
        found = self.one(dockerfile, **options)
        assert found.base is not None
        return found.needed, found.base.state, found.base.by


@pytest.fixture
def mirror() -> Iterator[MirrorDouble]:
    with mirror_double() as double:
        yield double


@pytest.fixture
def published(registry: RegistryDouble, mirror: MirrorDouble) -> Published:
    return Published(registry, mirror)


CURRENT = (False, State.CURRENT)
STALE = (True, State.MOVED)


def index(image: Image, platform: str = AMD64, **annotations: str) -> Image:
    return made_index({platform: image}, annotations={platform: annotations})


# --- right in both directions, however it is recorded ---------------------------------------------------------------


@pytest.mark.parametrize("digest", ["manifest", "index"])
@pytest.mark.parametrize("where", ["manifest", "descriptor"])
def test_an_annotation(published: Published, where: str, digest: str) -> None:
    """Docker Official Images name the base's manifest for the platform, BuildKit its index."""
    old = index(base())
    published.push_base(old)
    recorded = old.digest if digest == "index" else base().digest
    said = {NAME: "docker.io/library/python:3.12-slim", DIGEST: recorded}
    image = app(annotations=said) if where == "manifest" else made_index({AMD64: app()}, annotations={AMD64: said})
    published.push_app(image)
    for dockerfile in (DOCKERFILE, None):
        assert published.states(dockerfile) == (*CURRENT, Evidence.ANNOTATION)
    published.push_base(index(base(MOVED)))
    for dockerfile in (DOCKERFILE, None):
        assert published.states(dockerfile) == (*STALE, Evidence.ANNOTATION)


@pytest.mark.parametrize("form", ["artifact", "config"])
@pytest.mark.parametrize("slsa", ["v1", "v0.2"])
@pytest.mark.parametrize("digest", ["manifest", "index"])
def test_provenance(published: Published, form: Form, slsa: Slsa, digest: str) -> None:
    old = index(base())
    published.push_base(old)
    recorded = old.digest if digest == "index" else base().digest
    published.push_app(attested({AMD64: app()}, {AMD64: [(PURL, recorded)]}, form=form, slsa=slsa))
    for dockerfile in (DOCKERFILE, None):
        assert published.states(dockerfile) == (*CURRENT, Evidence.PROVENANCE)
    published.push_base(index(base(MOVED)))
    for dockerfile in (DOCKERFILE, None):
        assert published.states(dockerfile) == (*STALE, Evidence.PROVENANCE)


def test_provenance_under_the_fallback_tag(published: Published) -> None:
    old = index(base())
    published.push_base(old)
    published.push_app(app())
    tag, listed = referring(app().top, [(PURL, old.digest)])
    published.push_app(listed, tag)
    assert published.states(None) == (*CURRENT, Evidence.PROVENANCE)
    published.push_base(index(base(MOVED)))
    assert published.states(None) == (*STALE, Evidence.PROVENANCE)


def test_provenance_that_a_registry_lists(published: Published) -> None:
    """With the API for it, which the registries here do not have."""
    old = index(base())
    published.push_base(old)
    published.push_app(app())
    _, listed = referring(app().top, [(PURL, old.digest)])
    published.push_app(listed, "attestation")
    published.registry.answer(  # type: ignore[union-attr] # the double
        "GET",
        f"/v2/acme/app/referrers/{app().digest}",
        body=listed.top.data,
        headers={"Content-Type": listed.top.media_type},
    )
    assert published.states(None) == (*CURRENT, Evidence.PROVENANCE)
    published.push_base(index(base(MOVED)))
    assert published.states(None) == (*STALE, Evidence.PROVENANCE)


def test_a_label(published: Published) -> None:
    published.push_base(index(base()))
    said = {NAME: "python:3.12-slim", DIGEST: index(base()).digest}
    published.push_app(app(labels=said))
    assert published.states(None) == (*CURRENT, Evidence.LAYERS)
    published.push_base(index(base(MOVED)))
    assert published.states(None) == (*STALE, Evidence.LABEL)


def test_a_label_that_the_base_has_passed_on_is_not_believed(published: Published) -> None:
    """It names the base's own base, whose digest is another thing."""
    published.push_base(index(base()))
    said = {NAME: "debian:trixie-slim", DIGEST: "sha256:" + "d" * 64}
    published.push_app(app(labels=said))
    assert published.states() == (*CURRENT, Evidence.LAYERS)
    published.push_base(index(base(MOVED)))
    assert published.states() == (*STALE, Evidence.LAYERS)


def test_no_metadata_at_all(published: Published) -> None:
    published.push_base(index(base()))
    published.push_app(app())
    found = published.one()
    assert (found.needed, found.base and found.base.layers) == (False, (3, 3))
    published.push_base(index(base(MOVED)))
    found = published.one()
    assert (found.needed, found.reasons) == (True, (Reason.BASE_DIGEST,))
    assert (found.base and found.base.by, found.base and found.base.layers) == (Evidence.LAYERS, (0, 3))


def test_an_upper_layer_of_the_base_moved(published: Published) -> None:
    published.push_base(made_image(base_layers(BASE, {"arch": "another"})))
    published.push_app(app())
    found = published.one()
    assert (found.needed, found.base and found.base.layers) == (True, (2, 3))


def test_buildpacks(published: Published) -> None:
    metadata = (
        '{"runImage": {"topLayer": "", "reference": "REF"}, "stack": {"runImage": {"image": "python:3.12-slim"}}}'
    )
    old = index(base())
    published.push_base(old)
    reference = f"index.docker.io/library/python@{old.digest}"
    published.push_app(app(labels={"io.buildpacks.lifecycle.metadata": metadata.replace("REF", reference)}))
    assert published.states(None) == (*CURRENT, Evidence.BUILDPACKS)
    published.push_base(index(base(MOVED)))
    assert published.states(None) == (*STALE, Evidence.BUILDPACKS)


def test_what_a_rebuild_brings(published: Published) -> None:
    old = index(base())
    published.push_base(old)
    published.push_app(attested({AMD64: app()}, {AMD64: [(PURL, old.digest)]}))
    published.push_base(index(base(MOVED)))
    for _ in range(2):
        brings = published.one().brings
        assert not isinstance(brings, Unknown)
        assert brings is not None
        assert [(each.source, each.old, each.new) for each in brings.sources] == [
            ("openssl", ("3.0.1-1",), ("3.0.2-1",))
        ]
        published.push_app(app())  # nothing says what the old base was: the image's own packages stand for it


# --- what does not make it stale ------------------------------------------------------------------------------------


def test_an_index_that_is_another_with_the_same_layers(published: Published) -> None:
    """A new attestation, or a rebuild of another platform."""
    old = index(base())
    published.push_base(old)
    published.push_app(attested({AMD64: app()}, {AMD64: [(PURL, old.digest)]}))
    published.push_base(index(base(), annotated="anew"))
    assert published.one().needed is False


def test_a_base_that_was_packed_anew(published: Published) -> None:
    published.push_base(made_image([*base_layers(), {"arch": AMD64}], pack=bytes))
    published.push_app(app())
    assert published.states() == (*CURRENT, Evidence.LAYERS)


def test_a_flattened_image_on_a_base_whose_layers_did_not_change(published: Published) -> None:
    old = index(base())
    flat = made_image([{name: text for layer in app_layers() for name, text in layer.items()}])
    published.push_base(old)
    published.push_app(attested({AMD64: flat}, {AMD64: [(PURL, old.digest)]}))
    published.push_base(made_index({AMD64: made_image([*base_layers(), {"arch": AMD64}], annotations={"a": "b"})}))
    found = published.one()
    assert (found.needed, found.base and found.base.by) == (False, Evidence.PROVENANCE)
    assert found.base is not None
    assert found.base.reason == "only its description changed: the layers are the same"


# --- platforms ------------------------------------------------------------------------------------------------------


def test_several_platforms(published: Published) -> None:
    arm = "linux/arm64"
    published.push_base(made_index({AMD64: base(), arm: base(platform=arm)}))
    published.push_app(made_index({AMD64: app(), arm: app(platform=arm)}))
    assert published.ask().needed is False
    published.push_base(made_index({AMD64: base(), arm: base(MOVED, platform=arm)}))
    found = published.ask()
    assert [(str(each.platform), each.needed) for each in found.platforms] == [(AMD64, False), (arm, True)]
    assert found.needed is True
    assert published.ask(platform=(AMD64,)).needed is False


def test_a_platform_that_the_base_has_no_more(published: Published) -> None:
    arm = "linux/arm64"
    published.push_base(made_index({AMD64: base()}))
    published.push_app(made_index({AMD64: app(), arm: app(platform=arm)}))
    found = published.ask()
    assert [each.needed for each in found.platforms] == [False, None]
    assert found.needed is None
    assert "there is no image for `linux/arm64`" in found.platforms[1].unknowns[0]


def test_a_platform_that_the_image_does_not_have(published: Published) -> None:
    published.push_base(index(base()))
    published.push_app(app())
    found = published.ask(platform=("linux/s390x",))
    assert (found.needed, found.platforms[0].unknowns) == (None, ("there is no image for `linux/s390x`",))


# --- what cannot be known -------------------------------------------------------------------------------------------


def test_a_flattened_image_is_unknown(published: Published) -> None:
    published.push_base(index(base()))
    published.push_app(made_image([{name: text for layer in app_layers() for name, text in layer.items()}]))
    assert published.states() == (None, State.UNKNOWN, None)


def test_a_flattened_image_whose_provenance_can_be_followed_is_known(published: Published) -> None:
    old = index(base())
    flat = made_image([{name: text for layer in app_layers() for name, text in layer.items()}])
    published.push_base(old)
    published.push_app(attested({AMD64: flat}, {AMD64: [(PURL, old.digest)]}))
    assert published.states() == (*CURRENT, Evidence.PROVENANCE)
    published.push_base(index(base(MOVED)))
    assert published.states() == (*STALE, Evidence.PROVENANCE)


def test_a_flattened_image_whose_old_base_is_gone_is_unknown(published: Published) -> None:
    flat = made_image([{name: text for layer in app_layers() for name, text in layer.items()}])
    published.push_app(attested({AMD64: flat}, {AMD64: [(PURL, "sha256:" + "e" * 64)]}))
    published.push_base(index(base(MOVED)))
    assert published.states() == (None, State.UNKNOWN, None)


def test_a_label_and_layers_that_contradict_each_other(published: Published) -> None:
    published.push_base(index(base(MOVED)))
    published.push_app(app(labels={NAME: "python:3.12-slim", DIGEST: index(base(MOVED)).digest}))
    assert published.states() == (None, State.UNKNOWN, None)


def test_nothing_says_what_it_is_built_on(published: Published) -> None:
    published.push_app(app())
    found = published.one(None)
    assert (found.needed, found.bases) == (None, ())
    assert found.unknowns == ("nothing says what it is built on; name its Dockerfile or its base",)


def test_an_argument_without_a_default(published: Published) -> None:
    published.push_base(index(base()))
    published.push_app(app())
    dockerfile = "ARG TAG\nFROM python:$TAG\nRUN true\n"
    assert published.one(dockerfile).needed is None
    assert published.one(dockerfile, build_arg=("TAG=3.12-slim",)).needed is False
    assert published.one("ARG TAG=1\nFROM python:$TAG\n", build_arg=("TAG=3.12-slim",)).needed is False


def test_a_base_that_was_named_by_its_digest_alone(published: Published) -> None:
    old = index(base())
    published.push_base(old)
    purl = f"pkg:docker/python?digest={old.digest}&platform=linux%2Famd64"
    published.push_app(attested({AMD64: app()}, {AMD64: [(purl, old.digest)]}))
    found = published.one(None)
    assert (found.needed, found.bases) == (None, ())
    assert found.unknowns[0].endswith("was named without a tag, which could move")
    assert published.states() == (*CURRENT, Evidence.PROVENANCE)


def test_an_image_without_layers(published: Published) -> None:
    published.push_base(index(base()))
    published.push_app(made_image([]))
    assert published.states() == (None, State.UNKNOWN, None)


def test_from_nothing(published: Published) -> None:
    published.push_app(app())
    found = published.one("FROM scratch\nCOPY rootfs /\n")
    assert (found.needed, found.bases) == (False, ())


def test_a_base_that_the_user_names(published: Published) -> None:
    published.push_base(index(base()))
    published.push_app(app())
    assert published.states(None, base="python:3.12-slim") == (*CURRENT, Evidence.LAYERS)


# --- pinned ---------------------------------------------------------------------------------------------------------


def test_a_base_that_is_pinned_moves_only_by_an_update(published: Published) -> None:
    old = published.push_base(index(base()))
    published.push_app(app())
    dockerfile = f"FROM python:3.12-slim@{old}\nRUN true\n"
    found = published.one(dockerfile)
    assert (found.needed, found.base and found.base.tag_moved) == (False, False)
    new = published.push_base(index(base(MOVED)))
    found = published.one(dockerfile)
    assert (found.needed, found.base and found.base.tag_moved, found.base and found.base.tag_today) == (
        False,
        True,
        new,
    )
    assert published.one(dockerfile.replace(old, new)).reasons == (Reason.BASE_DIGEST,)


def test_a_pin_without_its_tag(published: Published) -> None:
    old = published.push_base(index(base()))
    published.push_app(app())
    found = published.one(f"FROM python:gone@{old}\nRUN true\n")
    assert (found.needed, found.base and found.base.tag_today, found.base and found.base.tag_moved) == (
        False,
        None,
        False,
    )


# --- other stages ---------------------------------------------------------------------------------------------------

STAGES = """\
FROM golang:1.22 AS build
FROM node:20 AS unused
FROM python:3.12-slim
COPY --from=build /app /app
COPY --from=ghcr.io/acme/tool:1 /tool /tool
"""


def test_other_stages_by_provenance(published: Published) -> None:
    registry = published.registry
    old = published.push_base(index(base()))
    go = registry.push("library/golang", "1.22")
    dockerfile = STAGES.replace("ghcr.io/", "")
    tool = registry.push("acme/tool", "1")
    materials = [(PURL, old), ("pkg:docker/golang@1.22?platform=linux%2Famd64", go), ("pkg:docker/acme/tool@1", tool)]
    published.push_app(attested({AMD64: app()}, {AMD64: materials}))
    found = published.one(dockerfile)
    names = [(each.reference.familiar, each.final, each.state) for each in found.bases]
    assert names == [
        ("python:3.12-slim", True, State.CURRENT),
        ("golang:1.22", False, State.CURRENT),
        ("acme/tool:1", False, State.CURRENT),
    ]
    assert found.needed is False
    registry.push("library/golang", "1.22", content="newer")
    found = published.one(dockerfile)
    assert [each.state for each in found.bases] == [State.CURRENT, State.MOVED, State.CURRENT]
    assert found.reasons == (Reason.BASE_DIGEST,)


def test_other_stages_without_provenance_are_unknown(published: Published) -> None:
    published.push_base(index(base()))
    published.registry.push("library/golang", "1.22")
    published.push_app(app())
    found = published.one("FROM golang:1.22 AS build\nFROM python:3.12-slim\nCOPY --from=build /a /a\n")
    assert [each.state for each in found.bases] == [State.CURRENT, State.UNKNOWN]
    assert found.needed is None


@pytest.mark.parametrize("gone", ["the old image", "the tag"])
def test_other_stages_that_cannot_be_looked_at(published: Published, gone: str) -> None:
    registry = published.registry
    old, go = published.push_base(index(base())), registry.push("library/golang", "1.22")
    recorded = "sha256:" + "f" * 64 if gone == "the old image" else go
    materials = [(PURL, old), ("pkg:docker/golang@1.22", recorded)]
    published.push_app(attested({AMD64: app()}, {AMD64: materials}))
    if gone == "the tag":
        registry.delete_tag("library/golang", "1.22")  # type: ignore[union-attr] # the double
    found = published.one("FROM golang:1.22 AS build\nFROM python:3.12-slim\nCOPY --from=build /a /a\n")
    assert [each.state for each in found.bases] == [State.CURRENT, State.UNKNOWN]
    assert found.needed is None


def test_only_what_the_target_needs_counts(published: Published) -> None:
    published.push_base(index(base()))
    published.push_app(app())
    dockerfile = "FROM python:3.12-slim AS app\nRUN true\nFROM golang:1.22 AS tests\n"
    found = published.one(dockerfile, target="app")
    assert (found.needed, len(found.bases)) == (False, 1)


# --- its own packages -----------------------------------------------------------------------------------------------


def test_packages_of_its_own_that_are_frozen(published: Published) -> None:
    published.push_base(index(base()))
    published.push_app(app(BASE, OWN))
    assert published.ask().needed is False
    publish(published.mirror, NOW, curl="8.2-1")
    found = published.ask()
    assert (found.needed, found.reasons, found.no_cache) == (True, (Reason.OWN_LAYERS,), True)
    assert found.platforms[0].freshness is not None
    assert found.platforms[0].freshness.identifiers == ("CVE-2026-0001",)


def test_what_todays_base_has_comes_with_it(published: Published) -> None:
    published.push_base(index(base(MOVED)))
    published.push_app(app(BASE, OWN))
    publish(published.mirror, NOW, libssl3="3.0.2-1")
    found = published.ask()
    assert found.reasons == (Reason.BASE_DIGEST, Reason.SECURITY_UPDATES)
    assert found.no_cache is False


def test_a_publisher_that_is_late_makes_nothing_stale(published: Published) -> None:
    published.push_base(index(base()))
    published.push_app(app(BASE, OWN))
    publish(published.mirror, NOW, libssl3="3.0.9-1")
    found = published.one()
    assert found.needed is False
    assert not isinstance(found.updates, Unknown)
    assert found.updates is not None
    assert [each.package.name for each in found.updates.late] == ["libssl3"]


def test_a_distribution_that_does_not_answer(published: Published) -> None:
    published.push_base(index(base()))
    published.push_app(app(BASE, OWN))
    published.mirror.files.clear()
    found = published.one()
    assert (found.needed, found.base and found.base.state) == (None, State.CURRENT)
    assert found.unknowns[0].startswith("which security updates a build would bring is not known: ")
    published.push_app(app())  # nothing of its own: whatever is published, only a newer base could bring it
    assert published.one().needed is False


def test_a_base_without_a_database(published: Published) -> None:
    """An image with packages, on a base of which nobody knows which it has."""
    bare = [{"bin/sh": "x"}]
    published.push_base(made_image(bare))
    published.push_app(made_image([*bare, *app_layers(BASE, OWN)]))
    publish(published.mirror, NOW, curl="8.2-1")
    found = published.one()
    assert (found.needed, found.base and found.base.state) == (None, State.CURRENT)
    assert "which packages its base has is not known: " in found.unknowns[0]


# --- age ------------------------------------------------------------------------------------------------------------


def test_the_age(published: Published) -> None:
    """The images say that they were built on 2026-11-01."""
    published.push_base(index(base()))
    published.push_app(app())
    assert published.ask(max_age=22).needed is False
    found = published.ask(max_age=21)
    assert (found.needed, found.reasons, found.no_cache) == (True, (Reason.MAX_AGE,), True)


def test_an_image_that_does_not_say_how_old_it_is(published: Published) -> None:
    layers = [*base_layers(), {"arch": AMD64}, {"app/main.py": "print()"}]
    for created in ("1970-01-01T00:00:00Z", "yesterday", "2026-11-01T00:00:00", ""):
        published.push_base(index(base()))
        published.push_app(made_image(layers, created=created))
        assert published.one().needed is False
        assert published.one(max_age=1).unknowns == ("when it was built is not known, as it does not say so",)


# --- registries that fail -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [401, 404, 500])
def test_a_registry_that_does_not_tell_of_the_image(published: Published, status: int) -> None:
    published.push_base(index(base()))
    published.push_app(app())
    assert isinstance(published.registry, type(published.registry))
    published.registry.answer("GET", "/v2/acme/app/.*", status=status)  # type: ignore[union-attr] # the double
    published.registry.answer("HEAD", "/v2/acme/app/.*", status=status)  # type: ignore[union-attr] # as above
    found = published.ask()
    assert (found.needed, found.platforms) == (None, ())
    assert found.unknown is not None


@pytest.mark.parametrize("status", [404, 500])
def test_a_registry_that_does_not_tell_of_the_base(published: Published, status: int) -> None:
    published.push_base(index(base()))
    published.push_app(app())
    published.registry.answer("GET", "/v2/library/python/manifests/.*", status=status)  # type: ignore[union-attr]
    published.registry.answer("HEAD", "/v2/library/python/manifests/.*", status=status)  # type: ignore[union-attr]
    assert published.one().needed is None


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"{",
        b"[]",
        b"{}",
        b"\xff",
        b'{"predicate": 1}',
        b'{"predicate": {"materials": [{"uri": 1}]}}',
        b'{"predicate": {"buildDefinition": {"resolvedDependencies": 1}}}',
        b'{"a":' * 100_000,
    ],
)
def test_provenance_that_is_none(published: Published, said: bytes) -> None:
    published.push_base(index(base()))
    published.push_app(attested({AMD64: app()}, {AMD64: []}, said=said))
    assert published.states() == (*CURRENT, Evidence.LAYERS)
    assert published.one(None).needed is None


@pytest.mark.parametrize(
    "uri",
    [
        "pkg:docker/Not%20A%20Name@1",
        "pkg:docker/python@3.12 slim",
        "pkg:docker/",
        "pkg:github/acme/app@main",
        "https://github.com/acme/app.git#main",
        "pkg:docker/python@3.12-slim?" + "a=b&" * 100,
    ],
)
def test_materials_that_name_no_image(published: Published, uri: str) -> None:
    published.push_base(index(base()))
    published.push_app(attested({AMD64: app()}, {AMD64: [(uri, "sha256:" + "a" * 64)]}))
    assert published.states() == (*CURRENT, Evidence.LAYERS)


def test_a_blob_that_is_another(published: Published) -> None:
    image = attested({AMD64: app()}, {AMD64: [(PURL, "sha256:" + "a" * 64)]})
    published.push_base(index(base()))
    published.push_app(image)
    (statement,) = [blob for blob in image.blobs if b"predicateType" in blob]
    path = f"/v2/acme/app/blobs/{digest_of(statement)}"
    published.registry.answer("GET", path, body=b"{}")  # type: ignore[union-attr] # the double
    assert published.states() == (*CURRENT, Evidence.LAYERS)


def test_provenance_of_another_image_is_not_believed(published: Published) -> None:
    """The index says that it is of ours; the attestation says of what it is."""
    other = made_image([{"other": ""}])
    lie = attestation(other.top, [(PURL, index(base(MOVED)).digest)])
    told = attested({AMD64: app()}, {AMD64: [(PURL, "sha256:" + "a" * 64)]})
    entries = json.loads(told.top.data)
    entries["manifests"][1] |= {"digest": lie.digest, "size": len(lie.top.data)}
    top = encode(entries, told.top.media_type)
    published.push_base(index(base(MOVED)))
    published.push_app(Image((*told.blobs, *lie.blobs), (*told.manifests[:-1], *lie.manifests, top)))
    assert published.states() == (*STALE, Evidence.LAYERS)


# --- the same with Debian's registry --------------------------------------------------------------------------------


@pytest.mark.parametrize(("form", "slsa"), [("artifact", "v1"), ("config", "v0.2")])
def test_with_a_real_registry(real_registry: RealRegistry, mirror: MirrorDouble, form: Form, slsa: Slsa) -> None:
    real = Published(real_registry, mirror, f"stale-{form}/")
    dockerfile = f"FROM {real.host}{PYTHON}:3.12-slim\nRUN true\n"
    old = index(base())
    real.push_base(old)
    purl = f"pkg:docker/{real.host}{PYTHON}@3.12-slim"
    real.push_app(attested({AMD64: app(BASE, OWN)}, {AMD64: [(purl, old.digest)]}, form=form, slsa=slsa))
    assert real.states(dockerfile) == (*CURRENT, Evidence.PROVENANCE)
    assert real.states(None) == (*CURRENT, Evidence.PROVENANCE)
    real.push_base(index(base(MOVED)))
    assert real.states(dockerfile) == (*STALE, Evidence.PROVENANCE)
    assert real.one(None).platform == Platform("linux", "amd64")


# --- when it became stale -------------------------------------------------------------------------------------------


def test_when_the_newest_cause_came_about(published: Published) -> None:
    published.push_base(index(base()))
    published.push_app(app(BASE, OWN))
    assert published.ask().newest_cause is None
    publish(published.mirror, NOW, curl="8.2-1")
    found = published.ask()
    assert (found.newest_cause, found.built) == (dt.date(2026, 11, 20), dt.datetime(2026, 11, 1, tzinfo=dt.UTC))
    layers = [*base_layers(MOVED), {"arch": AMD64}]
    published.push_base(index(made_image(layers, created="2026-11-22T05:00:00Z")))
    assert published.ask().newest_cause == dt.date(2026, 11, 22)
    published.push_base(index(made_image(layers, created="1970-01-01T00:00:00Z")))
    assert published.ask().newest_cause == dt.date(2026, 11, 20)
