"""GitHub: what is on a pull request, and what should be.

`client` talks to it, and is the only user of PyGithub; all else here is pure. Nothing is remembered between runs: a
hidden marker in each of our comments says which finding it is about (docs/adr/0012).
"""
