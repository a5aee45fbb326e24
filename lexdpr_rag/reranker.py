"""Question and provision read together: what orders the best hits of a search anew.

A score is the probability, 0…1, that the provision answers the question, as far as the model was
trained to say so: the sigmoid of a single logit, or the softmax of "relevant" in a head of two labels
(label 1).  It rises with relevance and can be compared between questions for one model; between two
models it cannot, and .5 is no threshold that means anything.
"""

from __future__ import annotations

import threading
import warnings
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any, Protocol, overload, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from lexdpr_rag.backends import Identified, ModelWarning, Truncated
from lexdpr_rag.backends.folder import (
    Located,
    Sort,
    check_folder,
    fingerprint_of,
    identity,
    locate,
    onnx_file,
    sort_of,
)
from lexdpr_rag.backends.options import at_least_one, kept_options, one_of
from lexdpr_rag.backends.pairs import (
    RERANKER_BACKENDS,
    Pair,
    PairBackend,
    PairSource,
    RerankerBackendName,
)
from lexdpr_rag.backends.reranker_folder import head_labels, read_pair_settings
from lexdpr_rag.backends.settings import Saved, Settings, resolve
from lexdpr_rag.datamodels import Hit
from lexdpr_rag.messages import render
from lexdpr_rag.templates import ModelError

__all__ = ["Ranked", "RerankedHit", "Reranker", "RerankerModel", "Scores", "rank", "rerank"]

Scores = NDArray[np.float32]
"""Shape (n,), float32, each within 0…1; higher is more relevant."""

CHUNK = 2048
"""Pairs tokenised and sorted together; memory does not grow beyond these."""

BATCH_SIZE = 16
"""Pairs of common length in a batch."""

FINGERPRINT_VERSION = 1
"""Raised when the same model and settings give other scores than before."""


@runtime_checkable
class RerankerModel(Identified, Protocol):
    """What says how well each of some texts answers a question."""

    def score(self, query: str, passages: Sequence[str]) -> Scores:
        """How well each of ``passages`` answers ``query``, (n,), in their order."""
        ...


@dataclass(frozen=True, slots=True)
class Ranked:
    """A text in its new place.

    Attributes:
        index: its place among the texts that were given.
        score: see :mod:`lexdpr_rag.reranker`.
        text: the text itself.
    """

    index: int
    score: float
    text: str


@dataclass(frozen=True, slots=True)
class RerankedHit(Hit):
    """A hit whose ``score`` is the reranker's.

    Attributes:
        retrieval_score: the score with which the search found it.
    """

    retrieval_score: float = 0.0

    def metadata(self) -> dict[str, Any]:
        """The keys of :meth:`Hit.metadata`, no more."""
        held = Hit.metadata(self)
        held.pop("retrieval_score", None)
        return held

    @classmethod
    def of(cls, hit: Hit, score: float) -> RerankedHit:
        """``hit`` with a new score; the search's own score stays, also after a second round."""
        values: dict[str, Any] = {f.name: getattr(hit, f.name) for f in fields(Hit)}
        found = hit.retrieval_score if isinstance(hit, RerankedHit) else hit.score
        return cls(**values | {"score": score, "retrieval_score": found})


def rank(
    model: RerankerModel, query: str, texts: Sequence[str], top_n: int | None = None
) -> list[Ranked]:
    """``texts`` by their score, the best first; equals keep their order.

    Args:
        model: a :class:`Reranker`, or what scores like one.
        query: the question.
        texts: what may answer it.
        top_n: how many to keep; all unless given.
    """
    at_least_one("top_n", top_n)
    scores = model.score(query, texts)
    order = np.argsort(-scores, kind="stable")[:top_n]
    return [Ranked(int(at), float(scores[at]), texts[at]) for at in order]


def rerank(
    model: RerankerModel, query: str, hits: Sequence[Hit], top_n: int | None = None
) -> list[RerankedHit]:
    """``hits`` by the score of their ``full_text``; see :func:`rank`."""
    ranked = rank(model, query, [hit.full_text for hit in hits], top_n)
    return [RerankedHit.of(hits[entry.index], entry.score) for entry in ranked]


