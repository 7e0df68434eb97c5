"""Kinds of file, other than Dockerfiles, that say how an image is built and run; each module reads one kind.

All are pure: a `Source` in, values with their places out. A file that is broken, too large or of another kind
yields nothing, for these files are only ever evidence about something else.
"""
