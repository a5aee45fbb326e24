"""What the command line says, in Korean and English: help, labels, progress, wrong usage.

Errors of the engine are in :mod:`lexdpr_rag.messages`; this is the same kind of table for the
terminal, and the language in use is the same.
"""

from __future__ import annotations

from lexdpr_rag.messages import language


def say(key: str, **values: object) -> str:
    """The words ``key`` in the language in use, filled with ``values``."""
    korean, english = WORDS[key]
    return (english if language() == "en" else korean).format(**values)


def say_or_same(key: str) -> str:
    """The words ``key``, or ``key`` itself where the table has none."""
    return say(key) if key in WORDS else key


WORDS: dict[str, tuple[str, str]] = {
    # -- help: commands --------------------------------------------------------------------------
    "help.app": (
        "대한민국 법령을 조·항·호까지 찾아 정확히 인용합니다.",
        "Finds Korean statutes down to 조·항·호 and cites them exactly.",
    ),
    "help.index": (
        "법령 파일로 색인을 만들거나 고칩니다. 중단하면 같은 명령으로 이어서 합니다.",
        "Build or update an index of statutes. Interrupted, the same command goes on.",
    ),
    "help.search": (
        "질문에 맞는 조문을 찾습니다. 질문 파일을 한꺼번에 처리할 수도 있습니다.",
        "Find the provisions that answer a question, or a whole file of questions.",
    ),
    "help.parse": (
        "법령 파일 하나의 편·장·조·항·호·목 구조를 보여 줍니다.",
        "Show the structure of one statute file.",
    ),
    "help.cite": (
        "'민법 제750조' 같은 인용이 가리키는 조문을 보여 줍니다.",
        "Show the provision that a citation such as '민법 제750조' names.",
    ),
    "help.info": ("색인에 무엇이 들어 있는지 보여 줍니다.", "Show what an index holds."),
    "help.models": (
        "짧은 이름으로 쓸 수 있는 모델을 보여 줍니다.",
        "List the models that have a short name.",
    ),
    "help.embed": (
        "글 파일(JSONL)을 벡터 파일로 만듭니다. 중단하면 같은 명령으로 이어서 합니다.",
        "Turn a file of texts (JSONL) into a file of vectors. Interrupted, the same command goes on.",
    ),
    "help.embed-text": ("글 하나의 벡터를 보여 줍니다.", "Show the vector of one text."),
    "help.export-onnx": (
        "모델을 torch 없이 도는 ONNX 폴더로 내보내고, 결과가 같은지 확인합니다.",
        "Export a model to ONNX, which runs without torch, and check that it gives the same.",
    ),
    # -- help: arguments and options -------------------------------------------------------------
    "help.lang": (
        "메시지 언어: ko 또는 en (환경 변수 LEXDPR_LANG)",
        "language of messages: ko or en (environment: LEXDPR_LANG)",
    ),
    "help.debug": ("오류가 나면 파이썬 호출 기록을 보입니다", "show the traceback of an error"),
    "help.version": ("버전을 보이고 끝냅니다", "show the version and exit"),
    "help.help": ("이 도움말을 보이고 끝냅니다", "show this help and exit"),
    "help.source": (
        "법령 폴더, 파일(.md .json .xml .txt) 또는 압축 파일(.zip .tar .tar.gz .tar.zst)",
        "folder, file (.md .json .xml .txt) or archive (.zip .tar .tar.gz .tar.zst) of statutes",
    ),
    "help.out_folder": ("색인을 둘 폴더", "folder for the index"),
    "help.strict": (
        "읽을 수 없는 파일이 하나라도 있으면 멈춥니다",
        "stop at the first file that cannot be read",
    ),
    "help.jobs": ("동시에 쓸 프로세스 수 (기본: CPU 수)", "processes to use (default: one a core)"),
    "help.analyzer": (
        "bigram(기본), kiwi(형태소), mixed. 색인을 고칠 때는 쓰던 것을 그대로 씁니다",
        "bigram (default), kiwi (morphemes) or mixed; an update keeps what the index has",
    ),
    "help.quiet": ("진행 상황과 요약을 보이지 않습니다", "show neither progress nor summary"),
    "help.errors": (
        "읽지 못한 파일의 전체 목록을 JSONL로 저장할 파일 (-는 표준 출력)",
        "write the list of all unread files to this JSONL file (- for standard output)",
    ),
    "help.json": ("JSON으로 출력합니다", "print JSON"),
    "help.index_path": ("색인 폴더", "folder of an index"),
    "help.query": (
        "찾을 말, 질문 또는 조문 인용",
        "a question, words to look for, or a citation",
    ),
    "help.k": ("찾을 조문 수", "how many provisions"),
    "help.level": (
        "결과의 단위: auto(길이에 맞춤), article(조), paragraph(항), subparagraph(호)",
        "size of a result: auto (by length), article (조), paragraph (항), subparagraph (호)",
    ),
    "help.mode": (
        "검색 방식: hybrid(둘 다), dense(뜻), lexical(낱말)",
        "routes: hybrid (both), dense (meaning), lexical (words)",
    ),
    "help.law": (
        "이 법령에서만 찾습니다: 이름, 약칭, 법령ID. 여러 번 쓸 수 있습니다",
        "only in this law: title, short title or 법령ID; may be repeated",
    ),
    "help.kind": (
        "이 법령구분에서만 찾습니다: 법률, 대통령령 … 여러 번 쓸 수 있습니다",
        "only this kind (법률, 대통령령 …); may be repeated",
    ),
    "help.ministry": (
        "이 소관부처의 법령에서만 찾습니다. 여러 번 쓸 수 있습니다",
        "only laws of this ministry; may be repeated",
    ),
    "help.part": (
        "법령의 이 부분에서만 찾습니다: '제3편 제2장', '임대차', '제618조~제654조'",
        "only this part of a law: '제3편 제2장', '임대차', '제618조~제654조'",
    ),
    "help.as_of": ("이 날의 법을 찾습니다 (기본: 오늘)", "the law of this day (default: today)"),
    "help.full": ("긴 조문도 줄이지 않고 모두 보입니다", "show long provisions whole"),
    "help.queries": (
        '질문 파일. 한 줄에 {{"query_id": …, "query": …}} 하나 (-는 표준 입력)',
        'file of questions, one {{"query_id": …, "query": …}} a line (- for standard input)',
    ),
    "help.out_file": (
        "--queries의 결과를 쓸 JSONL 파일 (-는 표준 출력)",
        "JSONL file for the results of --queries (- for standard output)",
    ),
    "help.file": (
        "법령 파일: Markdown, law.go.kr JSON·XML, 텍스트 (-는 표준 입력)",
        "statute file: Markdown, law.go.kr JSON or XML, text (- for standard input)",
    ),
    "help.depth": (
        "어디까지 보일지: 0 편·장·절, 1 조, 2 항, 3 호, 4 목 (기본: 모두)",
        "how deep to show: 0 편·장·절, 1 조, 2 항, 3 호, 4 목 (default: all)",
    ),
    "help.article": (
        "이 조만 줄이지 않고 보입니다. 여러 번 쓸 수 있습니다",
        "only this article, whole; may be repeated",
    ),
    "help.citation": ("조문 인용: 민법 제839조의2제1항", "a citation: 민법 제839조의2제1항"),
    "help.model": (
        "모델: 별칭('lexdpr-rag models'), 허브 이름 또는 폴더",
        "model: an alias ('lexdpr-rag models'), a hub name or a folder",
    ),
    "help.adapter": ("모델에 붙일 LoRA 어댑터 폴더", "folder of a LoRA adapter for the model"),
    "help.template": (
        "템플릿: none, e5, bge, instruction … 또는 JSON 파일 (기본: 모델에 맞춤)",
        "template: none, e5, bge, instruction … or a JSON file (default: the model's own)",
    ),
    "help.max_length": (
        "이 토큰 수를 넘는 글은 자릅니다 (기본: 모델에 맞춤)",
        "cut texts after so many tokens (default: the model's own)",
    ),
    "help.text_type": (
        "글의 종류: query(질문), passage(조문)",
        "what the texts are: query or passage",
    ),
    "help.embed_input": (
        '글 파일. 한 줄에 {{"id": …, "text": …}} 하나',
        'file of texts, one {{"id": …, "text": …}} a line',
    ),
    "help.embed_outdir": ("벡터 파일을 둘 폴더", "folder for the files"),
    "help.embed_prefix": ("벡터 파일 이름의 앞부분", "how the names of the files begin"),
    "help.embed_format": ("벡터 파일의 형식", "format of the file"),
    "help.batch_size": (
        "한 번에 처리할 보통 길이 글의 수 (짧은 글은 더 많이)",
        "texts of common length in a batch (more of short ones)",
    ),
    "help.embed_text_arg": ("벡터로 만들 글", "the text"),
    "help.export_out": ("ONNX 모델을 둘 폴더", "folder for the ONNX model"),
    "help.export_type": (
        "모델의 종류: encoder, reranker (기본: 모델에 적힌 대로)",
        "what the model is: encoder or reranker (default: what it says of itself)",
    ),
    "help.quantize": (
        "가중치를 int8로 줄입니다: 크기가 4분의 1이고 대개 더 빠릅니다",
        "int8 weights: a quarter of the size, mostly faster",
    ),
    "help.opset": (
        "ONNX 연산자 판 (14–20, 기본: 17)",
        "version of the ONNX operators (14–20, default: 17)",
    ),
    "help.export_force": (
        "이미 내보낸 폴더가 있으면 바꿉니다",
        "replace the folder of an earlier export",
    ),
    # -- help: frame -----------------------------------------------------------------------------
    "frame.usage": ("사용법", "Usage"),
    "frame.commands": ("명령", "Commands"),
    "frame.arguments": ("인자", "Arguments"),
    "frame.options": ("옵션", "Options"),
    "frame.examples": ("예", "Examples"),
    "frame.default": ("(기본: {value})", "(default: {value})"),
    "frame.required": ("(꼭 필요)", "(required)"),
    "frame.command": ("명령", "COMMAND"),
    "frame.option": ("[옵션]", "[OPTIONS]"),
    "frame.more": (
        "명령마다 자세한 도움말: lexdpr-rag 명령 --help",
        "More on each command: lexdpr-rag COMMAND --help",
    ),
    # -- names of values -------------------------------------------------------------------------
    "meta.source": ("법령", "SOURCE"),
    "meta.folder": ("폴더", "DIR"),
    "meta.file": ("파일", "FILE"),
    "meta.index": ("색인", "INDEX"),
    "meta.query": ("질문", "QUERY"),
    "meta.citation": ("인용", "CITATION"),
    "meta.number": ("수", "N"),
    "meta.law": ("법령명", "LAW"),
    "meta.kind": ("구분", "KIND"),
    "meta.ministry": ("부처", "MINISTRY"),
    "meta.part": ("부분", "PART"),
    "meta.level": ("단위", "LEVEL"),
    "meta.analyzer": ("분석기", "ANALYZER"),
    "meta.mode": ("방식", "MODE"),
    "meta.day": ("날짜", "DATE"),
    "meta.article": ("조", "ARTICLE"),
    "meta.model": ("모델", "MODEL"),
    "meta.template": ("템플릿", "TEMPLATE"),
    "meta.name": ("이름", "NAME"),
    "meta.text": ("글", "TEXT"),
    # -- wrong usage and failures ----------------------------------------------------------------
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
    "line.not_json": ("JSON이 아닙니다.", "not JSON."),
    "line.not_text": ("UTF-8 글이 아닙니다.", "not UTF-8 text."),
    "line.not_object": ("JSON 객체가 아닙니다.", "not a JSON object."),
    "line.no_id": (
        "query_id가 글이나 정수로 있어야 합니다.",
        "query_id must be a string or an integer.",
    ),
    "line.no_query": ("query에 질문이 있어야 합니다.", "query must hold the question."),
    # -- index -----------------------------------------------------------------------------------
    "stage.scan": ("파일 찾기", "find files"),
    "stage.parse": ("법령 읽기", "read laws"),
    "stage.lexical": ("색인하기", "index words"),
    "stage.write": ("저장하기", "write"),
    "progress.counts": ("법령 {laws:,} · 단위 {units:,}", "{laws:,} laws · {units:,} units"),
    "progress.units": ("단위 {units:,}", "{units:,} units"),
    "progress.rate": ("{rate:,.0f}/초", "{rate:,.0f}/s"),
    "progress.left": ("남음 {time}", "{time} left"),
    "progress.took": ("{time}", "{time}"),
    "progress.queries": ("검색하기", "searching"),
    "index.done": ("색인을 만들었습니다", "the index is ready"),
    "index.unchanged": (
        "바뀐 것이 없어 있던 색인을 그대로 두었습니다",
        "nothing has changed; the index was kept as it is",
    ),
    "index.laws": ("법령", "laws"),
    "index.articles": ("조문", "articles"),
    "index.units": ("검색 단위", "units"),
    "index.sources": ("파일", "files"),
    "index.parsed": (
        "새로 읽음 {parsed:,} · 그대로 씀 {reused:,}",
        "{parsed:,} read · {reused:,} reused",
    ),
    "index.duplicates": ("같은 판 {count:,}", "{count:,} duplicates"),
    "index.bad": ("읽지 못함 {count:,}", "{count:,} unread"),
    "index.time": ("걸린 시간", "time"),
    "index.size": ("크기", "size"),
    "index.seconds": ("{seconds:.1f}초", "{seconds:.1f} s"),
    "index.minutes": ("{minutes:.0f}분 {seconds:02.0f}초", "{minutes:.0f} min {seconds:02.0f} s"),
    "index.next": ("이제 찾아보세요", "Now search it"),
    "index.next_query": ("보증금을 돌려받지 못하면?", "보증금을 돌려받지 못하면?"),
    "index.failures": ("읽지 못한 파일 {count:,}개", "{count:,} files could not be read"),
    "index.more_failures": (
        "… {count:,}개 더. 모두 보려면 같은 명령에 --errors errors.jsonl을 붙이세요.",
        "… {count:,} more. To see all, add --errors errors.jsonl to the same command.",
    ),
    "level.auto": ("자동", "auto"),
    "level.article": ("조", "article"),
    "level.paragraph": ("항", "paragraph"),
    "level.subparagraph": ("호", "subparagraph"),
    # -- search ----------------------------------------------------------------------------------
    "search.found": ("{count}건", "{count} found"),
    "search.seconds": ("{seconds:.2f}초", "{seconds:.2f} s"),
    "search.as_of": ("{day} 기준", "as of {day}"),
    "search.effective": ("시행 {day}", "in force {day}"),
    "search.pending": ("시행 예정", "not yet in force"),
    "search.cut": (
        "… 줄임 ({count:,}자 더, --full로 모두)",
        "… cut ({count:,} characters more, --full for all)",
    ),
    "search.none": ("찾은 조문이 없습니다.", "Nothing found."),
    "search.hint.filters": (
        "조건({names})을 빼거나 넓혀 보세요.",
        "Drop or widen the filters ({names}).",
    ),
    "search.hint.words": (
        "법에서 쓰는 말로 바꿔 보세요. 예: 월세 → 차임, 집주인 → 임대인",
        "Try the words that statutes use: 월세 → 차임, 집주인 → 임대인",
    ),
    "search.hint.cite": (
        '조문을 안다면: lexdpr-rag cite {index} "민법 제750조"',
        'If you know the provision: lexdpr-rag cite {index} "민법 제750조"',
    ),
    "search.batch_done": (
        "질문 {queries:,}개, 결과 {hits:,}건을 {seconds:.1f}초에 찾아 {out}에 썼습니다.",
        "{queries:,} queries, {hits:,} hits in {seconds:.1f} s, written to {out}.",
    ),
    # -- cite, info, parse -----------------------------------------------------------------------
    "fact.kind": ("법령구분", "kind"),
    "fact.effective": ("시행일", "in force from"),
    "fact.ministry": ("소관부처", "ministry"),
    "fact.source": ("출처", "source"),
    "fact.promulgated": ("공포", "promulgated"),
    "fact.law_id": ("법령ID", "law ID"),
    "fact.short": ("약칭", "short title"),
    "fact.contains": ("구성", "contains"),
    "fact.promulgation": ("제{number}호, {day}", "No. {number}, {day}"),
    "fact.undetermined": ("정해지지 않음", "not fixed"),
    "fact.pending": ("시행 예정", "to come"),
    "info.path": ("색인", "index"),
    "info.laws": ("법령", "laws"),
    "info.repealed": ("폐지 {count:,}", "{count:,} repealed"),
    "info.articles": ("조문", "articles"),
    "info.live": ("검색 대상 {count:,}", "{count:,} can be found"),
    "info.units": ("검색 단위", "units"),
    "info.vectors": ("벡터", "vectors"),
    "info.no_vectors": ("없음", "none"),
    "info.encoder": ("인코더", "encoder"),
    "info.analyzer": ("분석기", "analyzer"),
    "info.newest": ("최근 시행일", "newest law"),
    "info.created": ("만든 때", "created"),
    "info.format": ("형식", "format"),
    "info.size": ("크기", "size"),
    "info.kinds": ("법령구분", "kinds"),
    "info.others": ("그 밖에 {count:,}", "{count:,} others"),
    "parse.deleted": ("삭제", "deleted"),
    "parse.vacated": ("이동", "moved"),
    "parse.moved_to": ("→ {label}로 이동", "→ moved to {label}"),
    "parse.moved_from": ("← {label}에서 이동", "← moved from {label}"),
    "parse.effective": ("시행 {day}", "in force {day}"),
    "parse.repealed": ("폐지된 법령", "repealed"),
    "parse.nothing": ("(본문 없음)", "(no text)"),
    "parse.lines": ("… {count:,}줄 더", "… {count:,} lines more"),
    "parse.diagnostics": ("살펴볼 곳 {count:,}군데", "{count:,} odd places"),
    "parse.clean": ("이상한 곳이 없습니다", "nothing odd"),
    "odd.number-gap": ("번호가 건너뜀", "a number is skipped"),
    "odd.number-repeat": ("같은 번호가 거듭됨", "a number comes twice"),
    "odd.number-back": ("번호가 되돌아감", "a number goes back"),
    "odd.article-order": ("조 번호의 차례가 어긋남", "articles out of order"),
    "odd.marker-as-text": ("번호처럼 보이지만 글로 둠", "looks like a number, kept as text"),
    "odd.doubled-marker": ("번호가 겹쳐 찍힘", "a number is printed twice"),
    "odd.digits-lost": ("원문에서 숫자가 빠짐", "digits are missing in the source"),
    "odd.title-in-brackets": ("제목이 괄호 안에 거듭됨", "the title stands in brackets"),
    "odd.unknown-heading": ("알 수 없는 표제", "unknown heading"),
    "odd.text-after-heading": (
        "표제 아래에 조문이 아닌 글",
        "text that is no article below a heading",
    ),
    "odd.supplement-header": ("부칙의 표제가 다름", "unusual header of a 부칙"),
    "odd.amendment-pending": ("시행을 기다리는 개정", "an amendment still to come"),
    "odd.not-current": ("현행이 아닌 판", "not the current version"),
    "parse.table": ("표", "table"),
    "parse.image": ("그림", "image"),
    "parse.note": ("비고", "note"),
    # -- models, embed, embed-text ---------------------------------------------------------------
    "models.encoder": ("인코더", "Encoders"),
    "models.reranker": ("재순위 모델", "Rerankers"),
    "models.dimension": ("{count:,}차원", "{count:,} dimensions"),
    "models.length": ("{count:,}토큰", "{count:,} tokens"),
    "models.template": ("템플릿 {name}", "template {name}"),
    "models.pretrained": ("학습 전용 기반 모델", "base model, to be fine-tuned first"),
    "models.use": (
        "별칭 대신 허브 이름이나 폴더도 쓸 수 있습니다.",
        "A hub name or a folder may stand in place of an alias.",
    ),
    "progress.embed": ("벡터 만들기", "embedding"),
    "embed.done": (
        "{rows:,}개({dimension:,}차원)를 썼습니다. 이번에 만든 것 {encoded:,}개, {seconds:.1f}초: {files}",
        "{rows:,} embeddings of {dimension:,} dimensions, {encoded:,} made now in {seconds:.1f} s: {files}",
    ),
    "embed.unchanged": (
        "{rows:,}개({dimension:,}차원)가 이미 있어 그대로 두었습니다: {files}",
        "all {rows:,} embeddings of {dimension:,} dimensions were there already: {files}",
    ),
    "embed.warning": ("주의: ", "Note: "),
    "embed.model": ("모델", "model"),
    "embed.template": ("템플릿", "template"),
    "embed.dimension": ("차원", "dimensions"),
    "embed.norm": ("길이(노름)", "norm"),
    "embed.vector": ("벡터", "vector"),
    # -- export-onnx -----------------------------------------------------------------------------
    "onnx.done": ("ONNX로 내보냈습니다", "exported to ONNX"),
    "onnx.model": ("모델", "model"),
    "onnx.encoder": ("인코더", "encoder"),
    "onnx.reranker": ("재순위 모델", "reranker"),
    "onnx.size": ("크기", "size"),
    "onnx.agreement": ("torch와 비교", "against torch"),
    "onnx.cosine": (
        "코사인 최솟값 {value:.6f} (글 {count}개, 한도 {bound})",
        "least cosine {value:.6f} ({count} texts, limit {bound})",
    ),
    "onnx.difference": (
        "점수 차이 최댓값 {difference:.6f}, 상관 {value:.6f} (질문과 조문 {count}쌍, 한도 {bound})",
        "scores differ by {difference:.6f} at most, correlation {value:.6f} ({count} pairs, limit {bound})",
    ),
    "onnx.time": ("걸린 시간", "time"),
    "onnx.seconds": ("{seconds:.1f}초", "{seconds:.1f} s"),
    "onnx.warning": ("주의: ", "Note: "),
}
