"""Train a static encoder on pairs and a corpus: minutes on two cores.

The tokens are character bigrams of the corpus and the questions
(:mod:`lexdpr_finetune.static.tokenizer`).  Every step takes questions of one kind, the passage that
answers each, and learns to tell it from the passages of the others; some steps ask for the article
that a random stretch was cut from.  A passage has the form in which an index embeds it: a unit with
its law, headings and lead-ins, or the whole article.

A run that is killed goes on from its last checkpoint and ends with the same model to the bit.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from itertools import chain
from pathlib import Path
from typing import Any

from lexdpr_finetune.articles import Articles
from lexdpr_finetune.pairs.pair import Pair, PairKind
from lexdpr_finetune.static.batches import SENTENCE, Sampler
from lexdpr_finetune.static.folder import write_static_encoder
from lexdpr_finetune.static.learning import Learner
from lexdpr_finetune.static.material import Passages, Questions, questions_by_kind
from lexdpr_finetune.static.near_negatives import Mining, near_negatives
from lexdpr_finetune.static.tokenizer import bigram_vocabulary, count_bigrams, make_tokenizer
from lexdpr_finetune.train.error import TrainError, require
from lexdpr_finetune.train.progress import Progress, TrainEvent

CHECKPOINT = "checkpoint.pt"
"""Name of the checkpoint in the folder of the model; it goes when the model is whole."""

_USUAL_TEMPERATURE = 0.05
_MIX = {
    PairKind.ISSUE.value: 0.38,
    PairKind.HOLDING.value: 0.10,
    PairKind.TITLE.value: 0.17,
    PairKind.OWN.value: 0.13,
    PairKind.SYNTHETIC.value: 0.13,
    PairKind.LEXICON.value: 0.07,
    SENTENCE: 0.15,
}
_FEW = (PairKind.OWN.value, PairKind.SYNTHETIC.value, PairKind.LEXICON.value)
"""Kinds of few questions, or of one wording: they are to be learned less closely."""
_TEMPERATURE = dict.fromkeys(_FEW, 0.08)
_DROPOUT = dict.fromkeys(_MIX, 0.25) | dict.fromkeys(_FEW, 0.5)


@dataclass(frozen=True, slots=True)
class StaticRecipe:
    """How to train.

    Attributes:
        dimension: length of a vector.
        steps: batches in all.
        batch_size: questions in a batch; each passage is a wrong answer to all the others.
        learning_rate: of Adam at its highest, after ``warm_up`` steps; it falls to 0 in a line.
        warm_up: steps.
        temperature: by kind, what cosines are divided by; a lower one learns the questions more
            closely, a higher one does better on questions unlike them.
        mix: share of the steps by kind of pair, of the kinds that there are; ``sentence`` needs no
            pairs.
        hard_negatives: passages added to a batch that are near its questions and do not answer them.
        mine_at: the steps before which they are looked for, with what has been learned so far.
        mining: how they are chosen.
        dropout: by kind, the share of a text's distinct tokens left out: few questions are learned
            by heart otherwise.
        whole: share of passages that are whole articles.
        rarest: how often a bigram of the corpus must come to have a vector of its own, and one of
            the questions.
        checkpoint_every: steps.
        seed: of all that is drawn.
    """

    dimension: int = 256
    steps: int = 700
    batch_size: int = 2048
    learning_rate: float = 0.1
    warm_up: int = 20
    temperature: Mapping[str, float] = field(default_factory=lambda: dict(_TEMPERATURE))
    mix: Mapping[str, float] = field(default_factory=lambda: dict(_MIX))
    dropout: Mapping[str, float] = field(default_factory=lambda: dict(_DROPOUT))
    hard_negatives: int = 1024
    mine_at: tuple[int, ...] = (150, 400)
    mining: Mining = field(default_factory=Mining)
    whole: float = 0.5
    rarest: tuple[int, int] = (5, 2)
    checkpoint_every: int = 100
    seed: int = 20261121

    def check(self) -> None:
        """Tell what is wrong before the corpus is read.

        Raises:
            TrainError: a value is out of its range.
        """
        for name in ("dimension", "steps", "batch_size", "checkpoint_every"):
            require(getattr(self, name) >= 1, name, getattr(self, name), "1…")
        require(self.learning_rate > 0, "learning_rate", self.learning_rate, "> 0")
        require(0 <= self.whole <= 1, "whole", self.whole, "0…1")
        known = {kind.value for kind in PairKind} | {SENTENCE}
        for name in ("mix", "dropout", "temperature"):
            for kind, value in getattr(self, name).items():
                require(kind in known, name, kind, ", ".join(sorted(known)))
                require(_LEGAL[name](value), f"{name}.{kind}", value, _LEGAL_WORDS[name])
        require(any(share > 0 for share in self.mix.values()), "mix", self.mix, "> 0")

    def rate(self, step: int) -> float:
        """The learning rate of a step."""
        rising = min(1.0, (step + 1) / max(self.warm_up, 1))
        return self.learning_rate * rising * (1 - step / self.steps)


_LEGAL: Mapping[str, Callable[[float], bool]] = {
    "mix": lambda value: value >= 0,
    "dropout": lambda value: 0 <= value < 1,
    "temperature": lambda value: value > 0,
}
_LEGAL_WORDS = {"mix": "≥ 0", "dropout": "0 ≤ … < 1", "temperature": "> 0"}


@dataclass(frozen=True, slots=True)
class StaticReport:
    """What was trained.

    Attributes:
        folder: the model.
        tokens: size of the vocabulary.
        questions: by kind, how many were trained on.
        left_out: pairs none of whose articles is in the corpus, or whose kind has no share.
        losses: by kind, at the end.
        seconds: of the training steps of this run.
        resumed: the step at which this run began.
    """

    folder: Path
    tokens: int
    questions: Mapping[str, int]
    left_out: int
    losses: Mapping[str, float]
    seconds: float
    resumed: int


def train_static(
    articles: Articles,
    pairs: Sequence[Pair],
    out: str | Path,
    recipe: StaticRecipe | None = None,
    *,
    progress: Progress | None = None,
) -> StaticReport:
    """Train an encoder and write it to ``out``.

    Args:
        articles: the corpus whose articles the pairs name.
        pairs: the questions.  None of them may be measured on later.
        out: the folder of the model; a checkpoint in it is gone on from.
        recipe: how.
        progress: called after every step.

    Raises:
        TrainError: the recipe has a value that is not allowed, there is nothing to train on, or the
            checkpoint is that of another recipe or other pairs.
    """
    recipe = recipe or StaticRecipe()
    recipe.check()
    folder = Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = _tokenizer_of(articles, pairs, recipe)
    passages = Passages.of(articles, tokenizer)
    wanted = [pair for pair in pairs if recipe.mix.get(pair.kind.value, 0) > 0]
    questions = questions_by_kind(wanted, articles, passages, tokenizer)
    counts = {kind.value: len(own) for kind, own in questions.items()}
    run = _Run(recipe, folder, _fingerprint(recipe, pairs, articles), progress)
    learner, sampler, first = run.start(_sampler_of(passages, questions, recipe))
    losses, seconds = run.steps(learner, sampler, first)
    training = {
        "recipe": asdict(recipe),
        "questions": counts,
        "corpus_articles": articles.store.articles,
        "losses": losses,
    }
    write_static_encoder(folder, learner.weights.numpy(), tokenizer, training)
    (folder / CHECKPOINT).unlink(missing_ok=True)
    return StaticReport(
        folder=folder,
        tokens=tokenizer.get_vocab_size(),
        questions=counts,
        left_out=len(pairs) - sum(counts.values()),
        losses=losses,
        seconds=seconds,
        resumed=first,
    )


def _sampler_of(
    passages: Passages, questions: Mapping[PairKind, Questions], recipe: StaticRecipe
) -> Sampler:
    kinds = {SENTENCE, *(kind.value for kind in questions)}
    if not any(share > 0 and kind in kinds for kind, share in recipe.mix.items()):
        raise TrainError("finetune.no_pairs", mix=dict(recipe.mix), kinds=sorted(kinds))
    return Sampler(
        passages,
        questions,
        recipe.mix,
        recipe.batch_size,
        recipe.whole,
        recipe.dropout,
        recipe.hard_negatives,
    )


def _tokenizer_of(articles: Articles, pairs: Sequence[Pair], recipe: StaticRecipe) -> Any:
    corpus, asked = recipe.rarest
    texts = count_bigrams(articles.unit_texts())
    queries = count_bigrams(pair.query for pair in pairs)
    return make_tokenizer(bigram_vocabulary([(texts, corpus), (queries, asked)]))


def _fingerprint(recipe: StaticRecipe, pairs: Sequence[Pair], articles: Articles) -> str:
    """What a checkpoint must share with the run that goes on from it."""
    told = json.dumps({**asdict(recipe), "checkpoint_every": 0}, sort_keys=True)
    digest = hashlib.blake2b(told.encode(), digest_size=16)
    digest.update(f"{articles.store.articles} {articles.store.units}".encode())
    for line in chain.from_iterable((p.query_id, p.query, *p.positives) for p in pairs):
        digest.update(line.encode("utf-8", "replace") + b"\0")
    return digest.hexdigest()


@dataclass
class _Run:
    recipe: StaticRecipe
    folder: Path
    fingerprint: str
    progress: Progress | None
    recent: dict[str, list[float]] = field(default_factory=dict)

    def start(self, sampler: Sampler) -> tuple[Learner, Sampler, int]:
        """A new learner, or the one of the checkpoint, and the first step to take."""
        path, recipe = self.folder / CHECKPOINT, self.recipe
        if not path.is_file():
            weights = sampler.passages.weights
            return Learner.start(weights, recipe.dimension, recipe.seed), sampler, 0
        learner, known = Learner.load(path)
        if known["fingerprint"] != self.fingerprint:
            raise TrainError("finetune.other_checkpoint", path=path)
        self.recent = known["recent"]
        negatives = {PairKind(kind): rows.numpy() for kind, rows in known["negatives"].items()}
        return learner, replace(sampler, negatives=negatives), int(known["step"])

    def steps(
        self, learner: Learner, sampler: Sampler, first: int
    ) -> tuple[dict[str, float], float]:
        """Take the steps from ``first`` on; losses at the end, and seconds."""
        recipe, started = self.recipe, time.monotonic()
        for step in range(first, recipe.steps):
            if step in recipe.mine_at:
                sampler = self._mined(learner, sampler)
            batch = sampler.batch(recipe.seed, step)
            temperature = recipe.temperature.get(batch.kind, _USUAL_TEMPERATURE)
            loss = learner.step(batch, recipe.rate(step), temperature)
            self.recent[batch.kind] = [*self.recent.get(batch.kind, [])[-_RECENT + 1 :], loss]
            done = step + 1
            if self.progress is not None:
                spent = time.monotonic() - started
                left = spent / (done - first) * (recipe.steps - done)
                self.progress(TrainEvent(done, recipe.steps, self._means(), left))
            if done % recipe.checkpoint_every == 0 and done < recipe.steps:
                self._save(learner, sampler, done)
        return self._means(), time.monotonic() - started

    def _mined(self, learner: Learner, sampler: Sampler) -> Sampler:
        """The sampler with the negatives that the learner falls for now."""
        asked = {kind: own for kind, own in sampler.questions.items() if kind in _MINED}
        weights = learner.weights.numpy()
        found = near_negatives(weights, sampler.passages, asked, self.recipe.mining)
        return replace(sampler, negatives=found)

    def _save(self, learner: Learner, sampler: Sampler, step: int) -> None:
        import torch

        learner.save(
            self.folder / CHECKPOINT,
            step=step,
            fingerprint=self.fingerprint,
            recent=self.recent,
            negatives={k.value: torch.from_numpy(rows) for k, rows in sampler.negatives.items()},
        )

    def _means(self) -> dict[str, float]:
        return {kind: sum(values) / len(values) for kind, values in self.recent.items()}


_RECENT = 10
_MINED = (PairKind.ISSUE, PairKind.OWN, PairKind.SYNTHETIC)
"""Kinds whose questions get hard negatives: titles are found without, and a word of the lexicon has
more answers than are known."""
