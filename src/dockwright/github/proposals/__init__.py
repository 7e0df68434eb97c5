"""Proposed updates on GitHub: a branch and a pull request for each plan, kept true until people have decided.

The repository is the only state (docs/adr/0004). A branch is named after its plan; its commit carries a seal that tells
whether anybody else has touched it; the pull request's body begins with a marker that says what was proposed.
`reconcile` compares what is wanted with what is there, and is pure, as are `marker`, `body` and `summary`; `desk`
talks to GitHub.
"""
