"""Reviews Dockerfiles, and what builds them, on pull requests."""

__version__ = "0.1.0"
