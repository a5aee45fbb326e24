"""Wrong usage and failures."""

from __future__ import annotations

MESSAGES: dict[str, tuple[str, str]] = {
    "usage.error": ("오류: ", "Error: "),
    "usage.see_help": (" (도움말: {command} --help)", " (help: {command} --help)"),
    "usage.unknown_command": (
        "없는 명령입니다: '{name}'.{hint} 명령: {commands}",
        "no command '{name}'.{hint} Commands: {commands}",
    ),
    "usage.did_you_mean": (" 혹시 {names}?", " Did you mean {names}?"),
    "usage.missing_argument": ("{name} 값이 필요합니다.", "{name} is missing."),
    "usage.missing_option": ("{name} 옵션이 필요합니다.", "the option {name} is missing."),
    "usage.unknown_option": (
        "없는 옵션입니다: {name}.{hint}",
        "no option {name}.{hint}",
    ),
    "usage.option_value": (
        "{name} 옵션에 값이 필요합니다.",
        "the option {name} needs a value.",
    ),
    "usage.option_no_value": (
        "{name} 옵션은 값을 받지 않습니다.",
        "the option {name} takes no value.",
    ),
    "usage.extra": ("남는 인자가 있습니다: {values}", "unexpected arguments: {values}"),
    "usage.other": ("사용법이 맞지 않습니다: {detail}", "wrong usage: {detail}"),
    "usage.lang": (
        "--lang에 쓸 수 없는 값입니다: '{value}' (ko, en 가운데 하나)",
        "--lang cannot be '{value}' (one of ko, en)",
    ),
    "usage.choice": (
        "{name}에 쓸 수 없는 값입니다: '{value}' ({legal} 가운데 하나)",
        "{name} cannot be '{value}' (one of {legal})",
    ),
    "usage.share": (
        "{name}에는 0 이상 1 이하의 수가 필요합니다: {value!r}",
        "{name} must be within 0 and 1, not {value!r}",
    ),
    "usage.no_encoder": (
        "{name}은(는) --encoder 모델에 대한 설정입니다. --encoder도 함께 주세요.",
        "{name} says something of a model. Name it with --encoder.",
    ),
    "usage.whole_number": (
        "{name}에 쓸 수 없는 값입니다: '{value}' ({least} 이상의 정수)",
        "{name} must be a whole number of at least {least}, not '{value}'",
    ),
    "usage.day": (
        "{name}에 쓸 수 없는 값입니다: '{value}' (날짜, 예: 2024-05-01)",
        "{name} must be a date, not '{value}' (for example 2024-05-01)",
    ),
    "usage.article": (
        "{name}에 쓸 수 없는 값입니다: '{value}' (조 번호, 예: 제14조의2)",
        "{name} must be an article number, not '{value}' (for example 제14조의2)",
    ),
    "usage.query_missing": (
        '질문이 필요합니다. 예: lexdpr-rag search {index} "보증금을 돌려받지 못하면?" '
        "(여러 질문은 --queries 파일)",
        'a query is needed, e.g. lexdpr-rag search {index} "보증금을 돌려받지 못하면?" '
        "(for many: --queries FILE)",
    ),
    "usage.query_twice": (
        "질문과 --queries 가운데 하나만 쓰세요.",
        "give either a query or --queries, not both.",
    ),
    "usage.out_missing": (
        "--queries에는 결과를 쓸 --out 파일이 필요합니다 (-는 표준 출력).",
        "--queries needs --out, the file for the results (- for standard output).",
    ),
    "usage.out_alone": (
        "--out은 --queries와 함께 씁니다. 질문 하나의 결과는 --json으로 받으세요.",
        "--out goes with --queries. For one query use --json.",
    ),
    "fail.interrupted": ("중단했습니다.", "interrupted."),
    "fail.index_interrupted": (
        "중단했습니다. 같은 명령을 다시 실행하면 하던 곳부터 이어서 합니다.",
        "interrupted. Run the same command again and it goes on from here.",
    ),
    "fail.disk_full": (
        "디스크에 남은 공간이 없습니다{path}. 공간을 비우고 다시 실행하세요.",
        "no space left on the disk{path}. Free some and try again.",
    ),
    "fail.file": ("{path}: {reason}", "{path}: {reason}"),
    "fail.reason.missing": ("그런 파일이나 폴더가 없습니다.", "no such file or folder."),
    "fail.reason.permission": ("권한이 없습니다.", "permission denied."),
    "fail.reason.is_folder": ("파일이 필요한데 폴더입니다.", "a file is needed; this is a folder."),
    "fail.reason.not_folder": (
        "폴더가 필요한데 파일입니다.",
        "a folder is needed; this is a file.",
    ),
    "fail.memory": (
        "메모리가 모자랍니다. --jobs 1로 다시 해 보세요.",
        "out of memory. Try again with --jobs 1.",
    ),
    "fail.bug": (
        "예상하지 못한 오류입니다({kind}: {detail}). --debug를 붙여 다시 실행하고 그 내용을 알려 주세요.",
        "unexpected error ({kind}: {detail}). Run it again with --debug and report what it shows.",
    ),
    "fail.article": (
        "{path}: {article}에 해당하는 조문이 없습니다.{hint}",
        "{path}: there is no {article}.{hint}",
    ),
    "fail.article_range": (" 있는 조문: {first} ~ {last}", " There are {first} to {last}."),
    "fail.queries_line": (
        '{path}, {line}번째 줄: {reason} 한 줄은 {{"query_id": "1", "query": "질문"}} 꼴이어야 합니다.',
        '{path}, line {line}: {reason} A line must look like {{"query_id": "1", "query": "…"}}.',
    ),
    "fail.queries_empty": ("{path}: 질문이 하나도 없습니다.", "{path}: there are no queries."),
}
