"""MetadataFilters → the filters of a search."""

from pathlib import Path
from typing import Any

import pytest
from llama_index.core.vector_stores import (
    FilterCondition,
    FilterOperator,
    MetadataFilter,
    MetadataFilters,
)
from llama_index_lexdpr import LexDPRRetriever
from llama_index_lexdpr.metadata_filters import filters_from_metadata

from lexdpr_rag import Filters
from lexdpr_rag.datamodels import FILTER_KEYS
from lexdpr_rag.errors import FilterError

from .llama_index_parts import ROBOT_ACT


def one(key: str, value: Any, operator: FilterOperator = FilterOperator.EQ) -> MetadataFilter:
    return MetadataFilter(key=key, value=value, operator=operator)


def either(*filters: Any) -> MetadataFilters:
    return MetadataFilters(filters=list(filters), condition=FilterCondition.OR)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ([one("law", "민법")], {"law": "민법"}),
        ([one("law", ["민법", "상법"], FilterOperator.IN)], {"law": ["민법", "상법"]}),
        ([one("kind", "법률"), one("ministry", "법무부")], {"kind": "법률", "ministry": "법무부"}),
        (
            [one("part", "제3편"), one("as_of", "2024-05-01")],
            {"part": "제3편", "as_of": "2024-05-01"},
        ),
        # ministries are several
        ([one("ministry", "법무부", FilterOperator.CONTAINS)], {"ministry": "법무부"}),
        (
            [one("ministry", ["법무부", "국방부"], FilterOperator.ANY)],
            {"ministry": ["법무부", "국방부"]},
        ),
        # a group within a group, both AND
        (
            [one("law", "민법"), MetadataFilters(filters=[one("kind", "법률")])],
            {"law": "민법", "kind": "법률"},
        ),
        # or, within one key
        (
            [either(one("law", "민법"), one("law", ["상법", "형법"], FilterOperator.IN))],
            {"law": ["민법", "상법", "형법"]},
        ),
        (
            [
                either(one("law", "민법"), MetadataFilters(filters=[one("law", "상법")])),
                one("kind", "법률"),
            ],
            {"law": ["민법", "상법"], "kind": "법률"},
        ),
        ([either(one("kind", "법률"))], {"kind": "법률"}),
        ([], {}),
    ],
)
def test_metadata_filters(given: list[Any], expected: dict[str, Any]):
    assert filters_from_metadata(MetadataFilters(filters=given)) == Filters.of(**expected)


def test_metadata_filters_limit_the_search(index_path: Path):
    filters = MetadataFilters(filters=[one("law", ROBOT_ACT)])
    found = LexDPRRetriever.open(index_path, filters=filters).retrieve("등록")
    assert {node.metadata["law"] for node in found} == {ROBOT_ACT}


def test_or_finds_what_both_find(index_path: Path):
    def laws(*names: str) -> set[str]:
        filters = either(*(one("law", name) for name in names))
        found = LexDPRRetriever.open(index_path, filters=filters, k=100).retrieve("등록")
        return {node.node_id for node in found}

    decree = f"{ROBOT_ACT} 시행령"
    assert laws(ROBOT_ACT, decree) == laws(ROBOT_ACT) | laws(decree)
    assert laws(ROBOT_ACT) - laws(decree)


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ([one("title", "민법")], ("title", *FILTER_KEYS)),
        ([one("law", "민법", FilterOperator.NE)], ("law", "!=", "==, in")),
        ([one("as_of", "2024-05-01", FilterOperator.GTE)], ("as_of", ">=", "==")),
        ([one("law", "민법"), one("law", "상법")], ("law", "in")),
        ([one("law", 1706)], ("law", "1706")),
        ([one("law", None)], ("law", "None")),
        ([one("as_of", "오늘")], ("as_of", "오늘")),
        ([either(one("law", "민법"), one("kind", "법률"))], ("or", "law", "kind")),
        ([either(one("part", "제1편"), one("part", "제2편"))], ("or", "part")),
        (
            [
                either(
                    one("law", "민법"),
                    MetadataFilters(filters=[one("law", "상법"), one("kind", "법률")]),
                )
            ],
            ("or", "kind"),
        ),
        # the same key twice within a group is required twice, which is not "or"
        (
            [
                either(
                    one("law", "민법"),
                    MetadataFilters(filters=[one("law", "상법"), one("law", "형법")]),
                )
            ],
            ("or", "law"),
        ),
    ],
)
def test_unsupported_metadata_filters_are_named(given: list[Any], named: tuple[str, ...]):
    with pytest.raises(FilterError) as caught:
        filters_from_metadata(MetadataFilters(filters=given))
    assert all(word in str(caught.value) for word in named)


@pytest.mark.parametrize("operator", list(FilterOperator))
@pytest.mark.parametrize("key", FILTER_KEYS)
def test_every_operator_is_translated_or_named(key: str, operator: FilterOperator):
    filters = MetadataFilters(filters=[one(key, "2024-05-01", operator)])
    try:
        assert filters_from_metadata(filters)
    except FilterError as error:
        assert operator.value in str(error)
        assert key in str(error)


def test_not_is_named():
    filters = MetadataFilters(filters=[one("law", "민법")], condition=FilterCondition.NOT)
    with pytest.raises(FilterError, match="not"):
        filters_from_metadata(filters)
