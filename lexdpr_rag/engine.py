"""The engine: a folder of statutes becomes an index, a question brings back provisions that cite.

How a search runs:

1. Filters become a mask over articles: the laws in force on the day, of the kinds, ministries and
   parts of the tree asked for (:mod:`lexdpr_rag.index.selection`).
2. The lexical index scores every article (:mod:`lexdpr_rag.index.lexical`).
3. Within the best articles the units of the level asked for are scored
   (:mod:`lexdpr_rag.index.unit_scores`): the best unit of an article carries the article's score,
   the others stand behind it by the difference in their own.
4. Provisions that the query cites come first, in the order in which it cites them.

Scores are sums of BM25 weights: above 0, higher is better, comparable within one search only.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lexdpr_rag.background import in_background
from lexdpr_rag.corpus import directory_of
from lexdpr_rag.datamodels import Filters, Hit, Level, LevelName, Mode, ModeName
from lexdpr_rag.errors import FilterError, IndexFormatError
from lexdpr_rag.hits import HitMaker
from lexdpr_rag.index.analyzer import analyzer_named
from lexdpr_rag.index.builder import Options, build_index
from lexdpr_rag.index.layout import LEXICAL, Layout
from lexdpr_rag.index.lexical import LexicalIndex, QueryTerms
from lexdpr_rag.index.manifest import Manifest
from lexdpr_rag.index.places import Place, Places
from lexdpr_rag.index.report import BuildReport, IndexInfo, Progress
from lexdpr_rag.index.selection import Selection
from lexdpr_rag.index.store import UnitStore
from lexdpr_rag.index.unit_scores import ScoredUnits, bigram_codes, query_bigrams, score_units
from lexdpr_rag.units import LEVEL_FLAG, Levels

DEPTH = 100
"""At least so many articles are looked into for their units."""

NAMED_LAW = 1.1
"""How much a law's name in the query raises the law's articles."""

CITED_LEAD = 1.0
"""By how much a cited provision is put above what would come next."""


class LexDPR:
    """An opened index of statutes.

    Opening maps files into memory and reads only what a search needs; searching is read-only and
    safe from several threads.
    """

    report: BuildReport | None = None
    """What :meth:`build` did; ``None`` on an index that was only opened."""

    def __init__(self, path: Path, generation: Path, manifest: Manifest) -> None:
        """Use :meth:`open`; ``generation`` is the folder within ``path`` that is in use."""
        self.path = path
        self.generation = generation
        self._manifest = manifest
        try:
            self._store = UnitStore.open(generation)
            analyzer = analyzer_named(manifest.analyzer["name"])
            self._lexical = LexicalIndex(generation / LEXICAL, self._store, analyzer)
        except (OSError, ValueError, KeyError, TypeError) as error:
            part = getattr(error, "filename", None) or str(error)
            raise IndexFormatError("index.damaged", path=path, part=Path(str(part)).name) from error
        directory = directory_of(self._store.laws)
        self._places = Places(self._store, directory)
        self._selection = Selection(self._store, directory)
        self._hits = HitMaker(self._store, self._selection)

    # -- making and opening ----------------------------------------------------------------------

    @classmethod
    def build(
        cls,
        source: str | Path,
        out: str | Path,
        *,
        strict: bool = False,
        jobs: int | None = None,
        analyzer: str | None = None,
        progress: Progress | None = None,
    ) -> LexDPR:
        """Build the index ``out`` from the statutes in ``source``, or bring it up to date.

        Files that have not changed are not read again; interrupted work goes on where it was; the
        old index answers until the new one is whole.

        Args:
            source: a folder, a file or an archive of statutes.
            out: the index folder.
            strict: stop at the first file that cannot be read, instead of leaving it out.
            jobs: worker processes; one a core unless given.
            analyzer: ``bigram``, ``kiwi`` or ``mixed``; unless given, what the index in ``out`` has,
                and ``bigram`` for a new one.
            progress: called with a :class:`~lexdpr_rag.index.report.BuildEvent` at every step.

        Raises:
            SourceError: nothing can be read, or with ``strict`` a file cannot.
            IndexFormatError: ``out`` cannot hold an index, or is being built by another process.
        """
        if analyzer is not None:
            analyzer_named(analyzer)  # a missing extra is told before the work, not after it
        options = Options(strict=strict, jobs=jobs, analyzer=analyzer)
        report = build_index(Path(source), Path(out), options, progress)
        engine = cls.open(out)
        engine.report = report
        return engine

    @classmethod
    def open(
        cls,
        path: str | Path,
        *,
        encoder: str | Path | None = None,
        reranker: str | Path | None = None,
    ) -> LexDPR:
        """Open the index at ``path``.

        Raises:
            IndexFormatError: there is none, it is unfinished, damaged, or of another format.
        """
        layout = Layout(Path(path))
        generation = layout.open_generation()
        while True:
            try:
                return cls(Path(path), generation, Manifest.open(generation))
            except IndexFormatError:
                # A build may have switched over meanwhile, and taken the old generation away.
                newer = layout.open_generation()
                if newer == generation:
                    raise
                generation = newer

    # -- searching -------------------------------------------------------------------------------

    def search(
        self,
        query: str,
        k: int = 10,
        *,
        level: LevelName | Level = "auto",
        mode: ModeName | Mode = "hybrid",
        filters: Filters | None = None,
        rerank: bool | None = None,
    ) -> list[Hit]:
        """The ``k`` provisions that answer ``query`` best, best first; fewer where fewer match.

        Args:
            query: words, a question, or a citation (민법 제750조), which then comes first.
            level: how large the provisions are (:class:`~lexdpr_rag.datamodels.Level`).
            mode: the routes; ``hybrid`` on an index without vectors searches lexically.
            filters: limits, the day among them.

        Raises:
            FilterError: an argument has a value that is not allowed, or a filter matches nothing.
        """
        chosen = _checked(query, k, level)
        self._check_mode(mode)
        filters = filters or Filters()
        mask = self._selection.articles(filters)
        terms = self._lexical.terms(query)
        scores = self._lexical.scores(terms) * mask
        self._raise_named(query, scores)
        units = self._ranked_units(query, terms, scores, k, LEVEL_FLAG[chosen])
        cited = self._places.cited(query, LEVEL_FLAG[chosen], mask, filters.as_of)
        return self._to_hits(units, cited, k, filters.as_of)

    async def asearch(
        self,
        query: str,
        k: int = 10,
        *,
        level: LevelName | Level = "auto",
        mode: ModeName | Mode = "hybrid",
        filters: Filters | None = None,
        rerank: bool | None = None,
    ) -> list[Hit]:
        """:meth:`search` in a thread, so that an event loop goes on meanwhile."""
        return await in_background(
            self.search, query, k, level=level, mode=mode, filters=filters, rerank=rerank
        )

    def search_many(
        self,
        queries: Iterable[str],
        k: int = 10,
        *,
        level: LevelName | Level = "auto",
        mode: ModeName | Mode = "hybrid",
        filters: Filters | None = None,
        rerank: bool | None = None,
    ) -> Iterable[list[Hit]]:
        """:meth:`search` for many queries, one result after the other, as they are asked for."""
        for query in queries:
            yield self.search(query, k, level=level, mode=mode, filters=filters, rerank=rerank)

    def cite(self, citation: str, *, as_of: date | None = None) -> Hit:
        """The provision that ``citation`` names, whole, with its context.

        Raises:
            CitationError: it cannot be read, or names nothing that the index holds; the message
                says whether the law, the article or the provision within it is missing.
        """
        place = self._places.find(citation, as_of, self._selection)
        hit = self._hits.hit(place.unit, place.article, 1.0, as_of)
        return self._hits.narrowed(hit, place.below) if place.below else hit

    def info(self) -> IndexInfo:
        """What the index holds."""
        manifest = self._manifest
        size = sum(f.stat().st_size for f in self.generation.rglob("*") if f.is_file())
        return IndexInfo(
            path=str(self.path),
            format_version=manifest.format_version,
            created=manifest.created,
            package_version=manifest.package_version,
            corpus_hash=manifest.corpus_hash,
            laws=manifest.counts["laws"],
            repealed=manifest.counts["repealed"],
            articles=manifest.counts["articles"],
            live_articles=manifest.counts["live_articles"],
            units=manifest.counts["units"],
            units_by_level=manifest.units_by_level,
            vectors=manifest.counts.get("vectors", 0),
            encoder=manifest.encoder.get("name", ""),
            analyzer=manifest.analyzer["name"],
            as_of_newest=manifest.newest,
            size_bytes=size,
            kinds=manifest.kinds,
        )

    def close(self) -> None:
        """Nothing to do: memory maps go with the object.  Here so that callers may say so."""

    def __enter__(self) -> LexDPR:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def __repr__(self) -> str:
        counts = self._manifest.counts
        return f"<LexDPR {self.path} {counts['laws']} laws, {counts['articles']} articles>"

    # -- inside ----------------------------------------------------------------------------------

    def _check_mode(self, mode: str) -> None:
        if mode not in list(Mode):
            raise FilterError("search.mode", value=mode)
        if mode == Mode.DENSE:
            raise FilterError("search.no_vectors", path=self.path)

    def _raise_named(self, query: str, scores: NDArray[np.float32]) -> None:
        """Articles of a law that the query names count :data:`NAMED_LAW` times, in place."""
        for law in self._places.named_laws(query):
            first, last = self._store.law_articles[law : law + 2].tolist()
            scores[first:last] *= NAMED_LAW

    def _ranked_units(
        self, query: str, terms: QueryTerms, scores: NDArray[np.float32], k: int, level: Levels
    ) -> ScoredUnits:
        """Units of the best articles, best first."""
        articles = _best(scores, max(DEPTH, k))
        if level is Levels.ARTICLE:
            units = self._store.article_units[articles]
            return ScoredUnits(units, articles, scores[articles])
        bigrams, weights = self._bigrams(query, terms)
        found = score_units(self._store, articles, level, bigrams, weights)
        total = scores[found.articles] - found.behind()
        order = np.argsort(-total, kind="stable")
        return ScoredUnits(found.units[order], found.articles[order], total[order])

    def _bigrams(
        self, query: str, terms: QueryTerms
    ) -> tuple[NDArray[np.uint32], NDArray[np.float32]]:
        """The query's bigrams and what each is worth within an article."""
        if self._manifest.analyzer["name"] == "bigram":
            return bigram_codes(terms.texts), terms.weights * self._lexical.idf(terms)
        texts = query_bigrams(query)
        return bigram_codes(texts), np.ones(len(texts), np.float32)

    def _to_hits(
        self, ranked: ScoredUnits, cited: Sequence[Place], k: int, as_of: date | None
    ) -> list[Hit]:
        first = {place.unit for place in cited}
        rest = [
            (unit, article, score)
            for unit, article, score in zip(
                ranked.units[: k + len(cited)].tolist(),
                ranked.articles[: k + len(cited)].tolist(),
                ranked.scores[: k + len(cited)].tolist(),
                strict=True,
            )
            if unit not in first and score > 0
        ]
        top = rest[0][2] if rest else 0.0
        lead = [
            (place.unit, place.article, top + CITED_LEAD * (len(cited) - rank))
            for rank, place in enumerate(cited)
        ]
        return [self._hits.hit(u, a, s, as_of) for u, a, s in (lead + rest)[:k]]


def _checked(query: str, k: int, level: str) -> Level:
    if not query.strip():
        raise FilterError("search.empty")
    if not isinstance(k, int) or isinstance(k, bool) or k < 1:
        raise FilterError("search.k", value=k)
    try:
        return Level(level)
    except ValueError as error:
        raise FilterError("search.level", value=level) from error


def _best(scores: NDArray[np.float32], count: int) -> NDArray[np.int64]:
    """Rows of the ``count`` highest scores above 0, best first; ties in document order."""
    if count < len(scores):
        rows = np.argpartition(scores, -count)[-count:]
        rows.sort()
    else:
        rows = np.arange(len(scores))
    rows = rows[scores[rows] > 0]
    best: NDArray[np.int64] = rows[np.argsort(-scores[rows], kind="stable")]
    return best
