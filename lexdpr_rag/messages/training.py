"""What is said of training encoders and rerankers by torch."""

from __future__ import annotations

MESSAGES: dict[str, tuple[str, str]] = {
    "train.bad_example": (
        '{path} {line}번째 줄은 훈련 예가 아닙니다({reason}). {{"query", "pos": [글], "neg": [글]}} 꼴의 JSON이어야 합니다. 그 줄을 고치거나 지우세요.',
        '{path}: line {line} is no training example ({reason}). It must be JSON of the form {{"query", "pos": [text], "neg": [text]}}; mend or delete it.',
    ),
    "train.no_rows": (
        "loss={loss}로 훈련할 행이 하나도 없습니다(버린 까닭: {reasons}). 하드 네거티브를 캐거나(mine) 점수를 붙이거나, 다른 손실을 고르세요.",
        "there is no row to train on with loss={loss} (left out: {reasons}). Mine hard negatives, score them, or choose another loss.",
    ),
    "train.no_probability": (
        "교사의 점수 {score}은(는) 확률(0…1)이 아닙니다. 로짓이면 loss.scores를 'logit'으로 하세요.",
        "the teacher's score {score} is no probability (0…1). If the scores are logits, set loss.scores to 'logit'.",
    ),
    "train.guide": (
        "loss.guide는 {guided}에만, 그리고 거기에는 꼭 씁니다: 지금은 loss.name={loss!r}, loss.guide={guide!r}입니다. 둘 가운데 하나를 바꾸세요.",
        "loss.guide is for {guided}, and they need it: loss.name is {loss!r} and loss.guide is {guide!r}. Change one of them.",
    ),
    "train.no_transformer": (
        "이 모델에는 {method}을(를) 붙일 트랜스포머가 없습니다. adapter.method를 'full'로 하세요.",
        "this model has no transformer to put {method} on. Set adapter.method to 'full'.",
    ),
    "train.targets": (
        "adapter.targets={targets}을(를) 붙일 수 없습니다({reason}). 모델에 있는 선형 층의 이름을 주거나 비워 두세요.",
        "adapter.targets={targets} cannot be used ({reason}). Name linear layers of the model, or leave it empty.",
    ),
    "train.too_short": (
        "{method}에는 {steps}걸음이 너무 짧습니다({least}걸음 이상). epochs를 늘리거나 adapter.method를 'lora'로 하세요.",
        "{steps} steps are too few for {method} (at least {least}). Raise epochs, or set adapter.method to 'lora'.",
    ),
    "train.no_dev": (
        "evaluate_every={evaluate_every}, patience={patience}인데 잴 dev 데이터가 없습니다. dev를 주거나 둘을 0으로 하세요.",
        "evaluate_every is {evaluate_every} and patience {patience}, but there is no dev data. Give some, or set both to 0.",
    ),
    "train.precision": (
        "이 장치에서는 precision={precision!r}을(를) 쓸 수 없습니다(쓸 수 있는 값: auto, {legal}).",
        "this device cannot train with precision={precision!r} (legal: auto, {legal})",
    ),
    "train.no_tracker": (
        "{tracker}이(가) 설치되어 있지 않습니다. pip install {tracker} 로 설치하거나 trackers에서 빼세요.",
        "{tracker} is not installed. Run pip install {tracker}, or take it out of trackers.",
    ),
    "train.not_finite": (
        "{step}걸음에서 손실이 수가 아니게 되었습니다(loss={loss}). learning_rate={learning_rate}를 낮추거나, temperature={temperature}를 높이거나, precision={precision}을 bf16이나 float32로 바꾸세요.",
        "the loss is no number any more at step {step} (loss={loss}). Lower learning_rate={learning_rate}, raise temperature={temperature}, or change precision={precision} to bf16 or float32.",
    ),
    "train.diverged": (
        "{step}걸음에서 훈련이 발산했습니다: 손실이 {first}에서 {last}로 올랐습니다. learning_rate={learning_rate}를 낮추거나, temperature={temperature}를 높이거나, warm_up을 늘리세요(지금 precision={precision}, 한도는 loss_rise).",
        "training has diverged at step {step}: the loss rose from {first} to {last}. Lower learning_rate={learning_rate}, raise temperature={temperature}, or lengthen warm_up (precision is {precision}; the bound is loss_rise).",
    ),
    "train.out_of_memory": (
        "메모리가 모자랍니다. batch_size={batch_size}를 줄이고 accumulation을 늘리거나, gradient_checkpointing={gradient_checkpointing}을 True로, max_seq_length={max_seq_length}를 짧게 하세요. 인배치 손실이면 cached_mnrl이 큰 배치를 적은 메모리로 합니다.",
        "memory does not suffice. Lower batch_size={batch_size} and raise accumulation, set gradient_checkpointing={gradient_checkpointing} to True, or shorten max_seq_length={max_seq_length}. Of the in-batch losses cached_mnrl takes large batches in little memory.",
    ),
    "train.no_version": (
        "{path}에는 끝난 모델(v1, v2 …)이 없습니다. 먼저 훈련을 끝내세요.",
        "there is no finished model (v1, v2 …) in {path}. Finish a training first.",
    ),
    "train.labels": (
        "재순위 모델의 출력이 {labels}개입니다. 훈련에는 출력 하나짜리가 필요합니다. 다른 base를 고르세요.",
        "the reranker has {labels} outputs. Training needs one with a single output; choose another base.",
    ),
    "train.4bit": (
        "load_in_4bit에는 adapter.method='lora'가 필요합니다(지금은 {method!r}). 4비트 가중치는 그대로 훈련할 수 없습니다.",
        "load_in_4bit needs adapter.method='lora' (it is {method!r}): weights of 4 bits cannot be trained themselves.",
    ),
    "train.engine": (
        "FlagEmbedding 엔진은 {name}={value!r}을(를) 할 수 없습니다(할 수 있는 값: {legal}). 그 값을 바꾸거나 engine을 'sentence-transformers'로 하세요.",
        "the FlagEmbedding engine cannot do {name}={value!r} (legal: {legal}). Change it, or set engine to 'sentence-transformers'.",
    ),
    "train.no_texts": (
        "사전 훈련할 글이 없습니다. 글이 하나 이상 있는 코퍼스를 주세요.",
        "there is no text to pretrain on. Give a corpus with at least one text.",
    ),
}
