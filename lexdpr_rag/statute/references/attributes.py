"""What a sentence says of the provisions that it names: applied, followed, carried out."""

from __future__ import annotations

from lexdpr_rag.statute.references import grammar

_SENTENCE = 400


class Attributes:
    """Of the places in one text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._has_applied = "준용" in text
        self._has_delegation = "으로 정" in text

    def applied(self, start: int, end: int) -> bool:
        """Whether the list from ``start`` to ``end`` is applied mutatis mutandis: 제3조를 준용한다."""
        if not self._has_applied:
            return False
        if grammar.APPLIED.match(self._text, end):
            return True
        topic = grammar.APPLIED_TOPIC.match(self._text, end, end + _SENTENCE)
        return topic is not None and grammar.NOT_TOPIC.search(topic[0]) is None

    def follows(self, end: int) -> bool:
        """Whether the list is the ground of what is said: 제3조제1항에 따라."""
        return grammar.FOLLOWS.match(self._text, end) is not None

    def carries_out(self, end: int) -> bool:
        """Whether what it leaves to a decree is quoted: 에서 "대통령령으로 정하는 기준"이란."""
        if not self._has_delegation:
            return False
        return grammar.CARRIES_OUT.match(self._text, end, end + _SENTENCE) is not None
