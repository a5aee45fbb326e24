"""Models of torch as ONNX graphs: what is traced, how it is written, how it is made small.

The graph of an encoder holds pooling and normalisation; that of a reranker ends with the logits.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lexdpr_rag.backends import Job
from lexdpr_rag.backends.folder import ONNX, Located, check_folder
from lexdpr_rag.backends.pairs import Pair, PairSource
from lexdpr_rag.backends.reranker_folder import head_labels
from lexdpr_rag.backends.settings import Saved, Settings
from lexdpr_rag.backends.torch_loading import is_fast
from lexdpr_rag.errors import MissingExtraError
from lexdpr_rag.templates import ModelError

if TYPE_CHECKING:
    import torch

DATA = "model.onnx_data"
"""Weights beside the graph, where both together are more than a protobuf can hold."""

_PROTOBUF_LIMIT = 1_900_000_000
_HEADS = ("/classifier/", "/score/")


@dataclass(frozen=True, slots=True)
class Loading:
    """How a model of torch is to be loaded."""

    located: Located
    saved: Saved
    settings: Settings
    trust_remote_code: bool = False


@dataclass(frozen=True, slots=True)
class Graph:
    """A model that is ready to be traced.

    Attributes:
        module: takes ``inputs``, int64 (n, length), and gives ``output``, float32 (n, d).
        tokenizer: of transformers, a fast one.
        config: of transformers.
        expected: what torch makes of the samples.
    """

    module: Any
    inputs: tuple[str, ...]
    output: str
    tokenizer: Any
    config: Any
    expected: NDArray[np.float32]


def encoder_graph(loading: Loading, samples: Sequence[str]) -> Graph:
    """A bi-encoder, pooled, and normalised if its settings say so."""
    from lexdpr_rag.backends.torch_encoder import TorchBackend, TorchSource

    located, settings = loading.located, loading.settings
    check_folder(located, "torch")
    source = TorchSource(
        located.target,
        located.adapter,
        pooling=loading.saved.pooling,
        device="cpu",
        trust_remote_code=loading.trust_remote_code,
        cache_folder=located.cache_folder,
    )
    backend = TorchBackend(source)
    first = backend.model[0]
    tokenizer = getattr(first, "tokenizer", None)
    pooled_by_prompt = not all(getattr(m, "include_prompt", True) for m in backend.model.children())
    if type(first).__name__ != "Transformer" or pooled_by_prompt or not is_fast(tokenizer):
        raise ModelError("export.not_plain", name=located.name)
    dressed = [settings.template.apply(text, "passage") for text in samples]
    prefix = settings.template.passage_prefix
    expected = backend.encode(dressed, Job(settings.passage_max_seq_length, prefix=prefix)).vectors
    module = _encoder_module(backend.model, normalize=settings.normalize)
    names = ("input_ids", "attention_mask")
    return Graph(module, names, "embedding", tokenizer, first.model.config, expected)


def reranker_graph(loading: Loading, samples: Sequence[Pair]) -> Graph:
    """A cross-encoder, up to its logits."""
    from lexdpr_rag.backends.torch_reranker import TorchPairs

    located, template = loading.located, loading.settings.template
    check_folder(located, "torch")
    source = PairSource(
        located.target,
        located.adapter,
        labels=head_labels(located),
        limit=loading.settings.max_seq_length,
        device="cpu",
        trust_remote_code=loading.trust_remote_code,
        cache_folder=located.cache_folder,
    )
    backend = TorchPairs(source)
    if not backend.plain:
        raise ModelError("export.not_plain", name=located.name)
    dressed = [(template.apply(q, "query"), template.apply(p, "passage")) for q, p in samples]
    expected = backend.score(dressed, 16).logits
    types = ("token_type_ids",) if backend.token_types else ()
    first = backend.model[0]
    names = ("input_ids", "attention_mask", *types)
    module = _reranker_module(first.model)
    return Graph(module, names, "logits", backend.model.tokenizer, first.model.config, expected)


def _encoder_module(model: Any, *, normalize: bool) -> Any:
    import torch

    class Encoder(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
            features = {"input_ids": input_ids, "attention_mask": attention_mask}
            rows: torch.Tensor = self.model(features)["sentence_embedding"]
            return torch.nn.functional.normalize(rows, dim=1) if normalize else rows

    return Encoder().eval()


def _reranker_module(model: Any) -> Any:
    import torch

    class CrossEncoder(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(
            self,
            input_ids: torch.Tensor,
            attention_mask: torch.Tensor,
            token_type_ids: torch.Tensor | None = None,
        ) -> torch.Tensor:
            types = {} if token_type_ids is None else {"token_type_ids": token_type_ids}
            given = {"input_ids": input_ids, "attention_mask": attention_mask, **types}
            logits: torch.Tensor = self.model(**given, return_dict=True).logits
            return logits

    return CrossEncoder().eval()


# -- writing -------------------------------------------------------------------------------------


def write_graph(graph: Graph, folder: Path, *, opset: int, int8: bool, name: str) -> None:
    """Write ``folder/model.onnx``; ``folder/work`` is used on the way, and removed by the caller.

    Raises:
        ModelError: torch cannot trace the model, or onnxruntime cannot quantise it.
        MissingExtraError: onnx or onnxruntime is not installed.
    """
    require("onnx", "onnxruntime")
    work = folder / "work"
    work.mkdir()
    try:
        _trace(graph, work / ONNX, opset)
        if int8:
            _quantize(work / ONNX, folder / ONNX)
        else:
            _place(work, folder)
    except (OSError, MemoryError):
        raise
    except Exception as error:  # torch.onnx and onnxruntime raise classes of their own
        reason = " ".join(str(error).split())[:300] or type(error).__name__
        raise ModelError("export.failed", name=name, reason=reason) from error


def require(*packages: str) -> None:
    """Raise an error that says how to install the first of ``packages`` that is not there."""
    from importlib.util import find_spec

    for package in packages:
        if find_spec(package) is None:
            raise MissingExtraError("extra.missing", package=package, extra="models")


def _trace(graph: Graph, path: Path, opset: int) -> None:
    import torch

    attention = getattr(graph.module.model, "set_attn_implementation", None)
    inner = graph.module.model if attention else graph.module.model[0].model
    if hasattr(inner, "set_attn_implementation"):
        inner.set_attn_implementation(
            "eager"
        )  # a mask that is made for a shape would be a constant
    # Two rows of unlike length, so that the mask is no constant either.
    pad = int(graph.tokenizer.pad_token_id)
    ids = torch.full((2, 7), max(pad + 1, 5), dtype=torch.int64)
    mask = torch.ones_like(ids)
    ids[1, 5:], mask[1, 5:] = pad, 0
    given = {"input_ids": ids, "attention_mask": mask, "token_type_ids": torch.zeros_like(ids)}
    axes = {name: {0: "batch", 1: "length"} for name in graph.inputs}
    with _quiet(), torch.inference_mode():
        torch.onnx.export(
            graph.module,
            tuple(given[name] for name in graph.inputs),
            str(path),
            input_names=list(graph.inputs),
            output_names=[graph.output],
            dynamic_axes={**axes, graph.output: {0: "batch"}},
            opset_version=opset,
            dynamo=False,
        )


def _place(work: Path, folder: Path) -> None:
    """Move the graph to its place; weights that lie beside it, one file each, become one file."""
    import onnx

    if len(list(work.iterdir())) == 1:
        (work / ONNX).rename(folder / ONNX)
        return
    onnx.save_model(
        onnx.load(str(work / ONNX)),
        str(folder / ONNX),
        save_as_external_data=True,
        all_tensors_to_one_file=True,
        location=DATA,
    )


def _quantize(source: Path, target: Path) -> None:
    """int8 weights, one scale a channel; the head of a reranker is small and stays as it is."""
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    nodes = onnx.load(str(source), load_external_data=False).graph.node
    heads = [node.name for node in nodes if any(head in node.name for head in _HEADS)]
    size = sum(path.stat().st_size for path in source.parent.iterdir())
    with _quiet():
        quantize_dynamic(
            str(source),
            str(target),
            weight_type=QuantType.QInt8,
            per_channel=True,
            nodes_to_exclude=heads,
            use_external_data_format=size > _PROTOBUF_LIMIT * 3,
        )


@contextmanager
def _quiet() -> Iterator[None]:
    """Without the warnings for developers of torch and onnxruntime."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(before)
