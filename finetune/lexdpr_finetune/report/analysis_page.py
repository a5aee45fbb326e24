"""What pairs are made of, as a page that stands by itself, as JSON and as PNG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from html import escape
from pathlib import Path

from lexdpr_finetune.pairs.analyze import Analysis, Example
from lexdpr_finetune.pairs.lengths import Lengths
from lexdpr_finetune.report.analysis_plots import write_plots
from lexdpr_finetune.report.charts import count_chart, histogram
from lexdpr_finetune.report.frame import both, heading, page, table, write_page
from lexdpr_finetune.report.kinds import kind_name
from lexdpr_finetune.workspace import write_json
from lexdpr_rag.messages import render

PAGE, DATA = "analysis.html", "analysis.json"


def write_analysis(out: Path, found: Analysis, name: str = "") -> Path:
    """Write ``analysis.html``, ``analysis.json`` and the plots into ``out``; the path of the page.

    Args:
        out: a folder, made if it is not there.
        found: what was counted.
        name: of the pairs, for the title.

    Raises:
        MissingExtraError: matplotlib, which draws the PNG, is not installed.
    """
    out.mkdir(parents=True, exist_ok=True)
    write_json(out / DATA, asdict(found))
    write_plots(out, found)
    return write_page(out / PAGE, analysis_page(found, name))


def analysis_page(found: Analysis, name: str = "") -> str:
    """The page, as HTML."""
    counts = {name: getattr(found, name) for name in _COUNTED}
    parts = [
        heading("analysis.title", name),
        f'<p class="facts">{both("analysis.facts", **counts)}</p>',
        *([_note("analysis.unknown", unknown=found.unknown)] if found.unknown else []),
        *_kinds(found),
        *_lengths(found),
        *_positives(found),
        *_laws(found),
        *_examples(found),
    ]
    return page(name or render("analysis.title"), parts)


_COUNTED = ("pairs", "questions", "articles", "laws", "groups")


def _note(key: str, **values: object) -> str:
    return f'<p class="note">{both(key, **values)}</p>'


def _title(key: str) -> str:
    return f"<h2>{both(key)}</h2>"


def _kinds(found: Analysis) -> list[str]:
    head = [both(f"analysis.{name}") for name in ("kind", "pairs", "share")]
    rows = [
        [kind_name(kind), f"{count:,}", f"{count / found.pairs:.1%}"]
        for kind, count in found.kinds.items()
    ]
    return [
        _title("analysis.kinds"),
        count_chart([(kind_name(kind), n) for kind, n in found.kinds.items()], "kinds"),
        _folded(table(head, rows)),
    ]


def _lengths(found: Analysis) -> list[str]:
    names = ("what", "count", "median", "p95", "longest", "limit", "cut", "lost")
    parts = [
        _title("analysis.lengths"),
        _note("analysis.tokens", model=found.model) if found.model else _note("analysis.letters"),
    ]
    own = {"queries": found.query_lengths, "passages": found.passage_lengths}
    for name, lengths in own.items():
        if lengths.count:
            parts.append(f"<h3>{both(f'analysis.{name}')}</h3>")
            parts.append(histogram(lengths.bins, lengths.step, lengths.limit, name))
    rows = [[both(f"analysis.{name}"), *_measured(lengths)] for name, lengths in own.items()]
    parts.append(table([both(f"analysis.{name}") for name in names], rows))
    return [*parts, _note("analysis.lengths_note")]


def _measured(lengths: Lengths) -> list[str]:
    told = (lengths.count, lengths.median, lengths.p95, lengths.longest)
    if lengths.limit is None:
        return [*(f"{value:,}" for value in told), "–", "–", "–"]
    cut = f"{lengths.cut:,}<small>{lengths.cut_share:.1%}</small>"
    return [*(f"{value:,}" for value in told), f"{lengths.limit:,}", cut, f"{lengths.lost:.1%}"]


def _positives(found: Analysis) -> list[str]:
    return [_title("analysis.positives"), count_chart(found.by_positives, "positives")]


def _laws(found: Analysis) -> list[str]:
    """The laws are numbered: a PNG drawn without Korean letters names them so."""
    laws = [(f"{number}. {law}", n) for number, (law, n) in enumerate(found.laws_asked, 1)]
    head = [both("analysis.article"), both("analysis.questions")]
    rows = [[escape(article), f"{count:,}"] for article, count in found.most_asked]
    return [
        _title("analysis.laws"),
        count_chart(laws, "laws"),
        f"<h3>{both('analysis.most_asked')}</h3>",
        table(head, rows),
    ]


def _examples(found: Analysis) -> list[str]:
    head = [both("analysis.questions"), both("analysis.answers")]
    parts = [_title("analysis.examples")]
    for kind in found.kinds:
        rows = [_example(one) for one in found.examples[kind]]
        parts += [f"<h3>{escape(kind_name(kind))}</h3>", table(head, rows, "words cards")]
    return parts


def _example(one: Example) -> list[str]:
    return [
        f"{escape(one.query)}<small>{escape(one.query_id)}</small>",
        _list(one.answers),
    ]


def _list(lines: Sequence[str]) -> str:
    return f"<ul>{''.join(f'<li>{escape(line)}</li>' for line in lines)}</ul>"


def _folded(html: str) -> str:
    return f"<details><summary>{both('report.table')}</summary>{html}</details>"
