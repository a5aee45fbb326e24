"""How statutes refer: the patterns that :mod:`.reader` reads with.

A place itself (제3조의2제1항제2호가목 단서) is read by the grammar of citations
(:mod:`lexdpr_rag.statute.citation_grammar`); here is what stands around places.
"""

from __future__ import annotations

import re

# What follows 같은 조, 이 항, 전호 where they are words of their own; not 같은 조건, 이 항목.
_ON_ITS_OWN = (
    r"(?=$|[^가-힣]|제\s?\d|[가-하]목|(?:에서는|에서만|에서도|에서|에도|에는|에만|에|의|와|과|을|를|은|는|이|가"
    r"|도|만|으로서|으로|부터|까지|및|또는|각|중|본문|단서|전단|후단)(?:$|[^가-힣]|제\s?\d))"
)
_WORD = r"(?<![가-힣A-Za-z])"

QUOTED = r"「(?P<quoted>[^「」]{2,150})」(?P<quoted_sub>\s?(?:시행령|시행규칙)(?=\s?[제(별부]))?"
SAME = rf"{_WORD}(?:같은|동)\s?(?P<same>[조항호목표]){_ON_ITS_OWN}"
THIS = rf"{_WORD}(?:이\s|본\s?)(?P<this>[조항호목]){_ON_ITS_OWN}"
# 전항, 전2조, 전 각 항: those before the place itself.
BEFORE = rf"{_WORD}전\s?(?P<count>\d?|각)\s?(?P<before>[조항호]){_ON_ITS_OWN}"
# 제7급제11호 of a 별표, 협정 제10.2조제5항, 제1호서식: no provisions of a law.
NO_PLACE = (
    r"(?P<skip>제\s?\d+\s?급(?:\s?제\s?\d+호(?:의\d+)?(?:\s?[,ㆍ]\s?제\s?\d+호(?:의\d+)?)*)*"
    r"|제\s?\d+\.\d+조(?:의\d+)?(?:제\d+항)?"
    r"|제\s?\d+호(?:의\s?\d+)?(?:\s?(?:및|또는|[,ㆍ]|부터|내지)\s?제\s?\d+호(?:의\s?\d+)?(?:까지의?)?)*\s?(?:서식|양식))"
)
# 영 114조의2: now and then 제 is left out behind the name of a law.
PLACE = r"(?P<place>제\s?\d|(?<=[법영칙」]\s)\d{1,4}조(?=[제의에]))"
ITEM = r"(?<![가-힣])(?P<item>\(?[가나다라마바사아자차카타파하거너더러머버서어저처커터퍼허고노도로모보소]\)?목)"
ANNEX = r"(?P<annex>\[?별표|\[?별지|부칙|(?:서식|도식|부도|부록|별도)\s?제?\s?\d)"

TOKEN = re.compile(
    "|".join((QUOTED, SAME, THIS, BEFORE, NO_PLACE, PLACE, ITEM, ANNEX, r"(?P<bracket>[()\[\]])"))
)
"""Everything that a reader stops at."""

HEADING = re.compile(r"제\s?\d+\s?[편장절관](?:의\s?\d+)?(?![가-힣])|제\s?\d+\s?[편장절관](?=제)")
"""제2편, 제3장의2: no provision, but what follows in its list is of the same law."""

HEADING_TITLE = re.compile(r"(?:제\s?\d+\s?[편장절관](?:의\s?\d+)?\s?)*[^「」,.;()\n]{0,40}?\s중\s")
"""제24장 살인의 죄 중 (제250조): between a heading and the places in it."""

# -- what may stand between two places of one list, read from behind --------------------------------

CONNECTOR = re.compile(
    r"(?:[ \t]|[,ㆍ·・/~∼-]|및|또는|혹은|이나|부터|내지|까지의?|그리고|각각|[과와나의]|"
    r"각\s?호의\s?사항|(?:의|에\s?따른|에\s?의한)?\s?(?:각\s?)?(?:규정|죄)(?=\s*(?:[,ㆍ]|및|또는|중|$))|그\s?미수죄|\s중(?=\s))+$"
)
CONNECTOR_REACH = 16
"""No connector is longer."""

APPLYING = re.compile(r"에서\s?준용(?:하는|되는|하고\s있는)\s?$")
"""「군사법원법」 제258조에서 준용하는 제171조: of the law that applies it."""
FROM = re.compile(r"\s?에서\s?$")
"""제1호에서 제3호까지; but 제1호에서 제3호의 것을 …."""
RANGE = re.compile(r"\s*(?:부터|내지|[~∼])\s*|\s*-\s*")
ALIKE = re.compile(r"에\s?(?:따른|의한|규정된)\s[^.,;()\n]{1,25}(?:또는|및|과|와|이나)\s$")
"""같은 항 제1호에 따른 정보 또는 제2호에 따른 보고: behind 같은 항 both are of that."""
UNTIL = re.compile(r"\s?까지")

# -- names of laws right before a place ------------------------------------------------------------

KIND = r"(?P<kind>법률|법|시행령|시행규칙|대통령령|영|령|규칙|규정|조례|고시|지침|예규|훈령)"
POINTED = re.compile(
    rf"{_WORD}(?:(?P<pointer>같은|동|그|위|당해|해당)\s?|(?P<own>이|본)\s)?{KIND}"
    r"(?:\s?(?P<sub>시행령|시행규칙))?$"
)
"""같은 법 시행령, 이 영, 법: at the end of what stands before a place."""

