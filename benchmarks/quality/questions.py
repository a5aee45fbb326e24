"""The questions: court issues, everyday words, and court issues that cite a 항."""

from __future__ import annotations

import hashlib
import json
import random
import tarfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from lexdpr_finetune.evaluate import Question, read_questions

from benchmarks.quality.documents import Documents
from lexdpr_rag.datamodels import Level
from lexdpr_rag.decisions.cited import cited_articles
from lexdpr_rag.decisions.decision import Decision, decision_of
from lexdpr_rag.statute.citation import Citation
from lexdpr_rag.statute.directory import LawDirectory

SEED = 20261121
_YEAR = "2023"
"""The decisions of the development set."""


@dataclass(frozen=True)
class Benchmark:
    """Questions of one kind.

    Attributes:
        name: short, for options and files.
        title: for tables and plots.
        level: of what is found.
    """

    name: str
    title: str
    level: Level
    questions: list[Question]

    @cached_property
    def digest(self) -> str:
        """Another set of questions has another; golds do not count."""
        texts = "\0".join(f"{q.query_id}\0{q.text}" for q in self.questions)
        return hashlib.sha256(texts.encode()).hexdigest()[:12]

    def sample(self, count: int) -> Benchmark:
        """So many of the questions, drawn at random but always alike; the greater hold the lesser."""
        drawn = list(self.questions)
        random.Random(SEED).shuffle(drawn)
        return replace(self, questions=drawn[:count])


def article_benchmarks(data: Path) -> list[Benchmark]:
    """Court issues of 2023, and questions in everyday words on articles kept out of training.

    Raises:
        OSError: a file is not there.
        EvaluationError: a line is no question.
    """
    precedents = read_questions(data / "benchmarks" / "precedent-dev.jsonl")
    plain = read_questions(data / "plain" / "questions-dev.jsonl")
    return [
        Benchmark("precedent", "court issues", Level.ARTICLE, precedents),
        Benchmark("plain", "everyday words", Level.ARTICLE, plain),
    ]


# -- 항 ------------------------------------------------------------------------------------------


def paragraph_benchmark(
    data: Path, issues: Benchmark, documents: Documents, directory: LawDirectory
) -> Benchmark | None:
    """The issues for which the court cited 항 and nothing vaguer, with these 항 as golds.

    An issue counts if every provision cited for it is a 항 that stands in the index, or an article
    that has no 항, and one at least is a 항; all must be among the golds at article level.

    Returns:
        ``None`` where the decisions are not there.
    """
    wanted = {question.query_id: question for question in issues.questions}
    found = []
    known = frozenset(documents.keys)
    for decision in _decisions(data):
        for number, text in decision.citations.items():
            question = wanted.get(f"{decision.decision_id}#{number}")
            if question is not None:
                golds = _golds(text, question.gold, known, directory)
                if golds:
                    found.append(Question(question.query_id, question.text, golds))
    if not found:
        return None
    return Benchmark("paragraph", "court issues, 항", Level.PARAGRAPH, found)


def _golds(
    citations: str, articles: frozenset[str], known: frozenset[str], directory: LawDirectory
) -> frozenset[str]:
    """Keys of 항, or nothing where a citation is vaguer or is not held."""
    golds, finer, covered = set(), False, set()
    for cited in cited_articles(citations, directory):
        for citation in cited.today or (cited.citation,):
            key, article = _key(citation, directory)
            if key not in known or article not in articles:
                return frozenset()
            golds.add(key)
            covered.add(article)
            finer |= citation.paragraph is not None
    return frozenset(golds) if finer and covered == articles else frozenset()


def _key(citation: Citation, directory: LawDirectory) -> tuple[str, str]:
    """The keys of a citation at 항 level and at article level."""
    laws = directory.find(citation.law) if citation.law else []
    if not laws or citation.article is None:
        return "", ""
    depth = 3 if citation.paragraph is not None else 2
    path = ":".join(citation.path.split(":")[:depth])
    return f"{laws[0].law_id}/{path}", f"{laws[0].law_id}/{citation.article.article}"


def _decisions(data: Path) -> Iterator[Decision]:
    """Decisions of the year, from a folder of files, or from the archive as it is handed out."""
    folder, archive = data / "precedents", data / "precedents.tar.zst"
    if folder.is_dir():
        yield from _lines((folder / f"{_YEAR}.jsonl").read_text("utf-8").splitlines())
    elif archive.exists():
        import zstandard

        reader = zstandard.ZstdDecompressor(max_window_size=2**31)
        with archive.open("rb") as file, reader.stream_reader(file) as plain:
            yield from _members(plain)


def _members(plain: object) -> Iterator[Decision]:
    with tarfile.open(fileobj=plain, mode="r|") as held:  # type: ignore[call-overload]
        for member in held:
            if member.name.endswith(f"{_YEAR}.jsonl"):
                file = held.extractfile(member)
                yield from _lines(line.decode("utf-8") for line in file)


def _lines(lines: Iterable[str]) -> Iterator[Decision]:
    for line in lines:
        answer: Mapping[str, object] = json.loads(line)
        yield decision_of(answer)
