"""What several rules conclude from a Dockerfile, from the files around it, and from what is known of public images.

Pure: a module here asks a `Tree` for files, as a rule does, and says nothing where it does not know.
"""
