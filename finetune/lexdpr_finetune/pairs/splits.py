"""Splits that leak nothing: what belongs together stays on one side."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from lexdpr_finetune.pairs.pair import Pair, PairError

TRAIN, DEV, TEST = "train", "dev", "test"


@dataclass(frozen=True, slots=True)
class Split:
    """Pairs by the name of their part, and how many stand in none.

    ``lost``: pairs that reach into several parts and were left out, so that none leaks.
    """

    parts: Mapping[str, tuple[Pair, ...]]
    lost: int = 0


def split_by_group(pairs: Iterable[Pair], shares: Mapping[str, float], seed: int = 0) -> Split:
    """By case (or document): all pairs of a group go to one part.

    The part is drawn from the group's name, so that it does not change when pairs come or go.
    Shares need not add up to 1.

    Raises:
        PairError: a share is below 0, or all are 0.
    """
    parts: dict[str, list[Pair]] = {name: [] for name in _checked(shares)}
    for pair in pairs:
        parts[_drawn(pair.group or pair.query_id, shares, seed)].append(pair)
    return Split({name: tuple(own) for name, own in parts.items()})


def split_by_day(pairs: Iterable[Pair], last_days: Mapping[str, date], rest: str = TEST) -> Split:
    """By date: a pair goes to the first part whose last day is not before its own, else to ``rest``.

    Args:
        last_days: part → last day, in rising order.
        rest: the part of all later ones.

    Pairs of one group that fall to both sides of a day (two decisions of a case) go with the
    latest.  Pairs without a day are lost: nobody knows on which side they belong.

    Raises:
        PairError: the days do not rise.
    """
    days = list(last_days.values())
    if days != sorted(days):
        raise PairError("finetune.days", days=", ".join(map(str, days)))
    given = list(pairs)
    dated = [pair for pair in given if pair.day]
    latest: dict[str, str] = {}
    for pair in dated:
        group = pair.group or pair.query_id
        latest[group] = max(latest.get(group, ""), pair.day)
    parts: dict[str, list[Pair]] = {name: [] for name in (*last_days, rest)}
    for pair in dated:
        day = date.fromisoformat(latest[pair.group or pair.query_id])
        name = next((name for name, last in last_days.items() if day <= last), rest)
        parts[name].append(pair)
    return Split({name: tuple(own) for name, own in parts.items()}, len(given) - len(dated))


def split_by_article(pairs: Iterable[Pair], shares: Mapping[str, float], seed: int = 0) -> Split:
    """By article: no article answers questions of two parts.

    Every article is drawn to a part; a pair whose articles fall to several is lost.

    Raises:
        PairError: a share is below 0, or all are 0.
    """
    parts: dict[str, list[Pair]] = {name: [] for name in _checked(shares)}
    lost = 0
    for pair in pairs:
        names = {_drawn(key, shares, seed) for key in pair.positives or (pair.query_id,)}
        if len(names) == 1:
            parts[names.pop()].append(pair)
        else:
            lost += 1
    return Split({name: tuple(own) for name, own in parts.items()}, lost)


def _checked(shares: Mapping[str, float]) -> Mapping[str, float]:
    if not shares or min(shares.values()) < 0 or sum(shares.values()) <= 0:
        raise PairError("finetune.shares", shares=dict(shares))
    return shares


def _drawn(name: str, shares: Mapping[str, float], seed: int) -> str:
    digest = hashlib.blake2b(f"{seed}\0{name}".encode(), digest_size=8).digest()
    at = int.from_bytes(digest, "big") / 2**64 * sum(shares.values())
    chosen = ""
    for part, share in shares.items():
        if share > 0:
            chosen = part
            if at < share:
                break
        at -= share
    return chosen


# -- what leaks ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Leaks:
    """What two parts share."""

    query_ids: tuple[str, ...]
    queries: tuple[str, ...]  # equal but for spaces and punctuation
    groups: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.query_ids or self.queries or self.groups)


def leaks_between(left: Sequence[Pair], right: Sequence[Pair]) -> Leaks:
    """What stands in both: ids, questions, groups; articles may (see :func:`split_by_article`)."""
    return Leaks(
        _shared((p.query_id for p in left), (p.query_id for p in right)),
        _shared((bare(p.query) for p in left), (bare(p.query) for p in right)),
        _shared((p.group for p in left), (p.group for p in right)),
    )


def bare(text: str) -> str:
    """Letters and digits alone, small: what two writings of one question have in common."""
    return "".join(char for char in text.lower() if char.isalnum())


def _shared(left: Iterable[str], right: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted((set(left) & set(right)) - {""}))
