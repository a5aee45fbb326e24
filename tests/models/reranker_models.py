"""Tiny cross-encoders and encoders with random weights, large enough that scores differ."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from .conftest import MANY

QUERY = "보증금을 돌려받지 못한 임차인은 어떻게 하나요?"
HEADS = ("bert", "roberta", "xlm-roberta", "electra")
OWN_MARKS = ("roberta", "xlm-roberta")
LENGTH = 96
"""Tokens that every tiny model takes."""


def plain_tokenizer(style: str) -> Any:
    """Pieces of one and two characters.  Training would number them anew each time, and with them
    the random weights would mean something else.
    """
    tokenizers = pytest.importorskip("tokenizers", reason="tokenizers is not installed")
    from tokenizers import decoders, models, pre_tokenizers, processors

    words = sorted({word for line in MANY for word in line.split()})
    single = sorted({char for word in words for char in word})
    double = sorted({word[at : at + 2] for word in words for at in range(0, len(word) - 1, 2)})
    marks = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    first, last = "<s>", "</s>"
    if style not in OWN_MARKS:
        marks = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
        first, last = "[CLS]", "[SEP]"
    if style == "xlm-roberta":
        pieces = [(mark, 0.0) for mark in marks]
        pieces += [(piece, -5.0) for piece in ("▁", *single)] + [(p, -8.0) for p in double]
        made = tokenizers.Tokenizer(models.Unigram(pieces, unk_id=3))
        made.pre_tokenizer = pre_tokenizers.Metaspace()
        # FlagEmbedding makes text of tokens and tokens of that text again.
        made.decoder = decoders.Metaspace()
    else:
        inside = [f"##{piece}" for piece in (*single, *double)]
        vocabulary = {piece: at for at, piece in enumerate([*marks, *single, *double, *inside])}
        unknown = marks[3] if style in OWN_MARKS else marks[1]
        made = tokenizers.Tokenizer(models.WordPiece(vocabulary, unk_token=unknown))
        made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
        made.decoder = decoders.WordPiece()
    made.add_special_tokens(marks)
    typed = ":1" if style not in OWN_MARKS else ""
    made.post_processor = processors.TemplateProcessing(
        single=f"{first} $A {last}",
        pair=f"{first} $A {last} $B{typed} {last}{typed}",
        special_tokens=[(mark, made.token_to_id(mark)) for mark in (first, last)],
    )
    return made


def wrapped_tokenizer(style: str) -> Any:
    """A tokenizer of transformers; those of BERT and ELECTRA tell two types of tokens."""
    transformers = pytest.importorskip("transformers", reason="transformers is not installed")
    made = plain_tokenizer(style)
    names = ("<s>", "<pad>", "</s>", "<unk>", "<mask>")
    if style not in OWN_MARKS:
        names = ("[CLS]", "[PAD]", "[SEP]", "[UNK]", "[MASK]")
    inputs = ["input_ids", "attention_mask"]
    if style not in OWN_MARKS:
        inputs.insert(1, "token_type_ids")
    return transformers.PreTrainedTokenizerFast(
        tokenizer_object=made,
        model_max_length=LENGTH,
        model_input_names=inputs,
        **dict(
            zip(
                ("cls_token", "pad_token", "sep_token", "unk_token", "mask_token"),
                names,
                strict=True,
            )
        ),
    )


def tiny_config(style: str, tokenizer: Any, **more: Any) -> Any:
    transformers = pytest.importorskip("transformers", reason="transformers is not installed")
    prefix = {"bert": "Bert", "roberta": "Roberta", "xlm-roberta": "XLMRoberta"}
    name = prefix.get(style, "Electra")
    if style == "electra":
        more["embedding_size"] = 32
    values = {
        "vocab_size": len(tokenizer),
        "hidden_size": 64,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "intermediate_size": 96,
        "initializer_range": 0.15,
        "pad_token_id": tokenizer.pad_token_id,
        "max_position_embeddings": LENGTH + (tokenizer.pad_token_id + 1) * (style in OWN_MARKS),
    }
    return getattr(transformers, f"{name}Config")(**values | more)


def save_cross_encoder(
    folder: Path, style: str = "xlm-roberta", labels: int = 1, **config: Any
) -> Path:
    """A head for sequence classification, as transformers saves it."""
    torch = pytest.importorskip("torch", reason="torch is not installed")
    from transformers import AutoModelForSequenceClassification

    tokenizer = wrapped_tokenizer(style)
    made = tiny_config(style, tokenizer, num_labels=labels, **config)
    torch.manual_seed(3)
    AutoModelForSequenceClassification.from_config(made).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def save_base(folder: Path, style: str = "xlm-roberta") -> Path:
    """A model without a head."""
    torch = pytest.importorskip("torch", reason="torch is not installed")
    from transformers import AutoModel

    tokenizer = wrapped_tokenizer(style)
    torch.manual_seed(4)
    AutoModel.from_config(tiny_config(style, tokenizer)).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def save_adapter(base: Path, folder: Path, labels: int = 1) -> Path:
    """A LoRA adapter for sequence classification, with a head of its own."""
    peft = pytest.importorskip("peft", reason="peft is not installed")
    import torch
    from transformers import AutoModelForSequenceClassification

    torch.manual_seed(6)
    config = peft.LoraConfig(
        r=4,
        lora_alpha=16,
        target_modules=["query", "value"],
        task_type="SEQ_CLS",
        init_lora_weights=False,
    )
    head = AutoModelForSequenceClassification.from_pretrained(base, num_labels=labels)
    peft.get_peft_model(head, config).save_pretrained(str(folder))
    return folder
