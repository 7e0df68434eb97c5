"""The fixtures; a `conftest.py` imports those that its tests want."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.registry.certificate import make_certificate
from tests.support.registry.double import registry_double
from tests.support.registry.internet import HOSTS, internet
from tests.support.registry.real import real_registries

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.registry.certificate import Certificate
    from tests.support.registry.double import RegistryDouble
    from tests.support.registry.internet import Internet
    from tests.support.registry.real import RealRegistries, RealRegistry


@pytest.fixture
def registry() -> Iterator[RegistryDouble]:
    """A registry in this process."""
    with registry_double() as double:
        yield double


@pytest.fixture(scope="session")
def registries(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealRegistries]:
    """Three real registries with the same images: plain, with passwords, with tokens."""
    with real_registries(tmp_path_factory.mktemp("registries")) as running:
        yield running


@pytest.fixture(scope="session")
def real_registry(registries: RealRegistries) -> RealRegistry:
    """A real registry that asks for no name."""
    return registries.plain


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    """A certificate for every host of the small internet."""
    return make_certificate(tmp_path_factory.mktemp("certificate"), *HOSTS)


@pytest.fixture
def net(certificate: Certificate) -> Iterator[Internet]:
    """A small internet, in which every host says what a test wants."""
    with internet(certificate) as made:
        yield made
