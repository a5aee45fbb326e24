"""The plain questions and the lexicon of the package: what they hold, and how recipes name them."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import lexdpr_finetune.stages.pairs as stage
import pytest
import yaml
from lexdpr_finetune.articles import Articles
from lexdpr_finetune.pairs.own import own_pairs
from lexdpr_finetune.pairs.splits import bare
from lexdpr_finetune.plain_data import DEV, FOLDER, LEXICON, TRAINING, dev_articles
from lexdpr_finetune.reading import RecipeError, read_into
from lexdpr_finetune.recipe import load_recipe
from lexdpr_finetune.sections import PairsSection
from lexdpr_finetune.stages.pairs import harvest_pairs, pairs_step
from typer.testing import CliRunner

from lexdpr_rag import LexDPR
from lexdpr_rag.cli.app import app
from lexdpr_rag.lexicon import LawTerms, check, read_lines

VOICES = {"시민", "직원", "인사", "사장", "준법", "학생", "외국인"}
STYLES = {"짧음", "보통", "긴글", "급함", "오타", "사투리", "신조어"}
KEY = re.compile(r"\d{6}/제\d+조(?:의\d+)?")
LAW = "공유주방 및 공유작업공간 이용자 보호에 관한 법률"

Row = dict[str, Any]


def rows(path: Path) -> list[Row]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def training() -> list[Row]:
    return rows(TRAINING)


@pytest.fixture(scope="module")
def dev() -> list[Row]:
    return [row for path in DEV for row in rows(path)]


@pytest.fixture(scope="module")
def questions(training: list[Row], dev: list[Row]) -> list[Row]:
    return training + dev


def keys_of(found: list[Row]) -> Iterator[str]:
    return (key for row in found for key in row["gold"])


# -- the questions -------------------------------------------------------------------------------


def test_there_are_as_many_as_promised(questions: list[Row]) -> None:
    assert len(questions) >= 15_000
    assert len({key.partition("/")[0] for key in keys_of(questions)}) >= 1_200
    assert len({" ".join(row["query"].split()) for row in questions}) == len(questions)


def test_ids_are_unique_and_name_their_article(questions: list[Row]) -> None:
    assert len({row["query_id"] for row in questions}) == len(questions)
    for row in questions:
        (key,) = row["gold"]
        assert KEY.fullmatch(key), row
        assert row["query_id"].startswith(f"plain-{key.replace('/', '-')}-"), row
        assert row["citation"].endswith(f" {key.partition('/')[2]}"), row


def test_voices_and_styles_are_legal(questions: list[Row]) -> None:
    new = [row for row in questions if "voice" in row]
    assert Counter(row["voice"] for row in new).keys() == VOICES
    assert Counter(row["style"] for row in new).keys() == STYLES
    fields = {"query_id", "query", "gold", "citation"}
    assert all(row.keys() in (fields, fields | {"voice", "style"}) for row in questions)
    assert all(row["query"] == " ".join(row["query"].split()) for row in questions)


def test_the_split_is_by_article(training: list[Row], dev: list[Row]) -> None:
    def is_dev(key: str) -> bool:
        return int(hashlib.sha1(key.encode(), usedforsecurity=False).hexdigest(), 16) % 10 == 0

    assert all(map(is_dev, keys_of(dev)))
    assert not any(map(is_dev, keys_of(training)))
    assert dev_articles() == set(keys_of(dev))


def test_no_wording_of_dev_is_trained_on(training: list[Row], dev: list[Row]) -> None:
    measured = {bare(row["query"]) for row in dev}
    assert not [row["query_id"] for row in training if bare(row["query"]) in measured]


# -- the lexicon ---------------------------------------------------------------------------------


def test_the_lexicon_is_in_order() -> None:
    lines = read_lines(LEXICON)
    assert len(lines) >= 4_000
    assert not [str(one) for one in check(lines) if one.fault.serious]
    assert all(line.entry is not None and line.entry.area and not line.others for line in lines)


def test_the_card_says_what_is_there(questions: list[Row], training: list[Row]) -> None:
    card = (FOLDER / "README.md").read_text(encoding="utf-8")
    entries = [line.entry for line in read_lines(LEXICON) if line.entry is not None]
    voices = Counter(row["voice"] for row in questions if "voice" in row)
    styles = Counter(row["style"] for row in questions if "style" in row)
    told = {
        "questions": len(questions),
        "training": len(training),
        "articles": len(set(keys_of(questions))),
        "laws": len({key.partition("/")[0] for key in keys_of(questions)}),
        "entries": len(entries),
        "areas": len({entry.area for entry in entries}),
        **{path.stem: len(rows(path)) for path in DEV},
        **voices,
        **styles,
    }
    figures = set(re.findall(r"\d[\d,]*", card))
    assert not {name: number for name, number in told.items() if f"{number:,}" not in figures}


# -- recipes -------------------------------------------------------------------------------------


def section(**held: object) -> PairsSection:
    return read_into(PairsSection, held, "pairs", Path("/nowhere"))


def test_a_recipe_names_them_by_a_word(tmp_path: Path) -> None:
    file = tmp_path / "recipe.yaml"
    pairs = {"own": ["plain", "ours.jsonl"], "lexicon": "plain"}
    held = {"name": "x", "corpus": {"source": "laws"}, "pairs": pairs, "train": {"kind": "static"}}
    file.write_text(yaml.safe_dump(held), encoding="utf-8")
    recipe = load_recipe(file)
    assert recipe.pairs.own == (TRAINING, tmp_path / "ours.jsonl")
    assert recipe.pairs.lexicon == (LEXICON,)
    written = tmp_path / "written.yaml"
    written.write_text(yaml.safe_dump(recipe.to_dict()), encoding="utf-8")
    assert load_recipe(written).pairs == recipe.pairs


def test_a_file_of_that_name_is_named_by_its_path() -> None:
    assert section(own="./plain").own == (Path("/nowhere/plain"),)
    assert section(mrc="plain").mrc == (Path("/nowhere/plain"),)  # no packaged file of that kind
    with pytest.raises(RecipeError):
        section(own=[3])


def test_no_word_leads_to_the_dev_questions() -> None:
    named = section(own="plain", lexicon="plain")
    assert not {*named.own, *named.lexicon} & set(DEV)


def test_the_lexicon_keeps_away_from_dev_articles(
    articles: Articles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "lexicon.jsonl"
    line = {"plain": ["맡긴 돈"], "legal": ["보증금의 반환"], "laws": [LAW]}
    file.write_text(json.dumps(line, ensure_ascii=False), encoding="utf-8")
    copy = Path(shutil.copy(file, tmp_path / "ours.jsonl"))
    monkeypatch.setattr(stage, "LEXICON", file.resolve())
    monkeypatch.setattr(stage, "dev_articles", lambda: frozenset({"990001/제18조"}))

    def positives(path: Path) -> set[str]:
        pairs = harvest_pairs(PairsSection(lexicon=(path,)), articles).pairs
        return {key for pair in pairs for key in pair.positives}

    assert "990001/제18조" in positives(copy)
    assert "990001/제18조" not in positives(file)
    packaged, own = (pairs_step(PairsSection(lexicon=(path,))) for path in (file, copy))
    assert packaged is not None
    assert own is not None
    assert packaged.settings != own.settings  # a run must not take the one's pairs for the other's
    assert set(DEV) <= set(packaged.sources)
    assert not set(DEV) & set(own.sources)


def test_the_command_takes_the_word(engine: LexDPR, tmp_path: Path) -> None:
    out = tmp_path / "pairs.jsonl"
    words = ("pairs", engine.path, "--out", out, "--set", "own=plain", "--set", "titles=true")
    result = CliRunner().invoke(app, ["finetune", *map(str, words), "--json"])
    assert result.exit_code == 0, result.output
    facts = json.loads(result.stdout)
    # the samples are laws of fiction: none of the questions is about them
    assert facts["dropped"]["nothing_current"] == len(rows(TRAINING))
    assert set(facts["kinds"]) == {"title"}


# -- the national law ----------------------------------------------------------------------------


@pytest.mark.corpus
def test_every_question_asks_for_an_article_in_force(
    questions: list[Row], national: LexDPR
) -> None:
    articles = Articles.open(Path(national.path))
    missing = sorted({key for key in keys_of(questions) if key not in articles.rows})
    assert missing == []
    for row in questions:
        (key,) = row["gold"]
        assert articles.in_force[articles.rows[key]]
        assert articles.citation(key) == row["citation"]
    assert not own_pairs(TRAINING, articles).dropped


@pytest.mark.corpus
def test_every_term_stands_in_its_law(national: LexDPR) -> None:
    found = check(read_lines(LEXICON), LawTerms.open(Path(national.path)))
    assert not [str(one) for one in found if one.fault.serious]
