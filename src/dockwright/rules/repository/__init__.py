"""Rules of whole repositories: of workflows, Compose and bake files, and of what several files say together."""