LAWLIKE = re.compile(
    r"(?:법률|법|시행령|시행규칙|령|규칙|규정|헌법|협약|조약|협정|의정서|규약|헌장|정관|조례|고시|지침"
    r"|예규|훈령|준칙|세칙|내규|약관|계약|합의서|부속서|각서|직제)$"
)
LAST_WORD = re.compile(r"[가-힣A-Za-z0-9ㆍ·]+$")
NO_LAW = re.compile(
    r".*(?:(?<![예소])방법|입법|위법|불법|적법|편법|사용법|산정방법|대통령령|총리령|부령|법령|명령|연령|수령|점령"
    r"|발령|요령|횡령|강령|계약)"
)
"""Words with the ending of a law's name that are none, or none that could be told."""

NAMING_NOTE = re.compile(
    r"\(\s*(?:[^()]*[\s,.])?(?:이하|약칭|다음부터|법률\s?제|대통령령\s?제|조약\s?제)"
)
"""(이하 "법"이라 한다): between the name of a law and a place of it."""

LINK = re.compile(r"(?:\s중|의|상의?|에서의)\s?$")

# -- what a law calls others -----------------------------------------------------------------------

ALIAS = re.compile(
    r"\((?:[^()]*?[,.를을]\s?)?(?:이하|약칭|다음부터)\s?:?\s?(?:이\s?(?P<scope>조|항|장|절|법|영|규칙|호|목|규정)\s?에서(?:는)?\s?)?"
    r"[\"“'‘]?\s?(?P<name>[가-힣A-Za-z0-9ㆍ·]{1,25}(?:\s[가-힣A-Za-z0-9ㆍ·]{1,15}){0,3}?)\s?[\"”'’]\s?이?라\s?(?:고\s?)?(?:한다|함|하고|하며|칭한다|칭함|약칭한다)"
)

# -- what is said of a place -----------------------------------------------------------------------

NUMBER_OF = re.compile(
    r"(?:법률|같은\s?표|[가-힣]령|규칙|고시|공고|훈령|예규|조례|결의|조약|협정|서식|별지|통첩|지침|호적예규)\s?$"
)
"""대통령령 제123호: the number of a promulgation."""

FORMERLY = re.compile(
    r"(?:종전의?|개정(?:되기)?\s?전의?|개정전의?|구법|개정\s?법률|시행\s?전의|폐지(?:된|되기\s전의)|폐지\s?전의?|(?<![가-힣])구)\s?$"
)
OF_ANNEX = re.compile(r"(?:\s?의)?\s?(?:비고|중|표|부표|분류번호|[Ⅰ-Ⅻㆍ\s]+)?\s?(?:란)?(?:의\s?)?")
IN_TABLE = re.compile(r"(?:의)?\s?표\s?(?:의\s?)?$")
"""영 제90조제3항의 표 제4호: a row of a table, which has no place of its own."""
SUBITEMS_ON = re.compile(
    r"(?:(?:부터|[,ㆍ]|\s및|\s또는)\s?(?:\d{1,2}|[가나다라마바사아자차카타파하])\)(?:까지)?)+"
)
"""제1호나목1)부터 4)까지."""

LONE_MARKER = re.compile(
    r"(?:(?<=[ㆍ,목호의])|(?<=[ㆍ,목호의]\s))(?:\d{1,2}|[가나다라마바사아자차카타파하])\)"
)
"""1)ㆍ3)란: a bracket that closes none, where a line has more of those than opening ones."""

QUOTE = re.compile(r"[\"“”]")
QUOTES_OF = re.compile(r"(?:까지)?(?:의\s?규정)?\s?(?:중|에서|의|에|가운데)?\s?(?:각각\s?)?$")
"""같은 조 제8항 중 "제5항"은: between a place and words of it."""
QUOTES_ON = re.compile(r"\s?(?:[,ㆍ]|및|또는|과|와)\s?$")
EXCEPTED = re.compile(r"[^()]*?(?:제외|한정|한한|만\s?해당|만을|포함|정한\s?것|해당하는\s?경우|외)")
CRIME = re.compile(r"[^()]*?(?:죄|미수범|상습범|위반|준용)")
"""(제283조제1항의 죄를 범한 경우로 한정한다): of the law whose place stands before."""

AFTER_LIST = r"(?:까지)?(?:의\s?(?:각\s?)?(?:규정|죄))?(?:\s?중)?"
APPLIED = re.compile(
    rf"{AFTER_LIST}(?:(?!제\s?\d|따라|경우|같은)[^.,;()\n「」]){{0,30}}[을를]\s?(?:각각\s?|각\s?|그대로\s?|이에\s?|모두\s?)*준용"
)
APPLIED_TOPIC = re.compile(
    rf"{AFTER_LIST}[은는]\s[^.;\n]*?에\s?(?:이를\s?|도\s?|관하여\s?|대하여\s?|각각\s?)*준용(?:한다|하고|하며|하되)"
)
NOT_TOPIC = re.compile(r"(?<!\s이)[을를]\s?(?:각각\s?)?준용")
FOLLOWS = re.compile(
    rf"{AFTER_LIST}(?:\s?에\s?(?:따[라르른]|의하|의한|의해|의거|근거|규정[한된하]|정[한하])|\s?에서|\s?에\s(?:따라|의하여))"
)
CARRIES_OUT = re.compile(
    rf"{AFTER_LIST}(?:에서|에\s?따[라른르]|의)?\s?(?:말하는\s)?[^.\n]{{0,60}}?[\"“][^\"”\n]*(?:령|규칙)으로\s?정[하한]"
)
