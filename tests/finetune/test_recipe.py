"""Reading recipes: what they say, what they cannot say, those that come with the package."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from lexdpr_finetune.reading import RecipeError, plain
from lexdpr_finetune.recipe import bundled_recipes, find_recipe, load_recipe, put, recipe_of
from lexdpr_finetune.sections import SplitBy, Writer
from lexdpr_finetune.train_static import StaticRecipe

from lexdpr_rag.errors import LexDPRError

HELD = {
    "name": "tiny",
    "corpus": {"source": "laws"},
    "pairs": {"titles": True},
    "train": {"kind": "static", "steps": 10},
}


def test_what_it_says(tmp_path: Path) -> None:
    recipe = recipe_of(
        {
            **HELD,
            "pairs": {
                "own": "mine.csv",  # one is a list of one
                "precedents": {"files": ["a.jsonl", "b"], "until": "2022-12-31"},
            },
            "synthesize": {"writer": "grammar", "filters": {"shortest": 5}},
            "split": {"by": "article", "share": "2e-1"},  # YAML takes 2e-1 for text
            "mine": {"count": 3, "relative_margin": None},
            "train": {"kind": "static", "learning_rate": "1e-2", "rarest": [1, 1]},
            "gate": {"p": 0.05},
        },
        tmp_path,
    )
    assert recipe.corpus.source == tmp_path / "laws"
    assert recipe.out == tmp_path / "runs" / "tiny"
    assert recipe.pairs.own == (tmp_path / "mine.csv",)
    assert recipe.pairs.precedents is not None
    assert recipe.pairs.precedents.files == (tmp_path / "a.jsonl", tmp_path / "b")
    assert recipe.pairs.precedents.until == date(2022, 12, 31)
    assert recipe.synthesize is not None
    assert recipe.synthesize.writer is Writer.GRAMMAR
    assert (recipe.synthesize.filters.shortest, recipe.synthesize.filters.longest) == (5, 200)
    assert (recipe.split.by, recipe.split.share) == (SplitBy.ARTICLE, 0.2)
    assert recipe.mine is not None
    assert (recipe.mine.options.count, recipe.mine.options.relative_margin) == (3, None)
    assert recipe.train.options.learning_rate == 0.01
    assert recipe.train.options.rarest == (1, 1)
    assert recipe.train.base is None


def test_it_comes_back_from_plain_values(tmp_path: Path) -> None:
    held = {**HELD, "mine": {"count": 3}, "split": {"dev": "dev.jsonl"}}
    recipe = recipe_of(held, tmp_path)
    assert recipe_of(recipe.to_dict(), Path("/elsewhere")) == recipe


def test_the_seed_is_that_of_every_section(tmp_path: Path) -> None:
    recipe = recipe_of({**HELD, "seed": 7, "mine": {}, "evaluate": {"seed": 8}}, tmp_path)
    assert recipe.mine is not None
    assert recipe.train.options.seed == recipe.mine.options.seed == 7
    assert recipe.evaluate.seed == 8


WRONG = [
    ({"corpus.sauce": "laws"}, "corpus.sauce", "source"),
    ({"train.stepz": 1}, "train.stepz", "steps"),
    ({"train.kind": "magic"}, "magic", "bi-encoder"),
    ({"train.steps": "many"}, "train.steps", "integer"),
    ({"train.steps": 0}, "steps", "1…"),  # told by the trainer itself
    ({"mine.counts": 7}, "mine.counts", "count"),
    ({"split.by": "luck"}, "split.by", "article"),
    ({"synthesize.endpoint.modell": "x"}, "synthesize.endpoint.modell", "base_url"),
    ({"synthesize.endpoint.model": "x"}, "base_url", "레시피"),
    ({"name": "a b"}, "a b", "cpu-static"),
    ({"traim": {}}, "traim", "train"),
    ({"corpus": None}, "corpus", "source"),
]


@pytest.mark.parametrize(("changes", "told", "remedy"), WRONG)
def test_what_cannot_be(changes: dict, told: str, remedy: str, tmp_path: Path) -> None:
    held = {name: dict(value) if isinstance(value, dict) else value for name, value in HELD.items()}
    for name, value in changes.items():
        put(held, name, value)
    with pytest.raises(LexDPRError) as caught:
        from lexdpr_finetune.plan import plan_of

        plan_of(recipe_of(held, tmp_path))
    assert told in str(caught.value)
    assert remedy in str(caught.value)


def test_extends_and_changes(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text(
        "name: base\ncorpus: {source: laws}\npairs: {titles: true}\n"
        "train: {kind: static, steps: 10, dimension: 16}\n",
        encoding="utf-8",
    )
    child = tmp_path / "child.yaml"
    child.write_text("extends: base.yaml\nname: child\ntrain: {steps: 20}\n", encoding="utf-8")
    recipe = load_recipe(child, {"train.dimension": 8, "gate.margin": 0.1}, tmp_path / "out")
    assert recipe.name == "child"
    assert (recipe.train.options.steps, recipe.train.options.dimension) == (20, 8)
    assert recipe.pairs.titles
    assert recipe.gate.margin == 0.1
    assert recipe.out == tmp_path / "out"


def test_another_kind_of_training_takes_nothing_over(tmp_path: Path) -> None:
    file = tmp_path / "r.yaml"
    file.write_text("extends: kosimcse\nname: r\ntrain: {kind: static}\n", encoding="utf-8")
    assert load_recipe(file).train.options == StaticRecipe()


def test_a_circle_is_told(tmp_path: Path) -> None:
    for one, other in (("a", "b"), ("b", "a")):
        (tmp_path / f"{one}.yaml").write_text(f"extends: {other}.yaml\n", encoding="utf-8")
    with pytest.raises(RecipeError, match="extends"):
        load_recipe(tmp_path / "a.yaml")


@pytest.mark.parametrize("text", ["- a\n- b\n", "name: [", "\x00", "5: x\n"])
def test_what_is_no_recipe(text: str, tmp_path: Path) -> None:
    file = tmp_path / "r.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(RecipeError, match="YAML"):
        load_recipe(file)


def test_a_recipe_that_is_not_there() -> None:
    with pytest.raises(RecipeError, match="cpu-static"):
        find_recipe("no-such-recipe")


# -- those of the package ------------------------------------------------------------------------

BUNDLED = sorted(bundled_recipes())


def test_all_that_were_asked_for_are_there() -> None:
    wanted = {
        *("solar-bge-m3", "lexdpr-e5-lora", "kosimcse", "kr-electra", "klue-roberta-base"),
        *("klue-roberta-large", "bge-reranker-lora", "cpu-static"),
    }
    assert wanted <= set(BUNDLED)


@pytest.mark.parametrize("name", BUNDLED)
def test_every_one_can_be_read(name: str) -> None:
    recipe = load_recipe(name)
    assert recipe.name == name
    assert recipe.description
    assert recipe_of(recipe.to_dict(), Path("/")) == recipe


def test_the_settings_of_the_solar_report() -> None:
    recipe = load_recipe("solar-bge-m3")
    train, run = recipe.train.options, recipe.train.options.run
    assert (run.epochs, run.batch_size, run.accumulation) == (5, 2, 16)
    assert (run.learning_rate, run.warm_up) == (1e-5, 0.1)
    assert (train.loss.temperature, 1 + train.loss.negatives) == (0.02, 8)
    assert (train.query_max_seq_length, train.passage_max_seq_length) == (512, 512)
    assert train.base == "bge-m3"


def test_the_settings_of_lexdpr() -> None:
    train = load_recipe("lexdpr-e5-lora").train.options
    assert (train.base, train.adapter.method, train.max_seq_length) == ("e5-small", "lora", 384)


def test_plain_leaves_out_what_changes_nothing(tmp_path: Path) -> None:
    recipe = recipe_of({**HELD, "corpus": {"source": "laws", "jobs": 3}}, tmp_path)
    assert plain(recipe.corpus)["jobs"] == 3
    assert "jobs" not in plain(recipe.corpus, results_only=True)
