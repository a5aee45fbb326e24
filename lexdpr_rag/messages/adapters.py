"""What is said by the adapters of frameworks: documents, nodes, rerankers."""

from __future__ import annotations

MESSAGES: dict[str, tuple[str, str]] = {
    "embedding.no_model": (
        "어느 모델로 임베딩할지 없습니다. model_name='bge-m3'나 모델 폴더를 주세요('lexdpr-rag models'가 이름을 보여 줍니다).",
        "no embedding model was given. Give model_name='bge-m3' or a folder ('lexdpr-rag models' lists names).",
    ),
    "embedding.encoder_alone": (
        "encoder=를 주면 모델을 말하는 다른 값({names})은 함께 줄 수 없습니다. 한쪽만 주세요.",
        "encoder= cannot go with what describes another model ({names}). Give one of the two.",
    ),
    "rerank.no_model": (
        "어느 모델로 재순위할지 없습니다. model='bge-reranker-v2-m3-ko'나 모델 폴더를 주세요('lexdpr-rag models'가 이름을 보여 줍니다).",
        "no reranker was given. Give model='bge-reranker-v2-m3-ko' or a folder ('lexdpr-rag models' lists names).",
    ),
    "rerank.no_query": (
        "재순위에는 질문이 필요합니다. query_str='…'나 query_bundle을 함께 주세요.",
        "reranking needs the question. Give query_str='…' or query_bundle as well.",
    ),
    "document.not_statute": (
        "{reason} 법령으로 읽을 수 없어 통째로 하나로 둡니다.",
        "{reason} It is no statute, so it is kept whole.",
    ),
    "document.no_units": (
        "{name}: 폐지되었거나 조문이 모두 삭제된 법령이어서 노드가 없습니다.",
        "{name}: the law is repealed, or all its articles are deleted, so it gives no nodes.",
    ),
    "filter.or": (
        "MetadataFilters의 조건 'or'는 한 키({legal} 가운데 하나)의 여러 값에만 쓸 수 있습니다: {keys}. 검색을 나누어 하세요.",
        "MetadataFilters: 'or' can join values of one key only (one of {legal}), not {keys}. Search once for each.",
    ),
    "parents.no_source": (
        "부모 조문을 어디서 찾을지 없습니다. path='색인폴더', engine=… 또는 docstore=…를 주세요.",
        "nothing to find parents in. Give path='law-index/', engine=… or docstore=….",
    ),
    "parents.option": (
        "{name}에 쓸 수 없는 값입니다: {value!r} (쓸 수 있는 값: {legal})",
        "{name} cannot be {value!r} (one of {legal})",
    ),
}
