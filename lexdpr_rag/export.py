"""A model of torch becomes an ONNX folder that runs without torch, and is compared before it is kept.

The folder holds ``model.onnx``, ``tokenizer.json``, ``config.json`` and ``lexdpr_config.json``, with the
model's template, normalisation and lengths; ``BiEncoder`` and ``Reranker`` load it by itself.
"""

from __future__ import annotations

import json
import shutil
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lexdpr_rag.backends.folder import CONFIG, ONNX, Located, locate, sort_of
from lexdpr_rag.backends.reranker_folder import RERANKER, model_kind, read_pair_settings
from lexdpr_rag.backends.settings import Said, read_saved, resolve, write_config
from lexdpr_rag.backends.torch_graph import (
    Graph,
    Loading,
    encoder_graph,
    require,
    reranker_graph,
    write_graph,
)
from lexdpr_rag.encoder import BiEncoder
from lexdpr_rag.messages import render
from lexdpr_rag.model_aliases import ModelKind, find_model
from lexdpr_rag.reranker import Reranker, Scores, probabilities
from lexdpr_rag.templates import ModelError

OPSETS = range(14, 21)
OPSET = 17
QUANTIZATIONS = ("int8",)

BOUNDS = {"": 0.999, "int8": 0.99}
"""The least agreement with torch: cosine of an encoder's vectors, correlation of a reranker's logits."""

DIFFERENCES = {"": 0.001, "int8": 0.1}
"""How far a reranker's scores, 0…1, may lie from those of torch.  int8 moves a logit by some
hundredths up to tenths, which shows where scores are near .5; their order is what counts."""

SAMPLES = (
    "임대인이 임대차기간이 끝나기 6개월 전부터 2개월 전까지의 기간에 임차인에게 갱신거절의 통지를 하지 "
    "아니한 경우에는 그 기간이 끝난 때에 전 임대차와 동일한 조건으로 다시 임대차한 것으로 본다.",
    "임대차가 끝난 후 보증금이 반환되지 아니한 경우 임차인은 임차권등기명령을 신청할 수 있다.",
    "고의 또는 과실로 인한 위법행위로 타인에게 손해를 가한 자는 그 손해를 배상할 책임이 있다.",
    "사용자는 근로자에게 정당한 이유 없이 해고, 휴직, 정직, 전직, 감봉, 그 밖의 징벌을 하지 못한다.",
    "제1항에 따른 신고의 절차와 방법 등에 관하여 필요한 사항은 대통령령으로 정한다.",
    "다음 각 호의 어느 하나에 해당하는 자에게는 1천만원 이하의 과태료를 부과한다. 1. 신고를 하지 아니하고 "
    "영업을 한 자 2. 변경신고를 하지 아니하거나 거짓으로 한 자 3. 검사를 거부·방해 또는 기피한 자",
    "개인정보처리자는 정보주체의 동의를 받은 경우 개인정보를 수집할 수 있다.",
    "이 법은 공포 후 6개월이 경과한 날부터 시행한다.",
    "삭제 <2020. 2. 4.>",
    "목적",
)
QUESTIONS = (
    "전세 보증금을 돌려받지 못하면 어떻게 하나요?",
    "회사가 이유 없이 해고했어요",
    "과태료는 얼마인가",
)
PAIRS = tuple((question, sample) for question in QUESTIONS for sample in SAMPLES)


@dataclass(frozen=True, slots=True)
class ExportReport:
    """What was made, and how near it is to torch.

    Attributes:
        path: the folder.
        model: what was exported.
        kind: ``encoder`` or ``reranker``.
        quantized: ``int8``, or empty for float32.
        opset: version of the ONNX operators.
        size_bytes: of the graph and its weights.
        agreement: least cosine of an encoder's vectors; correlation of a reranker's logits.
        bound: the least agreement that is let through.
        difference: the largest, of a reranker's scores; ``None`` of an encoder.
        compared: texts, or pairs, that were compared.
        seconds: time it took.
    """

    path: str
    model: str
    kind: ModelKind
    quantized: str
    opset: int
    size_bytes: int
    agreement: float
    bound: float
    difference: float | None
    compared: int
    seconds: float


@dataclass(frozen=True, slots=True)
class _Agreement:
    value: float
    difference: float | None
    compared: int


@dataclass(frozen=True, slots=True)
class _Job:
    located: Located
    kind: ModelKind
    quantized: str
    opset: int
    trust_remote_code: bool


