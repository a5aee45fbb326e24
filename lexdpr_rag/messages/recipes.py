"""What is said of recipes: reading them, running them, the gate, reports, model cards."""

from __future__ import annotations

MESSAGES: dict[str, tuple[str, str]] = {
    "recipe.missing": (
        "{path}: 파일이 없거나 읽을 수 없습니다. 경로와 권한을 확인하세요.",
        "{path} is not there, or cannot be read. Check the path and its permissions.",
    ),
    "recipe.not_found": (
        "{path}: 레시피 파일이 없고, 함께 든 레시피의 이름도 아닙니다. 파일을 주거나 이 가운데 하나를 고르세요: {known}",
        "{path} is no recipe file and no recipe of the package. Give a file, or one of: {known}",
    ),
    "recipe.not_yaml": (
        "{path}: 레시피로 읽을 수 없습니다({reason}). '이름: 값'으로 된 YAML을 주세요.",
        "{path} cannot be read as a recipe ({reason}). Give YAML of 'name: value'.",
    ),
    "recipe.unknown": (
        "레시피에 없는 이름입니다: {name} (쓸 수 있는 이름: {legal})",
        "the recipe has no {name} (legal: {legal})",
    ),
    "recipe.value": (
        "레시피의 {name}에 쓸 수 없는 값입니다: {value!r} (필요한 것: {legal})",
        "the recipe's {name} cannot be {value!r} (needed: {legal})",
    ),
    "recipe.needed": (
        "레시피에 {name}이(가) 필요합니다. 더해 주세요.",
        "the recipe needs {name}. Add it.",
    ),
    "recipe.setting": (
        "--set에 쓸 수 없는 값입니다: {value!r} (이름=값, 예: train.steps=400)",
        "--set cannot be {value!r} (NAME=VALUE, for example train.steps=400)",
    ),
    "recipe.contestants": (
        "견줄 것은 서로 다른 것으로 하나 이상(--gate라면 둘 이상) 주세요: --model, --reranker, --lexical (준 것: {names})",
        "give different things to measure, one at least (two with --gate): --model, --reranker, --lexical (given: {names})",
    ),
    "recipe.no_measures": (
        "--measures에 잴 것이 없습니다. 하나 이상 주세요 (예: {default})",
        "--measures names nothing. Give one or more (for example: {default})",
    ),
    "recipe.no_pairs_source": (
        "쌍을 무엇으로 만들지 고르지 않았습니다. --set으로 하나 이상 주세요: {legal} (예: --set titles=true)",
        "nothing is chosen to make pairs of. Give one or more by --set: {legal} (for example --set titles=true)",
    ),
    "recipe.is_folder": (
        "{path}: 파일이 아니라 폴더입니다. 쓸 파일의 이름을 주세요(.jsonl).",
        "{path} is a folder. Give the name of a file to write (.jsonl).",
    ),
    "recipe.no_tokenizer": (
        "{name}: tokenizer.json이 없어 토큰을 셀 수 없습니다. 다른 모델을 주거나 --model을 빼세요(글자를 셉니다).",
        "{name} has no tokenizer.json to count tokens with. Give another model, or leave --model out to count characters.",
    ),
    "recipe.pretrain": (
        "pretrain과 'train.base: pretrained'는 함께 씁니다. 둘 다 주거나 둘 다 빼세요.",
        "pretrain and 'train.base: pretrained' go together. Give both or neither.",
    ),
    "recipe.until": (
        "--until에 쓸 수 없는 단계입니다: {value!r} (이 레시피의 단계: {legal})",
        "--until cannot be {value!r} (the stages of this recipe: {legal})",
    ),
    "recipe.name": (
        '레시피의 name에 쓸 수 없는 값입니다: {value!r} (빈칸과 /\\:*?"<>| 없는 이름, 예: cpu-static)',
        "the recipe's name cannot be {value!r} (a name without blanks and /\\:*?\"<>|, for example cpu-static)",
    ),
    "recipe.circle": (
        "{path}: extends가 돌고 돌아 자기 자신으로 옵니다. 하나를 지우세요.",
        "{path}: extends leads back to the file itself. Take one of them out.",
    ),
    "recipe.corpus": (
        "레시피의 corpus에는 source(법령 폴더)와 index(있는 색인) 가운데 하나만 필요합니다.",
        "the recipe's corpus needs one of source (a folder of statutes) and index (an index that is there).",
    ),
    "recipe.no_source": (
        "{path}: 레시피가 가리키는 파일이나 폴더가 없습니다. 경로는 레시피 파일의 폴더에서 봅니다.",
        "{path}: the recipe names a file or folder that is not there. Paths are relative to the recipe's folder.",
    ),
    "recipe.no_questions": (
        "훈련할 질문이 없습니다. pairs(titles, definitions, precedents, own …)나 synthesize를 레시피에 더하세요.",
        "there are no questions to train on. Add pairs (titles, definitions, precedents, own …) or synthesize to the recipe.",
    ),
    "recipe.empty_part": (
        "쌍 {pairs}개를 나누었더니 {part}에 아무것도 없습니다. split의 share나 dev를 바꾸거나 쌍을 더하세요.",
        "of {pairs} pairs none fell to {part}. Change share or dev of the split, or add pairs.",
    ),
    "recipe.taken": (
        "evaluate.others의 {name}은(는) 이미 쓰는 이름입니다({legal}). 다른 이름을 주세요.",
        "evaluate.others: the name {name} is taken ({legal}). Choose another.",
    ),
    "recipe.same": (
        "gate의 system과 base가 모두 {name}입니다. 서로 다른 것을 주세요.",
        "system and base of the gate are both {name}. Give two.",
    ),
    "recipe.out": (
        "{path}: 폴더가 아니라 파일입니다. out에 폴더를 주세요.",
        "{path} is a file. Let out name a folder.",
    ),
    "recipe.locked": (
        "{path}: 다른 프로세스가 이 폴더에서 실행하고 있습니다. 끝나기를 기다리거나 다른 out을 주세요.",
        "{path}: another process runs in this folder. Wait for its end, or give another out.",
    ),
    "recipe.interrupted": (
        "중단했습니다. 끝난 단계는 {out}에 남아 있고, 같은 명령으로 이어서 합니다.",
        "interrupted. Finished steps are kept in {out}; the same command goes on.",
    ),
    "recipe.accepted": (
        "합격: {system}의 {measure} {value:.4f} > {base} {base_value:.4f} (차이 {difference:+.4f}, p {p:.3f}, 질문 {questions:,}개)",
        "accepted: {measure} of {system} {value:.4f} > {base} {base_value:.4f} (difference {difference:+.4f}, p {p:.3f}, {questions:,} questions)",
    ),
    "recipe.rejected.difference": (
        "불합격: {system}의 {measure} {value:.4f}이(가) {base} {base_value:.4f}보다 {margin:.4f} 넘게 높지 않습니다(차이 {difference:+.4f}, 질문 {questions:,}개). 그래도 두려면 --no-gate를 주세요.",
        "rejected: {measure} of {system} {value:.4f} is not above {base} {base_value:.4f} by more than {margin:.4f} (difference {difference:+.4f}, {questions:,} questions). To keep it anyway, give --no-gate.",
    ),
    "recipe.rejected.chance": (
        "불합격: {system}의 {measure} {value:.4f}과(와) {base} {base_value:.4f}의 차이는 우연일 수 있습니다(p {p:.3f} > {p_bound}, 질문 {questions:,}개). 그래도 두려면 --no-gate를 주세요.",
        "rejected: the difference of {system} ({measure} {value:.4f}) and {base} ({base_value:.4f}) may be chance (p {p:.3f} > {p_bound}, {questions:,} questions). To keep it anyway, give --no-gate.",
    ),
    "recipe.nothing_done": (
        "바뀐 것이 없어 아무것도 다시 하지 않았습니다",
        "nothing has changed; nothing was done again",
    ),
    "recipe.done": ("{made}단계를 했습니다", "{made} steps done"),
    "recipe.label.model": ("모델", "model"),
    "recipe.label.index": ("색인", "index"),
    "recipe.label.report": ("보고서", "report"),
    "recipe.label.time": ("걸린 시간", "time"),
    "recipe.label.next": ("찾아보기:", "try it:"),
    "card.encoder": (
        "법령 검색용 임베딩 모델입니다. 다듬은 모델: {base}. 템플릿, 정규화, 길이는 폴더에 함께 있습니다.",
        "An encoder for the retrieval of statutes, tuned from: {base}. Template, normalisation and lengths lie in the folder.",
    ),
    "card.reranker": (
        "법령 검색용 재순위 모델입니다. 다듬은 모델: {base}. 길이와 설정은 폴더에 함께 있습니다.",
        "A reranker for the retrieval of statutes, tuned from: {base}. Lengths and settings lie in the folder.",
    ),
    "card.worth": ("얼마나 잘 찾나", "What it is worth"),
    "card.measured": (
        "훈련에 쓰지 않은 질문 {questions:,}개를 조문 {articles:,}개에서 찾았습니다. 괄호는 95% 구간, *는 p < .05입니다.",
        "{questions:,} questions that were not trained on, among {articles:,} articles; 95% intervals in brackets, * for p < .05.",
    ),
    "card.base": ("견준 것: {base}", "Compared with: {base}"),
    "card.not_accepted": (
        "**이 모델은 관문을 통과하지 못했습니다.**",
        "**This model did not pass the gate.**",
    ),
    "card.made": ("어떻게 만들었나", "How it was made"),
    "card.pairs": (
        "훈련 쌍 {train:,}개, 검증 질문 {dev:,}개.",
        "{train:,} training pairs, {dev:,} validation questions.",
    ),
    "report.title": ("훈련 보고서", "Training report"),
    "report.evaluation": ("평가 보고서", "Evaluation report"),
    "report.measured": (
        "질문 {questions:,}개 · 조문 {articles:,}개 · 견준 것: {base}",
        "{questions:,} questions · {articles:,} articles · compared with: {base}",
    ),
    "report.figures": ("나란히 놓고 보기", "Side by side"),
    "report.figures_note": (
        "작은 글씨와 선은 95% 구간, *는 {base}과(와)의 차이가 우연일 확률 p < .05",
        "small figures and lines: 95% intervals; *: differs from {base} with p < .05",
    ),
    "report.system": ("검색", "system"),
    "report.slices": ("질문에 따라: {measure}", "By question: {measure}"),
    "report.table": ("표", "table"),
    "report.by.kind": ("종류", "kind"),
    "report.by.length": ("길이(글자)", "length (characters)"),
    "report.by.law": ("법령", "law"),
    "report.by.golds": ("정답 조문 수", "number of answers"),
    "report.questions": ("질문", "questions"),
    "report.worst": (
        "{subject}이(가) 가장 못 찾은 질문: {measure}",
        "Questions that {subject} answers worst: {measure}",
    ),
    "report.gold": ("정답(순위)", "answer (rank)"),
    "report.found": ("대신 찾은 것", "found instead"),
    "report.steps": ("단계", "Steps"),
    "report.step": ("단계", "step"),
    "report.key": ("열쇠", "key"),
    "report.seconds": ("초", "s"),
    "report.facts": ("내용", "what"),
    "report.recipe": ("레시피", "Recipe"),
    "sweep.needed": (
        "{path}: sweep에는 {name}이(가) 필요합니다. 더해 주세요.",
        "{path}: a sweep needs {name}. Add it.",
    ),
    "sweep.range": (
        "space의 {name}을(를) 읽을 수 없습니다: {value} (choices: […], 또는 low와 high, 더하여 log나 step)",
        "space cannot have {value} for {name} (choices: […], or low and high, with log or step)",
    ),
    "sweep.done": (
        "{trials}번 해 보았고, 가장 나은 것은 {number}번입니다: {measure} {value:.4f}",
        "{trials} trials; the best is number {number}: {measure} {value:.4f}",
    ),
    "sweep.none": (
        "끝까지 간 시도가 없습니다({failed}번 실패). 가장 흔한 까닭: {reason}",
        "no trial came to its end ({failed} failed). The most frequent reason: {reason}",
    ),
}
