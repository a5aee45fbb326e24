"""The statute's words → words that people use: no places, no brackets, today's forms."""

from __future__ import annotations

import re

from lexdpr_finetune.synthesize.grammar.josa import conditional, josa

# -- what is left out ----------------------------------------------------------------------------

_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|<[^<>]*>")
_MARKER = re.compile(r"^\s*(?:[①-⑳㉑-㉟]|\(\d+\)|\d+(?:의\d+)?\.|[가-하]\.)\s*")

_SUB = r"(?:\s?(?:시행령|시행규칙))?"
_LAW = (
    rf"(?:「[^」]*」{_SUB}|(?<![가-힣])(?:이|같은|동)\s?(?:법률?|영|규칙|조|항|호|조례){_SUB}"
    r"|(?<![가-힣])(?:법|영|규칙))"
)
_STEP = r"(?:제\d+(?:-\d+)?[조항호장절편관](?:의\d+)?|[가-하]목|별표\s?\d*(?:의\d+)?|부칙)"
_PART = r"(?:\s?(?:본문|단서|전단|후단|각\s?[호목](?:\s?외의\s?부분)?(?:의\s?어느\s?하나)?|외의\s?부분|전문))"
# Possessive: of the ways to read the spaces of a long list, one suffices.
_PLACE = rf"(?>(?:{_LAW}\s?(?:{_STEP}\s?)*+|(?:{_STEP}\s?)++){_PART}*+)"
_JOIN = r"\s*(?:,|ㆍ|및|또는|부터|까지|내지|와|과|이나|나)\s*"
_PLACES = rf"{_PLACE}(?:{_JOIN}{_PLACE})*+\s?(?:까지)?"
_RESTS = (
    r"의?\s?(?:규정)?(?:에\s?(?:따라|따른|따르는|의하여|의해|의한|의거하여|의거한)"
    r"|에도\s?불구하고|[을를]\s?(?:위반하여|위반한|준용하여)|[과와]\s?관련하여|에\s?관하여)"
    r"(?:서는|서)?,?\s*"
)
_BY_PLACE = re.compile(rf"(?:{_PLACES}){_RESTS}")
_SET_BY_PLACE = re.compile(rf"(?:{_PLACES})(?:에서|에)\s?(?:정하는|정한|규정한|규정하는|규정된)\s")
_OF_PLACE = re.compile(rf"(?:{_PLACES})의\s")
_BY_DECREE = re.compile(
    r"(?:\S{0,20}(?:대통령령|총리령|[가-힣]+부령|[가-힣]*규칙|조례|정관|고시|내규|훈령|예규))(?:으로|로)\s?"
    r"(?:따로\s)?(?:정하는|정한)\s?바에\s?(?:따라|의하여|따른),?\s*"
)
_DECREED = re.compile(
    r"(?:\S{0,20}(?:대통령령|총리령|[가-힣]+부령|[가-힣]*규칙|조례|정관))(?:등)?(?:으로|로|에서)\s?(?:정하는|정한)\s"
)
_BY_CHIEF = re.compile(
    r"[가-힣]+(?:장관|청장|위원장|원장|총장|처장|위원회|시장|구청장)(?:이|가)\s?"
    r"(?:정하는|정하여\s고시하는)\s?바에\s?(?:따라|의하여),?\s*"
)
_FORM = re.compile(r"별지\s?(?:제\d+호(?:의\d+)?)?(?:\s?서식)?(?:의|에\s?따른|에\s?따라)?\s")
# 제1항의 경우에는 …: what is left of it when the place is gone.
_LOST_CASE = re.compile(r"^(?:경우|때)(?:에는|에도|에|로서)?,? ")
_LEFTOVER = re.compile(
    rf"{_STEP}|「|」|각\s?[호목]|전[항조호]|전\d항|같은\s?[조항호법영]|본문|단서|전단|후단"
    r"|(?<![가-힣])이\s?(?:법|영|규칙|조|항|호)(?![가-힣])|(?<![가-힣])(?:법|영)\s?제"
)


def plain(text: str) -> str:
    """``text`` without numbers, brackets and references, in today's forms.

    References that the sentence needs stay, and make :func:`refers` true.
    """
    text = without_brackets(_MARKER.sub("", text))
    text = re.sub("[\"“”‘’']", "", text)
    text = _FORM.sub("", text)
    for pattern in (_BY_PLACE, _OF_PLACE, _BY_DECREE, _BY_CHIEF):
        text = pattern.sub("", text)
    text = _DECREED.sub("일정한 ", _SET_BY_PLACE.sub("법에서 정한 ", text))
    text = _LOST_CASE.sub("", text)
    return modern(" ".join(text.split())).strip(" ,.")


