from __future__ import annotations

import pytest

from dockwright.files.renovate import leaves_dockerfiles_alone
from dockwright.source import Source


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{}", False),
        ('{"extends": ["config:recommended"]}', False),
        ('{"enabledManagers": ["npm", "dockerfile"]}', False),
        ("{enabledManagers: ['custom.regex']}", False),
        ('{"enabledManagers": ["npm"]}', True),
        ('{"extends": ["config:recommended", "docker:disable"]}', True),
        ('{"docker": {"enabled": false}}', True),
        ("{dockerfile: {enabled: false}}", True),
        ('{"docker": {"pinDigests": true}}', False),
        ('{"docker-compose": {"enabled": false}}', False),
        ('{"enabled": false}', True),
        ('{\n  // "enabled": false\n  "prConcurrentLimit": 2}', False),
        ('{"extends": ["https://example.com/x"], /* "docker:disable" */ "labels": []}', False),
        ('{"packageRules": [{"matchManagers": ["npm"], "enabled": false}]}', False),
        ("/* never closed", False),
    ],
)
def test_whether_dockerfiles_are_left_alone(text: str, *, expected: bool) -> None:
    assert leaves_dockerfiles_alone(Source("renovate.json", text)) is expected
