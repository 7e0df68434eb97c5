"""The double of GitHub for the tests here."""

from __future__ import annotations

from tests.support.github.fixture import hub as hub  # noqa: PLC0414 - pytest looks for it here
