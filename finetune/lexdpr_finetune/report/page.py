"""One page that holds everything: figures, charts, groups, misses, steps; nothing is loaded."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path
from typing import Any

from lexdpr_finetune.evaluate import Figure
from lexdpr_finetune.gate import Verdict
from lexdpr_finetune.report.assessment import Assessment
from lexdpr_finetune.report.charts import interval_chart, legend, slice_chart
from lexdpr_finetune.report.frame import both, heading, page, table, write_page
from lexdpr_finetune.report.kinds import kind_name
from lexdpr_finetune.report.shown import shown
from lexdpr_finetune.report.worst import Miss, Place
from lexdpr_finetune.workspace import Done, write_json
from lexdpr_rag.messages import render

PAGE, DATA = "report.html", "report.json"


@dataclass(frozen=True, slots=True)
class Story:
    """How the model came about, where a run made it.

    Attributes:
        name: of the recipe.
        recipe: its values.
        steps: what was done.
        verdict: of the gate.
    """

    name: str
    recipe: dict[str, Any]
    steps: Sequence[Done]
    verdict: Verdict | None = None


def write_report(out: Path, found: Assessment, story: Story | None = None) -> Path:
    """Write ``report.html`` and ``report.json`` into ``out``; the path of the page.

    Args:
        out: a folder, made if it is not there.
        found: what was measured.
        story: of a run.
    """
    out.mkdir(parents=True, exist_ok=True)
    held: dict[str, Any] = {"assessment": found.to_dict()}
    if story is not None:
        held |= {
            "recipe": story.recipe,
            "verdict": story.verdict.to_dict() if story.verdict is not None else None,
            "steps": [_told(done) for done in story.steps],
        }
    write_json(out / DATA, held)
    return write_page(out / PAGE, page_of(found, story))


def page_of(found: Assessment, story: Story | None = None) -> str:
    """The page, as HTML."""
    title = "report.title" if story is not None else "report.evaluation"
    facts = both(
        "report.measured", questions=found.questions, articles=found.articles, base=found.base
    )
    parts = [
        heading(title, story.name if story is not None else ""),
        f'<p class="facts">{facts}</p>',
        *(_verdict(story.verdict) if story is not None and story.verdict is not None else []),
        *_figures(found),
        *_slices(found),
        *_worst(found),
        *(_story(story) if story is not None else []),
    ]
    return page(story.name if story is not None else render(title), parts)


# -- parts ---------------------------------------------------------------------------------------


def _verdict(verdict: Verdict) -> list[str]:
    mark = "good" if verdict.accepted else "bad"
    return [f'<p class="verdict {mark}">{both(verdict.key, **verdict.to_dict())}</p>']


def _figures(found: Assessment) -> list[str]:
    head = [both("report.system"), *map(escape, found.measures)]
    rows = [
        [escape(name), *(_cell(own[one]) for one in found.measures)]
        for name, own in found.figures.items()
    ]
    first = found.measures[0]
    of_first = {name: own[first] for name, own in found.figures.items()}
    return [
        f"<h2>{both('report.figures')}</h2>",
        f"<h3>{escape(first)}</h3>",
        interval_chart(of_first, first),
        table(head, rows, "figures"),
        f"<p class=note>{both('report.figures_note', base=found.base)}</p>",
    ]


def _cell(figure: Figure) -> str:
    mark = "*" if figure.p is not None and figure.p < 0.05 else ""
    tip = "" if figure.p is None else f' title="{figure.difference:+.4f}, p {figure.p:.4f}"'
    return f"<span{tip}>{figure.mean:.3f}{mark}<small>{figure.low:.3f}–{figure.high:.3f}</small></span>"


def _slices(found: Assessment) -> list[str]:
    systems = list(found.figures)
    parts = [
        f"<h2>{both('report.slices', measure=found.measures[0])}</h2>",
        legend(systems),
    ]
    for by, own in found.slices.items():
        groups = [replace(one, label=kind_name(one.label)) if by == "kind" else one for one in own]
        if len(groups) < 2:
            continue
        head = [both(f"report.by.{by}"), both("report.questions"), *map(escape, systems)]
        rows = [
            [
                escape(group.label),
                f"{group.questions:,}",
                *(f"{group.means[name]:.3f}" for name in systems),
            ]
            for group in groups
        ]
        parts += [
            f"<h3>{both(f'report.by.{by}')}</h3>",
            slice_chart(groups, systems, by),
            f"<details><summary>{both('report.table')}</summary>{table(head, rows)}</details>",
        ]
    return parts


def _worst(found: Assessment) -> list[str]:
    if not found.worst:
        return []
    head = [both("report.questions"), found.base, found.subject]
    head = [head[0], *map(escape, head[1:]), both("report.gold"), both("report.found")]
    title = both("report.worst", subject=found.subject, measure=found.measures[0])
    rows = [_miss(miss, found) for miss in found.worst]
    return [f"<h2>{title}</h2>", table(head, rows, "worst cards")]


def _miss(miss: Miss, found: Assessment) -> list[str]:
    return [
        f"{escape(miss.query)}<small>{escape(miss.query_id)}</small>",
        f"{miss.values[found.base]:.2f}",
        f"{miss.values[found.subject]:.2f}",
        _places(miss.golds),
        _places(miss.found),
    ]


def _places(places: Iterable[Place]) -> str:
    lines = (
        f"<li>{escape(place.title)} <small>{place.rank if place.rank is not None else '–'}</small></li>"
        for place in places
    )
    return f"<ul>{''.join(lines)}</ul>"


def _story(story: Story) -> list[str]:
    head = [both(f"report.{name}") for name in ("step", "key", "seconds", "facts")]
    rows = [
        [
            escape(done.step),
            f"<code>{done.key[:12]}</code>",
            f"{done.seconds:,.1f}",
            escape(_short(done.facts)),
        ]
        for done in story.steps
    ]
    recipe = json.dumps(story.recipe, ensure_ascii=False, indent=2)
    return [
        f"<h2>{both('report.steps')}</h2>",
        table(head, rows, "steps cards"),
        f"<details><summary>{both('report.recipe')}</summary><pre>{escape(recipe)}</pre></details>",
    ]


def _short(facts: Any) -> str:
    told = {name: value for name, value in facts.items() if name not in ("files", "quality")}
    text = shown(told)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


_LONGEST = 400


def _told(done: Done) -> dict[str, Any]:
    return {
        "step": done.step,
        "key": done.key,
        "folder": done.folder.name,
        "seconds": done.seconds,
        "facts": done.facts,
    }
