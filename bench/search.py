"""How good and how fast search is.

Good: judged queries over the Icecat catalogue, NDCG@10 (gain 2^grade - 1, products nobody judged count as bad, queries
of which nothing is good are left out), beside plain FTS5 over the same texts in the same run. Weights are chosen on
four fifths of the queries and judged on the fifth that is left, in turn (`ndcg_dev`); plain FTS5 has the best of its
settings on all of them. One slip of the keyboard (fixed seed) in one word of five or more letters, for `typo_keep`.

Fast: a million variants, each question with its facets and its page, in a process of its own: words as they are
searched, and the same while they are typed, letter by letter.
"""

import json
import random
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import closing
from itertools import product as every
from math import log2
from pathlib import Path
from typing import Any

from bench import icecat, plain
from bench.million import VARIANTS, Million, named, place
from edge.catalogue import Catalogue, Version, build
from edge.catalogue.rank import Weights
from edge.domain.article import Variant
from hq.feeds import sources
from hq.importers import import_file
from hq.service import open_hq

FOLDS = 5
RESAMPLED = 10_000
TOP = 10
Grades = Mapping[str, int]
GRID = [
    Weights(fields=(title, 2.0, 1.0, 0.5, 1.0, facts, story), whole=whole)
    for title, facts, story, whole in every((2.0, 3.0, 4.0), (0.8, 1.1), (1.0, 1.5), (1.5, 2.0, 3.0))
]


def run(*, short: bool = False) -> dict[str, Any]:
    """`ndcg_dev`, `ndcg_plain`, `ndcg_gain` and its interval, `empty`, `typo_keep`, `p95_typing_ms_1m`, `p99_ms_1m`."""
    if not icecat.JUDGED.exists():
        return {"skipped": f"needs {icecat.JUDGED}"}
    with tempfile.TemporaryDirectory() as folder:
        return {
            **_relevance(Path(folder), GRID[::9] if short else GRID),
            **_speed(Path(folder), 20_000 if short else 1_000_000),
        }


# ---- good ------------------------------------------------------------------------------------------------------------


def _relevance(folder: Path, grid: Sequence[Weights]) -> dict[str, Any]:
    judged, file = icecat.judged(), _icecat(folder)
    measured = [_measured(file, judged, weights) for weights in [*grid, Weights()]]
    tuned = _cross_validated(measured[:-1], list(judged))
    plainly = {name: _each(judged, ask) for name, ask in plain.ways(icecat.records()).items()}
    best = max(plainly.values(), key=_mean)
    with Catalogue.open(file) as catalogue:
        queries = icecat.queries()
        empty = sum(not catalogue.find(query, "en", TOP) for query in queries)
        slipped = {query: slip(query, random.Random(query)) for query in judged}
        kept = {query: _ndcg(_found(catalogue, typed), judged[query]) for query, typed in slipped.items() if typed}
    low, high = _interval([tuned[query] - best[query] for query in judged])
    return {
        "ndcg_dev": round(_mean(tuned), 4),
        "ndcg_plain": round(_mean(best), 4),
        "ndcg_gain": round(_mean(tuned) - _mean(best), 4),
        "ndcg_gain_95": [round(low, 4), round(high, 4)],
        "ndcg_default": round(_mean(measured[-1]), 4),
        "ndcg_and_title": round(_mean(plainly["title and"]), 4),
        "empty": empty,
        "typo_keep": round(sum(kept.values()) / sum(measured[-1][query] for query in kept), 4),
        "queries": len(judged),
        "queries_all": len(queries),
    }


def _icecat(folder: Path) -> Path:
    """As HQ imports it and builds it."""
    file = folder / "icecat.db"
    with closing(open_hq(folder / "hq")) as hq, hq.engine.connect() as connection:
        for path in sorted(icecat.PRODUCTS.glob("*.json.zip")):
            import_file(connection, path, pictures=hq.pictures)
        build(
            file,
            version=Version(1, 1),
            products=sources.sold(connection),
            variants=sources.values(connection, Variant),
            stock=(),
            reviews=(),
            stores=(),
            languages=("en",),
        )
    return file


