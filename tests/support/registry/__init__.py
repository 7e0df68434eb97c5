"""Registries for tests. The fixtures are in `fixture.py`; a `conftest.py` imports those that its tests want:

    from tests.support.registry.fixture import registry as registry  # noqa: PLC0414 - pytest looks for it here

**`registry`: in this process.** Fast, made for thousands of tags, keeps a record of what it was asked, and answers what
you tell it to:

    def test_it(registry: RegistryDouble) -> None:
        old = registry.push("library/python", "3.12.4-slim", "3.12-slim", platforms=["linux/amd64", "linux/arm64"])
        new = registry.push("library/python", "3.12.11-slim", content="rebuilt")    # another digest
        registry.push("library/node", *thousands_of_tags)                           # one image under many tags
        registry.push_image("library/x", "1", image=build(Wish(single=True, docker=True, attestations=True)))
        registry.delete_tag("library/node", "22.1.0")

        client = registry.client()                       # finds `docker.io` here, and `registry.host` by its own name
        assert client.digest("docker.io/library/python", "3.12-slim") == old

        registry.answer("HEAD", "/v2/library/python/manifests/.*", status=500, times=1)  # then truly again
        assert registry.counts["GET /v2/library/python/tags/list"] == 1                  # `registry.asked` has it all

For the real program: `mirrors` of the configuration takes `registry.url`, and references may name `registry.host`.
Outside pytest: `with registry_double() as registry: ...`.

**`real_registry`: Debian's `docker-registry`** on loopback, once for a session; `push`, `push_image`, `client`, `host`
and `origin` as above. It is shared, so push to repositories of your own. `registries` has it as `.plain`, and two more
with the same images: `.passwords` (TLS; `client(PASSWORD)`) and `.tokens` (TLS; `library/*` is public). The tests are
skipped where it is not installed, and fail there in CI.

**`net`**: a small internet, in which every host (by its true name, with TLS) says what you want, well-formed or not,
and all that any of them was sent is on record; see `internet.py`. It is how Docker Hub itself is tested.
"""

from __future__ import annotations

from tests.support.registry.double import Answer, Asked, RegistryDouble, registry_double
from tests.support.registry.images import Image, Manifest, Wish, build, digest_of
from tests.support.registry.real import PASSWORD, USER, RealRegistries, RealRegistry, real_registries

__all__ = [
    "PASSWORD",
    "USER",
    "Answer",
    "Asked",
    "Image",
    "Manifest",
    "RealRegistries",
    "RealRegistry",
    "RegistryDouble",
    "Wish",
    "build",
    "digest_of",
    "real_registries",
    "registry_double",
]
