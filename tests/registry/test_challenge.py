from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockwright.registry.challenge import Challenge, challenges

HEADERS = {
    'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:library/x:pull"': [
        Challenge(
            "bearer",
            {
                "realm": "https://auth.docker.io/token",
                "service": "registry.docker.io",
                "scope": "repository:library/x:pull",
            },
        )
    ],
    'Basic realm="a, b", Bearer realm="https://x/t"': [
        Challenge("basic", {"realm": "a, b"}),
        Challenge("bearer", {"realm": "https://x/t"}),
    ],
    'Bearer realm="https://x/t", scope="repository:a:pull,push", error="invalid_token", Basic realm=y': [
        Challenge("bearer", {"realm": "https://x/t", "scope": "repository:a:pull,push", "error": "invalid_token"}),
        Challenge("basic", {"realm": "y"}),
    ],
    'BEARER Realm = "https://x/t" , Service = y': [Challenge("bearer", {"realm": "https://x/t", "service": "y"})],
    r'Basic realm="a \"quoted\" \\ word"': [Challenge("basic", {"realm": r'a "quoted" \ word'})],
    "Basic": [Challenge("basic", {})],
    "Negotiate YWJj==, Basic realm=x": [
        Challenge("negotiate", {}),
        Challenge("ywjj", {}),
        Challenge("basic", {"realm": "x"}),
    ],
    "Negotiate, Basic realm=x": [Challenge("negotiate", {}), Challenge("basic", {"realm": "x"})],
    "Basic realm=": [Challenge("basic", {"realm": ""})],
    'Bearer realm="first",realm="second"': [Challenge("bearer", {"realm": "first"})],
    'Bearer realm="https://x/t",,, service=y,': [Challenge("bearer", {"realm": "https://x/t", "service": "y"})],
    'Bearer realm="never closed': [Challenge("bearer", {})],
    'realm="of no scheme"': [],
    "": [],
    "\x00": [],
    "Bearer \x00 realm=x": [Challenge("bearer", {})],
}


@pytest.mark.parametrize("header", HEADERS)
def test_challenges(header: str) -> None:
    assert list(challenges(header)) == HEADERS[header]


TOKENS = st.text("abcdefghijklmnopqrstuvwxyz-0123456789", min_size=1)
VALUES = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E))


@given(st.lists(st.tuples(TOKENS, st.dictionaries(TOKENS, VALUES)), max_size=4))
def test_what_is_written_by_the_grammar_is_read_back(wanted: list[tuple[str, dict[str, str]]]) -> None:
    def quoted(value: str) -> str:
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'

    parts = [
        f"{scheme} " + ", ".join(f"{name}={quoted(value)}" for name, value in parameters.items())
        for scheme, parameters in wanted
    ]
    assert [(found.scheme, dict(found.parameters)) for found in challenges(", ".join(parts))] == wanted


@given(st.text())
def test_anything_is_read_without_an_error(header: str) -> None:
    challenges(header)


@pytest.mark.parametrize("text", ['"' * 9000, "a=" * 9000, "\\" * 9000, 'a="' + "\\" * 9000, "a " * 9000, "a" * 9000])
def test_nothing_takes_long(text: str) -> None:
    challenges(text)
