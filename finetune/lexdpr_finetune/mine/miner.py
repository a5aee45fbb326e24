"""Mining: routes → pool → guards → teacher → rank range and margins → negatives."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lexdpr_finetune.mine.choice import Choice, choose
from lexdpr_finetune.mine.families import Families
from lexdpr_finetune.mine.guards import Asked, Guard, Known, Mask, judged
from lexdpr_finetune.mine.journal import Journal
from lexdpr_finetune.mine.mined import Counts, Mined, Negative, Suspect, digest_of
from lexdpr_finetune.mine.options import Fill, MineError, MineOptions
from lexdpr_finetune.mine.questions import Questions
from lexdpr_finetune.mine.report import MineReport, report_of
from lexdpr_finetune.mine.routes import Rows
from lexdpr_finetune.mine.source import MineSource
from lexdpr_finetune.mine.teacher import Found, Teacher, teacher_of
from lexdpr_finetune.mine.texts import Texts
from lexdpr_finetune.pairs.pair import Pair
from lexdpr_rag.backends.folder import fingerprint_of
from lexdpr_rag.reranker import RerankerModel

AT_ONCE = 64
"""Questions whose scores are held together: 64 times 200,000 articles are 50 MB a route."""

MOST_SUSPECTS = 5
"""So many suspects of a question are listed; all are counted."""


@dataclass(frozen=True, slots=True)
class MineEvent:
    """Some questions done.

    Attributes:
        done, questions: with those of earlier runs, and in all.
        seconds_left: by the speed of this run.
    """

    done: int
    questions: int
    seconds_left: float


Progress = Callable[[MineEvent], None]


def mine_negatives(
    pairs: Sequence[Pair],
    source: MineSource,
    out: str | Path,
    options: MineOptions | None = None,
    *,
    reranker: RerankerModel | None = None,
    others: Sequence[Pair] = (),
    progress: Progress | None = None,
) -> MineReport:
    """Mine negatives for every pair and write them to the journal ``out``.

    A run that was killed goes on where it was; a finished one does nothing twice, and pairs that
    came anew or changed since are mined for.

    Args:
        pairs: the questions.
        source: the index that proposes candidates.
        out: the journal, JSON lines; see :mod:`lexdpr_finetune.mine.journal` for what stands beside.
        options: how.
        reranker: scores positives and candidates; without one the routes do.
        others: further questions of the same training set, which are not mined for: what answers
            them is no safe negative of a question like them.
        progress: called after every few questions.

    Raises:
        MineError: an option is not allowed, two pairs share an id, or the journal is that of
            another run.
    """
    options = options or MineOptions()
    options.check()
    _check_ids(pairs)
    miner = Miner([*pairs, *others], source, options, reranker)
    facts = {
        "fingerprint": miner.fingerprint,
        "teacher": miner.teacher.name,
        "options": options.to_dict(),
    }
    journal = Journal(Path(out), json.loads(json.dumps(facts)))
    waiting = journal.open_questions(pairs)
    before, started = len(pairs) - len(waiting), time.monotonic()
    for done, found, seconds in _timed(miner, waiting):
        journal.add(found, seconds)
        if progress is not None:
            left = (time.monotonic() - started) / done * (len(waiting) - done)
            progress(MineEvent(before + done, len(pairs), left))
    journal.settle(pairs)
    report = report_of(journal.path, miner.teacher.name, options, journal.seconds)
    report.save(journal.path)
    return report


def _check_ids(pairs: Sequence[Pair]) -> None:
    seen: set[str] = set()
    for pair in pairs:
        if pair.query_id in seen:
            raise MineError("mine.twice", query_id=pair.query_id)
        seen.add(pair.query_id)


def _timed(miner: Miner, pairs: Sequence[Pair]) -> Iterator[tuple[int, list[Mined], float]]:
    """Some questions at a time: how many are done by now, what was found, and its seconds."""
    for start in range(0, len(pairs), AT_ONCE):
        begun = time.monotonic()
        part = pairs[start : start + AT_ONCE]
        yield start + len(part), miner.mine(part), time.monotonic() - begun


class Miner:
    """Mines for some questions at a time."""

    def __init__(
        self,
        pairs: Sequence[Pair],
        source: MineSource,
        options: MineOptions,
        reranker: RerankerModel | None = None,
    ) -> None:
        """``pairs``: all of the training set, whichever are mined for."""
        self._source, self._options, self._articles = source, options, source.articles
        self.teacher: Teacher = teacher_of(options, source.routes, source.articles, reranker)
        self._pairs = pairs
        told = json.dumps(options.to_dict(), sort_keys=True)
        self.fingerprint = fingerprint_of([source.fingerprint, self.teacher.fingerprint, told])

    @cached_property
    def _known(self) -> Known:
        """Seconds for tens of thousands of questions, of which a finished run needs none."""
        return Known(
            articles=self._articles,
            questions=Questions(self._pairs, self._options.like_question),
            texts=Texts(self._articles),
            families=Families(self._articles),
            like_text=self._options.like_text,
        )

    def mine(self, pairs: Sequence[Pair]) -> list[Mined]:
        """Negatives of each pair."""
        usable = [pair for pair in pairs if self._positives(pair)]
        queries = [pair.query for pair in usable]
        routes = self._source.routes if usable else {}
        answers = {name: route.ask(queries) for name, route in routes.items()}
        number = {pair.query_id: at for at, pair in enumerate(usable)}
        return [
            self._one(pair, Found(pair.query, number[pair.query_id], answers))
            if pair.query_id in number
            else _nothing(pair)
            for pair in pairs
        ]

    def _positives(self, pair: Pair) -> list[int]:
        rows = self._articles.rows
        return list(dict.fromkeys(rows[key] for key in pair.positives if key in rows))

    def _one(self, pair: Pair, found: Found) -> Mined:
        pool = Pool.of(found, self._options.depth)
        cited = self._source.cited(pair.query)
        asked = Asked(pair, self._positives(pair), cited, pool.rows)
        taken = judged(asked, self._known, self._options.guards)
        left = self.teacher.shortlist(found, pool.rows[~_any(taken)])
        own, drawn = np.array(asked.positives, np.int64), self._to_draw(pair)
        judging = np.concatenate([own, left])
        of_own, of_left = np.split(self.teacher.scores(found, judging), [len(own)])
        wanted = replace(self._options, count=self._options.count - drawn)
        choice = choose(of_left, of_own, wanted, self._random(pair))
        keys = self._articles.keys
        negatives = [
            Negative(keys[row], float(of_left[at]), int(choice.ranks[at]), pool.found(row))
            for at, row in zip(choice.taken.tolist(), left[choice.taken].tolist(), strict=True)
        ]
        if self._options.fill == Fill.RANDOM:
            drawn = self._options.count - len(negatives)
        negatives += self._drawn(asked, found, judging, drawn)
        of_key = dict(zip((keys[row] for row in asked.positives), of_own.tolist(), strict=True))
        return Mined(
            pair=replace(pair, negatives=tuple(one.article for one in negatives)),
            pos_scores=tuple(of_key.get(key) for key in pair.positives),
            negatives=tuple(negatives),
            suspects=tuple(
                Suspect(keys[int(left[at])], float(of_left[at]), doubt.value)
                for at, doubt in choice.doubtful[:MOST_SUSPECTS]
            ),
            counts=self._counts(asked, taken, choice, left[choice.taken], of_own, of_left),
            asked=digest_of(pair),
        )

    def _to_draw(self, pair: Pair) -> int:
        """How many of a question's negatives are not mined but drawn; the share holds on average."""
        exact = self._options.count * self._options.random_share
        return int(exact) + int(self._random(pair).random() < exact % 1)

    def _spare(self, asked: Asked, count: int) -> Rows:
        """So many articles drawn at random that no route proposed and no guard takes."""
        if not count:
            return np.zeros(0, np.int64)
        rest = self._articles.in_force.copy()
        rest[asked.candidates] = False
        rows = np.flatnonzero(rest)
        guards, wanted = self._options.guards, min(len(rows), 2 * self._options.count)
        drawn = self._random(asked.pair).choice(rows, wanted, replace=False)
        drawn = drawn[~_any(judged(replace(asked, candidates=drawn), self._known, guards))]
        found: Rows = drawn[:count]
        return found

    def _drawn(self, asked: Asked, found: Found, judging: Rows, count: int) -> list[Negative]:
        """Negatives drawn at random, with the teacher's scores.

        The candidates (``judging``) were scored without them: what is drawn must not move the scale
        on which a candidate comes too near to the positive.
        """
        rows = self._spare(asked, count)
        if not len(rows):
            return []
        together = np.concatenate([judging, rows]) if self.teacher.relative else rows
        scores = self.teacher.scores(found, together)[-len(rows) :]
        keys = self._articles.keys
        return [
            Negative(keys[row], float(score), 0, {})
            for row, score in zip(rows.tolist(), scores.tolist(), strict=True)
        ]

    def _counts(
        self,
        asked: Asked,
        taken: Mapping[str, Mask],
        choice: Choice,
        negatives: Rows,
        of_own: NDArray[np.float64],
        of_left: NDArray[np.float64],
    ) -> Counts:
        removed, held, gone = {}, {}, np.zeros(len(asked.candidates), bool)
        own = taken[Guard.POSITIVE]
        for guard, mask in taken.items():
            removed[guard] = int((mask & ~gone).sum())
            held[guard] = int((mask if mask is own else mask & ~own).sum())
            gone |= mask
        watched = judged(replace(asked, candidates=negatives), self._known, self._options.watch)
        reasons = [doubt.value for _, doubt in choice.doubtful]
        law = self._known.families.law
        return Counts(
            pool=len(asked.candidates),
            removed=_some(removed),
            held=_some(held),
            watched=_some({guard: int(mask.sum()) for guard, mask in watched.items()}),
            out_of_range=choice.out_of_range,
            doubts={reason: reasons.count(reason) for reason in sorted(set(reasons))},
            first_positive=1 + int((of_left > of_own.max()).sum()),
            same_law=int(np.isin(law[negatives], law[np.array(asked.positives)]).sum()),
        )

    def _random(self, pair: Pair) -> np.random.Generator:
        """Drawn from the question, so that it does not matter when it is mined for."""
        return np.random.default_rng([self._options.seed, int(digest_of(pair), 16)])


