"""``lexdpr-rag parse``: the structure of one statute file."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from lexdpr_rag.cli.failure import CommandError, WrongUsageError
from lexdpr_rag.cli.options import Json, whole_number
from lexdpr_rag.cli.words import say

if TYPE_CHECKING:
    from lexdpr_rag.statute.tree import Article, Law

_ARTICLE = re.compile(
    r"(?:제|§)?\s*(?:(?P<chapter>\d+)-)?(?P<main>\d+)\s*조?(?:\s*(?:의\s*|-)(?P<branch>\d+))?"
)
"""제14조의2, 14조의 2, 14의2, §14-2, and 제1-3조 of rules that number by chapter."""


def _article_label(value: object) -> str:
    """제14조의2 of what people type."""
    text = str(value).strip()
    if text == "전문":
        return text
    match = _ARTICLE.fullmatch(text)
    if match is None:
        raise WrongUsageError("usage.article", name="--article", value=value)
    chapter, main, branch = match["chapter"], match["main"], match["branch"]
    if chapter and not branch and "조" not in text:  # 839-2 is 제839조의2
        chapter, main, branch = "", chapter, main
    number = f"{int(chapter)}-{int(main)}" if chapter else str(int(main))
    return f"제{number}조" + (f"의{int(branch)}" if branch else "")


def parse(
    file: Annotated[str, typer.Argument(metavar="meta.file", help="help.file")],
    depth: Annotated[
        int | None,
        typer.Option(
            "--depth", metavar="meta.number", parser=whole_number("--depth", 0), help="help.depth"
        ),
    ] = None,
    article: Annotated[
        list[str] | None,
        typer.Option(
            "--article", metavar="meta.article", parser=_article_label, help="help.article"
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Show the structure of one statute file."""
    from lexdpr_rag.statute.source import read_law

    law = read_law(sys.stdin.buffer.read(), "<stdin>") if file == "-" else read_law(file)
    chosen = _chosen(law, article, file) if article else None
    if json:
        from lexdpr_rag.cli.console import write_json
        from lexdpr_rag.cli.treejson import law_values

        write_json(law_values(law, chosen))
        return
    from lexdpr_rag.cli.console import stdout
    from lexdpr_rag.cli.outline import print_articles, print_law

    if chosen is None:
        print_law(stdout(), law, depth)
    else:
        print_articles(stdout(), law, chosen, depth)


def _chosen(law: Law, labels: list[str], file: str) -> list[Article]:
    """The articles asked for, in the order of the law; of a moved number all that bear it."""
    articles = list(law.articles())
    known = {article.label for article in articles}
    for label in labels:
        if label not in known:
            raise CommandError(
                "fail.article", path=file, article=label, hint=_near(label, articles)
            )
    return [article for article in articles if article.label in labels]


def _near(label: str, articles: list[Article]) -> str:
    """The range of articles, or those whose number begins alike."""
    stem = label.partition("의")[0]
    alike = [a.label for a in articles if a.label == stem or a.label.startswith(f"{stem}의")]
    if alike:
        return say("usage.did_you_mean", names=", ".join(alike[:5]))
    if not articles:
        return ""
    return say("fail.article_range", first=articles[0].label, last=articles[-1].label)
