"""What is said of lexicons: reading, checking and extending them."""

from __future__ import annotations

MESSAGES: dict[str, tuple[str, str]] = {
    "lexicon.missing": (
        "{path}: 일상어 사전 파일이 없거나 읽을 수 없습니다. 경로와 권한을 확인하세요.",
        "{path}: the lexicon is not there, or cannot be read. Check the path and its permissions.",
    ),
    "lexicon.bad_line": (
        "{path} {line}번째 줄을 읽을 수 없습니다: {reason} 그 줄을 고치거나 지우세요(모두 보기: lexdpr-rag lexicon check).",
        "{path}: line {line} cannot be read: {reason} Mend or delete it (all of them: lexdpr-rag lexicon check).",
    ),
    "lexicon.not_utf8": (
        "UTF-8 글이 아닙니다. UTF-8로 저장하세요.",
        "not UTF-8. Save the file as UTF-8.",
    ),
    "lexicon.not_json": (
        'JSON이 아닙니다. {{"plain": ["집세"], "legal": ["차임"], "laws": ["민법"]}}처럼 적으세요.',
        'not JSON. Write it like {{"plain": ["집세"], "legal": ["차임"], "laws": ["민법"]}}.',
    ),
    "lexicon.not_object": (
        "JSON 객체가 아닙니다. plain, legal, laws가 있는 객체를 적으세요.",
        "not a JSON object. Write one with plain, legal and laws.",
    ),
    "lexicon.not_words": (
        "{name}에 낱말의 목록이 하나 이상 있어야 합니다(있는 것: {value!r}).",
        "{name} must be a list of words, one at least (given: {value!r}).",
    ),
    "lexicon.not_area": (
        "area는 글이어야 합니다(있는 것: {value!r}).",
        "area must be text (given: {value!r}).",
    ),
    "lexicon.refused": (
        "넣지 않았습니다. {reasons}",
        "not added. {reasons}",
    ),
    "lexicon.fault.malformed": ("{detail}", "{detail}"),
    "lexicon.fault.unknown_law": (
        "색인에 현행 법령 '{value}'이(가) 없습니다. 법령 이름을 확인하세요.",
        "the index has no law '{value}' in force. Check the title.",
    ),
    "lexicon.fault.unknown_law_near": (
        "색인에 현행 법령 '{value}'이(가) 없습니다. 비슷한 이름: {detail}",
        "the index has no law '{value}' in force. Near names: {detail}",
    ),
    "lexicon.fault.unknown_term": (
        "'{value}'은(는) 적힌 법령({detail})에 없는 말입니다. 법령에 쓰인 말로 고치세요.",
        "'{value}' does not stand in the laws named ({detail}). Write the law's own words.",
    ),
    "lexicon.fault.idle_law": (
        "'{value}'에는 이 줄의 용어({detail})가 하나도 없습니다. 그 법령을 빼세요.",
        "'{value}' holds none of the terms of this line ({detail}). Leave that law out.",
    ),
    "lexicon.fault.duplicate": (
        "'{value}'은(는) {detail}번째 줄에 이미 있는 말입니다. 둘 가운데 하나에서 지우세요.",
        "'{value}' is said in line {detail} already. Delete it in one of the two.",
    ),
    "lexicon.fault.ambiguous": (
        "'{value}'은(는) 뜻이 여럿입니다(다른 줄: {detail}). 분야(area, --area)를 적어 가르세요.",
        "'{value}' has several meanings (other lines: {detail}). Tell them apart by an area (--area).",
    ),
    "lexicon.fault.same": (
        "'{value}'은(는) 법령의 말과 같아 더해 주는 것이 없습니다.",
        "'{value}' is the law's own word: it adds nothing.",
    ),
}
