"""What is said of answers: of what a model was given, and of the citations in what it wrote."""

from __future__ import annotations

MESSAGES: dict[str, tuple[str, str]] = {
    "answers.given": (
        "{found}은(는) 조문으로 읽을 수 없습니다. Hit, LangChain Document, LlamaIndex NodeWithScore 가운데 하나를 주세요.",
        "a {found} is no provision. Give a Hit, a LangChain Document or a LlamaIndex NodeWithScore.",
    ),
    "answers.text": (
        "답변은 글(str)이어야 합니다: {found}. 메시지라면 .content, 응답이라면 str(response)를 주세요.",
        "an answer must be a str, not a {found}. Give .content of a message, str(response) of a response.",
    ),
    "answers.max_chars": (
        "max_chars는 1 이상이어야 합니다: {value!r}",
        "max_chars must be at least 1, not {value!r}",
    ),
    "answers.not_yet": (
        "(아직 시행 전: 시행일 {day})",
        "(not in force yet: from {day})",
    ),
    "answers.cut": ("…(이하 생략)", "…(cut here)"),
    "answers.no_law": (
        "'{citation}': 어느 법령의 조문인지 답변에 없습니다.",
        "'{citation}': the answer does not say of which law.",
    ),
    "answers.former": (
        "'{citation}': 옛 법령의 조문이라 지금의 법령으로 확인할 수 없습니다. 그때의 날을 as_of로 주세요.",
        "'{citation}' cites a former version, which the law of today cannot confirm. Give its day as as_of.",
    ),
    "answers.no_citations": (
        "답변에 조문 인용이 없습니다.",
        "the answer cites no provision.",
    ),
    "answers.summary": ("인용 {total}개: {counts}", "{total} citations: {counts}"),
    "answers.cited": ("근거 조문", "among the hits"),
    "answers.exists": ("있는 조문, 근거에는 없음", "exists, not among the hits"),
    "answers.invented": ("없는 조문", "no such provision"),
    "answers.unknown_law": ("색인에 없는 법령", "law not in the index"),
    "answers.unchecked": ("확인하지 못함", "not checked"),
}