class Reranker:
    """A cross-encoder by alias, hub name or local folder.

    Constructing one reads nothing but the names; the model loads on first use.  Scoring is safe from
    several threads.

    Attributes:
        truncated: what the latest call cut.
    """

    truncated: Truncated

    def __init__(
        self,
        model: str | Path,
        *,
        max_length: int | None = None,
        batch_size: int = BATCH_SIZE,
        device: str | None = None,
        peft_adapter_path: str | Path | None = None,
        load_in_4bit: bool = False,
        backend: RerankerBackendName = "auto",
        trust_remote_code: bool = False,
        cache_folder: str | Path | None = None,
    ) -> None:
        """Find the model.

        Args:
            model: an alias (``lexdpr-rag models`` lists them), a hub name, a local folder, or the
                folder of a LoRA adapter, which names its base model itself.
            max_length: tokens of question and provision together after which the longer of them is
                cut; what the model says of itself unless given.
            batch_size: pairs of common length (128 tokens) in a batch; of shorter ones it holds
                more, of longer ones fewer.  Scores do not depend on it.
            device: ``cpu``, ``cuda``, ``mps`` …; torch and FlagEmbedding only.
            peft_adapter_path: a LoRA adapter to put on the model; it may bring the head.
            load_in_4bit: load the weights in 4 bits; needs CUDA and bitsandbytes.
            backend: ``auto`` takes onnxruntime for a folder that ``export-onnx`` made, else torch.
            trust_remote_code: allow code that comes with a model of the hub.
            cache_folder: where models of the hub are kept.

        Raises:
            ModelError: the model or the adapter is not there, or a value is not allowed.
        """
        one_of("backend", backend, RERANKER_BACKENDS)
        self._max_length = at_least_one("max_length", max_length)
        self._batch_size = at_least_one("batch_size", batch_size) or 1
        self._located = locate(model, peft_adapter_path, kind="reranker", cache_folder=cache_folder)
        self._options = kept_options(
            model,
            peft_adapter_path,
            max_length=max_length,
            batch_size=None if batch_size == BATCH_SIZE else batch_size,
            load_in_4bit=load_in_4bit or None,
            backend=None if backend == "auto" else backend,
            trust_remote_code=trust_remote_code or None,
        )
        self._backend_name = backend
        self._device = device
        self._in_4bit = load_in_4bit
        self._trust_remote_code = trust_remote_code
        self._lock = threading.RLock()
        self._known: tuple[Saved, Settings] | None = None
        self._backend: PairBackend | None = None
        self._fingerprint = ""
        self.truncated = Truncated()

    # -- what it is ------------------------------------------------------------------------------

    @property
    def name(self) -> str:
        """The model as it was asked for, and its adapter."""
        return self._located.title

    @property
    def settings(self) -> Settings:
        """Template and lengths in force; ``max_seq_length`` is that of a pair."""
        return self._read()[1]

    @property
    def fingerprint(self) -> str:
        """A hash of the weights (or of name and commit of a hub model), and of the settings."""
        with self._lock:
            if not self._fingerprint:
                template = self.settings.template.to_dict()
                template.pop("name")
                settings = [template, self.settings.max_seq_length, self._in_4bit]
                known = [FINGERPRINT_VERSION, identity(self._located), self._runner(), settings]
                self._fingerprint = fingerprint_of(known)
            return self._fingerprint

    def get_max_seq_length(self) -> int | None:
        """Tokens of a pair, special ones included, after which it is cut; ``None`` for never."""
        return self.settings.max_seq_length

    def get_training_config(self) -> dict[str, Any]:
        """How it was trained, as far as its folder says; see ``BiEncoder.get_training_config``."""
        return dict(self._read()[0].training)

    def options(self) -> dict[str, Any]:
        """What it was made with, for JSON; see ``BiEncoder.options``."""
        return dict(self._options)

    def __repr__(self) -> str:
        return f"Reranker({self.name!r})"

    # -- scoring ---------------------------------------------------------------------------------

    def score(self, query: str, passages: Sequence[str]) -> Scores:
        """How well each of ``passages`` answers ``query``.

        Returns:
            float32 (n,), 0…1, in the order of ``passages``.

        Warns:
            ModelWarning: pairs were longer than the limit; ``truncated`` says how many.
        """
        if isinstance(passages, str):
            raise ModelError("model.one_text", text=passages[:40])
        return self._score([(query, passage) for passage in passages])

    def score_pairs(self, pairs: Sequence[Pair]) -> Scores:
        """The same for pairs of a question and a provision, each with a question of its own."""
        return self._score(list(pairs))

    @overload
    def rerank(
        self, query: str, hits_or_texts: Sequence[Hit], top_n: int | None = None
    ) -> list[RerankedHit]: ...

    @overload
    def rerank(
        self, query: str, hits_or_texts: Sequence[str], top_n: int | None = None
    ) -> list[Ranked]: ...

    def rerank(
        self, query: str, hits_or_texts: Sequence[Any], top_n: int | None = None
    ) -> list[Any]:
        """Hits or texts by their score, the best first; equals keep their order.

        Of a hit ``full_text`` is read; what comes back holds the search's own score as
        ``retrieval_score``.

        Args:
            query: the question.
            hits_or_texts: what a search found, or plain texts.
            top_n: how many to keep; all unless given.
        """
        if len(hits_or_texts) and isinstance(hits_or_texts[0], Hit):
            return list(rerank(self, query, hits_or_texts, top_n))
        return list(rank(self, query, hits_or_texts, top_n))

    def _score(self, pairs: list[Pair]) -> Scores:
        _check_texts(pairs)
        scores = np.empty(len(pairs), dtype=np.float32)
        limit = self.settings.max_seq_length
        cut = Truncated(limit=limit)
        template = self.settings.template
        for start in range(0, len(pairs), CHUNK):
            part = [
                (template.apply(query, "query"), template.apply(passage, "passage"))
                for query, passage in pairs[start : start + CHUNK]
            ]
            scored = self._loaded().score(part, self._batch_size)
            scores[start : start + CHUNK] = probabilities(scored.logits, self.name)
            cut += Truncated.of(scored.lengths, limit)
        self.truncated = cut
        self._report(cut)
        return scores

    def _report(self, cut: Truncated) -> None:
        if cut.count:
            line = render("reranker.truncated", name=self.name, **asdict(cut))
            warnings.warn(line, ModelWarning, stacklevel=4)

    # -- loading ---------------------------------------------------------------------------------

    def _read(self) -> tuple[Saved, Settings]:
        with self._lock:
            if self._known is None:
                given, saved = read_pair_settings(self._located, self._max_length)
                self._known = saved, resolve(given, saved, self.name)
            return self._known

    def _runner(self) -> RerankerBackendName:
        if self._backend_name != "auto":
            return self._backend_name
        return "onnx" if sort_of(self._located) == "onnx" else "torch"

    def _loaded(self) -> PairBackend:
        with self._lock:
            if self._backend is None:
                runner = self._runner()
                if self._in_4bit and runner != "torch":
                    legal = "False (backend='torch')"
                    raise ModelError("model.option", name="load_in_4bit", value=True, legal=legal)
                sort: Sort = "onnx" if runner == "onnx" else "torch"
                check_folder(self._located, sort)
                source = PairSource(
                    self._located.target,
                    self._located.adapter,
                    limit=self.settings.max_seq_length,
                    device=self._device,
                    load_in_4bit=self._in_4bit,
                    trust_remote_code=self._trust_remote_code,
                    cache_folder=self._located.cache_folder,
                )
                self._backend = load_pairs(self._located, runner, source)
            return self._backend


