"""An opened index as mining needs it: its articles, its routes, and what questions cite."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from lexdpr_finetune.articles import Articles
from lexdpr_finetune.mine.exact import DenseRoute, gpu
from lexdpr_finetune.mine.routes import LexicalRoute, Route
from lexdpr_rag.backends.folder import fingerprint_of
from lexdpr_rag.index.dense import DenseIndex
from lexdpr_rag.index.dense_plan import EncoderChoice, encoder_of, reopened
from lexdpr_rag.index.layout import Layout
from lexdpr_rag.index.manifest import Manifest
from lexdpr_rag.index.places import Places
from lexdpr_rag.units import Levels


class MineSource:
    """What proposes candidates."""

    def __init__(
        self, articles: Articles, routes: Mapping[str, Route], fingerprint: str = ""
    ) -> None:
        """Use :meth:`open`, or give routes of one's own.

        ``fingerprint``: changes when the routes would give other scores.
        """
        self.articles = articles
        self.routes = dict(routes)
        self.fingerprint = fingerprint
        self._places = Places(articles.store, articles.directory)

    @classmethod
    def open(
        cls,
        index: str | Path,
        *,
        encoder: EncoderChoice | None = None,
        device: str | None = None,
    ) -> MineSource:
        """The routes of an index: by words, and by vectors where it has them.

        Args:
            index: the index folder.
            encoder: of the questions; unless given, the one that made the vectors.
            device: where torch compares vectors (``cuda``, ``cuda:1``, ``cpu``); unless given, the
                GPU if there is one, else numpy on the CPU.

        Raises:
            IndexFormatError: there is no index, or the encoder is not the one of its vectors.
            ModelError: the encoder is not there.
        """
        generation = Layout(Path(index)).open_generation()
        manifest = Manifest.open(generation)
        articles = Articles.open(index)
        routes: dict[str, Route] = {
            LexicalRoute.name: LexicalRoute(generation, articles, manifest.analyzer["name"])
        }
        dense = DenseIndex.open(generation) if manifest.encoder else None
        if dense is not None:
            made = reopened(manifest.encoder, Path(index)) if encoder is None else None
            model = encoder_of(encoder) if encoder is not None else made
            assert model is not None
            routes[DenseRoute.name] = DenseRoute(dense, model, articles, device or gpu())
        known = [manifest.corpus_hash, manifest.analyzer, manifest.encoder.get("fingerprint", "")]
        return cls(articles, routes, fingerprint_of(known))

    def cited(self, query: str) -> frozenset[int]:
        """Rows of the articles in force that a question names."""
        found = self._places.cited(query, Levels.ARTICLE, self.articles.in_force, None)
        return frozenset(place.article for place in found)
