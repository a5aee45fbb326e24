"""What is said of mining hard negatives: what is wrong, and the words of its report."""

from __future__ import annotations

MESSAGES: dict[str, tuple[str, str]] = {
    "mine.option": (
        "어려운 오답 캐기의 {name}에 쓸 수 없는 값입니다: {value!r} (쓸 수 있는 값: {legal})",
        "mining's {name} cannot be {value!r} (legal: {legal})",
    ),
    "mine.twice": (
        "query_id {query_id!r}이(가) 두 번 나옵니다. 질문마다 다른 id를 주세요.",
        "query_id {query_id!r} comes twice. Give every question an id of its own.",
    ),
    "mine.no_reranker": (
        "teacher='reranker'인데 재순위 모델이 없습니다. reranker를 주거나 teacher를 fused, dense, lexical 가운데 고르세요.",
        "teacher='reranker' needs a reranker. Give one, or choose fused, dense or lexical as the teacher.",
    ),
    "mine.no_route": (
        "teacher={teacher!r}에 필요한 경로가 색인에 없습니다(있는 경로: {routes}). teacher를 바꾸거나 'lexdpr-rag index --encoder 모델'로 벡터를 만드세요.",
        "teacher={teacher!r} needs a route that the index lacks (it has: {routes}). Choose another teacher, or build vectors with 'lexdpr-rag index --encoder MODEL'.",
    ),
    "mine.other_run": (
        "{path}: 다른 설정이나 다른 색인, 다른 모델로 캐던 파일입니다. 그때의 것으로 이어 하거나, 새 파일 이름을 주세요.",
        "{path}: this file was mined with other options, another index or another model. Go on with those, or give the name of a new file.",
    ),
    "mine.no_journal": (
        "{path}: 파일이 있는데 캐던 기록({path}.run.json)이 없거나 손상되었습니다. 덮어쓰지 않습니다. 새 파일 이름을 주거나 그 파일을 옮기세요.",
        "{path}: the file is there, but the record of its run ({path}.run.json) is missing or damaged. It is not overwritten: give a new name, or move the file.",
    ),
    "mine.bad_line": (
        "{path} {line}번째 줄을 읽을 수 없습니다({reason}). mine이 쓴 JSON 줄이 아닙니다. 그 줄을 지우고 다시 실행하면 그 질문만 다시 캡니다.",
        "{path}: line {line} cannot be read ({reason}): mine did not write it. Delete the line and run again; only its question is mined for again.",
    ),
    "mine.guard.positive": ("정답 조문(판이 다른 것도)", "the positive itself, in any version"),
    "mine.guard.same_question": ("같은 질문의 정답", "answers the same question"),
    "mine.guard.like_question": ("거의 같은 질문의 정답", "answers a nearly equal question"),
    "mine.guard.same_group": (
        "같은 판결의 다른 쟁점의 정답",
        "answers another issue of the decision",
    ),
    "mine.guard.cited": ("질문이 인용한 조문", "cited by the question"),
    "mine.guard.same_text": ("정답과 글이 같은 조문", "the words of a positive"),
    "mine.guard.like_text": ("정답과 글이 거의 같은 조문", "nearly the words of a positive"),
    "mine.guard.parent": ("정답이 근거로 삼은 상위 법령의 조문", "what a positive carries out"),
    "mine.guard.child": ("정답을 시행하는 하위 법령의 조문", "carries a positive out"),
    "mine.guard.family": ("정답 법령의 상위·하위 법령", "in a law of the positive's family"),
    "mine.doubt.above": ("점수가 정답 이상 (의심)", "scores no lower than the positive (suspect)"),
    "mine.doubt.absolute": ("절대 여유 안 (의심)", "within the absolute margin (suspect)"),
    "mine.doubt.relative": ("상대 여유 안 (의심)", "within the relative margin (suspect)"),
    "mine.report.title": (
        "# 어려운 오답 캐기 (점수: {teacher})",
        "# Hard negatives (scored by: {teacher})",
    ),
    "mine.report.counts": (
        "질문 {questions:,}개 → 오답 {negatives:,}개(서로 다른 조문 {distinct:,}개). 다 채운 질문 {complete:,}, 모자란 질문 {short:,}, 하나도 없는 질문 {empty:,}, 정답이 색인에 없는 질문 {left_out:,}.",
        "{questions:,} questions → {negatives:,} negatives ({distinct:,} distinct articles). Questions with all: {complete:,}, with fewer: {short:,}, with none: {empty:,}; positives not in the index: {left_out:,}.",
    ),
    "mine.report.time": (
        "걸린 시간 {seconds:,.1f}초, 1초에 질문 {rate:,.1f}개.",
        "{seconds:,.1f} s, {rate:,.1f} questions a second.",
    ),
    "mine.report.pool": ("후보 {pool:,}개 가운데 뺀 것:", "Of {pool:,} candidates, taken away:"),
    "mine.report.guard_head": (
        "| 이유 | 뺀 것 | 후보 가운데 | 홀로라면 뺄 것 | 걸린 질문 |",
        "| reason | removed | of the pool | would take alone | questions |",
    ),
    "mine.report.range": ("보지 않은 순위", "rank not looked at"),
    "mine.report.suspicious": (
        "의심스러운 후보가 하나라도 있던 질문: {share:.1%}",
        "questions with any suspect: {share:.1%}",
    ),
    "mine.report.outdone": (
        "정답 이상의 점수를 받은 후보가 있던 질문: {share:.1%}",
        "questions of which a candidate scores no lower than the positive: {share:.1%}",
    ),
    "mine.report.first": (
        "가장 높은 정답의 순위: 중앙값 {median:.0f} (10–90% {low:.0f}–{high:.0f})",
        "rank of the best positive: median {median:.0f} (10–90%: {low:.0f}–{high:.0f})",
    ),
    "mine.report.ranks": (
        "오답의 순위: 중앙값 {median:.0f} (10–90% {low:.0f}–{high:.0f})",
        "rank of the negatives: median {median:.0f} (10–90%: {low:.0f}–{high:.0f})",
    ),
    "mine.report.margins": (
        "가장 낮은 정답보다 낮은 정도(정답 점수의 몫): 중앙값 {median:.1%} (10–90% {low:.1%}–{high:.1%})",
        "how far below the lowest positive, as a share of its score: median {median:.1%} (10–90%: {low:.1%}–{high:.1%})",
    ),
    "mine.report.same_law": (
        "정답과 같은 법령의 조문인 오답: {share:.1%}",
        "negatives of the same law as a positive: {share:.1%}",
    ),
    "mine.report.found": (
        "{routes} 경로가 찾은 오답: {share:.1%}",
        "negatives found by {routes}: {share:.1%}",
    ),
    "mine.report.watched": (
        "빼지 않고 세기만 한 것, {guard}: {share:.1%}",
        "counted and not removed, {guard}: {share:.1%}",
    ),
}