def without_brackets(text: str) -> str:
    """``text`` without what stands in brackets, of any depth."""
    while (shorter := _BRACKETS.sub("", text)) != text:
        text = shorter
    return text


def refers(text: str) -> bool:
    """Whether words point to another place, so that they cannot be asked alone."""
    return any(pattern.search(text) for pattern in (_LEFTOVER, _POINTS, _TWICE))


def loses(text: str) -> bool:
    """Whether :func:`plain` takes a reference out, with which the words may lose their matter."""
    return bool(_BY_PLACE.search(text) or _OF_PLACE.search(text))


# Words in front that need the sentence before.
_POINTS = re.compile(r"^(?:이|그|해당|이를|이에|그에|위의|그러한|이러한|이와) ")

# What two references were all that told apart: 직위해제 사유와 직위해제 사유가.
_TWICE = re.compile(
    r"(?<![가-힣])(\S{2,15}(?: \S{1,15})?)(?:와|과|,|이나| 또는) \1(?=[ 이가을를은는와과]|$)|어느 하나"
)

# -- today's forms -------------------------------------------------------------------------------

_FORMS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(old), new)
    for old, new in (
        (r"하여야", "해야"),
        (r"하여서는", "해서는"),
        (r"([대관의인위])하여도", r"\1해서도"),
        (r"하여도", "해도"),
        (r"하였", "했"),
        (r"하여(?=[ ,])(?!\s?금)", "해"),
        (r"되어야", "돼야"),
        (r"되어서는", "돼서는"),
        (r"되었", "됐"),
        (r"아니하고", "않고"),
        (r"아니하는", "않는"),
        (r"아니한(?!다)", "않은"),
        (r"아니하면", "않으면"),
        (r"아니할", "않을"),
        (r"아니하여", "않아"),
        (r"아니해(?=[ ,])", "않아"),
        (r"아니했", "않았"),
        (r"아니하(?=[기도거며])", "않"),
        (r"아니해야", "않아야"),
        (r"않며", "않으며"),
        (r"하고자 하는", "하려는"),
        (r"([가-힣])고자 하는", r"\1려는"),
        (r"하고자 할 때", "하려는 때"),
        (r"당해 ", "해당 "),
        (r"기타 ", "그 밖의 "),
        (r"인하여", "인해"),
        (r"(?<=[가-힣])ㆍ(?=[가-힣])", "·"),
    )
)
_AND = re.compile(r"([가-힣A-Za-z0-9]+) 및 (?=[가-힣])")
# 자 stands for a person behind a verb: 한 자는, 하려는 자가, 받은 자에게.
_PERSON = re.compile(
    r"(?<=[가-힣]) 자(?P<josa>여야|는|가|를|와|로서|로|에게는|에게|의|도|만|인|이|(?=[ ,]|$))"
)
_PERSON_JOSA = {
    "는": "은",
    "가": "이",
    "를": "을",
    "와": "과",
    "로": "으로",
    "로서": "으로서",
    "여야": "이어야",
}


def modern(text: str) -> str:
    """Today's forms of verbs and connectives; 자 → 사람."""
    for pattern, new in _FORMS:
        text = pattern.sub(new, text)
    text = _AND.sub(lambda match: josa(match[1], "과/와") + " ", text)
    return _PERSON.sub(_person, text)


def _person(match: re.Match[str]) -> str:
    before = match.string[: match.start()].rpartition(" ")[2]
    if before.endswith("서는") or conditional(before) is None:
        return match[0]
    return " 사람" + _PERSON_JOSA.get(match["josa"], match["josa"])


# -- conditions ----------------------------------------------------------------------------------

_CASE = re.compile(
    r"(?<![가-힣])(?!어떤 )"
    r"(?P<verb>[가-힣]+) (?:경우|때)(?:에는|에)?(?=[ ,])(?!\s(?:외|한하여|한정|한해|또는|등|중))(?!\s?로서),?"
)
_WISHING = re.compile(
    r"(?P<verb>[가-힣]+려)는 (?:사람|자|경우|때)(?:은|는|이|가|에는|에)?(?=[ ,]),?"
)


def spoken(text: str) -> str:
    """``text`` with conditions as people say them: 변경된 경우에는 → 변경되면, 하려는 사람은 → 하려면."""
    text = _WISHING.sub(lambda match: f"{match['verb']}면", text)
    return _CASE.sub(_if, text).replace("했으면 ", "하면 ").replace("받았으면 ", "받으면 ")


def _if(match: re.Match[str]) -> str:
    return conditional(match["verb"]) or match[0]
