"""What is said of pairs that were looked at: kinds, lengths, laws."""

from __future__ import annotations

MESSAGES: dict[str, tuple[str, str]] = {
    "analysis.title": ("쌍 살펴보기", "A look at pairs"),
    "analysis.facts": (
        "쌍 {pairs:,}개 · 서로 다른 질문 {questions:,}개 · 조문 {articles:,}개 · 법령 {laws:,}건 · 묶음 {groups:,}개",
        "{pairs:,} pairs · {questions:,} distinct questions · {articles:,} articles · {laws:,} laws · {groups:,} groups",
    ),
    "analysis.unknown": (
        "색인에 없는 조문을 가리켜 세지 않은 쌍: {unknown:,}개",
        "{unknown:,} more pairs are not counted: the index lacks an article of theirs",
    ),
    "analysis.kinds": ("종류별 쌍", "Pairs by kind"),
    "analysis.kind": ("종류", "kind"),
    "analysis.pairs": ("쌍", "pairs"),
    "analysis.share": ("몫", "share"),
    "analysis.lengths": ("길이", "Lengths"),
    "analysis.tokens": (
        "{model}의 토큰 수(템플릿과 특수 토큰 포함)",
        "in tokens of {model}, its template and special tokens included",
    ),
    "analysis.letters": (
        "글자 수 (--model을 주면 그 모델의 토큰을 셉니다)",
        "in characters (with --model: in tokens of that model)",
    ),
    "analysis.queries": ("질문", "questions"),
    "analysis.passages": ("조문", "passages"),
    "analysis.what": ("글", "texts"),
    "analysis.count": ("개수", "number"),
    "analysis.median": ("가운데", "median"),
    "analysis.p95": ("95백분위", "95th percentile"),
    "analysis.longest": ("가장 긴 것", "longest"),
    "analysis.limit": ("한도", "limit"),
    "analysis.cut": ("잘리는 글", "texts cut"),
    "analysis.lost": ("잃는 토큰", "tokens lost"),
    "analysis.lengths_note": (
        "빨간 선은 모델의 한도, 주황 막대는 잘리는 글, 맨 오른쪽 막대는 그보다 긴 것 모두",
        "red line: the model's limit; amber: texts that are cut; the last bar: all that are longer",
    ),
    "analysis.positives": ("질문 하나의 정답 조문 수", "Positives of a question"),
    "analysis.laws": ("많이 묻는 법령", "Laws most asked about"),
    "analysis.most_asked": ("많이 묻는 조문", "Articles most asked about"),
    "analysis.article": ("조문", "article"),
    "analysis.questions": ("질문", "questions"),
    "analysis.examples": ("종류별 보기", "Examples of each kind"),
    "analysis.answers": ("정답", "answers"),
    "kind.issue": ("판시사항", "issue"),
    "kind.holding": ("판결요지", "holding"),
    "kind.title": ("조 제목", "title"),
    "kind.definition": ("정의", "definition"),
    "kind.lexicon": ("일상어 사전", "lexicon"),
    "kind.delegation": ("위임", "delegation"),
    "kind.mrc": ("기계독해", "mrc"),
    "kind.synthetic": ("지어낸 질문", "synthetic"),
    "kind.own": ("사람이 쓴 질문", "own"),
}
