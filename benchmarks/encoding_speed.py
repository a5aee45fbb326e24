"""Encoding units of real, mixed length: BiEncoder beside plain SentenceTransformer.encode.

    python benchmarks/encoding_speed.py [STATUTES] [--units 1000] [--rounds 5] [--stream 700000]

The model is an encoder of 6 layers, 384 wide (``--layers``, ``--width``), with random weights, which do
not matter for speed; its tokenizer is trained on the units.  All ways of encoding take turns in one
process, so that another load on the machine falls on all alike; ratios are those of a round, and the
median over rounds.
``--stream`` watches the memory of ``encode_stream`` over so many texts, with static embeddings and with
a transformer of one layer, 32 wide.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from itertools import cycle, islice
from pathlib import Path
from typing import Any

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "true")

import numpy as np
from measure import ROOT, print_head, print_header, print_row
from numpy.typing import NDArray

sys.path.insert(0, str(ROOT))

from lexdpr_rag.encoder import BiEncoder, ModelWarning
from lexdpr_rag.errors import LexDPRError
from lexdpr_rag.export import export_onnx
from lexdpr_rag.statute.source import find_sources, read_law
from lexdpr_rag.units import Levels, units_of

SAMPLES = ROOT / "lexdpr_rag" / "samples" / "statutes"
WIDTH, LAYERS, HEAD_WIDTH, VOCABULARY = 384, 6, 32, 32_000
MARKS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")

Encode = Callable[[list[str]], NDArray[np.float32]]


def units(source: Path, count: int) -> list[str]:
    """Units as they are embedded, from laws taken at random: title, lead-ins and own words."""
    files = sorted(find_sources(source), key=lambda ref: ref.name)
    random.Random(1).shuffle(files)
    found: list[str] = []
    for ref in files:
        if len(found) >= 4 * count:
            break
        found += _units_of(ref.read(), ref.name)
    random.Random(2).shuffle(found)
    return list(islice(cycle(found), count))


def _units_of(data: bytes, name: str) -> list[str]:
    try:
        law = read_law(data, name)
    except LexDPRError:
        return []
    texts = []
    for entry in [] if law.repealed else units_of(law.article_headings()):
        for unit in entry.units:
            if unit.levels & Levels.AUTO:
                leads = [entry.text[start:end] for start, end in unit.leads]
                texts.append("\n".join([law.meta.title, *leads, entry.text[unit.start : unit.end]]))
    return texts


# -- models --------------------------------------------------------------------------------------


def tokenizer_of(texts: list[str]) -> Any:
    """WordPiece, trained on the texts."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors, trainers

    made = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    made.normalizer = normalizers.BertNormalizer(lowercase=False)
    made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    trainer = trainers.WordPieceTrainer(
        vocab_size=VOCABULARY, special_tokens=list(MARKS), show_progress=False
    )
    made.train_from_iterator(texts, trainer)
    made.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    return made


