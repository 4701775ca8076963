"""What a thief would do with the box's files: look for people in them, however they are wrapped.

- `patterns`: what looks like a mail address or a phone number, in octets
- `wrappings`: the same octets unpacked: UTF-16, base64, escapes, compressed members
- `places`: the files a box leaves behind, and what in them is public
"""

from edge.cli.steal.patterns import Person, people_in
from edge.cli.steal.places import files_of, public_in
from edge.cli.steal.search import Trace, search
from edge.cli.steal.wrappings import View, views

__all__ = ["Person", "Trace", "View", "files_of", "people_in", "public_in", "search", "views"]
