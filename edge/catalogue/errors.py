"""What can be wrong with a catalogue. Every one of them leaves the version that is in use untouched.

CatalogueError
├── NotACatalogue      the file is no catalogue of this program's form
├── DamagedCatalogue   bytes are missing or wrong: hash, compression or database
├── WrongVersion       the file says another version than was announced
└── OldVersion         older than, or the same as, the version in use
"""


class CatalogueError(Exception):
    """The message says what is wrong and what happens now, for a person to read."""


class NotACatalogue(CatalogueError):
    pass


class DamagedCatalogue(CatalogueError):
    pass


class WrongVersion(CatalogueError):
    pass


class OldVersion(CatalogueError):
    pass
