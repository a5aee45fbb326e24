"""Text to vectors: the Protocol that an index needs, and the encoder for every kind of model.

Static embeddings run by numpy and exported models by onnxruntime, without torch; all others by
sentence-transformers.  Rows are what the model makes of them: normalised if it says so of itself
(``SentenceTransformer(path).encode`` gives the same), always if it says nothing.
"""

from __future__ import annotations

import threading
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import fields, replace
from itertools import islice
from pathlib import Path
from typing import Any, Protocol, get_args, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from lexdpr_rag.backends import (
    BACKENDS,
    Backend,
    BackendName,
    Identified,
    Job,
    ModelWarning,
    Truncated,
)
from lexdpr_rag.backends.folder import Sort, check_folder, fingerprint_of, identity, locate, sort_of
from lexdpr_rag.backends.loading import load_backend
from lexdpr_rag.backends.options import at_least_one, kept_options, one_of
from lexdpr_rag.backends.reranker_folder import check_encoder
from lexdpr_rag.backends.settings import (
    Said,
    Saved,
    Settings,
    read_saved,
    resolve,
    write_config,
)
from lexdpr_rag.backends.token_vectors import TokenVectors
from lexdpr_rag.messages import render
from lexdpr_rag.templates import Kind, ModelError, Template, template_of

__all__ = ["BiEncoder", "Encoder", "ModelWarning", "Truncated", "Vectors"]

Vectors = NDArray[np.float32]
"""Shape (n, d), float32; whether rows are normalised is the encoder's matter."""

CHUNK = 4096
"""Texts tokenised and sorted together; memory does not grow beyond these."""

FINGERPRINT_VERSION = 1
"""Raised when the same model and settings give other vectors than before."""


@runtime_checkable
class Encoder(Identified, Protocol):
    """What turns questions and provisions into vectors that are near where their meanings are."""

    def get_embedding_dimension(self) -> int:
        """Length of a vector."""
        ...

    def encode_queries(self, texts: Sequence[str], batch_size: int = 32) -> Vectors:
        """Vectors of questions, (n, d), in the order of ``texts``."""
        ...

    def encode_passages(self, texts: Sequence[str], batch_size: int = 32) -> Vectors:
        """Vectors of provisions, (n, d), in the order of ``texts``."""
        ...


