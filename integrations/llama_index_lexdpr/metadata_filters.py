"""LlamaIndex's ``MetadataFilters`` → the filters of a search."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from llama_index.core.vector_stores import (
    FilterCondition,
    FilterOperator,
    MetadataFilter,
    MetadataFilters,
)

from lexdpr_rag.datamodels import FILTER_KEYS, Filters
from lexdpr_rag.errors import FilterError
from lexdpr_rag.retrieval import filters_of

_NAMED = (FilterOperator.EQ, FilterOperator.IN)
# A law may have several ministries: one of them is contained, any of some.
_LISTED = (*_NAMED, FilterOperator.CONTAINS, FilterOperator.ANY)
_OPERATORS: dict[str, tuple[FilterOperator, ...]] = {
    "law": _NAMED,
    "kind": _NAMED,
    "ministry": _LISTED,
    "part": (FilterOperator.EQ,),
    "as_of": (FilterOperator.EQ,),
}
_ALTERNATIVES = ("law", "kind", "ministry")


def filters_from_metadata(given: MetadataFilters) -> Filters:
    """The filters that say the same, over the keys of :class:`Filters`.

    Groups are joined by ``and``; ``or`` joins what is said of one key (``law == 민법 or law ==
    상법``).

    Raises:
        FilterError: a key, operator, condition or value is not supported; the legal ones are named.
    """
    values: dict[str, Any] = {}
    for key, value in _conditions(given):
        if key in values:
            raise FilterError("filter.twice", name=key)
        values[key] = value
    return filters_of(values)


def _conditions(given: MetadataFilters) -> Iterator[tuple[str, Any]]:
    """Keys and what they must be, all of them required; nested groups opened."""
    condition = given.condition or FilterCondition.AND
    if condition is FilterCondition.OR and len(given.filters) > 1:
        yield _alternatives(given)
        return
    if condition is FilterCondition.NOT:
        raise FilterError("filter.condition", condition=condition.value, legal="and")
    for entry in given.filters:
        if isinstance(entry, MetadataFilters):
            yield from _conditions(entry)
        else:
            yield entry.key, _value(entry)


def _alternatives(given: MetadataFilters) -> tuple[str, list[Any]]:
    """One key and all that it may be: the only ``or`` that filters can say."""
    found: list[tuple[str, Any]] = []
    for entry in given.filters:
        found += (
            _conditions(entry)
            if isinstance(entry, MetadataFilters)
            else [(entry.key, _value(entry))]
        )
    keys = {key for key, _ in found}
    single = all(not isinstance(e, MetadataFilters) or len(e.filters) == 1 for e in given.filters)
    if len(keys) != 1 or not keys <= set(_ALTERNATIVES) or not single:
        raise FilterError("filter.or", keys=", ".join(sorted(keys)), legal=", ".join(_ALTERNATIVES))
    values: list[Any] = []
    for _, value in found:
        values += value if isinstance(value, list) else [value]
    return keys.pop(), values


def _value(entry: MetadataFilter) -> Any:
    """What one filter asks for, its key and operator checked."""
    legal = _OPERATORS.get(entry.key)
    if legal is None:
        raise FilterError("filter.unknown", name=entry.key, legal=", ".join(FILTER_KEYS))
    if entry.operator not in legal:
        names = ", ".join(operator.value for operator in legal)
        raise FilterError(
            "filter.operator", name=entry.key, operator=entry.operator.value, legal=names
        )
    if entry.value is None:
        raise FilterError("filter.value", name=entry.key, value=None, expected=legal[0].value)
    return entry.value
