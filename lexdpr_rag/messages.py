"""What the package says to people, in Korean and English.

One table, so that a translation is complete or a test fails.  The language is Korean unless
``LEXDPR_LANG=en`` or :func:`use_language` says otherwise.
"""

from __future__ import annotations

import os
from contextvars import ContextVar
from typing import Literal

Language = Literal["ko", "en"]

_language: ContextVar[Language | None] = ContextVar("lexdpr_language", default=None)


def language() -> Language:
    """The language in use: what :func:`use_language` set, else ``LEXDPR_LANG``, else Korean."""
    chosen = _language.get()
    if chosen is not None:
        return chosen
    return "en" if os.environ.get("LEXDPR_LANG", "").lower().startswith("en") else "ko"


def use_language(code: Language) -> None:
    """Set the language of messages for this context."""
    _language.set(code)


def render(key: str, /, **values: object) -> str:
    """The message ``key`` in the language in use, filled with ``values``."""
    korean, english = CATALOG[key]
    return (english if language() == "en" else korean).format(**values)


CATALOG: dict[str, tuple[str, str]] = {
    # reading sources
    "source.missing": (
        "{path}: 그런 파일이나 폴더가 없습니다. 경로를 확인하세요.",
        "{path}: no such file or folder. Check the path.",
    ),
    "source.empty_folder": (
        "{path}: 법령 파일이 없습니다. .md, .json, .xml, .txt 파일이 있는 폴더나 .zip/.tar 파일을 주세요.",
        "{path}: no statute files. Give a folder with .md, .json, .xml or .txt files, or a .zip/.tar archive.",
    ),
    "source.empty": (
        "{path}: 빈 파일입니다. 법령 본문이 들어 있는 파일을 주세요.",
        "{path}: the file is empty. Give a file that holds the text of a law.",
    ),
    "source.unreadable": (
        "{path}: 파일을 읽을 수 없습니다({reason}). 권한을 확인하세요.",
        "{path}: the file cannot be read ({reason}). Check its permissions.",
    ),
    "source.too_large": (
        "{path}: 파일이 {size} MB로, 법령 하나의 한도 {limit} MB를 넘습니다. 법령마다 파일을 나누세요.",
        "{path}: {size} MB is over the limit of {limit} MB for one statute. Split it into one file a law.",
    ),
    "source.not_text": (
        "{path}: 글 파일이 아닙니다({found}). 법령 Markdown, JSON, XML 또는 일반 텍스트가 필요합니다.",
        "{path}: not a text file ({found}). Statute Markdown, JSON, XML or plain text is expected.",
    ),
    "source.encoding": (
        "{path}: UTF-8도 CP949도 아닌 글자가 {offset}번째 바이트에 있습니다. UTF-8로 저장해 다시 시도하세요.",
        "{path}: byte {offset} is neither UTF-8 nor CP949. Save the file as UTF-8 and try again.",
    ),
    "source.unknown_format": (
        "{path}: 법령 형식을 알 수 없습니다. legalize-kr Markdown, law.go.kr JSON·XML, 또는 '제1조(…)'가 있는 텍스트가 필요합니다.",
        "{path}: unknown statute format. legalize-kr Markdown, law.go.kr JSON or XML, or text with '제1조(…)' is expected.",
    ),
    "source.front_matter": (
        "{path}: 머리말(YAML)을 읽을 수 없습니다({reason}). '---' 사이를 확인하세요.",
        "{path}: the YAML front matter cannot be read ({reason}). Check the lines between '---'.",
    ),
    "source.missing_key": (
        "{path}: '{field}' 항목이 없습니다. 이 값이 있어야 법령을 구별할 수 있습니다.",
        "{path}: the field '{field}' is missing. It is needed to tell the laws apart.",
    ),
    "source.json": (
        "{path}: JSON이 온전하지 않습니다({reason}). 파일을 다시 받으세요.",
        "{path}: broken JSON ({reason}). Fetch the file again.",
    ),
    "source.xml": (
        "{path}: XML이 온전하지 않습니다({reason}). 파일을 다시 받으세요.",
        "{path}: broken XML ({reason}). Fetch the file again.",
    ),
    "source.api_error": (
        "{path}: 법령이 아니라 API 오류 응답입니다: {reason}. 인증키(OC)와 요청 값을 확인하고 다시 받으세요.",
        "{path}: an API error, not a statute: {reason}. Check the key (OC) and the request, and fetch it again.",
    ),
    "source.bad_archive": (
        "{path}: 압축 파일을 열 수 없습니다({reason}). 다시 받거나 풀어서 폴더를 주세요.",
        "{path}: the archive cannot be opened ({reason}). Fetch it again, or unpack it and give the folder.",
    ),
    "source.no_provisions": (
        "{path}: 조문이 하나도 없습니다. 법령 본문이 들어 있는지 확인하세요.",
        "{path}: no provisions found. Check that it holds the text of a law.",
    ),
    # searching
    "filter.unknown": (
        "'{name}'은(는) 없는 검색 조건입니다. 쓸 수 있는 조건: {legal}",
        "unknown filter '{name}'. Legal filters: {legal}",
    ),
    "filter.value": (
        "검색 조건 {name}에 쓸 수 없는 값입니다: {value!r} (예: {expected})",
        "filter {name} cannot take {value!r} (for example: {expected})",
    ),
    # index on disk
    "index.missing": (
        "{path}: 그런 색인이 없습니다. 'lexdpr-rag index 법령폴더 --out {path}'로 먼저 만드세요.",
        "{path}: no such index. Build it first: lexdpr-rag index LAWS --out {path}",
    ),
    "index.not_index": (
        "{path}: 색인 폴더가 아닙니다(CURRENT 없음). 'lexdpr-rag index'로 만든 폴더를 주세요.",
        "{path}: not an index (no CURRENT file). Give a folder that 'lexdpr-rag index' made.",
    ),
    "index.unfinished": (
        "{path}: 색인을 만들다 멈춘 상태입니다. 같은 'lexdpr-rag index' 명령을 다시 실행하면 이어서 합니다.",
        "{path}: the index was not finished. Run the same 'lexdpr-rag index' again; it goes on where it was.",
    ),
    "index.damaged": (
        "{path}: 색인의 {part}이(가) 없거나 손상되었습니다. 'lexdpr-rag index'로 다시 만드세요.",
        "{path}: {part} of the index is missing or damaged. Build it again with 'lexdpr-rag index'.",
    ),
    "index.newer": (
        "{path}: 더 새로운 형식({found})의 색인입니다. 이 버전은 형식 {known}까지 읽습니다. lexdpr-rag를 올리세요.",
        "{path}: the index has a newer format ({found}); this version reads {known}. Upgrade lexdpr-rag.",
    ),
    "index.older": (
        "{path}: 옛 형식({found})의 색인입니다(현재 {known}). 'lexdpr-rag index'로 다시 만드세요.",
        "{path}: the index has an old format ({found}; now {known}). Build it again with 'lexdpr-rag index'.",
    ),
    "index.locked": (
        "{path}: 다른 프로세스가 이 색인을 만들고 있습니다. 끝난 뒤에 다시 실행하세요.",
        "{path}: another process is building this index. Try again when it has finished.",
    ),
    "index.is_file": (
        "{path}: 색인을 둘 폴더가 필요한데 파일입니다. 다른 이름을 주세요.",
        "{path}: a folder is needed for the index, and this is a file. Give another name.",
    ),
    "index.not_empty": (
        "{path}: 색인이 아닌 파일이 있는 폴더입니다. 빈 폴더나 새 이름을 주세요.",
        "{path}: the folder holds other files and no index. Give an empty folder or a new name.",
    ),
    "index.nothing_read": (
        "파일 {sources}개 가운데 읽을 수 있는 법령이 없습니다. 첫 오류: {reason}",
        "none of {sources} files could be read as a statute. First error: {reason}",
    ),
    "index.strict": (
        "엄격 모드(--strict)에서 멈췄습니다. {reason}",
        "stopped by --strict. {reason}",
    ),
    "search.k": (
        "k는 1 이상의 정수여야 합니다: {value!r}",
        "k must be a whole number of at least 1, not {value!r}",
    ),
    "search.empty": (
        "질문이 비어 있습니다. 찾을 말이나 조문(예: 민법 제750조)을 주세요.",
        "the query is empty. Give words to search for, or a citation such as 민법 제750조.",
    ),
    "search.level": (
        "level에 쓸 수 없는 값입니다: {value!r} (auto, article, paragraph, subparagraph 가운데 하나)",
        "level cannot be {value!r} (one of auto, article, paragraph, subparagraph)",
    ),
    "search.mode": (
        "mode에 쓸 수 없는 값입니다: {value!r} (hybrid, dense, lexical 가운데 하나)",
        "mode cannot be {value!r} (one of hybrid, dense, lexical)",
    ),
    "search.no_vectors": (
        "{path}: 벡터가 없는 색인이어서 mode='dense'로 찾을 수 없습니다. mode='lexical'이나 'hybrid'를 쓰세요.",
        "{path}: the index has no vectors, so mode='dense' cannot search. Use mode='lexical' or 'hybrid'.",
    ),
    "filter.law": (
        "'{name}'이라는 법령이 색인에 없습니다.{hint}",
        "no law named '{name}' in the index.{hint}",
    ),
    "filter.part": (
        "part='{part}'에 해당하는 편·장·절이나 조문이 없습니다. 예: '제3편 제2장', '제618조~제654조'",
        "no heading or article matches part='{part}'. For example: '제3편 제2장', '제618조~제654조'",
    ),
    "filter.choice": (
        "'{value}'에 해당하는 {name}이(가) 색인에 없습니다. 있는 값: {legal}",
        "no {name} '{value}' in the index. There are: {legal}",
    ),
    "source.bug": (
        "{path}: 예상하지 못한 오류로 읽지 못했습니다({detail}). 이 파일과 함께 알려 주세요.",
        "{path}: not read because of an unexpected error ({detail}). Please report it with the file.",
    ),
    "extra.missing": (
        '{package}이(가) 설치되어 있지 않습니다. 설치: pip install "lexdpr-rag[{extra}]"',
        '{package} is not installed. Install it: pip install "lexdpr-rag[{extra}]"',
    ),
    # adapters
    "retriever.no_index": (
        "어느 색인에서 찾을지 없습니다. LexDPRRetriever.open('색인폴더'), engine=… 또는 path=…를 주세요.",
        "no index was given. Use LexDPRRetriever.open('law-index/'), engine=… or path=….",
    ),
    "filter.operator": (
        "MetadataFilters에서 {name}에는 연산자 '{operator}'를 쓸 수 없습니다. 쓸 수 있는 연산자: {legal}",
        "MetadataFilters: {name} does not support the operator '{operator}'. Legal operators: {legal}",
    ),
    "filter.condition": (
        "MetadataFilters에는 조건 '{condition}'을 쓸 수 없습니다. 쓸 수 있는 조건: {legal}",
        "MetadataFilters: the condition '{condition}' is not supported. Legal conditions: {legal}",
    ),
    "filter.twice": (
        "MetadataFilters에 {name}이(가) 두 번 있습니다. 여러 값은 연산자 'in'으로 한 번에 주세요.",
        "MetadataFilters: {name} is given twice. Give several values at once with the operator 'in'.",
    ),
    "filter.law_hint": (
        " 혹시 이것인가요: {near}",
        " Did you mean: {near}",
    ),
    # citations that are read but not found
    "citation.not_indexed": (
        "'{citation}': 부칙과 별표는 색인에 없습니다. 'lexdpr-rag parse 파일'로 볼 수 있습니다.",
        "'{citation}': 부칙 and 별표 are not indexed. 'lexdpr-rag parse FILE' shows them.",
    ),
    "citation.article_needed": (
        "'{citation}'에 조 번호가 없습니다. 예: {law} 제1조",
        "'{citation}' names no article. For example: {law} 제1조",
    ),
    "citation.no_article_there": (
        "{law}에는 {article}가 없습니다(기준일에 시행 중인 조문에서 찾았습니다).",
        "{law} has no {article} (among the articles in force on the day).",
    ),
    "citation.deleted": (
        "{law} {article}는 삭제된 조문입니다(삭제일: {detail}).",
        "{law} {article} has been deleted (on {detail}).",
    ),
    "citation.vacated": (
        "{law} {article}는 내용이 다른 조문으로 옮겨져 비어 있습니다(옮긴 곳: {detail}).",
        "{law} {article} is empty: its content moved to another article ({detail}).",
    ),
    "citation.no_provision": (
        "'{citation}': {found}까지는 있으나 그 아래 항·호·목이 없습니다.",
        "'{citation}': {found} exists, but the 항, 호 or 목 below it does not.",
    ),
    "citation.law_needed": (
        "'{citation}'에 법령 이름이 없습니다. 예: 민법 {citation}",
        "'{citation}' names no law. For example: 민법 {citation}",
    ),
    # citations that cannot be read
    "citation.empty": (
        "인용이 비어 있습니다. '민법 제750조'처럼 쓰세요.",
        "the citation is empty. Write it as in '민법 제750조'.",
    ),
    "citation.bare_number": (
        "'{text}': 숫자만으로는 조문을 알 수 없습니다. '민법 제750조'처럼 법령 이름과 함께 쓰세요.",
        "'{text}': a number alone names no provision. Give the law too, as in '민법 제750조'.",
    ),
    "citation.law_only": (
        "'{text}': 조 번호가 없습니다. '민법 제750조'처럼 조까지 쓰세요.",
        "'{text}': no article number. Write the article too, as in '민법 제750조'.",
    ),
    "citation.relative": (
        "'{text}': 전항·같은 조 같은 상대 인용은 읽을 수 없습니다. '민법 제750조제1항'처럼 쓰세요.",
        "'{text}': relative citations (전항, 같은 조) cannot be read. Write it as '민법 제750조제1항'.",
    ),
    "citation.unreadable": (
        "'{text}': 조문 인용으로 읽을 수 없습니다. '민법 제839조의2제1항제2호가목'처럼 쓰세요.",
        "'{text}': not a citation of a provision. Write it as in '민법 제839조의2제1항제2호가목'.",
    ),
    "citation.unknown_law": (
        "'{law}': 그런 법령이 없습니다. 법령 이름이나 법령ID를 확인하세요.",
        "'{law}': no such law. Check its title or 법령ID.",
    ),
    "citation.unknown_law_near": (
        "'{law}': 그런 법령이 없습니다. 혹시 이것입니까? {near}",
        "'{law}': no such law. Did you mean: {near}",
    ),
    "citation.path": (
        "'{path}': 조문의 주소가 아닙니다. 'main:a750:h1'처럼 조·항·호·목을 가리켜야 합니다.",
        "'{path}': not the path of a provision. It must name 조, 항, 호 or 목, as in 'main:a750:h1'.",
    ),
    "citation.former": (
        "'{citation}': 옛 법령의 조문입니다. 그때 시행되던 날을 기준일(as_of, --as-of)로 주세요.",
        "'{citation}' cites a former version. Give a day on which it was in force (as_of, --as-of).",
    ),
}