def export_onnx(
    model: str | Path,
    out: str | Path,
    *,
    kind: ModelKind | None = None,
    quantize: str | None = None,
    opset: int = OPSET,
    force: bool = False,
    peft_adapter_path: str | Path | None = None,
    trust_remote_code: bool = False,
    cache_folder: str | Path | None = None,
) -> ExportReport:
    """Write ``model`` as an ONNX folder.  ``out`` appears whole and compared with torch, or not at all.

    Args:
        model: an alias, a hub name, a local folder, or the folder of a LoRA adapter.
        out: the folder to make.
        kind: ``encoder`` or ``reranker``; what the model says of itself unless given.
        quantize: ``int8`` for small and fast weights; float32 unless given.
        opset: version of the ONNX operators.
        force: replace ``out`` if it is the folder of an exported model.
        peft_adapter_path: a LoRA adapter, to be merged into the model.
        trust_remote_code: allow code that comes with a model of the hub.
        cache_folder: where models of the hub are kept.

    Raises:
        ModelError: the model cannot be exported, ``out`` is taken, or what was made is not near
            enough to torch.
        MissingExtraError: torch, onnx or onnxruntime is not installed.
    """
    started = time.perf_counter()
    if quantize not in (None, "", *QUANTIZATIONS):
        _refuse("quantize", quantize, ", ".join(QUANTIZATIONS))
    if opset not in OPSETS:
        _refuse("opset", opset, f"{OPSETS.start}…{OPSETS.stop - 1}")
    wanted = kind or _kind(model, peft_adapter_path, cache_folder)
    located = locate(model, peft_adapter_path, kind=wanted, cache_folder=cache_folder)
    _check_sort(located)
    target = Path(out).expanduser()
    _check_target(target, located, force=force)
    require("torch", "sentence_transformers", "onnx", "onnxruntime")
    job = _Job(located, wanted, quantize or "", opset, trust_remote_code)
    with _appearing(target) as folder:
        agreement = _make(job, folder)
        size = sum(path.stat().st_size for path in folder.glob(f"{ONNX}*"))
    return ExportReport(
        path=str(out),
        model=located.name,
        kind=wanted,
        quantized=job.quantized,
        opset=opset,
        size_bytes=size,
        agreement=agreement.value,
        bound=BOUNDS[job.quantized],
        difference=agreement.difference,
        compared=agreement.compared,
        seconds=time.perf_counter() - started,
    )


def _refuse(name: str, value: object, legal: str) -> None:
    raise ModelError("model.option", name=name, value=value, legal=legal)


def _kind(
    model: str | Path, adapter: str | Path | None, cache_folder: str | Path | None
) -> ModelKind:
    name = str(model)
    is_folder = Path(model).expanduser().is_dir()
    if not is_folder and find_model(name) is None and find_model(name, "reranker"):
        return "reranker"
    return model_kind(locate(model, adapter, cache_folder=cache_folder))


def _check_sort(located: Located) -> None:
    sort = sort_of(located)
    if sort != "torch":
        raise ModelError(
            "export.static" if sort == "static" else "export.already", name=located.name
        )


# -- making --------------------------------------------------------------------------------------


def _make(job: _Job, folder: Path) -> _Agreement:
    """Fill ``folder``; how near it is to torch."""
    loading = _loading(job)
    is_encoder = job.kind != RERANKER
    graph = encoder_graph(loading, SAMPLES) if is_encoder else reranker_graph(loading, PAIRS)
    int8 = job.quantized == "int8"
    write_graph(graph, folder, opset=job.opset, int8=int8, name=job.located.name)
    shutil.rmtree(folder / "work")
    _write_tokenizer(graph.tokenizer, folder)
    graph.config.save_pretrained(folder)
    _write_config(job, loading, folder)
    compare = _compare_vectors if is_encoder else _compare_scores
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of samples that a short model cuts
        agreement = compare(graph, loading, folder)
    _check_agreement(agreement, job)
    return agreement


def _check_agreement(agreement: _Agreement, job: _Job) -> None:
    least, most = BOUNDS[job.quantized], DIFFERENCES[job.quantized]
    name = "cosine" if job.kind != RERANKER else "correlation"
    measured = [(name, agreement.value, least, agreement.value >= least)]
    if agreement.difference is not None:
        difference = agreement.difference
        measured.append(("max |Δ|", difference, most, difference <= most))
    for measure, value, bound, good in measured:
        if not good:
            raise ModelError(
                "export.different",
                name=job.located.name,
                measure=measure,
                value=value,
                bound=bound,
                hint=render("export.without_int8") if job.quantized else "",
            )


