"""What people call the articles that keys stand for; a key itself where the corpus lacks it."""

from __future__ import annotations

from lexdpr_finetune.articles import Articles


def article_name(key: str, articles: Articles | None) -> str:
    """``민법 제750조(불법행위의 내용)``."""
    label = key.partition("/")[2]
    if articles is None or key not in articles.rows:
        return key
    row = articles.rows[key]
    title = articles.title(row)
    return f"{articles.law_title(row)} {label}" + (f"({title})" if title else "")


def law_name(key: str, articles: Articles | None) -> str:
    """``민법``."""
    if articles is None or key not in articles.rows:
        return key.partition("/")[0]
    return articles.law_title(articles.rows[key])
