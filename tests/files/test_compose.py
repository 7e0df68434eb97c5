from __future__ import annotations

import pytest

from dockwright.files.compose import Service, matches, read_services
from dockwright.source import Source


def services(text: str, path: str = "compose.yaml") -> dict[str, Service]:
    return {service.name: service for service in read_services(Source(path, text))}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("compose.yaml", True),
        ("docker-compose.yml", True),
        ("deploy/docker-compose.prod.yml", True),
        ("compose-dev.yaml", True),
        ("composer.yaml", False),
        ("compose.json", False),
        ("my-compose.yaml", False),
    ],
)
def test_names(path: str, expected: bool) -> None:  # noqa: FBT001
    assert matches(path) is expected


@pytest.mark.parametrize(
    ("build", "path", "dockerfile"),
    [
        (".", "compose.yaml", "Dockerfile"),
        ("./web", "compose.yaml", "web/Dockerfile"),
        ("web", "deploy/compose.yaml", "deploy/web/Dockerfile"),
        ("..", "deploy/compose.yaml", "Dockerfile"),
        ("{context: ., dockerfile: docker/web.Dockerfile}", "compose.yaml", "docker/web.Dockerfile"),
        ("{context: web, dockerfile: ../docker/Dockerfile}", "compose.yaml", "docker/Dockerfile"),
        ("{target: prod}", "compose.yaml", "Dockerfile"),
        ("../..", "deploy/compose.yaml", None),
        ("'${WEB:-web}'", "compose.yaml", None),
        ("https://github.com/acme/shop.git", "compose.yaml", None),
        ("git@github.com:acme/shop.git", "compose.yaml", None),
        ("/srv/web", "compose.yaml", None),
        ("{dockerfile_inline: FROM scratch}", "compose.yaml", None),
        ("[web]", "compose.yaml", None),
    ],
)
def test_which_dockerfile_a_service_builds(build: str, path: str, dockerfile: str | None) -> None:
    assert services(f"services: {{web: {{build: {build}}}}}", path)["web"].dockerfile == dockerfile


def test_a_service() -> None:
    text = """\
x-common: &common
  user: "1000:1000"
services:
  web:
    <<: *common
    build:
      context: .
      target: prod
    network_mode: host
  db:
    image: postgres:18
"""
    found = services(text)
    web, db = found["web"], found["db"]
    assert web.user is not None
    assert web.target is not None
    assert web.network_mode is not None
    assert (web.user.text, web.target.text, web.network_mode.text) == ("1000:1000", "prod", "host")
    assert (web.span.text, web.span.first.line, web.user.span.text) == ("web", 4, '"1000:1000"')
    assert (db.dockerfile, db.target, db.user, db.network_mode) == (None, None, None, None)


@pytest.mark.parametrize("text", ["", "services:", "services: []", "services: {web: }", "services: {web: x}", "a: ["])
def test_nothing_is_said_of_what_is_no_compose_file(text: str) -> None:
    assert services(text) == {}


def test_what_a_service_mounts() -> None:
    text = """\
services:
  web:
    build: .
    entrypoint: /start.sh
    command: [serve, --all]
    volumes:
      - data:/srv/data
      - cache:/srv/cache:rw,z
      - lists:/srv/lists:ro
      - ./code:/srv/code
      - /srv/temporary
      - {type: volume, source: work, target: /work}
      - {type: volume, source: read, target: /read, read_only: true}
      - {type: bind, source: /var/run/docker.sock, target: /var/run/docker.sock}
"""
    web = services(text)["web"]
    assert [(volume.name, volume.target) for volume in web.volumes] == [
        ("data", "/srv/data"),
        ("cache", "/srv/cache"),
        ("work", "/work"),
    ]
    assert [volume.span.text for volume in web.volumes] == ["data:/srv/data", "cache:/srv/cache:rw,z", "/work"]
    assert web.folders == ("./code", "/srv/temporary", "/var/run/docker.sock")
    assert web.starts == "/start.sh\nserve\n--all"
    assert web.builds