@dataclass(frozen=True, slots=True)
class Pool:
    """The candidates of one question.

    Attributes:
        rows: int64 ``(c,)``, ascending: what any route proposed.
        ranks: route → row → rank there, from 1.
    """

    rows: Rows
    ranks: Mapping[str, Mapping[int, int]]

    @classmethod
    def of(cls, found: Found, depth: int) -> Pool:
        """The ``depth`` best of every route."""
        lists = {name: one.best(found.number, depth) for name, one in found.answers.items()}
        ranks = {
            name: {row: rank for rank, row in enumerate(rows.tolist(), 1)}
            for name, rows in lists.items()
        }
        return cls(np.unique(np.concatenate(list(lists.values()))), ranks)

    def found(self, row: int) -> dict[str, int]:
        """Route → rank of a candidate, of the routes that proposed it."""
        return {name: ranks[row] for name, ranks in self.ranks.items() if row in ranks}


def _any(masks: Mapping[str, Mask]) -> Mask:
    found: Mask = np.any(list(masks.values()), axis=0)
    return found


def _some(counts: dict[str, int]) -> dict[str, int]:
    return {name: count for name, count in counts.items() if count}


def _nothing(pair: Pair) -> Mined:
    """What is said of a pair none of whose articles is in the corpus."""
    nothing = tuple(None for _ in pair.positives)
    return Mined(replace(pair, negatives=()), nothing, (), (), Counts(), digest_of(pair))
