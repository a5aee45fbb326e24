"""What the server says: data, or one of its errors, which come with HTTP status 200 as well."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping

from lexdpr_rag.errors import SourceError
from lexdpr_rag.fetch.errors import BrokenAnswerError, FetchError, MissingError, StoppedError
from lexdpr_rag.fetch.kinds import Target
from lexdpr_rag.statute.answer import Answer, load_xml

_SHOWN = 160
"""Of what the server says, so many characters are told."""

_NOT_APPLIED = re.compile(r"미신청|신청하지\s*않은")
_MAINTENANCE = re.compile(r"점검|작업\s*중|maintenance", re.IGNORECASE)
_KEY = re.compile(r"사용자\s*(?:정보|인증)|인증키|IP\s*주소|도메인\s*주소|필수\s*입력\s*요소")
_NONE = re.compile(r"일치하는|없습니다|존재하지")
_TITLE = re.compile(r"<title[^>]*>(.*?)</title>", re.IGNORECASE | re.DOTALL)
_UNSEEN = re.compile(r"<(script|style|head)\b.*?</\1>|<!--.*?-->", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<[^<>]*>")


def read_answer(data: bytes, target: Target, what: str) -> Answer:
    """The JSON of a list or text; the server's content type is not asked, it is often wrong.

    Args:
        what: the kind in words, for messages.

    Raises:
        StoppedError: the key is refused or not for this kind.
        MissingError: there is no such text.
        BrokenAnswerError: empty, cut off, a web page, maintenance, or something else altogether.
    """
    try:
        text = data.decode("utf-8-sig").strip()
    except UnicodeDecodeError as error:
        raise BrokenAnswerError("fetch.not_json", reason=f"byte {error.start}") from error
    if not text:
        raise BrokenAnswerError("fetch.empty")
    if text.startswith("<"):
        raise _of_markup(text, what)
    try:
        answer = json.loads(text)
    except (ValueError, RecursionError) as error:
        reason = " ".join(str(error).split())
        raise BrokenAnswerError("fetch.not_json", reason=reason) from error
    if isinstance(answer, Mapping) and not {target.envelope, target.body}.isdisjoint(answer):
        wrapped = answer.get(target.envelope, answer.get(target.body))
        if isinstance(wrapped, Mapping):
            return answer
    raise _of_words(answer, target)


def _of_markup(text: str, what: str) -> FetchError:
    """HTML, or XML in spite of ``type=JSON``."""
    if re.match(r"<(?:\?xml|[A-Za-z가-힣]+>)", text) and "<html" not in text[:500].lower():
        try:
            said = _words_of(load_xml(text))
        except SourceError:
            said = ""
        if said:
            return _judged(said)
    seen = _plain(_UNSEEN.sub(" ", text))
    if _NOT_APPLIED.search(seen):
        return StoppedError("fetch.not_applied", what=what)
    title = _TITLE.search(text)
    said = _plain(title[1])[:_SHOWN] if title and title[1].strip() else seen[:_SHOWN]
    if _MAINTENANCE.search(said) or _MAINTENANCE.search(seen[:2000]):
        return BrokenAnswerError("fetch.maintenance", said=seen[:_SHOWN] or said)
    if re.search(r"사용자\s*(?:정보|인증)", seen):
        return StoppedError("fetch.refused", said=seen[:_SHOWN])
    return BrokenAnswerError("fetch.page", said=said or "HTML")


def _of_words(answer: object, target: Target) -> FetchError:
    """JSON that is neither list nor text: ``{"result": …, "msg": …}``, ``{"Law": "일치하는 …"}``."""
    if isinstance(answer, Mapping):
        said = _words_of(answer)
        if said:
            return _judged(said)
        found = ", ".join(map(str, list(answer)[:3])) or "{}"
    else:
        found = type(answer).__name__
    return BrokenAnswerError("fetch.other_form", expected=target.body, found=found)


def _judged(said: str) -> FetchError:
    if _KEY.search(said):
        return StoppedError("fetch.refused", said=said.rstrip(". "))
    if _MAINTENANCE.search(said):
        return BrokenAnswerError("fetch.maintenance", said=said.rstrip(". "))
    if _NONE.search(said):
        return MissingError("fetch.said", said=said.rstrip(". "))
    return BrokenAnswerError("fetch.said", said=said.rstrip(". "))


def _words_of(answer: Answer) -> str:
    """The texts of an error answer, one level down where it is wrapped."""
    texts = [value for value in answer.values() if isinstance(value, str) and value.strip()]
    if not texts and len(answer) == 1:
        (inner,) = answer.values()
        return _words_of(inner) if isinstance(inner, Mapping) else ""
    return _plain(" ".join(texts))[:_SHOWN]


def _plain(text: str) -> str:
    return " ".join(html.unescape(_TAG.sub(" ", text)).split())
