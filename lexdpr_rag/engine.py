"""The engine: a folder of statutes becomes an index, a question brings back provisions that cite.

How a search runs:

1. Filters become a mask over articles: the laws in force on the day, of the kinds, ministries and
   parts of the tree asked for (:mod:`lexdpr_rag.index.selection`).
2. The routes rank the units of the level asked for, and fusion makes one list of them
   (:mod:`lexdpr_rag.ranking`): the lexical route by words, the dense route by vectors where the
   index has them, and with both the decisions of courts on a provision.
3. The package's reranker reads the best of them token by token (:mod:`lexdpr_rag.late`); one that
   was given orders the hits anew (:mod:`lexdpr_rag.reranker`).
4. Provisions that the query cites come first, in the order in which it cites them.

Scores: higher is better, comparable within one search only.  With one route they are its own (sums
of BM25 weights, or cosines), with both what fusion gives (0…1; with the package's own encoder the
probability that the provision answers), after reranking the reranker's (0…1).
"""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property
from itertools import islice
from pathlib import Path
from threading import Lock
from typing import Unpack

import numpy as np
from numpy.typing import NDArray

from lexdpr_rag.asked import CANDIDATES, Asked, SearchOptions, checked_query
from lexdpr_rag.background import in_background
from lexdpr_rag.bundled import has_reranker, sources_for
from lexdpr_rag.corpus import directory_of
from lexdpr_rag.datamodels import Filters, Hit, Level, LevelName, Mode, ModeName, RouteScore
from lexdpr_rag.decisions.attaching import DECISIONS, AttachDecisions, DecisionChoice
from lexdpr_rag.decisions.pack import DecisionPack
from lexdpr_rag.encoder import Encoder
from lexdpr_rag.errors import FilterError, IndexFormatError
from lexdpr_rag.hits import HitMaker
from lexdpr_rag.index.analyzer import analyzer_named
from lexdpr_rag.index.builder import Options, build_index
from lexdpr_rag.index.dense import DenseIndex
from lexdpr_rag.index.dense_plan import (
    NO_ENCODER,
    DenseChoice,
    EncoderChoice,
    encoder_of,
    reopened,
)
from lexdpr_rag.index.fusion import Fusion
from lexdpr_rag.index.layout import LEXICAL, Layout
from lexdpr_rag.index.lexical import LexicalIndex
from lexdpr_rag.index.manifest import Manifest
from lexdpr_rag.index.places import Places
from lexdpr_rag.index.report import BuildReport, IndexInfo, Progress, index_info
from lexdpr_rag.index.selection import Selection
from lexdpr_rag.index.store import UnitStore
from lexdpr_rag.ranking import Question, Ranker, Sources
from lexdpr_rag.referring import ReferenceHit, Referring
from lexdpr_rag.reranker import Reranker, RerankerModel, rerank
from lexdpr_rag.statute.directory import LawDirectory
from lexdpr_rag.units import LEVEL_FLAG

QUERIES_AT_ONCE = 64
"""Questions that :meth:`LexDPR.search_many` encodes together."""

RerankerChoice = RerankerModel | str | Path
"""A reranker, or the name or folder of one."""