def _measured(file: Path, judged: Mapping[str, Grades], weights: Weights) -> dict[str, float]:
    with Catalogue.open(file, weights=weights) as catalogue:
        return _each(judged, lambda query: _found(catalogue, query))


def _found(catalogue: Catalogue, query: str) -> list[str]:
    return [hit.id for hit in catalogue.find(query, "en", TOP)]


def _each(judged: Mapping[str, Grades], ask: plain.Ask) -> dict[str, float]:
    return {query: _ndcg(ask(query), grades) for query, grades in judged.items()}


def _cross_validated(measured: Sequence[Mapping[str, float]], queries: list[str]) -> dict[str, float]:
    """By query, with the weights that were best on the other folds."""
    shuffled = random.Random(1).sample(queries, len(queries))
    tuned = dict[str, float]()
    for fold in range(FOLDS):
        held = shuffled[fold::FOLDS]
        best = max(measured, key=lambda one: sum(one[query] for query in shuffled if query not in held))
        tuned |= {query: best[query] for query in held}
    return tuned


def _ndcg(found: Sequence[str], grades: Grades) -> float:
    def gained(ranked: Sequence[int]) -> float:
        return sum((2**grade - 1) / log2(place) for place, grade in enumerate(ranked[:TOP], 2))

    return gained([grades.get(one, 0) for one in found]) / gained(sorted(grades.values(), reverse=True))


def _mean(measured: Mapping[str, float]) -> float:
    return statistics.fmean(measured.values())


def _interval(differences: Sequence[float]) -> tuple[float, float]:
    """Of the mean, 95 %, by resampling queries."""
    chance = random.Random(2)
    means = sorted(statistics.fmean(chance.choices(differences, k=len(differences))) for _ in range(RESAMPLED))
    return means[round(RESAMPLED * 0.025)], means[round(RESAMPLED * 0.975)]


def slip(query: str, chance: random.Random) -> str:
    """The query with a letter too many, one missing, one wrong or two swapped in a word of five or more letters; ""
    where it has no such word."""
    words = query.split()
    long = [at for at, word in enumerate(words) if len(word) >= 5 and word.isalpha()]
    if not long:
        return ""
    at = chance.choice(long)
    word, letter = words[at], chance.choice("abcdefghijklmnopqrstuvwxyz")
    place = chance.randrange(len(word) - 1)
    words[at] = chance.choice(
        (
            word[:place] + letter + word[place:],
            word[:place] + word[place + 1 :],
            word[:place] + letter + word[place + 1 :],
            word[:place] + word[place + 1] + word[place] + word[place + 2 :],
        )
    )
    return " ".join(words)


# ---- fast ------------------------------------------------------------------------------------------------------------


def _speed(folder: Path, variants: int) -> dict[str, Any]:
    file, products = place(variants, folder), round(variants / VARIANTS)
    if not file.exists():
        _built(file, Million(variants))
    chance = random.Random(3)
    with Catalogue.open(file) as catalogue:
        drawn = [catalogue.product(named(chance.randrange(products))) for _ in range(150)]
    titles = [product.title["en"].split() for product in drawn if product]
    asked = [*icecat.queries(), *(" ".join(chance.sample(words, min(2, len(words)))) for words in titles)]
    asked += [typed for typed in (slip(query, chance) for query in icecat.queries()) if typed]
    size = {"variants": variants, "products": products, "file_mb": round(file.stat().st_size / 1e6)}
    child = [sys.executable, "-m", "bench.asking", str(file)]
    told = subprocess.run(child, input=json.dumps(asked), capture_output=True, text=True, check=True)
    return {**json.loads(told.stdout), **size}


def _built(file: Path, made: Million) -> None:
    build(
        file,
        version=Version(1, 1),
        products=made.products,
        variants=made.variants(),
        stock=made.stock(),
        reviews=(),
        stores=(),
        languages=("en",),
    )
