"""Which vectors an index is to have: what was asked for, and what it has already.

What is not said stays as it is: an update embeds with the encoder, and keeps the vectors where, the
index has them.  A new index has those of the package's own encoder, or of the one that the environment
names (:data:`VARIABLE`).
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lexdpr_rag.encoder import BiEncoder, Encoder
from lexdpr_rag.errors import IndexFormatError
from lexdpr_rag.index import chroma
from lexdpr_rag.index.dense_build import DenseOptions, DenseReport
from lexdpr_rag.index.embeddings import BATCH
from lexdpr_rag.index.manifest import Manifest
from lexdpr_rag.models import ENCODER
from lexdpr_rag.templates import ModelError

NO_ENCODER = "none"
"""Asked for as the encoder: an index without vectors."""

VARIABLE = "LEXDPR_ENCODER"
"""The environment variable that names the encoder of new indexes: a model, or :data:`NO_ENCODER`."""

EncoderChoice = Encoder | str | Path
"""An encoder, or the name or folder of one."""


@dataclass(frozen=True, slots=True)
class DenseChoice:
    """What is asked for; ``None`` is "as the index has it".

    ``encoder``: an encoder, its name or folder, or :data:`NO_ENCODER`; ``backend`` and
    ``chroma_url`` as in :class:`~lexdpr_rag.index.dense_build.DenseOptions`; ``batch``: texts given
    to the encoder at a time.
    """

    encoder: EncoderChoice | None = None
    backend: str | None = None
    chroma_url: str | None = None
    batch: int = BATCH


@dataclass(frozen=True, slots=True)
class DensePlan:
    """The vectors that an index is to have."""

    encoder: Encoder
    options: DenseOptions

    def held_by(self, manifest: Manifest) -> bool:
        """Whether the index of ``manifest`` has exactly these."""
        held = manifest.encoder
        url = chroma.checked_url(self.options.chroma_url) if self.options.chroma_url else ""
        return (held.get("fingerprint"), held.get("backend"), held.get("url")) == (
            self.encoder.fingerprint,
            self.options.backend,
            url,
        )


def plan_vectors(choice: DenseChoice, old: Manifest | None, path: Path) -> DensePlan | None:
    """The vectors to have, ``None`` for none; ``old`` is the index in use at ``path``.

    Raises:
        ModelError: the encoder is not there.
        IndexFormatError: the one that the index has is not there any more.
        FilterError, MissingExtraError, BackendError: see :meth:`DenseOptions.check`.
    """
    held = old.encoder if old is not None else {}
    wanted = choice.encoder
    if wanted is None and old is None:
        wanted = os.environ.get(VARIABLE) or ENCODER
    if wanted == NO_ENCODER or (wanted is None and not held):
        return None
    backend, url = choice.backend, choice.chroma_url
    if backend is None:
        backend = held.get("backend", chroma.NAME) if url is None else chroma.NAME
        url = held.get("url", "") if url is None else url
    options = DenseOptions(backend, url or "", choice.batch)
    options.check()
    encoder = reopened(held, path) if wanted is None else encoder_of(wanted)
    return DensePlan(encoder, options)


def encoder_of(choice: EncoderChoice) -> Encoder:
    """The encoder that is meant.

    Raises:
        ModelError: it is not there.
    """
    return BiEncoder(choice) if isinstance(choice, str | Path) else choice


def reopened(held: Mapping[str, Any], path: Path) -> Encoder:
    """The encoder that made the vectors of an index, by what its manifest says (``encoder``).

    Raises:
        IndexFormatError: it cannot be found any more, or was a Python object that must be given
            again.
    """
    options = held.get("options")
    if not options:
        raise IndexFormatError("dense.encoder_object", path=path, built=held.get("name", ""))
    try:
        return BiEncoder(**options)
    except ModelError as error:
        raise IndexFormatError(
            "dense.encoder_missing", path=path, built=held.get("name", ""), reason=error
        ) from error


def manifest_encoder(report: DenseReport, encoder: Encoder) -> dict[str, Any]:
    """What ``Manifest.encoder`` keeps of the vectors and of how to open their encoder again."""
    describe = getattr(encoder, "options", None)
    return {
        **report.encoder,
        "url": report.meta.options.get("url", ""),
        "options": describe() if callable(describe) else {},
    }
