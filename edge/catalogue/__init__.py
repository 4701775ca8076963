"""The catalogue: HQ builds a file per version (`build`), a box turns to it (`Shelf`) and asks it (`Catalogue`)."""

import edge.sqlite  # noqa: F401  (first)
from edge.catalogue.apply import Shelf, in_use
from edge.catalogue.build import build
from edge.catalogue.delta import Changes, differ
from edge.catalogue.errors import (
    CatalogueError,
    DamagedCatalogue,
    NotACatalogue,
    OldVersion,
    WrongVersion,
)
from edge.catalogue.find import Hit, Results
from edge.catalogue.read import Catalogue, Category
from edge.catalogue.schema import Version
from edge.catalogue.unpack import pack, unpack

__all__ = [
    "Catalogue",
    "CatalogueError",
    "Category",
    "Changes",
    "DamagedCatalogue",
    "Hit",
    "NotACatalogue",
    "OldVersion",
    "Results",
    "Shelf",
    "Version",
    "WrongVersion",
    "build",
    "differ",
    "in_use",
    "pack",
    "unpack",
]
