"""Make the models that come with the package again: encoder, decisions, fusion, reranker.

    python -m lexdpr_finetune.builtin --statutes LAWS --decisions DECISIONS --out FOLDER

Everything is made twice.  A first encoder and pack see decisions up to :data:`FIT_FROM` and four
fifths of the plain questions; what they have not seen is what the fusion and the reranker are fitted
to.  The encoder and the pack that ship see decisions up to :data:`UNTIL` and all of the training
questions; fusion and reranker are used with them as they are.

Questions that models are measured on (``--exclude``, and the plain questions for measuring) are left
out by their wording, whatever decision they stand in.  What is done is kept in ``--work``, and a run
that was stopped goes on there.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np

from lexdpr_finetune import plain_data
from lexdpr_finetune.articles import Articles
from lexdpr_finetune.evaluate import Question, read_questions
from lexdpr_finetune.fit_fusion import Told, evidence_of, examples_of, fit_fusion
from lexdpr_finetune.fit_late import corpus_idf, fit_late, late_examples
from lexdpr_finetune.fit_network import FitOptions
from lexdpr_finetune.pairs import Pair, PairKind, read_pairs, write_pairs
from lexdpr_finetune.sections import PairsSection, PrecedentSection
from lexdpr_finetune.stages.pairs import harvest_pairs
from lexdpr_finetune.synthesize import grammar_questions
from lexdpr_finetune.synthesize.provision import provisions_of
from lexdpr_finetune.train_static import StaticRecipe, train_static
from lexdpr_rag.backends.token_vectors import TokenVectors
from lexdpr_rag.decisions.pack import DecisionPack, Issue
from lexdpr_rag.encoder import BiEncoder
from lexdpr_rag.engine import LexDPR
from lexdpr_rag.index.fitted import FittedFusion
from lexdpr_rag.late.late_reranker import LateReranker
from lexdpr_rag.models import DECISIONS, FINGERPRINT, FUSION, RERANKER

UNTIL = date(2022, 12, 31)
"""The last day of a decision that the models know; later ones are for measuring."""

FIT_FROM = "2021-01-01"
"""From this day on, decisions are kept back for the fusion."""

KEPT_BACK = 5
"""One in so many of the articles with plain questions is kept back for the fusion."""

FIT_QUESTIONS = 1500
"""So many issues, and so many plain questions, the fusion is fitted to, at most …"""

FIT_WRITTEN = 700
"""… and so many questions written by grammar, for laws on which nobody has asked."""

_EVIDENCE = (PairKind.ISSUE, PairKind.HOLDING)


@dataclass(frozen=True, slots=True)
class Sources:
    """What the models are made of.

    Attributes:
        statutes: all laws in force, anything that ``lexdpr-rag index`` reads.
        decisions: JSON line files of decisions.
        questions: plain questions, JSON lines with ``query`` and ``gold``.
        lexicon: everyday words and statutory terms.
        history: former versions of laws, by which more of the decisions' citations resolve.
        excluded: questions that models are measured on.
    """

    statutes: Path
    decisions: tuple[Path, ...]
    questions: Path
    lexicon: Path
    history: Path | None = None
    excluded: tuple[Path, ...] = ()


class Maker:
    """Makes the models, step by step; a step whose result is there is not done again."""

    def __init__(
        self,
        sources: Sources,
        work: Path,
        recipe: StaticRecipe,
        tell: Callable[[str], None] = print,
    ) -> None:
        """``work``: where steps leave their results; ``recipe``: of both encoders."""
        self._sources, self._work, self._recipe, self._tell = sources, work, recipe, tell
        work.mkdir(parents=True, exist_ok=True)

    def make(self, out: Path) -> None:
        """All steps; ``out`` then holds what ``lexdpr_rag/models`` holds."""
        pairs = self._pairs()
        known = [pair for pair in pairs if not is_kept_back(pair)]
        first = self._encoder("first", known)
        engine = self._engine(first)
        pack = self._pack("first", known, first)
        self._tell("fusion")
        told = list(evidence_of(engine, pack, self._fit_questions(pairs, engine)))
        options = FitOptions()
        last = self._encoder("last", pairs)
        about = {"fingerprint": last.fingerprint, "until": FIT_FROM}
        given = [(one.given, one.relevant) for one in told]
        fusion = fit_fusion(examples_of(given, options), options, about)
        self._late(told, engine, fusion, (first, last), about).save(out / RERANKER)
        shutil.copytree(self._work / "encoder-last", out / "encoder", dirs_exist_ok=True)
        self._pack("last", pairs, last).save(out / DECISIONS)
        fusion.save(out / FUSION)
        (out / FINGERPRINT).write_text(f"{last.fingerprint}\n", encoding="utf-8")

    # -- steps -----------------------------------------------------------------------------------

    def _index(self) -> Path:
        """An index without vectors, whose articles the pairs name."""
        path = self._work / "index"
        self._tell("index")
        LexDPR.build(self._sources.statutes, path, encoder="none")
        return path

    def _pairs(self) -> list[Pair]:
        """All that models are trained on, ``pairs.jsonl`` in the work folder."""
        path = self._work / "pairs.jsonl"
        articles = Articles.open(self._index())
        if not path.is_file():
            self._tell("pairs")
            kept = training_pairs(self._sources, articles)
            self._tell(f"{len(kept):,} pairs")
            scratch = path.with_suffix(".part")
            write_pairs(kept, scratch)
            scratch.rename(path)
        return list(read_pairs(path))

    def _encoder(self, name: str, pairs: Sequence[Pair]) -> BiEncoder:
        folder = self._work / f"encoder-{name}"
        if not (folder / "modules.json").is_file():
            self._tell(f"encoder, {name}: {len(pairs):,} pairs, {self._recipe.steps} steps")
            train_static(Articles.open(self._work / "index"), pairs, folder, self._recipe)
        return BiEncoder(folder)

    def _engine(self, encoder: BiEncoder) -> LexDPR:
        self._tell("vectors")
        path = self._work / "index-first"
        return LexDPR.build(self._sources.statutes, path, encoder=encoder, backend="exact")

    def _pack(self, name: str, pairs: Sequence[Pair], encoder: BiEncoder) -> DecisionPack:
        self._tell(f"decisions, {name}")
        articles = Articles.open(self._work / "index")
        titles = {key: articles.title(row) for key, row in articles.rows.items()}
        decided = [pair for pair in pairs if pair.kind in _EVIDENCE]
        days = sorted(pair.day for pair in decided if pair.day)
        about = {
            "decisions": len({pair.group for pair in decided}),
            "issues": len(decided),
            "days": [days[0], days[-1]] if days else [],
        }
        issues = (Issue(pair.query, pair.positives) for pair in decided)
        return DecisionPack.make(issues, titles, encoder, about)

    def _late(
        self,
        told: Sequence[Told],
        engine: LexDPR,
        fusion: FittedFusion,
        encoders: tuple[BiEncoder, BiEncoder],
        about: dict[str, str],
    ) -> LateReranker:
        """The reranker, fitted with the first encoder's tokens and used with the last one's."""
        self._tell("reranker")
        articles = Articles.open(self._work / "index")
        first, last = (require_tokens(encoder) for encoder in encoders)
        options = FitOptions()
        read = late_examples(
            engine._store, told, fusion, first, corpus_idf(articles, first), options
        )
        return fit_late(list(read), last, corpus_idf(articles, last), options, about)

    def _fit_questions(self, pairs: Sequence[Pair], engine: LexDPR) -> list[Question]:
        """What the first encoder has not seen, and questions of all other laws."""
        random = np.random.default_rng(self._recipe.seed)
        asked: list[Question] = []
        for kind in (PairKind.ISSUE, PairKind.OWN):
            kept = [p for p in pairs if p.kind == kind and is_kept_back(p) and p.complete]
            drawn = random.permutation(len(kept))[:FIT_QUESTIONS].tolist()
            asked += [_question(kept[at]) for at in sorted(drawn)]
        provisions = provisions_of(engine.path, level="article", limit=4 * FIT_WRITTEN, seed=7)
        written = list(grammar_questions(provisions, per_unit=1))
        for at in random.permutation(len(written))[:FIT_WRITTEN].tolist():
            one = written[at]
            asked.append(Question(f"grammar-{at}", one.text, frozenset({one.article})))
        return asked


def training_pairs(sources: Sources, articles: Articles) -> list[Pair]:
    """All pairs that models are trained on: none that they are measured on."""
    excluded = wordings(sources.excluded)
    found = harvest_pairs(section_of(sources), articles).pairs
    return [pair for pair in found if wording(pair.query) not in excluded]


def section_of(sources: Sources) -> PairsSection:
    """The pairs that the models are made of."""
    precedents = PrecedentSection(
        files=sources.decisions,
        history=sources.history,
        until=UNTIL,
        complete=False,
        holdings=True,
    )
    return PairsSection(
        titles=True,
        precedents=precedents,
        lexicon=(sources.lexicon,),
        own=(sources.questions,),
    )


def is_kept_back(pair: Pair) -> bool:
    """Whether a pair is kept from the first encoder, for the fusion to be fitted to."""
    if pair.kind in _EVIDENCE:
        return pair.day >= FIT_FROM
    if pair.kind != PairKind.OWN:
        return False
    digest = hashlib.sha1(pair.positives[0].encode(), usedforsecurity=False).hexdigest()
    return int(digest, 16) % KEPT_BACK == 1


def wording(text: str) -> str:
    """A text without its spaces, by which two are the same."""
    return "".join(text.split())


def wordings(files: Iterable[Path]) -> frozenset[str]:
    """The wording of every question of some files."""
    return frozenset(wording(one.text) for file in files for one in read_questions(file))


def require_tokens(encoder: BiEncoder) -> TokenVectors:
    """The tokens of a static encoder."""
    tokens = encoder.token_vectors()
    if tokens is None:
        raise TypeError(f"{encoder!r} is not static")
    return tokens


def _question(pair: Pair) -> Question:
    return Question(pair.query_id, pair.query, frozenset(pair.positives))


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--statutes", type=Path, required=True)
    parser.add_argument("--decisions", type=Path, required=True, help="folder of *.jsonl")
    parser.add_argument(
        "--plain",
        type=Path,
        default=plain_data.FOLDER,
        help="folder of plain questions and lexicon",
    )
    parser.add_argument("--history", type=Path)
    parser.add_argument("--exclude", type=Path, action="append", default=[])
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--work", type=Path)
    parser.add_argument(
        "--recipe", type=json.loads, default={}, help="JSON: other than the default"
    )
    given = parser.parse_args(arguments)
    sources = Sources(
        statutes=given.statutes,
        decisions=tuple(sorted(given.decisions.glob("*.jsonl"))),
        questions=given.plain / "questions-train.jsonl",
        lexicon=given.plain / "lexicon.jsonl",
        history=given.history,
        excluded=(*given.exclude, *plain_data.DEV),
    )
    recipe = replace(StaticRecipe(), **given.recipe)
    Maker(sources, given.work or given.out.with_name("work"), recipe).make(given.out)


if __name__ == "__main__":
    main()
