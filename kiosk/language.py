"""The languages of the screens, straight from their .po files: nothing has to be compiled, nothing can be stale."""

from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask_babel import Babel, Domain, get_locale

CATALOGUES = Path(__file__).parent / "translations"
NAMES = {"en": "English", "de": "Deutsch", "es": "Español", "et": "Eesti"}
"""What each language calls itself."""


class PoDomain(Domain):  # type: ignore[misc]
    """Translations straight from `<language>.po`; the source language needs none."""

    def get_translations(self) -> NullTranslations:
        language = get_locale().language
        if language not in self.cache:
            self.cache[language] = read(CATALOGUES / f"{language}.po")
        translations: NullTranslations = self.cache[language]
        return translations


class PoBabel(Babel):  # type: ignore[misc]
    domain_instance = PoDomain()


def read(path: Path) -> NullTranslations:
    if not path.exists():
        return Translations()
    with path.open("rb") as file:
        catalogue = read_po(file)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translations(compiled)