def save_transformer(folder: Path, tokenizer: Any, width: int, layers: int) -> Path:
    """An encoder, as sentence-transformers saves it."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=tokenizer.get_vocab_size(),
        hidden_size=width,
        num_hidden_layers=layers,
        num_attention_heads=max(width // HEAD_WIDTH, 1),
        intermediate_size=4 * width,
    )
    BertModel(config).save_pretrained(folder / "plain")
    names = ("pad_token", "unk_token", "cls_token", "sep_token", "mask_token")
    marks: Any = dict(zip(names, MARKS, strict=True))
    wrapped = PreTrainedTokenizerFast(tokenizer_object=tokenizer, model_max_length=512, **marks)
    wrapped.save_pretrained(folder / "plain")
    modules = [Transformer(str(folder / "plain")), Pooling(width), Normalize()]
    SentenceTransformer(modules=modules, device="cpu").save(str(folder / "st"))
    return folder / "st"


def save_static(folder: Path, tokenizer: Any) -> Path:
    """Static embeddings of 256 dimensions."""
    from safetensors.numpy import save_file

    folder.mkdir()
    shape = (tokenizer.get_vocab_size(), 256)
    rows = np.random.default_rng(0).standard_normal(shape, dtype=np.float32)
    save_file({"embedding.weight": rows}, folder / "model.safetensors")
    tokenizer.save(str(folder / "tokenizer.json"))
    return folder


# -- measuring -----------------------------------------------------------------------------------


def take_turns(ways: dict[str, Encode], texts: list[str], rounds: int) -> dict[str, list[float]]:
    """Seconds of every way in every round; the first batch of each is not counted."""
    for encode in ways.values():
        encode(texts[:32])
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(rounds):
        names = list(ways)
        for name in names[number % len(names) :] + names[: number % len(names)]:
            started = time.perf_counter()
            ways[name](texts)
            seconds[name].append(time.perf_counter() - started)
    return seconds


def print_speed(seconds: dict[str, list[float]], texts: list[str]) -> None:
    """Units a second of the best round, and ratios to the first way within each round."""
    base = np.array(next(iter(seconds.values())))
    print_head("", "units/s (best round)", "median ratio", "ratios of the rounds")
    for name, taken in seconds.items():
        ratios = base / np.array(taken)
        rate = len(texts) / min(taken)
        rounds = " ".join(f"{ratio:.2f}" for ratio in ratios)
        print_row(name, f"{rate:,.0f}", f"{np.median(ratios):.2f}", rounds)


def print_agreement(ways: dict[str, Encode], texts: list[str]) -> None:
    """Least cosine to the vectors of the first way."""
    rows = {name: encode(texts[:300]) for name, encode in ways.items()}
    base = next(iter(rows.values()))
    print()
    print_head("", "least cosine to SentenceTransformer.encode")
    for name, found in rows.items():
        print_row(name, f"{(found * base).sum(axis=1).min():.6f}")


def print_stream(name: str, encoder: BiEncoder, texts: list[str], count: int) -> None:
    """Memory of the process before, at every seventh and at the end of a long stream."""
    print()
    print_head(f"texts streamed, {name}", "memory", "texts/s")
    encoder.encode_passages(texts[:1])
    print_row("1", f"{_memory() / 2**20:.0f} MiB", "")
    step, done, started = count // 7, 0, time.perf_counter()
    for rows in encoder.encode_stream(_endless(texts, count), "passage"):
        before, done = done, done + len(rows)
        if done // step > before // step or done == count:
            rate = done / (time.perf_counter() - started)
            print_row(f"{done:,}", f"{_memory() / 2**20:.0f} MiB", f"{rate:,.0f}")


def _endless(texts: list[str], count: int) -> Iterator[str]:
    """Texts that are all different."""
    return (f"{text} {number}" for number, text in enumerate(islice(cycle(texts), count)))


def _memory() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("statutes", type=Path, nargs="?", default=SAMPLES)
    parser.add_argument("--units", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--stream", type=int, default=0)
    parser.add_argument("--width", type=int, default=WIDTH)
    parser.add_argument("--layers", type=int, default=LAYERS)
    chosen = parser.parse_args()
    warnings.simplefilter("ignore", ModelWarning)
    texts = units(chosen.statutes, chosen.units)
    print_header("Encoding speed")
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        tokenizer = tokenizer_of(texts)
        if chosen.stream:
            static = BiEncoder(save_static(folder / "static", tokenizer))
            print_stream("static, 256 dimensions", static, texts, chosen.stream)
            tiny = BiEncoder(save_transformer(folder / "tiny", tokenizer, 32, 1), device="cpu")
            print_stream("torch, 1 layer, 32 wide", tiny, texts, chosen.stream)
        if chosen.rounds:
            saved = save_transformer(folder / "whole", tokenizer, chosen.width, chosen.layers)
            compare(saved, folder / "int8", texts, chosen.rounds)


def compare(saved: Path, exported: Path, texts: list[str], rounds: int) -> None:
    """Plain, torch and ONNX int8 in turns."""
    import torch
    from sentence_transformers import SentenceTransformer

    export_onnx(saved, exported, kind="encoder", quantize="int8")
    plain = SentenceTransformer(str(saved), device="cpu")
    by_torch, by_onnx = BiEncoder(saved, device="cpu"), BiEncoder(exported)
    by_torch.encode_passages(texts)
    counts = [len(ids) for ids in plain.tokenizer(texts, truncation=True)["input_ids"]]
    told = ", ".join(f"{np.percentile(counts, at):.0f}" for at in (5, 25, 50, 75, 95))
    transformer = plain[0].model.config
    print(f"- {transformer.num_hidden_layers} layers, {transformer.hidden_size} wide")
    print(f"- {len(texts):,} units; tokens at 5, 25, 50, 75, 95%: {told}")
    print(f"- torch {torch.__version__}, {torch.get_num_threads()} threads\n")
    ways: dict[str, Encode] = {
        "SentenceTransformer.encode": lambda given: plain.encode(given, batch_size=32),
        "BiEncoder, torch": by_torch.encode_passages,
        "BiEncoder, ONNX int8": by_onnx.encode_passages,
    }
    print_speed(take_turns(ways, texts, rounds), texts)
    print_agreement(ways, texts)


if __name__ == "__main__":
    main()
