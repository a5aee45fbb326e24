"""How people write the place of a provision: the patterns that :mod:`.citation` reads with.

All patterns expect text that :func:`lexdpr_rag.statute.directory.fold` has made plain.  The hard
part is 의 before a number: 제839조의2 and 제839조의 2 are one article, but 제1호의 60분+ and
제2조제1호의 6ㆍ25전쟁 are 제1호 of something, and 제10조의 3항 is 제10조제3항.
"""

from __future__ import annotations

import re

from lexdpr_rag.statute.numbering import CIRCLED, SYLLABLES

# Particles that end a citation in running text: 제750조는, 제750조에서.
_PARTICLE = r"(?:(?:에서|에는|으로|부터|까지|이나|에게|[은는이가을를의에와과로도])(?![가-힣]))"

# What is counted, not numbered: 제5조의 2 가지 요건, 제3조의 60 분.
_COUNTED = (
    r"(?:가지|개월|개의|명의|시간|퍼센트|프로|페이지|학기|등급|단계|항목|[%㎡]|"
    r"[년월일분초배회차종건원세주살판쪽급인명개강권편장]\b)"
)
# The same right behind the digits, where 의N is nearly always the number of a provision.
_COUNTED_TIGHT = r"(?:가지|개월|명|년|퍼센트|%|배(?!상|우|당|치))"

# A unit behind the digits makes them a part of their own: 제10조의 3항; but 제1호의2호목.
_UNIT = r"(?:[항호조](?!목)|\s+[항호조](?![가-힣]))"

_NUMBER = r"[1-9]\d{0,2}"
_LETTER = f"[{SYLLABLES[:42]}]"  # 가…하 거…허 고…호: no list of 목 goes further
_RARE_LETTER = f"[{SYLLABLES[42:]}]"  # 구…기: only tight, or 주목 and 이목 would be 목
_ANY_LETTER = f"[{SYLLABLES}]"


def _branch(name: str) -> str:
    """의2 behind 조, 호 or 목, as group ``name`` (tight) or ``name_`` (with a space before 2)."""
    tight = (
        rf"의(?P<{name}>{_NUMBER})"
        rf"(?!\d|{_UNIT}|{_COUNTED_TIGHT}|[ㆍ·]\d+[가-힣](?<![조항호의]))"
    )
    loose = (
        rf"의\s+(?P<{name}_>{_NUMBER})(?!\d|{_UNIT}|[ㆍ·.,]\s?\d|\s+{_COUNTED})"
        rf"(?=$|[^\w]|제\s*\d|{_LETTER}목|각\s*호|{_PARTICLE})"
    )
    return rf"(?:\s*(?:{tight}|{loose}))"


# Between two parts: nothing, a space, 의 (제10조의 제3항) or a hyphen (제14조의2-1항).
_JOIN = r"\s*(?:(?:의|-)\s*(?=제?\s*\d))?"

# 제839조의2, 839조의 2, 제14의2조, 제1-3조의2; not 제2조합, 제1조직, 100조원.
_NOT_UNIT = r"(?![합직건사정치례약선달세원기명성회율카끼립작언류]|항(?!의))"
_ARTICLE = (
    r"(?:(?P<je>제)\s*(?:(?P<chapter>\d{1,3})\s*-\s*)?)?"
    r"(?P<a>\d{1,4})(?!\d)\s*(?:의\s*(?P<ab_in>[1-9]\d{0,2})\s*)?"
    rf"조{_NOT_UNIT}{_branch('ab')}?"
)
# §839-2, § 750, §839의2
_SECTION = (
    r"(?:§\s*(?P<sa>[1-9]\d{0,3})(?!\d)(?:\s*조)?"
    rf"(?:-(?P<sb_in>{_NUMBER})(?!\d|{_UNIT})|{_branch('sb')})?)"
)
# The article's title, where a further part follows: 제260조(폭행)제1항.
_TITLE = r"\s*\((?:[^()]|\([^()]*\)){1,80}\)"
_TITLE_BETWEEN = rf"(?:{_TITLE}(?=\s*(?:제\s*\d|\d+\s*[항호]|[{CIRCLED}])))?"

