"""The double of GitHub, for every test here that wants it."""

from __future__ import annotations

from tests.support.github.fixture import hub as hub  # noqa: PLC0414 - a fixture is found by its name here
