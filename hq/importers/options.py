"""What the platforms' options and attributes mean: which is a size, which a colour, which a trade item number."""

import re
from collections.abc import Iterable, Mapping

SIZES = {
    "size", "sizes", "größe", "groesse", "grösse", "talla", "tamaño", "suurus", "taille", "taglia", "maat", "rozmiar",
    "storlek", "shoe size", "schuhgröße", "size eu", "eu size", "common size", "commonsize", "clothing size", "pa_size",
}  # fmt: skip
COLOURS = {
    "color", "colour", "colors", "colours", "farbe", "color family", "värv", "värvus", "couleur", "colore", "kleur",
    "kolor", "färg", "pa_color", "pa_colour", "color name", "colorname",
}  # fmt: skip
GTIN = re.compile(
    r"(^|[^a-z])(gtin([-_ ]?(8|12|13|14))?|ean([-_ ]?(8|13|code))?|upc([-_ ]?(a|code))?|isbn([-_ ]?1[03])?|jan"
    r"|bar ?code|global[_ ](unique|trade)[_ a-z]*)s?($|[^a-z])"
)
NONE = {"default title", "default", "no option", "-"}
"""What platforms write where a product has no options."""


def size_and_colour(options: Mapping[str, str]) -> tuple[str, str]:
    """Options that are neither (a length, a material) tell variants apart as well, so they stand beside the size."""
    size, colour, others = "", "", list[str]()
    for name, value in options.items():
        if not value or value.lower() in NONE:
            continue
        known = name.lower().strip().replace("attribute_", "").replace("_", " ")
        if known in SIZES and not size:
            size = value
        elif known in COLOURS and not colour:
            colour = value
        else:
            others.append(value)
    return " · ".join(filter(None, [size, *others])), colour


def is_gtin_name(name: str) -> bool:
    """Whether an attribute, metafield or column of this name holds an article's number of the trade."""
    return GTIN.search(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower()) is not None


def gtins_in(attributes: Mapping[str, str] | Iterable[tuple[str, str]]) -> list[str]:
    """The numbers hidden in attributes: {"ean_code": "400638133393"}."""
    pairs = attributes.items() if isinstance(attributes, Mapping) else attributes
    return [one for name, text in pairs if text and is_gtin_name(name) for one in split_gtins(text)]


def split_gtins(text: str) -> list[str]:
    """One cell may hold several; blanks and hyphens within one are common too."""
    return [one.strip().lstrip("'") for one in re.split(r"[,;|/\n]", text) if one.strip()]
