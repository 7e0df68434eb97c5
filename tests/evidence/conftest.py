"""The registries for the tests here."""

from __future__ import annotations

from tests.support.registry.fixture import real_registry as real_registry  # noqa: PLC0414 - pytest looks for it here
from tests.support.registry.fixture import registries as registries  # noqa: PLC0414 - as above
from tests.support.registry.fixture import registry as registry  # noqa: PLC0414 - as above
