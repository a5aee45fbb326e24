"""Tiny models with random weights, made on the fly; no hub is reached.

The static and the ONNX ones are made without torch, so that they are tested where it is absent.
"""

from __future__ import annotations

import json
import math
import os
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

LINES = [
    "임대인은 임대차가 끝나기 6개월 전부터 2개월 전까지의 기간에 갱신거절의 통지를 하여야 한다.",
    "보증금을 돌려받지 못한 임차인은 임차권등기명령을 신청할 수 있다.",
    "고의 또는 과실로 인한 위법행위로 타인에게 손해를 가한 자는 그 손해를 배상할 책임이 있다.",
    "근로자의 해고는 정당한 이유가 있어야 한다.",
    "제1항",
    "반려로봇을 등록하려는 자는 대통령령으로 정하는 바에 따라 시장에게 신고하여야 하며, 신고한 사항이 "
    "변경된 경우에는 변경된 날부터 30일 이내에 변경신고를 하여야 한다. 다만, 경미한 사항은 그러하지 아니하다.",
    "전세 보증금을 돌려받지 못하면 어떻게 하나요?",
    "회사에서 갑자기 해고당했어요",
]
MANY = [f"{line} {number}" for number in range(7) for line in LINES]
"""56 texts of mixed length."""

PAIRS = 120
"""Pieces of two letters that a tokenizer has."""

ST = "sentence_transformers.sentence_transformer.modules"
BASE = "sentence_transformers.base.modules"