def load_pairs(located: Located, runner: RerankerBackendName, source: PairSource) -> PairBackend:
    """Load a model by what it is run with; imports no other library than that."""
    if runner == "onnx":
        from lexdpr_rag.backends.onnx_reranker import OnnxPairs

        if located.folder is None or located.adapter:
            raise ModelError("model.not_onnx", path=located.target)
        return OnnxPairs(located.folder, onnx_file(located), limit=source.limit)
    complete = replace(source, labels=head_labels(located))
    if runner == "flagembedding":
        from lexdpr_rag.backends.flag_reranker import FlagPairs

        return FlagPairs(complete)
    from lexdpr_rag.backends.torch_reranker import TorchPairs

    return TorchPairs(complete)


def probabilities(logits: NDArray[np.float32], name: str) -> Scores:
    """Logits (n, 1) or (n, 2) → how likely "relevant" is, (n,): softmax of two is a sigmoid too."""
    wide = logits.astype(np.float64)
    margin = wide[:, 0] if wide.shape[1] == 1 else wide[:, 1] - wide[:, 0]
    if not np.isfinite(margin).all():
        raise ModelError("reranker.not_finite", name=name)
    found: Scores = (1 / (1 + np.exp(-np.clip(margin, -500, 500)))).astype(np.float32)
    return found


def _check_texts(pairs: Sequence[Pair]) -> None:
    for number, (query, passage) in enumerate(pairs):
        for text in (query, passage):
            if not isinstance(text, str):
                raise ModelError("model.not_text", number=number, found=type(text).__name__)
