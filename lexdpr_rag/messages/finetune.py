"""What is said of training: pairs, splits, recipes, measuring."""

from __future__ import annotations

MESSAGES: dict[str, tuple[str, str]] = {
    "finetune.bad_line": (
        "{path} {line}번째 줄을 읽을 수 없습니다({reason}). 한 줄에 JSON 객체 하나가 있어야 합니다. 그 줄을 고치거나 지우세요.",
        "{path}: line {line} cannot be read ({reason}). Each line must be one JSON object; mend or delete it.",
    ),
    "finetune.empty": (
        "{path}: 쌍이 없습니다. 한 줄에 쌍 하나가 있는 JSONL 파일을 주세요.",
        "{path} holds no pairs. Give a JSONL file with a pair on each line.",
    ),
    "finetune.none_known": (
        "{path}: 질문 {count:,}개의 정답 조문이 하나도 색인에 없습니다. 그 법령이 든 색인을 주세요.",
        "{path}: the index holds no answer to any of the {count:,} questions. Give an index with those laws.",
    ),
    "finetune.valid": (
        "쌍 {pairs:,}개에 잘못된 것이 없습니다.",
        "nothing is wrong with the {pairs:,} pairs.",
    ),
    "finetune.recipe": (
        "레시피의 {name}에 쓸 수 없는 값입니다: {value!r} (쓸 수 있는 값: {legal})",
        "the recipe's {name} cannot be {value!r} (legal: {legal})",
    ),
    "finetune.no_pairs": (
        "훈련할 것이 없습니다. mix가 고른 종류는 {mix}인데 쌍의 종류는 {kinds}입니다. mix를 바꾸거나 쌍을 더하세요.",
        "there is nothing to train on: mix asks for {mix}, the pairs are of the kinds {kinds}. Change mix or add pairs.",
    ),
    "finetune.nothing_to_fit": (
        "융합을 맞출 질문이 없습니다: 정답 조문이 후보에 든 질문이 하나는 있어야 합니다. 그 법령이 든 색인과 질문을 주세요.",
        "there is nothing to fit the fusion to: at least one question needs its answer among the candidates. Give an index with those laws, and questions on them.",
    ),
    "finetune.other_checkpoint": (
        "{path}: 다른 레시피나 다른 쌍으로 만든 체크포인트입니다. 지우고 처음부터 하거나, 그때의 것으로 이어 하세요.",
        "{path}: this checkpoint was made with another recipe or other pairs. Delete it to start anew, or go on with those.",
    ),
    "finetune.twice": (
        "{path} {line}번째 줄: query_id {query_id!r}이(가) 두 번 나옵니다. 질문마다 다른 id를 주세요.",
        "{path}: line {line}: query_id {query_id!r} comes twice. Give every question an id of its own.",
    ),
    "finetune.no_questions": (
        '잴 질문이 없습니다. {{"query_id", "query", "gold"}} 줄이 하나 이상 있는 파일을 주세요.',
        'there are no questions to measure. Give a file with at least one {{"query_id", "query", "gold"}} line.',
    ),
    "finetune.measure": (
        "ir-measures가 모르는 척도가 있습니다: {measures} (예: nDCG@10, R@100, RR@10, AP@100)",
        "ir-measures does not know all of these measures: {measures} (for example: nDCG@10, R@100, RR@10, AP@100)",
    ),
    "finetune.unreadable": (
        "{path}: 읽을 수 없는 파일입니다({reason}). UTF-8로 된 CSV나 JSON 줄 파일을 주세요.",
        "{path} cannot be read ({reason}). Give a CSV or JSON line file in UTF-8.",
    ),
    "finetune.columns": (
        "{path}: 열 이름이 {names}뿐이고, {legal} 가운데 하나가 없습니다. 첫 줄에 열 이름을 쓰세요.",
        "{path}: its columns are {names}; one of {legal} is needed. Name the columns in the first line.",
    ),
    "finetune.shares": (
        "나눌 몫이 맞지 않습니다: {shares} (0 이상이고 하나는 0보다 커야 합니다. 예: train 0.9, dev 0.1)",
        "the shares of the split cannot be {shares} (0 or more, one above 0, for example train 0.9, dev 0.1)",
    ),
    "finetune.days": (
        "나누는 날짜는 앞에서 뒤로 늦어져야 합니다: {days} (예: train 2021-12-31, dev 2022-12-31)",
        "the days of the split must rise: {days} (for example train 2021-12-31, dev 2022-12-31)",
    ),
    "finetune.bad_record": (
        "{number}번째 기록을 읽을 수 없습니다({reason}). 형식 설명(docs/finetune/pairs.md)을 보고 고치세요.",
        "record {number} cannot be read ({reason}). Mend it by the forms in docs/finetune/pairs.md.",
    ),
    "finetune.unreadable_mrc": (
        "{path}: 기계독해 데이터로 읽을 수 없습니다({reason}). data → paragraphs → qas 형식의 JSON을 주세요.",
        "{path} cannot be read as machine reading data ({reason}). Give JSON of the form data → paragraphs → qas.",
    ),
}
