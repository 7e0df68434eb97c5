"""How severe a vulnerability is: the base score of CVSS 3 (first.org/cvss/v3.1/specification-document, chapter 7)."""

from __future__ import annotations

from math import ceil
from typing import Final

_SEVERE: Final = 7.0  # the scale's least "high"
_SEVERE_WORDS: Final = frozenset({"high", "critical", "important"})
_VERSIONS: Final = frozenset({"CVSS:3.0", "CVSS:3.1"})
_IMPACT: Final = {"H": 0.56, "L": 0.22, "N": 0.0}
_VECTOR: Final = {"N": 0.85, "A": 0.62, "L": 0.55, "P": 0.2}
_COMPLEXITY: Final = {"L": 0.77, "H": 0.44}
_PRIVILEGES: Final = {
    "U": {"N": 0.85, "L": 0.62, "H": 0.27},
    "C": {"N": 0.85, "L": 0.68, "H": 0.5},
}
_INTERACTION: Final = {"N": 0.85, "R": 0.62}
_WORDS: Final = frozenset({"none", "negligible", "low", "medium", "moderate", *_SEVERE_WORDS})


def is_severe(text: str) -> bool | None:
    """Tell whether a severity, a vector of CVSS 3 or a word, is high or critical; None if it cannot be told."""
    if text.lower() in _WORDS:
        return text.lower() in _SEVERE_WORDS
    score = base_score(text)
    return None if score is None else score >= _SEVERE


def base_score(vector: str) -> float | None:
    """Return the base score, 0.0 to 10.0, of a vector of CVSS 3.0 or 3.1; None for anything else."""
    version, *parts = vector.split("/")
    if version not in _VERSIONS:
        return None
    metrics = dict(part.split(":", 1) for part in parts if ":" in part)
    try:
        return _score(metrics)
    except KeyError:
        return None


def _score(metrics: dict[str, str]) -> float:
    scope = metrics["S"]
    left = 1.0
    for name in "CIA":
        left *= 1 - _IMPACT[metrics[name]]
    exploitability = (
        8.22
        * _VECTOR[metrics["AV"]]
        * _COMPLEXITY[metrics["AC"]]
        * _PRIVILEGES[scope][metrics["PR"]]
        * _INTERACTION[metrics["UI"]]
    )
    lost = 1 - left
    changed = scope == "C"
    impact = 7.52 * (lost - 0.029) - 3.25 * (lost - 0.02) ** 15 if changed else 6.42 * lost
    if impact <= 0:
        return 0.0
    return _rounded_up(min((1.08 if changed else 1.0) * (impact + exploitability), 10.0))


def _rounded_up(score: float) -> float:
    """Round up to a tenth, but for what floating point alone adds (appendix A)."""
    return ceil(round(score * 100_000) / 10_000) / 10
