"""Package databases as images carry them.

kinds.py        what there is: which files of an image hold a database, how each is read, how its versions are ordered
dpkg.py, apk.py the databases of Debian's and Alpine's families, which are text
rpm.py          those of Red Hat's and SUSE's: the headers of packages, in files of three formats (sqlite.py, ndb.py,
                berkeley.py)
versions.py     the order of versions
model.py        a package

Nothing here is run or installed: the bytes are an image's, so they may be anything. A reader yields packages or raises
`Unreadable`; it takes time and memory in proportion to its input.
"""