def write_json(path: Path, value: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")


def make_tokenizer(style: str = "bert") -> Any:
    """A tokenizer of a few hundred pieces: ``bert``, ``roberta`` (with BERT's pieces), ``xlm-roberta``.

    Its pieces are counted, not trained: two trainings number them differently.
    """
    tokenizers = pytest.importorskip("tokenizers")
    from tokenizers import models, normalizers, pre_tokenizers, processors

    marks = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    first, last, unknown = "<s>", "</s>", "<unk>"
    if style in ("bert", "electra"):
        marks = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
        first, last, unknown = "[CLS]", "[SEP]", "[UNK]"
    if style == "xlm-roberta":
        counted = pieces("▁", "")
        total = sum(counted.values())
        scored = [(piece, math.log(count / total)) for piece, count in counted.items()]
        vocabulary = [(mark, 0.0) for mark in marks] + scored
        made = tokenizers.Tokenizer(models.Unigram(vocabulary, unk_id=marks.index(unknown)))
        made.pre_tokenizer = pre_tokenizers.Metaspace()
    else:
        numbered = {piece: number for number, piece in enumerate([*marks, *pieces("", "##")])}
        made = tokenizers.Tokenizer(models.WordPiece(numbered, unk_token=unknown))
        made.normalizer = normalizers.BertNormalizer(lowercase=False)
        made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    made.add_special_tokens(marks)
    ends = [(mark, made.token_to_id(mark)) for mark in (first, last)]
    made.post_processor = processors.TemplateProcessing(
        single=f"{first} $A {last}", pair=f"{first} $A {last} $B {last}", special_tokens=ends
    )
    return made


def pieces(first: str, within: str) -> dict[str, int]:
    """Characters of the texts and the commonest pairs of them, and how often each comes.

    ``first`` stands before what begins a word, ``within`` before what does not.
    """
    singles: Counter[str] = Counter(dict.fromkeys(sorted({first} - {""}), 1))
    pairs: Counter[str] = Counter()
    for word in re.findall(r"\w+|[^\w\s]", " ".join([*MANY, "query: passage: q p m"])):
        marked = [first + word[0], *(within + letter for letter in word[1:])]
        singles.update(marked)
        pairs.update(a + b for a, b in zip(marked[:-1:2], word[1::2], strict=False))
    kept = sorted(pairs.items(), key=lambda pair: (-pair[1], pair[0]))[:PAIRS]
    return dict(sorted(singles.items())) | dict(kept)


# -- without torch -------------------------------------------------------------------------------


def save_static(
    folder: Path,
    *,
    normalize: bool = True,
    dimension: int = 24,
    prompts: dict[str, str] | None = None,
) -> Path:
    """A StaticEmbedding as sentence-transformers saves it, by safetensors and tokenizers alone."""
    pytest.importorskip("safetensors")
    from safetensors.numpy import save_file

    tokenizer = make_tokenizer()
    folder.mkdir(parents=True)
    rows = np.random.default_rng(7).normal(size=(tokenizer.get_vocab_size(), dimension))
    save_file({"embedding.weight": rows.astype(np.float32)}, folder / "model.safetensors")
    tokenizer.save(str(folder / "tokenizer.json"))
    names = [("", f"{ST}.static_embedding.StaticEmbedding")]
    if normalize:
        names.append(("1_Normalize", f"{BASE}.normalize.Normalize"))
        (folder / "1_Normalize").mkdir()
    modules = [
        {"idx": at, "name": str(at), "path": path, "type": name}
        for at, (path, name) in enumerate(names)
    ]
    write_json(folder / "modules.json", modules)
    write_json(
        folder / "config_sentence_transformers.json",
        {"prompts": prompts or {"query": "", "document": ""}, "similarity_fn_name": "cosine"},
    )
    return folder


@pytest.fixture(scope="session")
def static_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_static(tmp_path_factory.mktemp("static") / "tiny-static")


@pytest.fixture(scope="session")
def onnx_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A graph that pools by the mean and normalises, written by hand."""
    onnx = pytest.importorskip("onnx")
    pytest.importorskip("onnxruntime")
    from onnx import TensorProto, helper, numpy_helper

    folder = tmp_path_factory.mktemp("onnx") / "tiny-onnx"
    folder.mkdir()
    tokenizer = make_tokenizer()
    tokenizer.save(str(folder / "tokenizer.json"))
    rows = np.random.default_rng(3).normal(size=(tokenizer.get_vocab_size(), 16))
    constants = [
        numpy_helper.from_array(rows.astype(np.float32), "rows"),
        numpy_helper.from_array(np.array([1], dtype=np.int64), "one"),
        numpy_helper.from_array(np.array([2], dtype=np.int64), "two"),
    ]
    nodes = [
        helper.make_node("Gather", ["rows", "input_ids"], ["tokens"]),
        helper.make_node("Cast", ["attention_mask"], ["mask"], to=TensorProto.FLOAT),
        helper.make_node("Unsqueeze", ["mask", "two"], ["wide"]),
        helper.make_node("Mul", ["tokens", "wide"], ["kept"]),
        helper.make_node("ReduceSum", ["kept", "one"], ["total"], keepdims=0),
        helper.make_node("ReduceL2", ["total", "one"], ["norm"], keepdims=1),
        helper.make_node("Div", ["total", "norm"], ["sentence_embedding"]),
    ]
    axes = ["batch", "length"]
    graph = helper.make_graph(
        nodes,
        "tiny",
        [
            helper.make_tensor_value_info(name, TensorProto.INT64, axes)
            for name in ("input_ids", "attention_mask")
        ],
        [helper.make_tensor_value_info("sentence_embedding", TensorProto.FLOAT, ["batch", 16])],
        constants,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    onnx.save(model, str(folder / "model.onnx"))
    write_json(
        folder / "lexdpr_config.json",
        {"template": {"name": "e5"}, "normalize": True, "max_seq_length": 48},
    )
    return folder


# -- with torch ----------------------------------------------------------------------------------

ARCHITECTURES = ("bert", "roberta", "xlm-roberta", "electra")

SaveTransformer = Callable[..., Path]


def save_plain(folder: Path, style: str) -> Path:
    """A model as transformers saves it: weights and tokenizer, no modules."""
    torch = pytest.importorskip("torch", reason="torch is not installed")
    transformers = pytest.importorskip("transformers", reason="transformers is not installed")
    tokenizer = make_tokenizer(style)
    own_marks = style in ("roberta", "xlm-roberta")
    names = ("<s>", "<pad>", "</s>", "<unk>", "<mask>")
    if not own_marks:
        names = ("[CLS]", "[PAD]", "[SEP]", "[UNK]", "[MASK]")
    wrapped = transformers.PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        model_max_length=64,
        **dict(
            zip(
                ("cls_token", "pad_token", "sep_token", "unk_token", "mask_token"),
                names,
                strict=True,
            )
        ),
    )
    config_class, model_class = {
        "bert": (transformers.BertConfig, transformers.BertModel),
        "roberta": (transformers.RobertaConfig, transformers.RobertaModel),
        "xlm-roberta": (transformers.XLMRobertaConfig, transformers.XLMRobertaModel),
        "electra": (transformers.ElectraConfig, transformers.ElectraModel),
    }[style]
    pad = tokenizer.token_to_id(names[1])
    more = {"embedding_size": 16} if style == "electra" else {}
    config = config_class(
        vocab_size=tokenizer.get_vocab_size(),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=48,
        max_position_embeddings=66 if own_marks else 64,
        pad_token_id=pad,
        **more,
    )
    torch.manual_seed(11)
    model_class(config).save_pretrained(folder)
    wrapped.save_pretrained(folder)
    return folder


def save_sentence_transformer(
    plain: Path,
    folder: Path,
    *,
    pooling: str = "mean",
    normalize: bool = True,
    prompts: dict[str, str] | None = None,
) -> Path:
    """The same with pooling, as sentence-transformers saves it."""
    st = pytest.importorskip(
        "sentence_transformers", reason="sentence-transformers is not installed"
    )
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer

    transformer = Transformer(str(plain))
    modules = [transformer, Pooling(transformer.get_embedding_dimension(), pooling)]
    modules += [Normalize()] if normalize else []
    st.SentenceTransformer(modules=modules, device="cpu", prompts=prompts).save(str(folder))
    return folder


@pytest.fixture(scope="session", params=ARCHITECTURES)
def any_plain(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_plain(tmp_path_factory.mktemp(request.param) / "plain", request.param)


@pytest.fixture(scope="session")
def any_st(any_plain: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_sentence_transformer(any_plain, tmp_path_factory.mktemp("st") / "model")


@pytest.fixture(scope="session")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_plain(tmp_path_factory.mktemp("plain") / "tiny-base", "xlm-roberta")


@pytest.fixture(scope="session")
def st_folder(plain: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_sentence_transformer(plain, tmp_path_factory.mktemp("st") / "tiny-st")


@pytest.fixture(scope="session")
def adapter(plain: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A LoRA adapter whose weights are not zero."""
    peft = pytest.importorskip("peft", reason="peft is not installed")
    import torch
    from transformers import AutoModel

    torch.manual_seed(5)
    config = peft.LoraConfig(
        r=4,
        lora_alpha=16,
        lora_dropout=0.1,
        target_modules=["query", "value"],
        task_type="FEATURE_EXTRACTION",
        init_lora_weights=False,
    )
    model = peft.get_peft_model(AutoModel.from_pretrained(plain), config)
    folder = tmp_path_factory.mktemp("adapter") / "tiny-lora"
    model.save_pretrained(str(folder))
    return folder
