"""The command group ``finetune``: help, stages."""

from __future__ import annotations

MESSAGES: dict[str, tuple[str, str]] = {
    "help.finetune": (
        "법령 검색 모델을 훈련합니다: 질문 만들기, 훈련, 평가, 관문, 내보내기.",
        "Train models for the retrieval of statutes: questions, training, measuring, gate, export.",
    ),
    "help.finetune.run": (
        "레시피의 단계를 모두 합니다. 바뀌지 않은 단계는 다시 하지 않고, 중단하면 같은 명령으로 이어서 합니다.",
        "Run all stages of a recipe. What has not changed is not done again; interrupted, the same command goes on.",
    ),
    "help.finetune.recipes": (
        "함께 든 레시피를 보여 줍니다. 이름을 주면 그 YAML을 적어 줍니다.",
        "List the recipes of the package, or print the YAML of one.",
    ),
    "help.finetune.sweep": (
        "레시피의 값을 바꿔 가며 훈련해 가장 나은 레시피를 찾습니다(Optuna). 중단하면 이어서 합니다.",
        "Try values of a recipe and write the best one (Optuna). Interrupted, the same command goes on.",
    ),
    "help.finetune.pairs": (
        "색인과 자료에서 질문과 정답 조문의 쌍을 만듭니다.",
        "Make pairs of questions and articles from an index and files.",
    ),
    "help.finetune.synthesize": (
        "조문에서 질문을 지어냅니다: 문법으로, 또는 언어 모델에게 시켜서.",
        "Make up questions on provisions: by grammar, or by a chat model.",
    ),
    "help.finetune.split": (
        "쌍을 훈련용과 검증용으로 새지 않게 나눕니다.",
        "Split pairs into training and validation, so that nothing leaks.",
    ),
    "help.finetune.mine": (
        "쌍마다 정답처럼 보이지만 아닌 조문(어려운 부정 예)을 캡니다.",
        "Mine hard negatives: articles that look like answers and are none.",
    ),
    "help.finetune.train": ("쌍으로 모델 하나를 훈련합니다.", "Train one model on pairs."),
    "help.finetune.evaluate": (
        "모델 여럿을 같은 질문으로 재어 나란히 놓고, 보고서(HTML과 JSON)를 씁니다.",
        "Measure models on the same questions and write a report (HTML and JSON).",
    ),
    "help.finetune.export": (
        "어댑터를 합친 모델과 ONNX를 폴더에 둡니다.",
        "Put the model, adapters merged, and its ONNX into a folder.",
    ),
    "help.finetune.validate": (
        "쌍 파일에서 잘못된 것과 새는 것을 찾습니다.",
        "Find what is wrong with files of pairs, and what leaks between them.",
    ),
    "help.finetune.analyze": (
        "쌍 파일의 종류, 개수, 토큰 길이, 잘릴 몫을 셉니다. --out을 주면 그림과 페이지로도 씁니다.",
        "Count kinds, laws and token lengths of a file of pairs, and what would be cut; with --out as plots and a page, too.",
    ),
    "help.finetune.analysis_out": (
        "HTML 페이지, JSON, PNG 그림을 쓸 폴더",
        "folder for an HTML page, JSON and PNG plots",
    ),
    "help.finetune.recipe": (
        "레시피 파일(.yaml) 또는 함께 든 레시피의 이름",
        "recipe file (.yaml), or the name of a recipe of the package",
    ),
    "help.finetune.recipe_name": ("함께 든 레시피의 이름", "the name of a recipe of the package"),
    "help.finetune.space": (
        "찾을 범위를 적은 YAML: recipe, space, trials",
        "YAML of what to try: recipe, space, trials",
    ),
    "help.finetune.out": (
        "결과를 둘 폴더 (기본: 레시피의 out)",
        "folder of the run (default: the recipe's out)",
    ),
    "help.finetune.set": (
        "설정 하나를 바꿉니다. 이름은 레시피와 같습니다(여러 번 가능)",
        "change one setting, named as in the recipe (may be repeated)",
    ),
    "help.finetune.set_pairs": (
        "무엇으로 만들지 고릅니다(여러 번): titles, definitions, delegation, precedents, lexicon, mrc, own, files. own과 lexicon의 plain은 함께 든 일상어 질문과 사전입니다",
        "what to make them of (may be repeated): titles, definitions, delegation, precedents, lexicon, mrc, own, files; plain is the questions (own) or the lexicon of the package",
    ),
    "help.finetune.set_synthesize": (
        "설정(여러 번): writer, endpoint, level, limit, seed, round_trip, filters",
        "settings (may be repeated): writer, endpoint, level, limit, seed, round_trip, filters",
    ),
    "help.finetune.set_split": (
        "설정(여러 번): dev, by(group·article·day), share, last_day, kinds, most, seed",
        "settings (may be repeated): dev, by (group, article, day), share, last_day, kinds, most, seed",
    ),
    "help.finetune.set_train": (
        "설정(여러 번): kind(static·bi-encoder·reranker), base, 그리고 레시피의 train에 쓰는 이름",
        "settings (may be repeated): kind (static, bi-encoder, reranker), base, and all that a recipe's train has",
    ),
    "help.finetune.set_mine": (
        "설정(여러 번): count, reranker, device, 그리고 레시피의 mine에 쓰는 이름",
        "settings (may be repeated): count, reranker, device, and all that a recipe's mine has",
    ),
    "help.finetune.until": (
        "이 단계까지만 합니다: corpus, pairs, synthesize, split, mine, pretrain, train, embed, evaluate, gate",
        "stop after this stage: corpus, pairs, synthesize, split, mine, pretrain, train, embed, evaluate, gate",
    ),
    "help.finetune.no_gate": (
        "관문을 통과하지 못한 모델도 둡니다",
        "keep a model that does not pass the gate",
    ),
    "help.finetune.trials": (
        "해 볼 횟수 (기본: 파일의 trials)",
        "how many trials (default: the file's)",
    ),
    "help.finetune.pairs_file": ("쌍 파일(JSONL)", "file of pairs (JSONL)"),
    "help.finetune.pairs_files": (
        "쌍 파일(JSONL), 하나 이상",
        "files of pairs (JSONL), one or more",
    ),
    "help.finetune.out_file": ("쓸 파일(JSONL)", "file to write (JSONL)"),
    "help.finetune.out_folder": ("결과를 둘 폴더", "folder for what is made"),
    "help.finetune.questions": (
        "질문 파일: CSV 또는 JSONL의 질문과 정답(gold 또는 인용), 쌍 파일도 됩니다",
        "questions: CSV or JSONL with answers (gold or citations), or a file of pairs",
    ),
    "help.finetune.model": (
        "견줄 모델: 별칭, 허브 이름, 폴더 (여러 번 가능, 첫째와 견줍니다)",
        "a model to measure: alias, hub name or folder (may be repeated; the first is the base)",
    ),
    "help.finetune.reranker": (
        "견줄 재순위 모델 (여러 번 가능)",
        "a reranker to measure (may be repeated)",
    ),
    "help.finetune.lexical": ("낱말로만 찾는 것도 잽니다", "measure the search by words, too"),
    "help.finetune.gate": (
        "마지막 모델이 첫째를 이기지 못하면 1로 끝냅니다",
        "exit with 1 unless the last model beats the first",
    ),
    "help.finetune.measures": (
        "잴 것, 쉼표로 (ir-measures의 이름)",
        "what is measured, by commas (names of ir-measures)",
    ),
    "help.finetune.dev": (
        "훈련 중에 손실을 잴 쌍 파일(JSONL)",
        "pairs on which the loss is measured meanwhile (JSONL)",
    ),
    "help.finetune.folder": (
        "모델 폴더 또는 LoRA 어댑터 폴더",
        "folder of a model, or of a LoRA adapter",
    ),
    "help.finetune.onnx": ("ONNX도 만듭니다: float32 또는 int8", "make ONNX, too: float32 or int8"),
    "help.finetune.tokens_of": (
        "토큰을 세고 한도를 볼 모델 (없으면 글자를 셉니다)",
        "the model whose tokens are counted, and whose limits cut (without one: characters)",
    ),
    "meta.measures": ("척도", "MEASURES"),
    "meta.recipe": ("레시피", "RECIPE"),
    "meta.space": ("범위", "SPACE"),
    "meta.setting": ("이름=값", "NAME=VALUE"),
    "meta.stage": ("단계", "STAGE"),
    "meta.pairs": ("쌍", "PAIRS"),
    "stage.corpus": ("법령 색인", "index statutes"),
    "stage.pairs": ("쌍 만들기", "make pairs"),
    "stage.synthesize": ("질문 짓기", "make up questions"),
    "stage.split": ("나누기", "split"),
    "stage.mine": ("부정 예 캐기", "mine negatives"),
    "stage.pretrain": ("사전 훈련", "pretrain"),
    "stage.train": ("훈련", "train"),
    "stage.evaluate": ("평가", "evaluate"),
    "stage.analyze": ("쌍 살펴보기", "look at pairs"),
    "stage.gate": ("관문", "gate"),
    "stage.export": ("내보내기", "export"),
    "stage.kept": ("그대로 씀", "kept"),
    "stage.trial": ("{number}번째 시도", "trial {number}"),
    "fail.plugin": (
        '{name} 명령에 필요한 {package} 패키지가 없습니다. 설치하세요: pip install "lexdpr-rag[finetune]"',
        'the command {name} needs {package}, which is not installed: pip install "lexdpr-rag[finetune]"',
    ),
}
