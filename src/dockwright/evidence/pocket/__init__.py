"""What distributions have published: which updates an image lacks, and what those fix, in the distributions' own words.

published.py    the one question that others ask: `published(inventory, fetch=..., now=...)`
model.py        what it answers with; ids.py: the ids of advisories in texts
mirrors.py      where distributions publish, as the user says; fetch.py: downloads, within limits
packed.py       what is packed with xz too; elements.py: XML without its dangers
debian.py       Debian and Ubuntu: release.py (a suite's index of indexes), stanzas.py (its packages), deb.py and
                changelog.py (what a package's changelog says)
alpine.py       Alpine, Wolfi, Chainguard: apkindex.py (packages), secdb.py (which versions fix what)
redhat.py       families with updateinfo: repomd.py, updateinfo.py
osv.py          optional: what osv.dev knows

"Published for security" is what a distribution says by the place where it publishes. It does not mean that a CVE is
fixed: Debian's long-term support brings new time zones by that way too.
"""

from __future__ import annotations

from dockwright.evidence.pocket.fetch import Fetch
from dockwright.evidence.pocket.model import Fixes, Lacking, Published
from dockwright.evidence.pocket.published import published

__all__ = ["Fetch", "Fixes", "Lacking", "Published", "published"]
