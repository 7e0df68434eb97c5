"""The GitHub Action: inputs and event to options; a result to comments, annotations, summary, outputs, an exit code.

`python -m dockwright.action` is the container's entry point. GitHub's runner reads all that it prints for workflow
commands, so text from the repository is printed only by reports that are safe there, or escaped by the toolkit.
"""
