"""A tokenizer of word pieces, trained on the texts that a model will read."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

MARKS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")


def train_wordpiece(texts: Iterable[str], vocabulary: int) -> Any:
    """A :class:`tokenizers.Tokenizer` in the manner of BERT; case and accents stay.

    Training numbers pieces in an order that changes from run to run: they are numbered anew, in the
    order of their letters.

    Args:
        texts: gone through once.
        vocabulary: pieces at most.
    """
    from tokenizers import Tokenizer, models, trainers

    draft = _dressed(Tokenizer(models.WordPiece(unk_token="[UNK]")))
    trainer = trainers.WordPieceTrainer(
        vocab_size=vocabulary,
        special_tokens=list(MARKS),
        continuing_subword_prefix="##",
        show_progress=False,
    )
    draft.train_from_iterator(texts, trainer)
    pieces = sorted(set(draft.get_vocab()) - set(MARKS))
    numbered = {piece: number for number, piece in enumerate([*MARKS, *pieces])}
    made = _dressed(Tokenizer(models.WordPiece(numbered, unk_token="[UNK]")))
    made.add_special_tokens(list(MARKS))
    return _with_ends(made)


def _dressed(tokenizer: Any) -> Any:
    from tokenizers import decoders, normalizers, pre_tokenizers

    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=False, strip_accents=False)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece(prefix="##")
    return tokenizer


def _with_ends(tokenizer: Any) -> Any:
    from tokenizers import processors

    ends = [(mark, tokenizer.token_to_id(mark)) for mark in ("[CLS]", "[SEP]")]
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=ends
    )
    return tokenizer


def wrapped(tokenizer: Any, longest: int) -> Any:
    """The same as transformers has it."""
    from transformers import PreTrainedTokenizerFast

    pad, unknown, first, last, mask = MARKS
    made: Any = PreTrainedTokenizerFast
    return made(
        tokenizer_object=tokenizer,
        model_max_length=longest,
        pad_token=pad,
        unk_token=unknown,
        cls_token=first,
        sep_token=last,
        mask_token=mask,
    )


def kept_tokenizer(texts: Iterable[str], vocabulary: int, longest: int, folder: Path) -> Any:
    """The tokenizer in ``folder``; it is trained and written there if there is none.

    A run that goes on must read what it read before.
    """
    from transformers import AutoTokenizer

    if not (folder / "tokenizer.json").is_file():
        scratch = folder.with_name(f"{folder.name}.part")
        wrapped(train_wordpiece(texts, vocabulary), longest).save_pretrained(str(scratch))
        scratch.rename(folder)
    made: Any = AutoTokenizer
    return made.from_pretrained(str(folder))
