"""Addresses: urn ↔ parts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lexdpr_rag.statute.address import Address

URN = "urn:kr:990100@2024-08-14-20301:main:a14-2:h1:n2-1:m가"


def test_parts() -> None:
    address = Address.parse(URN)
    assert address == Address("990100", "2024-08-14-20301", "main:a14-2:h1:n2-1:m가")
    assert address.area == "main"
    assert address.segments == ("a14-2", "h1", "n2-1", "m가")
    assert str(address) == URN


def test_any_version() -> None:
    address = Address.parse("urn:kr:990100:main:a1")
    assert address.version == ""
    assert str(address) == "urn:kr:990100:main:a1"


def test_parents_up_to_the_article() -> None:
    chain = [Address.parse(URN)]
    while (above := chain[-1].parent()) is not None:
        chain.append(above)
    assert [a.path for a in chain] == [
        "main:a14-2:h1:n2-1:m가",
        "main:a14-2:h1:n2-1",
        "main:a14-2:h1",
        "main:a14-2",
    ]
    assert {(a.law_id, a.version) for a in chain} == {("990100", "2024-08-14-20301")}


@pytest.mark.parametrize(
    "urn",
    [
        "",
        "제1조",
        "urn:kr:",
        "urn:kr:990100",
        "urn:kr::main:a1",
        "urn:kr:990100:",
        "urn:de:1:main:a1",
    ],
)
def test_a_bad_urn_names_the_form(urn: str) -> None:
    with pytest.raises(ValueError, match="expected urn:kr:<법령ID>"):
        Address.parse(urn)


@given(
    st.from_regex(r"[0-9]{6}", fullmatch=True),
    st.sampled_from(["", "2024-08-14-20301", "미정-0", "1946-12-20-2001-10"]),
    st.sampled_from(
        ["main:a1", "main:a1:h2~2", "add:2024-02-13-20301:a1:h1", "toc:c1.s2", "tbl:3-2"]
    ),
)
def test_urn_comes_back(law_id: str, version: str, path: str) -> None:
    address = Address(law_id, version, path)
    assert Address.parse(str(address)) == address
