"""Planning: from the places that name images to what each of them is to become, and what is left alone and why.

planning.py   what others use: `plan` and `look_up`
client.py     how registries are reached, by the configuration and the environment
images.py     the images of files, each once, and what is wanted for them
lookup.py     what registries offer, asked for at the same time
choice.py     which of that an image may become: old enough, and on every platform that matters
urgent.py     what need not be old enough, because it brings security updates
platforms.py  what images run on
edits.py      what changes in the files, all or none of it
grouping.py   which updates share a pull request, and its name
evidence.py   what an update changes in the image, within the limits of a run
decision.py   what is done about that: at once, with a label, later, or not at all
lag.py        images whose publisher has not built in what its distribution has published
"""
