"""What is to be fetched."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from lexdpr_rag.fetch.errors import StoppedError
from lexdpr_rag.fetch.kinds import Kind


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which texts of one kind.

    Attributes:
        names: titles or short titles (민법, 자본시장법 시행령), of decisions 사건번호 or 사건명.
        ids: numbers: 법령ID, 행정규칙ID or 행정규칙일련번호, 자치법규ID, 판례일련번호.
        everything: all texts of the kind.
        day: the version in force that day; ``None`` now.  Of decisions: those given that day.
        since: decisions from this day to ``day``, both included.
    """

    names: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    everything: bool = False
    kind: Kind = Kind.LAW
    day: date | None = None
    since: date | None = None

    def __post_init__(self) -> None:
        """Check that it makes sense.

        Raises:
            StoppedError: nothing is wanted, names and everything are, an id is no number, or a
                range of days is given for another kind than decisions.
        """
        asked = (*self.names, *self.ids)
        if self.everything and asked:
            raise StoppedError("fetch.both_wanted", names=", ".join(asked[:3]))
        by_day = self.kind is Kind.PREC and self.day is not None
        if not (self.everything or by_day or any(name.strip() for name in asked)):
            raise StoppedError("fetch.nothing_wanted")
        for number in self.ids:
            if not re.fullmatch(r"[0-9]{1,20}", number):
                raise StoppedError("fetch.bad_id", value=number)
        if self.since is not None and (
            self.kind is not Kind.PREC or self.day is None or self.since > self.day
        ):
            raise StoppedError(
                "fetch.range", since=self.since, until=self.day or "", kind=Kind.PREC
            )
