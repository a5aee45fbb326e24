"""Former versions of laws: which one was in force before an amendment, and what its articles said.

The versions lie in a folder as ``<law>/<kind>/<시행일자>_<MST>.md``.  Opening it reads the front
matter of every file; a version is parsed when an article of it is first asked for.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from itertools import takewhile
from pathlib import Path

from lexdpr_rag.decisions.cited import Amendment
from lexdpr_rag.errors import SourceError
from lexdpr_rag.statute.source import read_law
from lexdpr_rag.units import ArticleUnits, units_of

# 공포번호: '14033'
_FIELD = re.compile(
    r"(?P<name>법령ID|시행일자|공포일자|공포번호): *(?P<quote>['\"]?)(?P<value>.*)(?P=quote)"
)

_PARSED = 64
"""Versions whose articles are kept: decisions of one year cite the same few."""


@dataclass(frozen=True, slots=True, order=True)
class Version:
    """One version of one law; versions are in the order in which they came into force.

    Attributes:
        effective: its first day.
        promulgated, number: of the act that made it: 2016-02-29, 14033.
        path: the file.
    """

    effective: date
    promulgated: date
    number: int
    path: Path


@dataclass(frozen=True, slots=True)
class FormerArticle:
    """An article as it was.

    Attributes:
        title: may be empty.
        text: all of it.
        parts: path of each 항 and 호 (``main:a14-2:h1``) → its words with those below it.
    """

    title: str
    text: str
    parts: Mapping[str, str] = field(default_factory=dict)


class History:
    """The versions of some laws."""

    def __init__(self, versions: Mapping[str, Sequence[Version]]) -> None:
        """``versions``: 법령ID → versions, in order.  Use :meth:`open`."""
        self._versions = versions
        self.articles = lru_cache(_PARSED)(_articles)

    @classmethod
    def open(cls, folder: Path) -> History:
        """The versions below ``folder``.

        Raises:
            SourceError: it is not there, holds none, or the front matter of a file cannot be read.
        """
        if not folder.is_dir():
            raise SourceError("source.missing", path=folder)
        found: dict[str, list[Version]] = defaultdict(list)
        for path in sorted(folder.glob("*/*/*.md")):
            law_id, version = _head_of(path)
            found[law_id].append(version)
        if not found:
            raise SourceError("source.empty_folder", path=folder)
        return cls({law_id: sorted(versions) for law_id, versions in found.items()})

    def __contains__(self, law_id: object) -> bool:
        return law_id in self._versions

    def __repr__(self) -> str:
        count = sum(len(versions) for versions in self._versions.values())
        return f"<History {len(self._versions)} laws, {count} versions>"

    def before(self, law_id: str, amendment: Amendment) -> Version | None:
        """The version that ``amendment`` changed; ``None`` where the history does not hold it.

        That is the last one in force before the act's own, of those promulgated before it: a
        version that was promulgated later and came into force earlier already has the act's words
        in it.  An act that the history lacks is in force from the day of its promulgation.
        """
        versions = self._versions.get(law_id, ())
        own = next((one for one in versions if _made_by(one, amendment)), None)
        day = own.promulgated if own is not None else amendment.day
        if day is None:
            return None
        first = own.effective if own is not None else day
        act = (day, amendment.number)  # several are promulgated on one day
        earlier = [
            one for one in versions if one.effective < first and (one.promulgated, one.number) < act
        ]
        return earlier[-1] if earlier else None

    def on(self, law_id: str, day: date) -> Version | None:
        """The version in force on ``day``."""
        begun = [one for one in self._versions.get(law_id, ()) if one.effective <= day]
        return begun[-1] if begun else None


def _made_by(version: Version, amendment: Amendment) -> bool:
    same_day = amendment.day is None or amendment.day == version.promulgated
    return same_day and amendment.number == version.number


def _head_of(path: Path) -> tuple[str, Version]:
    """법령ID and version of a file, from the few lines of its front matter that tell them."""
    known: dict[str, str] = {}
    try:
        with path.open(encoding="utf-8-sig") as file:
            if next(file, "").strip() == "---":
                lines = takewhile(lambda line: line.rstrip() != "---", file)
                fields = filter(None, (_FIELD.fullmatch(line.rstrip()) for line in lines))
                known = {field["name"]: field["value"] for field in fields}
        days = [date.fromisoformat(known[name]) for name in ("시행일자", "공포일자")]
        return known["법령ID"], Version(days[0], days[1], int(known["공포번호"]), path)
    except KeyError as error:
        raise SourceError("source.missing_key", path=path, field=error.args[0]) from error
    except ValueError as error:
        raise SourceError("source.front_matter", path=path, reason=error) from error
    except OSError as error:
        raise SourceError("source.unreadable", path=path, reason=error.strerror or error) from error


def _articles(version: Version) -> Mapping[str, FormerArticle]:
    """Label (``제14조의2``) → article, of those with text.

    Raises:
        SourceError: the file is no statute.
    """
    law = read_law(version.path)
    return {one.article.label: _former(one) for one in units_of(law.article_headings())}


def _former(units: ArticleUnits) -> FormerArticle:
    single = [one for one in units.units if "#" not in one.path and not one.until]
    parts = {one.path: units.text[one.start : one.end] for one in single[1:]}
    return FormerArticle(units.article.title, units.text, parts)
