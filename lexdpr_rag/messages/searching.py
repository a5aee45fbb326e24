"""What is said of a search: arguments, filters, fusion, citations."""

from __future__ import annotations

MESSAGES: dict[str, tuple[str, str]] = {
    "filter.unknown": (
        "'{name}'은(는) 없는 검색 조건입니다. 쓸 수 있는 조건: {legal}",
        "unknown filter '{name}'. Legal filters: {legal}",
    ),
    "filter.value": (
        "검색 조건 {name}에 쓸 수 없는 값입니다: {value!r} (예: {expected})",
        "filter {name} cannot take {value!r} (for example: {expected})",
    ),
    "search.k": (
        "{name}에는 1 이상의 정수가 필요합니다: {value!r}",
        "{name} must be a whole number of at least 1, not {value!r}",
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
        "{path}: 벡터가 없는 색인이어서 mode='dense'로 찾을 수 없습니다. mode='hybrid'나 'lexical'을 쓰거나, 'lexdpr-rag index'에 --encoder를 주어 벡터를 만드세요.",
        "{path}: the index has no vectors, so mode='dense' cannot search. Use mode='hybrid' or 'lexical', or make vectors by 'lexdpr-rag index' with --encoder.",
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
    "fusion.method": (
        "fusion에 쓸 수 없는 값입니다: {value!r} (쓸 수 있는 값: {legal})",
        "fusion cannot be {value!r} (one of {legal})",
    ),
    "fusion.share": (
        "벡터의 몫은 0 이상 1 이하여야 합니다: {value!r}",
        "the share of the dense route must be within 0 and 1, not {value!r}",
    ),
    "search.no_reranker": (
        '재순위 모델이 없어 rerank=True로 찾을 수 없습니다. LexDPR.open(…, reranker="모델")이나 --reranker로 알려 주세요.',
        'rerank=True needs a reranker. Name one with LexDPR.open(…, reranker="model") or --reranker.',
    ),
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