# 제1항, 1항, ①; not 1항목, 항소
_PARAGRAPH = (
    rf"{_JOIN}(?:(?:제\s*)?(?P<p>{_NUMBER})\s*항(?!목|변|소(?!정)|공|암){_branch('pb')}?"
    rf"|(?P<pc>[{CIRCLED}]))"
)
# 제2호, 2호, 제1호의2, 제1의2호; not 2호선, 301호실
_SUBPARAGRAPH = (
    rf"{_JOIN}(?:제\s*)?(?P<n>{_NUMBER})(?!\d)\s*(?:의\s*(?P<nb_in>{_NUMBER})\s*)?"
    rf"호(?!선|실|차(?!목)|봉|텔|흡|감|법정){_branch('nb')}?"
)
# 가목, (가)목, 가의2목; what follows must not go on with a word: 고목나무
_AFTER_ITEM = (
    rf"(?=$|[^가-힣]|{_PARTICLE}|의\s*\d|제\s*\d|{_ANY_LETTER}\)|본문|단서|전단|후단|및|또는|중|내지"
    r"|(?:까지|부터|에서|에)(?:의|는|도|만)(?![가-힣]))"
)
_ITEM = (
    rf"\s*(?:의\s*)?(?:(?:\((?P<mp>{_LETTER})\)|(?P<m>{_LETTER})(?:의(?P<mb_in>{_NUMBER}))?)\s*목"
    rf"|(?<!\s)(?P<mr>{_RARE_LETTER})목){_AFTER_ITEM}{_branch('mb')}?"
)
# 1)가)(1)(가) below 호 and 목
_MARKER_BRANCH = r"(?:의\d{1,3})?"
_SUBITEMS = (
    rf"(?P<subs>(?:\s*\d{{1,3}}\){_MARKER_BRANCH})?(?:\s*{_ANY_LETTER}\){_MARKER_BRANCH})?"
    rf"(?:\(\d{{1,3}}\){_MARKER_BRANCH})?(?:\({_ANY_LETTER}\){_MARKER_BRANCH})?)"
)
# 단서, 각 호 외의 부분 후단, 제1문; not 전문가, 본문에서만 a word of its own
_AFTER_SUFFIX = r"(?![가-힣])|(?=[의에을를은는이가과와로중및또도만]|으로|부터|까지|내지|규정|소정)"
_SUFFIX = (
    r"\s*(?P<suffix>각\s*[호목](?:\s*외의\s*부분)?(?:\s*(?:본문|단서|전단|후단))?"
    r"|본문|단서|전단|후단|후문|전문(?!가|적|\s*개정|위원|직|성|기관)|제\s*[1-9]\s*문)"
    rf"(?:{_AFTER_SUFFIX})"
)

# 부칙, 부칙 <제21454호, 2026. 3. 17.>, 부칙(법률 제21454호), 부칙(정부조직법) <제8852호,2008.2.29>
_PROMULGATION = (
    r"[^\d<>()]{0,12}?(?:제?\s*(?P<add_no>\d[\d-]*)\s*호)?\s*,?\s*"
    r"(?:(?P<add_y>\d{4})\.\s*(?P<add_m>\d{1,2})\.\s*(?P<add_d>\d{1,2})\.?)?"
)
_SUPPLEMENT = (
    r"(?P<add>부\s*칙)(?:\s*\([^()<>\d]+\)(?=\s*<))?"
    rf"(?:\s*[<(](?=[^<>()]*\d){_PROMULGATION}\s*[>)])?"
)
# 별표, 별표 3의2, [별표 1], 별지 제1호의2서식, 별도 2; in 별표 제2호 the 2 is a 호
_ANNEX_NUMBER = rf"(?:제\s*)?(?P<t>{_NUMBER})(?!\d|\s*(?:의\s*\d+\s*)?호){_branch('tb')}?"
_FORM_NUMBER = rf"(?:제\s*)?(?P<f>{_NUMBER})\s*호(?:\s*의\s*(?P<fb>{_NUMBER}))?\s*(?:호\s*)?서식"
_ANNEX = (
    rf"(?:\[\s*)?(?:별\s*지\s*{_FORM_NUMBER}"
    rf"|(?P<kind>별\s*표|별지|별도|부록|도식|부도|서식)(?:\s*{_ANNEX_NUMBER})?)(?:\s*\])?"
)

_BELOW = rf"(?:{_PARAGRAPH})?(?:{_SUBPARAGRAPH}(?:{_ITEM})?{_SUBITEMS})?(?:{_SUFFIX})?"

PATH = re.compile(
    rf"(?:{_SUPPLEMENT}\s*)?(?:{_ANNEX}|(?:{_ARTICLE}|{_SECTION}){_TITLE_BETWEEN})?{_BELOW}"
)
"""A place within a law; every part is optional, so that a match may be empty."""

WHOLE = re.compile(rf"{PATH.pattern}(?:{_TITLE})?")
"""The same as the end of a citation that stands alone: the article's title may close it."""

BARE = re.compile(
    rf"(?P<a>[1-9]\d{{0,3}})(?!\d|\s+{_COUNTED})(?:-(?P<ab_in>{_NUMBER})(?!\d)|{_branch('ab')})?"
    rf"(?=$|\s|[^\w.,%~-]|[.,](?!\d)|{_PARTICLE}){_BELOW}"
)
"""An article number without 제 and 조, good only right behind the name of a law: 민법 750."""

ITEM_ALONE = re.compile(rf"{_ITEM}{_SUBITEMS}")
"""A 목 in a list: 가목 및 나목."""

START = re.compile(
    rf"(?<![\d.])(?:제\s*\d|\d)|§|부\s*칙|\[\s*별|별\s*[표지]|별도|부록|도식|부도|서식|[{CIRCLED}]"
    rf"|(?<![가-힣])\(?{_LETTER}\)?\s*목"
)
"""Where a place may begin."""

MARKER = re.compile(
    rf"(?:(?P<s>\d+)\)|(?P<t>{_ANY_LETTER})\)|\((?P<u>\d+)\)|\((?P<v>{_ANY_LETTER})\))(?:의(?P<b>\d+))?"
)
"""One marker below 목: 1) 가) (1) (가), with 의N behind."""

LIST_GAP = re.compile(
    r"(?:\s|[,ㆍ·・/~∼-]|및|또는|[과와나]|이나|부터|내지|까지|그리고|의|각각|\[[^\[\]]*\]"
    r"|\((?:[^()]|\([^()]*\))*\))*"
)
"""What may stand between two citations of one list: the law of the first holds for the second."""
