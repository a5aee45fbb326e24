"""The help: commands, options, their values."""

from __future__ import annotations

MESSAGES: dict[str, tuple[str, str]] = {
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
        "읽을 수 없는 파일이나 판례가 하나라도 있으면 멈춥니다",
        "stop at the first file or decision that cannot be read",
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
    "help.encoder": (
        "벡터를 만들 모델: 별칭('lexdpr-rag models'), 허브 이름 또는 폴더. none이면 벡터를 없앱니다. 새 색인은 함께 든 lexdpr-static을, 고칠 때는 쓰던 것을 씁니다",
        "model that makes vectors: an alias ('lexdpr-rag models'), a hub name or a folder; none for no vectors; a new index takes the bundled lexdpr-static, an update what the index has",
    ),
    "help.search_encoder": (
        "질문의 벡터를 만들 모델. 색인을 만든 모델이 다른 곳으로 옮겨졌을 때 씁니다",
        "model for the vector of the question: where the one that made the index has moved",
    ),
    "help.backend": (
        "벡터를 찾는 방법: chroma(기본), faiss, exact(모두 비교)",
        "what finds vectors: chroma (default), faiss or exact (compares all)",
    ),
    "help.chroma": (
        "벡터를 색인 폴더 대신 이 Chroma 서버에 둡니다 (열쇠: CHROMA_API_KEY)",
        "keep vectors on this Chroma server instead of in the index folder (key: CHROMA_API_KEY)",
    ),
    "help.decisions": (
        "조문에 붙일 판례 파일이나 폴더(API 응답의 .jsonl, .json, .zst·.gz·.tar도). 여러 번 쓸 수 있습니다. none이면 떼고, 말하지 않으면 있던 것을 그대로 둡니다",
        "court decisions to attach to provisions: a file or folder of API answers (.jsonl, .json, also .zst, .gz, .tar); may be repeated; none detaches them, an update keeps what the index has",
    ),
    "help.reranker": (
        "찾은 것을 다시 줄 세울 재순위 모델: 별칭, 허브 이름 또는 폴더. none이면 함께 든 것도 쓰지 않습니다",
        "reranker that orders the hits anew: an alias, a hub name or a folder; none: not even the bundled one",
    ),
    "help.candidates": (
        "재순위 모델이 읽을 후보 수",
        "how many hits the reranker reads",
    ),
    "help.fusion": (
        "낱말과 벡터의 순위를 합치는 방법: scores(점수), rrf(순위의 역수), vote(순위 투표). 말하지 않으면 질문에 맞추어 합칩니다(함께 든 모델일 때)",
        "how the routes are fused: scores, rrf (reciprocal rank) or vote; unless given, as the question asks for (with the bundled model)",
    ),
    "help.dense_share": (
        "합칠 때 벡터의 몫, 0…1 (나머지가 낱말의 몫)",
        "share of the dense route, 0…1; the lexical one has the rest",
    ),
    "help.explain": (
        "검색 방식마다 순위와 점수를 함께 보입니다",
        "show the rank and score of each route",
    ),
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
    "meta.source": ("법령", "SOURCE"),
    "meta.folder": ("폴더", "DIR"),
    "meta.file": ("파일", "FILE"),
    "meta.path": ("경로", "PATH"),
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
}
