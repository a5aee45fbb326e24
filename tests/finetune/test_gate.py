"""The gate: what passes, what does not, what a run does then."""

from __future__ import annotations

from pathlib import Path

import pytest
from finetune.tiny_recipe import tiny_recipe
from lexdpr_finetune.evaluate import Figure
from lexdpr_finetune.gate import judge
from lexdpr_finetune.reading import RecipeError
from lexdpr_finetune.report.assessment import Assessment
from lexdpr_finetune.run import run_recipe


def assessed(base: float, value: float, p: float = 0.01) -> Assessment:
    def figures(mean: float, chance: float | None) -> dict[str, Figure]:
        difference = None if chance is None else mean - base
        return {"nDCG@10": Figure(mean, mean - 0.1, mean + 0.1, difference, chance)}

    own = {"base": figures(base, None), "model": figures(value, p)}
    return Assessment(50, 100, ("nDCG@10",), "base", "model", own, {}, ())


# base, value, p → margin, bound of p → accepted, reason
TABLE = [
    (0.5, 0.6, 0.01, 0.0, None, True, ""),
    (0.5, 0.5, 1.0, 0.0, None, False, "difference"),  # as good is not better
    (0.5, 0.4, 0.01, 0.0, None, False, "difference"),
    (0.5, 0.52, 0.01, 0.05, None, False, "difference"),
    (0.5, 0.6, 0.30, 0.0, None, True, ""),
    (0.5, 0.6, 0.30, 0.0, 0.05, False, "chance"),
    (0.5, 0.6, 0.05, 0.0, 0.05, True, ""),
    (0.5, 0.49, 0.5, -0.05, None, True, ""),  # no worse than by a little
]


@pytest.mark.parametrize(("base", "value", "p", "margin", "bound", "accepted", "reason"), TABLE)
def test_what_passes(
    base: float,
    value: float,
    p: float,
    margin: float,
    bound: float | None,
    accepted: bool,
    reason: str,
) -> None:
    verdict = judge(assessed(base, value, p), margin=margin, p=bound)
    assert (verdict.accepted, verdict.reason) == (accepted, reason)
    assert verdict.difference == pytest.approx(value - base)
    assert ("합격" in str(verdict)) and ("불합격" in str(verdict)) == (not accepted)
    assert f"{value:.4f}" in str(verdict)


def test_names_that_were_not_measured() -> None:
    for wrong in ({"measure": "R@1"}, {"system": "hybrid"}):
        with pytest.raises(RecipeError, match="gate"):
            judge(assessed(0.1, 0.2), **wrong)  # type: ignore[arg-type]


def test_a_rejected_model_is_kept_back(tmp_path: Path) -> None:
    for needed in ("torch", "scipy", "ir_measures"):
        pytest.importorskip(needed)
    recipe = tiny_recipe(tmp_path / "out", gate__margin=0.9)
    report = run_recipe(recipe)
    assert not report.accepted
    assert report.model is None
    assert not (recipe.out / "models").exists()
    assert report.page is not None
    assert "불합격" in report.page.read_text("utf-8")
    anyway = run_recipe(recipe, gate=False)
    assert not anyway.accepted
    assert anyway.made == ("export",)
    assert anyway.model is not None
    assert "관문을 통과하지 못했습니다" in (anyway.model / "README.md").read_text("utf-8")
