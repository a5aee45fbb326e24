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
    # vectors
    "dense.dimension": (
        "{path}: 색인의 벡터는 {expected}차원({built})인데 {given}은(는) {found}차원입니다. 색인을 만든 모델로 여세요.",
        "{path}: the index holds vectors of {expected} dimensions ({built}), but {given} gives {found}. Open it with the model that built it.",
    ),
    "dense.encoder": (
        "{path}: 색인의 벡터는 {built}(으)로 만들었는데 {given}은(는) 다른 모델이거나 설정이 다릅니다. 그 모델로 열거나 'lexdpr-rag index'로 다시 만드세요.",
        "{path}: the vectors were made by {built}; {given} is another model or is set up differently. Open it with that model, or build it again with 'lexdpr-rag index'.",
    ),
    "dense.shape": (
        "{encoder}: 벡터 모양이 {expected}이어야 하는데 {found}입니다. 모델을 확인하세요.",
        "{encoder}: vectors should have the shape {expected}, not {found}. Check the model.",
    ),
    "dense.not_finite": (
        "{encoder}: 유한하지 않은(NaN·무한대) 벡터가 나왔습니다. 글: {text!r}. float32로 시도하거나 모델을 확인하세요.",
        "{encoder}: a vector is not finite (NaN or infinity). Text: {text!r}. Try float32, or check the model.",
    ),
    "dense.disk_full": (
        "{path}: 디스크에 남은 자리가 없습니다. 자리를 만든 뒤 같은 명령을 다시 실행하면 이어서 합니다. 쓰던 색인은 그대로입니다.",
        "{path}: no space left on the disk. Make room and run the same command; it goes on where it was. The index in use is unharmed.",
    ),
    "dense.backend": (
        "벡터 저장소에 쓸 수 없는 값입니다: {value!r} (쓸 수 있는 값: {legal})",
        "the vector backend cannot be {value!r} (one of {legal})",
    ),
    "dense.url_without_chroma": (
        "Chroma 서버 주소는 벡터 저장소가 chroma일 때만 쓸 수 있습니다(지금은 {value!r}).",
        "a Chroma URL goes with the backend chroma only, not with {value!r}",
    ),
    "dense.chroma_url": (
        "Chroma 서버 주소로 쓸 수 없습니다: {value!r}. 예: http://localhost:8000. 열쇠는 환경 변수 CHROMA_API_KEY로 주세요.",
        "not the URL of a Chroma server: {value!r}. For example: http://localhost:8000. Give the key in CHROMA_API_KEY.",
    ),
    "dense.chroma_away": (
        "{place}: Chroma 서버가 응답하지 않습니다({reason}). 서버와 주소를 확인하고 다시 시도하세요. 색인은 그대로입니다.",
        "{place}: the Chroma server does not answer ({reason}). Check the server and the URL, and try again. The index is unharmed.",
    ),
    "dense.chroma_missing": (
        "{place}: 이 색인의 컬렉션이 Chroma에 없습니다({reason}). 'lexdpr-rag index'로 다시 만드세요.",
        "{place}: Chroma does not hold the collection of this index ({reason}). Build it again with 'lexdpr-rag index'.",
    ),
    "dense.chroma_failed": (
        "{place}: Chroma 오류입니다: {reason}. 되풀이되면 'lexdpr-rag index'로 다시 만드세요.",
        "{place}: Chroma failed: {reason}. If it happens again, build the index again with 'lexdpr-rag index'.",
    ),
    "dense.faiss_failed": (
        "FAISS 오류입니다: {reason}. 되풀이되면 'lexdpr-rag index'로 다시 만드세요.",
        "FAISS failed: {reason}. If it happens again, build the index again with 'lexdpr-rag index'.",
    ),
    # fusion
    "fusion.k": (
        "역순위 융합의 k는 0 이상이어야 합니다: {value!r}",
        "the k of reciprocal rank fusion must be 0 or more, not {value!r}",
    ),
    "fusion.votes": (
        "순위 투표의 점수는 줄어들기만 하는 0 이상의 수여야 합니다: {value!r} (예: [6, 3, 1])",
        "votes must be numbers of 0 or more that never rise, not {value!r} (for example [6, 3, 1])",
    ),
    "fusion.weight": (
        "경로 {name}의 가중치는 0 이상이어야 합니다: {value!r}",
        "the weight of the route {name} must be 0 or more, not {value!r}",
    ),
    "fusion.normalisation": (
        "점수 정규화에 쓸 수 없는 값입니다: {value!r} (쓸 수 있는 값: {legal})",
        "the normalisation of scores cannot be {value!r} (one of {legal})",
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
    # models and templates
    "template.unknown": (
        "'{name}'이라는 템플릿이 없습니다. 쓸 수 있는 이름: {legal} (또는 JSON 파일, dict)",
        "no template '{name}'. Legal names: {legal} (or a JSON file or a dict)",
    ),
    "template.missing": (
        "{path}: 그런 템플릿 파일이 없습니다. 경로를 확인하세요.",
        "{path}: no such template file. Check the path.",
    ),
    "template.unreadable": (
        "{path}: 템플릿 파일을 읽을 수 없습니다({reason}). query_prefix와 passage_prefix가 있는 JSON 객체가 필요합니다.",
        "{path}: the template file cannot be read ({reason}). A JSON object with query_prefix and passage_prefix is expected.",
    ),
    "template.incomplete": (
        "{path}: 템플릿에 query_prefix, passage_prefix(또는 query_format, passage_format)가 모두 없습니다. 하나는 있어야 합니다.",
        "{path}: the template has neither query_prefix nor passage_prefix (nor query_format or passage_format). One is needed.",
    ),
    "template.key": (
        "{path}: 템플릿에 없는 항목입니다: {names}. 쓸 수 있는 항목: {legal}",
        "{path}: unknown keys of a template: {names}. Legal keys: {legal}",
    ),
    "template.value": (
        "{path}: 템플릿의 {name} 값은 글이어야 합니다: {value!r}",
        "{path}: {name} of a template must be a string, not {value!r}",
    ),
    "template.format": (
        "{path}: {name}에 '{{text}}'가 꼭 한 번 있어야 합니다: {value!r}",
        "{path}: {name} must contain '{{text}}' exactly once: {value!r}",
    ),
    "model.missing": (
        "{path}: 그런 모델 폴더가 없습니다. 경로를 확인하세요.",
        "{path}: no such model folder. Check the path.",
    ),
    "model.is_file": (
        "{path}: 모델 폴더가 필요한데 파일입니다. 파일이 들어 있는 폴더를 주세요.",
        "{path}: a model folder is needed, and this is a file. Give the folder that holds it.",
    ),
    "model.unknown": (
        "'{name}'이라는 모델 별칭이 없습니다(비슷한 것: {near}). 'lexdpr-rag models'의 별칭, '소유자/이름' 꼴의 허브 이름, 로컬 폴더 가운데 하나를 주세요.",
        "no model alias '{name}' (similar: {near}). Give an alias of 'lexdpr-rag models', a hub name such as 'owner/name', or a local folder.",
    ),
    "model.incomplete": (
        "{path}: 모델 폴더에 {missing} 파일이 없습니다. 모델을 다시 저장하거나 받으세요.",
        "{path}: {missing} is missing in the model folder. Save or fetch the model again.",
    ),
    "model.damaged": (
        "{path}: 모델의 {part}을(를) 읽을 수 없습니다({reason}). 모델을 다시 저장하거나 받으세요.",
        "{path}: {part} of the model cannot be read ({reason}). Save or fetch the model again.",
    ),
    "model.not_loaded": (
        "{name}: 모델을 불러오지 못했습니다({reason}). 이름과 네트워크를 확인하거나 내려받은 폴더를 주세요.",
        "{name}: the model could not be loaded ({reason}). Check the name and the network, or give a folder.",
    ),
    "model.not_static": (
        "{path}: 정적 임베딩 모델이 아니어서 backend='static'으로 쓸 수 없습니다. backend='auto'를 쓰세요.",
        "{path}: not a static embedding model, so backend='static' cannot run it. Use backend='auto'.",
    ),
    "model.not_onnx": (
        "{path}: backend='onnx'에는 로컬 폴더가 필요합니다. 'lexdpr-rag export-onnx'로 먼저 내보내세요.",
        "{path}: backend='onnx' needs a local folder. Export it first with 'lexdpr-rag export-onnx'.",
    ),
    "model.adapter": (
        "{path}: 이 LoRA 어댑터를 {name}에 붙일 수 없습니다({reason}). 어댑터를 학습한 기반 모델을 주세요.",
        "{path}: this LoRA adapter does not fit {name} ({reason}). Give the base model it was trained on.",
    ),
    "model.adapter_base": (
        "{path}: adapter_config.json에 base_model_name_or_path가 없습니다. 기반 모델과 peft_adapter_path를 함께 주세요.",
        "{path}: adapter_config.json has no base_model_name_or_path. Give the base model and peft_adapter_path.",
    ),
    "model.adapter_other_base": (
        "{name}: 어댑터 {path}은(는) {base}에서 학습했는데 {target}에 붙입니다. 기반 모델이 맞는지 확인하세요.",
        "{name}: the adapter {path} was trained on {base} and is put on {target}. Check that the base is right.",
    ),
    "model.config_value": (
        "{path}: 모델 설정의 {name}에 쓸 수 없는 값입니다: {value!r} (쓸 수 있는 값: {legal})",
        "{path}: {name} of the model's configuration cannot be {value!r} (legal: {legal})",
    ),
    "model.option": (
        "{name}에 쓸 수 없는 값입니다: {value!r} (쓸 수 있는 값: {legal})",
        "{name} cannot be {value!r} (legal: {legal})",
    ),
    "model.too_long": (
        "{name}: {setting}={value}은(는) 이 모델이 받을 수 있는 {longest} 토큰을 넘습니다. {longest} 이하로 주세요.",
        "{name}: {setting}={value} is over the {longest} tokens that the model can take. Give at most {longest}.",
    ),
    "model.contradiction": (
        "{name}: {setting}을(를) {given}(으)로 쓰지만 모델은 {saved}이라고 합니다({where}). 벡터가 나빠질 수 있습니다.",
        "{name}: {setting} is {given}, while the model says {saved} ({where}). Its vectors may get worse.",
    ),
    "model.truncated": (
        "{name}: 글 {total}개 가운데 {count}개가 {limit} 토큰을 넘어 뒷부분을 잘랐습니다(가장 긴 글 {longest} 토큰).",
        "{name}: {count} of {total} texts are longer than {limit} tokens and were cut (the longest has {longest}).",
    ),
    "model.always_normalized": (
        "{name}: ONNX 그래프가 벡터를 정규화하므로 normalize=False로 쓸 수 없습니다. 정규화 없이 다시 내보내세요.",
        "{name}: its ONNX graph normalises, so normalize=False is not possible. Export it without normalisation.",
    ),
    "model.one_text": (
        "글의 목록이 필요한데 글 하나입니다: {text!r}. [ ]로 묶으세요.",
        "a list of texts is needed, and this is one text: {text!r}. Put it in [ ].",
    ),
    "model.not_text": (
        "{number}번째 글이 글이 아니라 {found}입니다(0부터 셈).",
        "text number {number} (from 0) is not a string but {found}.",
    ),
    "model.encoding": ("벡터 만들기", "encoding"),
    # files of embeddings
    "embed.bad_lines": (
        '{path}: {count}줄을 쓸 수 없습니다: {lines}. 한 줄은 {{"id": "…", "{text}": "…"}} 꼴이고 id는 서로 달라야 합니다.',
        '{path}: {count} lines cannot be used: {lines}. A line must look like {{"id": "…", "{text}": "…"}}, each id once.',
    ),
    "embed.empty": (
        "{path}: 글이 하나도 없습니다. 한 줄에 JSON 객체 하나가 필요합니다.",
        "{path}: there are no texts. One JSON object a line is expected.",
    ),
    "embed.locked": (
        "{path}: 다른 프로세스가 같은 이름의 파일을 만들고 있습니다. 끝난 뒤에 다시 실행하세요.",
        "{path}: another process is writing files of this name. Try again when it has finished.",
    ),
    "embed.format": (
        "format에 쓸 수 없는 값입니다: {value!r} ({legal} 가운데 하나)",
        "format cannot be {value!r} (one of {legal})",
    ),
    "embed.prefix": (
        "prefix는 폴더가 없는 파일 이름이어야 합니다: {value!r}",
        "prefix must be a file name without folders, not {value!r}",
    ),
    # rerankers and export
    "reranker.labels": (
        "{name}: 점수를 내는 머리의 라벨이 {labels}개입니다. 관련도를 내는 라벨 1개 또는 2개의 교차 인코더가 필요합니다.",
        "{name}: the head has {labels} labels. A cross-encoder with 1 or 2 labels, for relevance, is needed.",
    ),
    "reranker.flag_labels": (
        "{name}: FlagEmbedding은 라벨 1개의 모델만 다룹니다. backend='torch'를 쓰세요.",
        "{name}: FlagEmbedding runs models with 1 label only. Use backend='torch'.",
    ),
    "reranker.no_head": (
        "{name}: 관련도를 내는 머리가 없는 바탕 모델({found})입니다. 미세조정한 교차 인코더나, 머리가 들어 있는 LoRA 어댑터(peft_adapter_path)를 주세요.",
        "{name}: a base model without a head for relevance ({found}). Give a fine-tuned cross-encoder, or a LoRA adapter that holds the head (peft_adapter_path).",
    ),
    "reranker.is_encoder": (
        "{path}: 재순위 모델이 아니라 벡터를 만드는 인코더입니다. BiEncoder로 쓰거나 교차 인코더를 주세요.",
        "{path}: an encoder of vectors, not a reranker. Use it with BiEncoder, or give a cross-encoder.",
    ),
    "reranker.no_cuda": (
        "{name}: load_in_4bit에는 CUDA GPU가 필요한데 쓸 수 있는 장치가 {device}입니다. load_in_4bit=False로 쓰거나, CPU에서는 'lexdpr-rag export-onnx --quantize int8'을 쓰세요.",
        "{name}: load_in_4bit needs a CUDA GPU, and the device is {device}. Use load_in_4bit=False or, on a CPU, 'lexdpr-rag export-onnx --quantize int8'.",
    ),
    "reranker.no_bitsandbytes": (
        "{name}: load_in_4bit에는 bitsandbytes가 필요합니다. 설치: pip install bitsandbytes",
        "{name}: load_in_4bit needs bitsandbytes. Install it: pip install bitsandbytes",
    ),
    "reranker.not_finite": (
        "{name}: 유한하지 않은(NaN·무한대) 점수가 나왔습니다. 모델이 온전한지 확인하세요.",
        "{name}: a score is not finite (NaN or infinity). Check that the model is whole.",
    ),
    "reranker.truncated": (
        "{name}: 질문과 조문 {total}쌍 가운데 {count}쌍이 {limit} 토큰을 넘어 뒷부분을 잘랐습니다(가장 긴 쌍 {longest} 토큰).",
        "{name}: {count} of {total} pairs of question and provision are longer than {limit} tokens and were cut (the longest has {longest}).",
    ),
    "export.exists": (
        "{path}: 이미 있습니다. 바꾸려면 --force를 붙이거나 다른 이름을 주세요.",
        "{path}: it exists. Add --force to replace it, or give another name.",
    ),
    "export.not_model": (
        "{path}: ONNX로 내보낸 모델 폴더가 아니어서 --force로도 바꾸지 않습니다. 다른 이름을 주세요.",
        "{path}: not the folder of an exported model, so --force does not replace it. Give another name.",
    ),
    "export.over_itself": (
        "{path}: 내보낼 모델과 겹치는 폴더입니다. 다른 이름을 주세요.",
        "{path}: the folder overlaps with the model that is exported. Give another name.",
    ),
    "export.static": (
        "{name}: 정적 임베딩 모델은 torch 없이 그대로 쓸 수 있어 내보낼 필요가 없습니다.",
        "{name}: static embeddings run without torch as they are; there is nothing to export.",
    ),
    "export.already": (
        "{name}: 이미 ONNX 모델입니다. 원래의 torch 모델을 주세요.",
        "{name}: an ONNX model already. Give the torch model that it was made from.",
    ),
    "export.not_plain": (
        "{name}: ONNX로 내보낼 수 없는 구조입니다(빠른 토크나이저와 표준 구조가 필요합니다). torch로 쓰세요.",
        "{name}: this kind of model cannot be exported (a fast tokenizer and a plain architecture are needed). Use it with torch.",
    ),
    "export.failed": (
        "{name}: ONNX로 내보내지 못했습니다({reason}). --opset을 바꾸거나 torch로 쓰세요.",
        "{name}: the export failed ({reason}). Try another --opset, or use the model with torch.",
    ),
    "export.different": (
        "{name}: 내보낸 모델이 torch와 다릅니다({measure} {value:.5f}, 한도 {bound}). 저장하지 않았습니다.{hint}",
        "{name}: the exported model differs from torch ({measure} {value:.5f}, limit {bound}). Nothing was saved.{hint}",
    ),
    "export.without_int8": (
        " --quantize 없이 내보내세요.",
        " Export it without --quantize.",
    ),
    "index.worker_ended": (
        "작업 프로세스가 갑자기 끝났습니다(메모리 부족일 수 있습니다). --jobs 1로 다시 실행하면 이어서 합니다.",
        "a worker process ended by itself (out of memory, perhaps). Run it again with --jobs 1; it goes on.",
    ),
}