class LexDPR:
    """An opened index of statutes: memory maps, of which a search reads only what it needs.

    Searching is read-only and safe from several threads.
    """

    report: BuildReport | None = None
    """What :meth:`build` did; ``None`` on an index that was only opened."""

    directory: LawDirectory
    """The names of the laws in the index."""

    def __init__(
        self,
        path: Path,
        generation: Path,
        manifest: Manifest,
        encoder: EncoderChoice | None = None,
        reranker: RerankerChoice | None = None,
    ) -> None:
        """Use :meth:`open`; ``generation`` is the folder within ``path`` that is in use."""
        self.path = path
        self.generation = generation
        self._manifest = manifest
        self._given_encoder = encoder
        self._reranker = Reranker(reranker) if isinstance(reranker, str | Path) else reranker
        self._loading = Lock()
        try:
            self._store = UnitStore.open(generation)
            analyzer = analyzer_named(manifest.analyzer["name"])
            lexical = LexicalIndex(generation / LEXICAL, self._store, analyzer)
        except (OSError, ValueError, KeyError, TypeError) as error:
            part = getattr(error, "filename", None) or str(error)
            raise IndexFormatError("index.damaged", path=path, part=Path(str(part)).name) from error
        self._dense = DenseIndex.open(generation) if manifest.encoder else None
        # Now, not when first needed: a build may take the generation away meanwhile.
        own = generation / DECISIONS
        self._own_decisions = DecisionPack.open(own) if manifest.decisions else None
        self.directory = directory_of(self._store.laws)
        self._places = Places(self._store, self.directory)
        self._selection = Selection(self._store, self.directory)
        self._hits = HitMaker(self._store, self._selection)
        self._ranker = Ranker(
            self._store,
            lexical,
            self._places,
            self._dense,
            bigrams=manifest.analyzer["name"] == "bigram",
            sources=self._sources,
        )

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
        encoder: EncoderChoice | None = None,
        backend: str | None = None,
        chroma_url: str | None = None,
        decisions: DecisionChoice = None,
        progress: Progress | None = None,
    ) -> LexDPR:
        """Build the index ``out`` from the statutes in ``source``, or bring it up to date.

        Files and texts that have not changed are not read or embedded again; interrupted work goes
        on where it was; the old index answers until the new one is whole.

        Args:
            source: a folder, a file or an archive of statutes.
            out: the index folder.
            strict: stop at the first file, or decision, that cannot be read, instead of leaving it
                out.
            jobs: worker processes; one a core unless given.
            analyzer: ``bigram``, ``kiwi`` or ``mixed``; unless given, what the index in ``out`` has,
                and ``bigram`` for a new one.
            encoder: makes the vectors: an encoder, or the alias, name or folder of a model;
                ``"none"`` for an index without vectors; unless given, what the index in ``out``
                has, and for a new one the package's own, or what ``LEXDPR_ENCODER`` names.
            backend: what finds vectors: ``chroma`` (the default of a new index), ``faiss`` or
                ``exact``.
            chroma_url: a Chroma server, or Chroma Cloud, instead of a folder within the index.
            decisions: files or folders of court decisions, whose issues and holdings are attached to
                the articles that they cite (:func:`~lexdpr_rag.decisions.files.read_decisions`);
                ``"none"`` to detach them; unless given, what the index in ``out`` has.
            progress: called with a :class:`~lexdpr_rag.index.report.BuildEvent` at every step.

        Raises:
            SourceError: nothing can be read, or with ``strict`` a file cannot; or there is no such
                file of decisions, or there are no vectors to attach them to.
            IndexFormatError: ``out`` cannot hold an index, or is being built by another process.
            ModelError: the encoder is not there.
            FilterError, MissingExtraError, BackendError: the backend cannot be used.
        """
        if analyzer is not None:
            analyzer_named(analyzer)  # a missing extra is told before the work, not after it
        dense = DenseChoice(encoder, backend, chroma_url)
        attached = AttachDecisions(decisions, strict=strict)
        options = Options(strict, jobs, analyzer, dense, attached)
        report = build_index(Path(source), Path(out), options, progress)
        engine = cls.open(out, encoder=None if encoder == NO_ENCODER else encoder)
        engine.report = report
        return engine

    @classmethod
    def open(
        cls,
        path: str | Path,
        *,
        encoder: EncoderChoice | None = None,
        reranker: RerankerChoice | None = None,
    ) -> LexDPR:
        """Open the index at ``path``.  Models load when a search first needs them.

        Args:
            path: the index folder.
            encoder: of questions; unless given, the one that made the vectors.  One of an index
                without vectors is not used.
            reranker: orders the best hits anew: a reranker, or the alias, name or folder of a model.

        Raises:
            IndexFormatError: there is none, it is unfinished, damaged, or of another format.
            ModelError: the reranker is not there.
        """
        layout = Layout(Path(path))
        generation = layout.open_generation()
        while True:
            try:
                return cls(Path(path), generation, Manifest.open(generation), encoder, reranker)
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
        candidates: int = CANDIDATES,
        fusion: Fusion | None = None,
    ) -> list[Hit]:
        """The ``k`` provisions that answer ``query`` best, best first; fewer where fewer match.

        Args:
            query: words, a question, or a citation (민법 제750조), which then comes first.
            level: how large the provisions are (:class:`~lexdpr_rag.datamodels.Level`).
            mode: the routes; ``hybrid`` on an index without vectors searches lexically.
            filters: limits, the day among them.
            rerank: whether rerankers order the hits, the package's own (with its own encoder) and
                then the one that was given; unless given, those that there are.
            candidates: so many hits are given to the reranker that was given, ``k`` at least.
            fusion: how the routes are fused; unless given, as it was fitted for the package's own
                encoder, and by ``Fusion()`` for any other.

        Raises:
            FilterError: an argument has a value that is not allowed, or a filter matches nothing.
            IndexFormatError: the encoder is missing, or is not the one that made the vectors.
            BackendError: the vector backend does not answer.
        """
        asked = self._asked(
            k,
            level=level,
            mode=mode,
            filters=filters,
            rerank=rerank,
            candidates=candidates,
            fusion=fusion,
        )
        return self._answer(checked_query(query), self._vectors([query], asked)[0], asked)

    async def asearch(self, query: str, k: int = 10, **options: Unpack[SearchOptions]) -> list[Hit]:
        """:meth:`search` in a thread, so that an event loop goes on meanwhile."""
        return await in_background(self.search, query, k, **options)

    def search_many(
        self, queries: Iterable[str], k: int = 10, **options: Unpack[SearchOptions]
    ) -> Iterator[list[Hit]]:
        """:meth:`search` for many queries, one result after the other, as they are asked for.

        Questions are read, and encoded together, some at a time.
        """
        asked = self._asked(k, **options)
        source = iter(queries)
        while chunk := [checked_query(query) for query in islice(source, QUERIES_AT_ONCE)]:
            for query, vector in zip(chunk, self._vectors(chunk, asked), strict=True):
                yield self._answer(query, vector, asked)

    def cite(self, citation: str, *, as_of: date | None = None) -> Hit:
        """The provision that ``citation`` names, whole, with its context.

        Raises:
            CitationError: it cannot be read, or names nothing that the index holds; the message
                says whether the law, the article or the provision within it is missing.
        """
        place = self._places.find(citation, as_of, self._selection)
        hit = self._hits.hit(place.unit, place.article, 1.0, as_of)
        return self._hits.narrowed(hit, place.below) if place.below else hit

    def references(self, provision: Hit | str, *, as_of: date | None = None) -> list[ReferenceHit]:
        """What the words of a provision (a hit, a citation or a ``unit_id``) refer to, in order.

        Unless ``as_of`` is given, the law of today is meant, or of the day of an old version.

        Raises:
            CitationError: there is no such provision.
            IndexFormatError: the index was made before it had references.
        """
        return self._referring.references(provision, as_of)

    def referred_by(self, provision: Hit | str, *, as_of: date | None = None) -> list[ReferenceHit]:
        """What refers to a provision, to what holds it or to a part of it; see :meth:`references`."""
        return self._referring.referred_by(provision, as_of)

    def delegated(self, provision: Hit | str, *, as_of: date | None = None) -> list[ReferenceHit]:
        """The provisions of decrees and rules that carry it out; see :meth:`references`."""
        return self._referring.delegated(provision, as_of)

    def info(self) -> IndexInfo:
        """What the index holds."""
        return index_info(self.path, self.generation, self._manifest)

    def warm(self, *, freeze: bool = False) -> None:
        """Load all that is loaded lazily: what a server does before it answers.

        ``freeze`` also takes all objects of the process out of garbage collection (``gc.freeze``): a
        full one stops an event loop for 60 ms or more.  What becomes garbage later is not freed.
        """
        if self._dense is not None:
            self._encoder.encode_queries([""])
            self._dense.warm()
            self._ranker.warm()
        if freeze:
            gc.collect()
            gc.freeze()

    def close(self) -> None:
        """Close the vector backend; memory maps go with the object."""
        if self._dense is not None:
            self._dense.close()

    def __enter__(self) -> LexDPR:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def __repr__(self) -> str:
        counts = self._manifest.counts
        return f"<LexDPR {self.path} {counts['laws']} laws, {counts['articles']} articles>"

    # -- inside ----------------------------------------------------------------------------------

    def _sources(self) -> Sources:
        """What the ranker has besides the two indexes."""
        if self._dense is None:
            return Sources()
        fingerprint = str(self._manifest.encoder["fingerprint"])
        return sources_for(self._store, fingerprint, self._own_decisions, self._encoder)

    @cached_property
    def _encoder(self) -> Encoder:
        """The encoder of questions, which must be that of the vectors."""
        with self._loading:
            if self._given_encoder is not None:
                encoder = encoder_of(self._given_encoder)
            else:
                encoder = reopened(self._manifest.encoder, self.path)
            if self._dense is not None:
                self._dense.check(encoder)
            return encoder

    @cached_property
    def _referring(self) -> Referring:
        return Referring(self._store, self.generation, self._hits, self._selection, self.cite)

    def _asked(self, k: int, **options: Unpack[SearchOptions]) -> Asked:
        has_own = has_reranker(str(self._manifest.encoder.get("fingerprint")))
        asked = Asked.of(k, self._reranker, has_own=has_own, **options)
        if asked.mode == Mode.DENSE and self._dense is None:
            raise FilterError("search.no_vectors", path=self.path)
        return asked

    def _vectors(
        self, queries: Sequence[str], asked: Asked
    ) -> Sequence[NDArray[np.float32] | None]:
        """What the dense route needs of each question; ``None`` where it is not taken."""
        if self._dense is None or asked.mode == Mode.LEXICAL:
            return [None] * len(queries)
        return list(self._encoder.encode_queries(queries))

    def _answer(self, query: str, vector: NDArray[np.float32] | None, asked: Asked) -> list[Hit]:
        as_of, level = asked.filters.as_of, LEVEL_FLAG[asked.level]
        mask = self._selection.articles(asked.filters)
        words = vector is None or asked.mode == Mode.HYBRID
        count = asked.candidates if asked.reranker else asked.k
        question = Question(query, words, vector, asked.read)
        ranked = self._ranker.rank(question, mask, level, count, asked.fusion)
        cited = self._places.cited(query, level, mask, as_of)
        taken = {place.unit for place in cited}
        found = self._hits.of_ranked(ranked, count, as_of, taken)
        if asked.reranker:
            found = _reranked(asked.reranker, query, found)
        top = found[0].score if found else 0.0
        return (self._hits.of_cited(cited, top, as_of) + found)[: asked.k]


def _reranked(model: RerankerModel, query: str, hits: Sequence[Hit]) -> list[Hit]:
    """``hits`` in the order of the reranker, which is then the last of their routes."""
    return [
        replace(hit, routes=(*hit.routes, RouteScore("reranker", rank, hit.score, 1.0, hit.score)))
        for rank, hit in enumerate(rerank(model, query, hits), 1)
    ]