def _loading(job: _Job) -> Loading:
    located = job.located
    if job.kind == RERANKER:
        said, saved = read_pair_settings(located, None)
    else:
        said, saved = Said(), read_saved(located)
    settings = resolve(said, saved, located.name)
    return Loading(located, saved, settings, trust_remote_code=job.trust_remote_code)


def _write_tokenizer(tokenizer: Any, folder: Path) -> None:
    """``tokenizer.json``, which says by what id to pad, and cuts nothing by itself."""
    from tokenizers import Tokenizer

    made = Tokenizer.from_str(tokenizer.backend_tokenizer.to_str())
    made.no_truncation()
    made.enable_padding(pad_id=int(tokenizer.pad_token_id), pad_token=str(tokenizer.pad_token))
    made.save(str(folder / "tokenizer.json"))


def _write_config(job: _Job, loading: Loading, folder: Path) -> None:
    facts = {"model": job.located.name, "opset": job.opset, "quantized": job.quantized or None}
    held = {"kind": job.kind, "onnx_file": ONNX, "exported": facts}
    (folder / CONFIG).write_text(json.dumps(held, ensure_ascii=False), encoding="utf-8")
    write_config(folder, loading.settings, loading.saved.training)


def _compare_vectors(graph: Graph, loading: Loading, folder: Path) -> _Agreement:
    """Load the folder as a user does, and set its vectors against those of torch."""
    rows = BiEncoder(folder).encode_passages(SAMPLES).astype(np.float64)
    others = graph.expected[:, : loading.settings.truncate_dim].astype(np.float64)
    norms = np.linalg.norm(rows, axis=1) * np.linalg.norm(others, axis=1)
    cosines = (rows * others).sum(axis=1) / np.maximum(norms, 1e-30)
    return _Agreement(float(cosines.min()), None, len(rows))


def _compare_scores(graph: Graph, loading: Loading, folder: Path) -> _Agreement:
    """The same for scores: how far they are, and whether they rise and fall together."""
    expected = probabilities(graph.expected, loading.located.name)
    scores = Reranker(folder).score_pairs(PAIRS)
    correlation = np.corrcoef(_logits(scores), _logits(expected))[0, 1]
    return _Agreement(float(correlation), float(np.abs(scores - expected).max()), len(scores))


def _logits(scores: Scores) -> NDArray[np.float64]:
    inside = np.clip(scores.astype(np.float64), 1e-9, 1 - 1e-7)
    found: NDArray[np.float64] = np.log(inside / (1 - inside))
    return found


# -- the folder ----------------------------------------------------------------------------------


def _check_target(out: Path, located: Located, *, force: bool) -> None:
    if not out.exists() or (out.is_dir() and not any(out.iterdir())):
        return
    for source in (located.folder, Path(located.adapter) if located.adapter else None):
        if source is not None and source.resolve().is_relative_to(out.resolve()):
            raise ModelError("export.over_itself", path=out)
    if not force:
        raise ModelError("export.exists", path=out)
    if not (out / ONNX).is_file() or not (out / CONFIG).is_file():
        raise ModelError("export.not_model", path=out)


@contextmanager
def _appearing(out: Path) -> Iterator[Path]:
    """A folder to fill, that becomes ``out`` at the end; nothing stays of it if something fails."""
    out.parent.mkdir(parents=True, exist_ok=True)
    scratch, old = (out.parent / f".{out.name}.{end}" for end in ("new", "old"))
    with _alone(out):
        _put_back(out, old)  # of a run that was killed
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir()
        try:
            yield scratch
            if out.exists():
                out.rename(old)
            scratch.rename(out)
        finally:
            _put_back(out, old)
            shutil.rmtree(scratch, ignore_errors=True)


def _put_back(out: Path, old: Path) -> None:
    """``out`` is the new folder, or else the old one."""
    if old.exists() and not out.exists():
        old.rename(out)
    shutil.rmtree(old, ignore_errors=True)


@contextmanager
def _alone(out: Path) -> Iterator[None]:
    from filelock import FileLock, Timeout

    lock = FileLock(out.parent / f".{out.name}.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise ModelError("embed.locked", path=out) from error
    try:
        yield
    finally:
        Path(lock.lock_file).unlink(missing_ok=True)
        lock.release()