class BiEncoder:
    """A bi-encoder by alias, hub name or local folder.

    Constructing one reads nothing but the names; the model loads on first use.  Encoding is safe
    from several threads.

    Attributes:
        truncated: what the latest call of ``encode_*`` cut.
    """

    truncated: Truncated

    def __init__(
        self,
        model: str | Path,
        *,
        template: str | Path | Mapping[str, Any] | Template | None = None,
        normalize: bool | None = None,
        max_seq_length: int | None = None,
        query_max_seq_length: int | None = None,
        passage_max_seq_length: int | None = None,
        truncate_dim: int | None = None,
        device: str | None = None,
        peft_adapter_path: str | Path | None = None,
        backend: BackendName = "auto",
        trust_remote_code: bool = False,
        cache_folder: str | Path | None = None,
    ) -> None:
        """Find the model.

        Args:
            model: an alias (``lexdpr-rag models`` lists them), a hub name, a local folder, or the
                folder of a LoRA adapter, which names its base model itself.
            template: a name, a dict or a JSON file (:func:`~lexdpr_rag.templates.template_of`);
                what the model says of itself unless given, and so for all that follow.
            normalize: whether rows are of length 1.
            max_seq_length: tokens after which a text is cut.
            query_max_seq_length: the same for questions only.
            passage_max_seq_length: the same for provisions only.
            truncate_dim: dimensions kept of a Matryoshka model.
            device: ``cpu``, ``cuda``, ``mps`` …; torch only.
            peft_adapter_path: a LoRA adapter to put on the model.
            backend: ``auto`` takes what the folder is made for.
            trust_remote_code: allow code that comes with a model of the hub.
            cache_folder: where models of the hub are kept.

        Raises:
            ModelError: the model, the adapter or the template is not there, or a value is not
                allowed.
        """
        self._given = Said(
            template=None if template is None else template_of(template),
            normalize=normalize,
            max_seq_length=at_least_one("max_seq_length", max_seq_length),
            query_max_seq_length=at_least_one("query_max_seq_length", query_max_seq_length),
            passage_max_seq_length=at_least_one("passage_max_seq_length", passage_max_seq_length),
            truncate_dim=at_least_one("truncate_dim", truncate_dim),
        )
        one_of("backend", backend, BACKENDS)
        self._located = locate(model, peft_adapter_path, cache_folder=cache_folder)
        self._options = kept_options(
            model,
            peft_adapter_path,
            **{entry.name: getattr(self._given, entry.name) for entry in fields(Said)},
            backend=None if backend == "auto" else backend,
            trust_remote_code=trust_remote_code or None,
        )
        self._backend_name = backend
        self._device = device
        self._trust_remote_code = trust_remote_code
        self._lock = threading.RLock()
        self._settings: Settings | None = None
        self._saved: Saved | None = None
        self._backend: Backend | None = None
        self._fingerprint = ""
        self.truncated = Truncated()

    # -- what it is ------------------------------------------------------------------------------

    @property
    def name(self) -> str:
        """The model as it was asked for, and its adapter."""
        return self._located.title

    @property
    def settings(self) -> Settings:
        """Template, normalisation and lengths in force."""
        with self._lock:
            if self._settings is None:
                self._settings = resolve(self._given, self._read_saved(), self.name)
            return self._settings

    @property
    def fingerprint(self) -> str:
        """A hash of the weights (or of name and commit of a hub model), and of the settings."""
        with self._lock:
            if not self._fingerprint:
                settings = self.settings.to_dict()
                settings["template"].pop("name")
                known = [FINGERPRINT_VERSION, identity(self._located), self._sort(), settings]
                self._fingerprint = fingerprint_of(known)
            return self._fingerprint

    def get_max_seq_length(self, kind: Kind | None = None) -> int | None:
        """Tokens after which a text (of ``kind``) is cut, special ones included; ``None`` for never."""
        if kind is None:
            return self.settings.max_seq_length
        return _limit(self.settings, kind)

    def get_embedding_dimension(self) -> int:
        """Length of a vector."""
        whole = self._loaded().dimension
        return min(self.settings.truncate_dim or whole, whole)

    def get_training_config(self) -> dict[str, Any]:
        """How it was trained, as far as its folder says.

        Of a LoRA adapter: ``base_model, lora_r, lora_alpha, lora_dropout, lora_target_modules``;
        else what ``training`` of ``lexdpr_config.json`` holds; empty where nothing is known.
        """
        return dict(self._read_saved().training)

    def token_vectors(self) -> TokenVectors | None:
        """How it cuts texts and the vector of each token, of a static model; ``None`` of any other."""
        held: TokenVectors | None = getattr(self._loaded(), "tokens", None)
        return held

    def options(self) -> dict[str, Any]:
        """What it was made with, for JSON: ``BiEncoder(**encoder.options())`` gives the same vectors.

        Only what was given; ``device`` and ``cache_folder``, which are this machine's matter, are
        left out.  Folders are absolute, a template is its name or its words.
        """
        return deepcopy(self._options)

    def save_config(self, folder: str | Path) -> Path:
        """Write template, normalisation, lengths and training into ``folder/lexdpr_config.json``.

        A model that is loaded from ``folder`` then applies them by itself.
        """
        return write_config(Path(folder), self.settings, self.get_training_config())

    def __repr__(self) -> str:
        return f"BiEncoder({self.name!r})"

    # -- encoding --------------------------------------------------------------------------------

    def encode_queries(
        self,
        texts: Sequence[str],
        batch_size: int = 32,
        show_progress: bool = False,
        normalize: bool | None = None,
    ) -> Vectors:
        """Vectors of questions.

        Args:
            texts: the questions, without template.
            batch_size: texts of common length (128 tokens) in a batch; of shorter ones it holds
                more, of longer ones fewer.  A CPU, which gains nothing by large batches, takes
                fewer, a GPU more.  Vectors do not depend on it.
            show_progress: show a bar on standard error.
            normalize: for this call, other than the model's setting.

        Returns:
            float32 (n, d), in the order of ``texts``.

        Warns:
            ModelWarning: texts were longer than the limit; ``truncated`` says how many.
        """
        return self._encode(texts, "query", batch_size, show_progress, normalize)

    def encode_passages(
        self,
        texts: Sequence[str],
        batch_size: int = 32,
        show_progress: bool = False,
        normalize: bool | None = None,
    ) -> Vectors:
        """Vectors of provisions; see :meth:`encode_queries`."""
        return self._encode(texts, "passage", batch_size, show_progress, normalize)

    def encode_stream(
        self, texts: Iterable[str], kind: Kind, chunk: int = CHUNK, batch_size: int = 32
    ) -> Iterator[Vectors]:
        """Vectors of any number of texts, ``chunk`` rows at a time, in memory that does not grow.

        ``texts`` is read as it is needed; the warning about cut texts comes once, at the end.
        """
        one_of("kind", kind, get_args(Kind))
        source = iter(texts)
        cut = Truncated()
        while part := list(islice(source, max(chunk, 1))):
            rows, cut = self._rows(part, kind, Job(None, batch_size), None, cut)
            self.truncated = cut
            yield rows
        self._report(cut)

    def _encode(
        self,
        texts: Sequence[str],
        kind: Kind,
        batch_size: int,
        show_progress: bool,
        normalize: bool | None,
    ) -> Vectors:
        given = _checked(texts)
        at_least_one("batch_size", batch_size)
        vectors = np.empty((len(given), self.get_embedding_dimension()), dtype=np.float32)
        cut = Truncated(limit=_limit(self.settings, kind))
        with _showing(len(given), shown=show_progress) as advance:
            job = Job(None, batch_size, advance=advance)
            for start in range(0, len(given), CHUNK):
                part = given[start : start + CHUNK]
                vectors[start : start + CHUNK], cut = self._rows(part, kind, job, normalize, cut)
        self.truncated = cut
        self._report(cut)
        return vectors

    def _rows(
        self, texts: list[str], kind: Kind, job: Job, normalize: bool | None, cut: Truncated
    ) -> tuple[Vectors, Truncated]:
        backend, settings = self._loaded(), self.settings
        template, limit = settings.template, _limit(settings, kind)
        prefix = template.query_prefix if kind == "query" else template.passage_prefix
        dressed = [template.apply(text, kind) for text in texts]
        encoded = backend.encode(dressed, replace(job, limit=limit, prefix=prefix))
        vectors = encoded.vectors
        if settings.truncate_dim is not None:
            vectors = vectors[:, : settings.truncate_dim]
        wanted = settings.normalize if normalize is None else normalize
        if not wanted and backend.normalized:
            raise ModelError("model.always_normalized", name=self.name)
        if wanted:
            vectors = _normalized(vectors)
        return vectors, cut + Truncated.of(encoded.lengths, limit)

    def _report(self, cut: Truncated) -> None:
        if cut.count:
            warnings.warn(cut.told(self.name), ModelWarning, stacklevel=4)

    # -- loading ---------------------------------------------------------------------------------

    def _read_saved(self) -> Saved:
        with self._lock:
            if self._saved is None:
                self._saved = read_saved(self._located)
            return self._saved

    def _sort(self) -> Sort:
        return sort_of(self._located) if self._backend_name == "auto" else self._backend_name

    def _loaded(self) -> Backend:
        with self._lock:
            if self._backend is None:
                settings = self.settings
                check_encoder(self._located)
                check_folder(self._located, self._sort())
                backend = load_backend(
                    self._located,
                    self._sort(),
                    self._read_saved(),
                    device=self._device,
                    trust_remote_code=self._trust_remote_code,
                )
                if settings.truncate_dim and settings.truncate_dim > backend.dimension:
                    raise ModelError(
                        "model.option",
                        name="truncate_dim",
                        value=settings.truncate_dim,
                        legal=f"1…{backend.dimension}",
                    )
                self._backend = backend
            return self._backend


def _limit(settings: Settings, kind: Kind) -> int | None:
    if kind == "query":
        return settings.query_max_seq_length
    return settings.passage_max_seq_length


def _normalized(rows: Vectors) -> Vectors:
    """Rows of length 1; a row of zeros stays one."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    found: Vectors = rows / np.maximum(lengths, 1e-12)
    return found


def _checked(texts: Sequence[str]) -> list[str]:
    """The texts as a list; a single text, or one that is none, is told by its place."""
    if isinstance(texts, str):
        raise ModelError("model.one_text", text=texts[:40])
    given = list(texts)
    for number, text in enumerate(given):
        if not isinstance(text, str):
            raise ModelError("model.not_text", number=number, found=type(text).__name__)
    return given


@contextmanager
def _showing(total: int, *, shown: bool) -> Iterator[Callable[[int], None]]:
    """What is to be told of every batch that is done."""
    if not shown:
        yield lambda done: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True)) as bars:
        task = bars.add_task(render("model.encoding"), total=total)
        yield lambda done: bars.advance(task, done)
