"""What is said of models: templates, encoders, rerankers, export, files of vectors."""

from __future__ import annotations

MESSAGES: dict[str, tuple[str, str]] = {
    "package.missing": (
        "{package}이(가) 설치되어 있지 않습니다. 설치: pip install {package}",
        "{package} is not installed. Install it: pip install {package}",
    ),
    "extra.missing": (
        '{package}이(가) 설치되어 있지 않습니다. 설치: pip install "lexdpr-rag[{extra}]"',
        '{package} is not installed. Install it: pip install "lexdpr-rag[{extra}]"',
    ),
    "template.unknown": (
        "'{name}'이라는 템플릿이 없습니다. 쓸 수 있는 이름: {legal} (또는 JSON 파일, dict)",
        "no template '{name}'. Legal names: {legal} (or a JSON file or a dict)",
    ),
    "template.missing": (
        "{path}: 그런 템플릿 파일이 없습니다. 경로를 확인하세요.",
        "{path}: no such template file. Check the path.",
    ),
    "template.unreadable": (
        "{path}: 템플릿 파일을 읽을 수 없습니다({reason}). query_prefix와 passage_prefix가 있는 JSON 객체가 필요합니다.",
        "{path}: the template file cannot be read ({reason}). A JSON object with query_prefix and passage_prefix is expected.",
    ),
    "template.incomplete": (
        "{path}: 템플릿에 query_prefix, passage_prefix(또는 query_format, passage_format)가 모두 없습니다. 하나는 있어야 합니다.",
        "{path}: the template has neither query_prefix nor passage_prefix (nor query_format or passage_format). One is needed.",
    ),
    "template.key": (
        "{path}: 템플릿에 없는 항목입니다: {names}. 쓸 수 있는 항목: {legal}",
        "{path}: unknown keys of a template: {names}. Legal keys: {legal}",
    ),
    "template.value": (
        "{path}: 템플릿의 {name} 값은 글이어야 합니다: {value!r}",
        "{path}: {name} of a template must be a string, not {value!r}",
    ),
    "template.format": (
        "{path}: {name}에 '{{text}}'가 꼭 한 번 있어야 합니다: {value!r}",
        "{path}: {name} must contain '{{text}}' exactly once: {value!r}",
    ),
    "model.missing": (
        "{path}: 그런 모델 폴더가 없습니다. 경로를 확인하세요.",
        "{path}: no such model folder. Check the path.",
    ),
    "model.is_file": (
        "{path}: 모델 폴더가 필요한데 파일입니다. 파일이 들어 있는 폴더를 주세요.",
        "{path}: a model folder is needed, and this is a file. Give the folder that holds it.",
    ),
    "model.unknown": (
        "'{name}'이라는 모델 별칭이 없습니다(비슷한 것: {near}). 'lexdpr-rag models'의 별칭, '소유자/이름' 꼴의 허브 이름, 로컬 폴더 가운데 하나를 주세요.",
        "no model alias '{name}' (similar: {near}). Give an alias of 'lexdpr-rag models', a hub name such as 'owner/name', or a local folder.",
    ),
    "model.incomplete": (
        "{path}: 모델 폴더에 {missing} 파일이 없습니다. 모델을 다시 저장하거나 받으세요.",
        "{path}: {missing} is missing in the model folder. Save or fetch the model again.",
    ),
    "model.damaged": (
        "{path}: 모델의 {part}을(를) 읽을 수 없습니다({reason}). 모델을 다시 저장하거나 받으세요.",
        "{path}: {part} of the model cannot be read ({reason}). Save or fetch the model again.",
    ),
    "model.not_loaded": (
        "{name}: 모델을 불러오지 못했습니다({reason}). 이름과 네트워크를 확인하거나 내려받은 폴더를 주세요.",
        "{name}: the model could not be loaded ({reason}). Check the name and the network, or give a folder.",
    ),
    "model.not_static": (
        "{path}: 정적 임베딩 모델이 아니어서 backend='static'으로 쓸 수 없습니다. backend='auto'를 쓰세요.",
        "{path}: not a static embedding model, so backend='static' cannot run it. Use backend='auto'.",
    ),
    "model.not_onnx": (
        "{path}: backend='onnx'에는 로컬 폴더가 필요합니다. 'lexdpr-rag export-onnx'로 먼저 내보내세요.",
        "{path}: backend='onnx' needs a local folder. Export it first with 'lexdpr-rag export-onnx'.",
    ),
    "model.adapter": (
        "{path}: 이 LoRA 어댑터를 {name}에 붙일 수 없습니다({reason}). 어댑터를 학습한 기반 모델을 주세요.",
        "{path}: this LoRA adapter does not fit {name} ({reason}). Give the base model it was trained on.",
    ),
    "model.is_reranker": (
        "{path}: 벡터를 만드는 인코더가 아니라 재순위 모델(교차 인코더)입니다. Reranker로 쓰거나 인코더를 주세요.",
        "{path}: a reranker (cross-encoder), not an encoder of vectors. Use it with Reranker, or give an encoder.",
    ),
    "model.adapter_base": (
        "{path}: adapter_config.json에 base_model_name_or_path가 없습니다. 기반 모델과 peft_adapter_path를 함께 주세요.",
        "{path}: adapter_config.json has no base_model_name_or_path. Give the base model and peft_adapter_path.",
    ),
    "model.adapter_no_base": (
        "{path}: 이 어댑터의 기반 모델 {base}을(를) 찾을 수 없습니다. 기반 모델과 peft_adapter_path를 함께 주세요.",
        "{path}: the base model of this adapter, {base}, cannot be found. Give the base model and peft_adapter_path.",
    ),
    "model.adapter_other_base": (
        "{name}: 어댑터 {path}은(는) {base}에서 학습했는데 {target}에 붙입니다. 기반 모델이 맞는지 확인하세요.",
        "{name}: the adapter {path} was trained on {base} and is put on {target}. Check that the base is right.",
    ),
    "model.config_value": (
        "{path}: 모델 설정의 {name}에 쓸 수 없는 값입니다: {value!r} (쓸 수 있는 값: {legal})",
        "{path}: {name} of the model's configuration cannot be {value!r} (legal: {legal})",
    ),
    "model.option": (
        "{name}에 쓸 수 없는 값입니다: {value!r} (쓸 수 있는 값: {legal})",
        "{name} cannot be {value!r} (legal: {legal})",
    ),
    "model.too_long": (
        "{name}: {setting}={value}은(는) 이 모델이 받을 수 있는 {longest} 토큰을 넘습니다. {longest} 이하로 주세요.",
        "{name}: {setting}={value} is over the {longest} tokens that the model can take. Give at most {longest}.",
    ),
    "model.contradiction": (
        "{name}: {setting}을(를) {given}(으)로 쓰지만 모델은 {saved}이라고 합니다({where}). 벡터가 나빠질 수 있습니다.",
        "{name}: {setting} is {given}, while the model says {saved} ({where}). Its vectors may get worse.",
    ),
    "model.truncated": (
        "{name}: 글 {total}개 가운데 {count}개가 {limit} 토큰을 넘어 뒷부분을 잘랐습니다(가장 긴 글 {longest} 토큰).",
        "{name}: {count} of {total} texts are longer than {limit} tokens and were cut (the longest has {longest}).",
    ),
    "model.always_normalized": (
        "{name}: ONNX 그래프가 벡터를 정규화하므로 normalize=False로 쓸 수 없습니다. 정규화 없이 다시 내보내세요.",
        "{name}: its ONNX graph normalises, so normalize=False is not possible. Export it without normalisation.",
    ),
    "model.one_text": (
        "글의 목록이 필요한데 글 하나입니다: {text!r}. [ ]로 묶으세요.",
        "a list of texts is needed, and this is one text: {text!r}. Put it in [ ].",
    ),
    "model.not_text": (
        "{number}번째 글이 글이 아니라 {found}입니다(0부터 셈).",
        "text number {number} (from 0) is not a string but {found}.",
    ),
    "model.encoding": ("벡터 만들기", "encoding"),
    "embed.bad_lines": (
        '{path}: {count}줄을 쓸 수 없습니다: {lines}. 한 줄은 {{"id": "…", "{text}": "…"}} 꼴이고 id는 서로 달라야 합니다.',
        '{path}: {count} lines cannot be used: {lines}. A line must look like {{"id": "…", "{text}": "…"}}, each id once.',
    ),
    "embed.empty": (
        "{path}: 글이 하나도 없습니다. 한 줄에 JSON 객체 하나가 필요합니다.",
        "{path}: there are no texts. One JSON object a line is expected.",
    ),
    "embed.no_text": (
        "글이 비어 있습니다. 벡터로 만들 글을 주세요.",
        "the text is empty. Give a text to embed.",
    ),
    "embed.locked": (
        "{path}: 다른 프로세스가 같은 이름의 파일을 만들고 있습니다. 끝난 뒤에 다시 실행하세요.",
        "{path}: another process is writing files of this name. Try again when it has finished.",
    ),
    "embed.format": (
        "format에 쓸 수 없는 값입니다: {value!r} ({legal} 가운데 하나)",
        "format cannot be {value!r} (one of {legal})",
    ),
    "embed.prefix": (
        "prefix는 폴더가 없는 파일 이름이어야 합니다: {value!r}",
        "prefix must be a file name without folders, not {value!r}",
    ),
    "reranker.labels": (
        "{name}: 점수를 내는 머리의 라벨이 {labels}개입니다. 관련도를 내는 라벨 1개 또는 2개의 교차 인코더가 필요합니다.",
        "{name}: the head has {labels} labels. A cross-encoder with 1 or 2 labels, for relevance, is needed.",
    ),
    "reranker.flag_labels": (
        "{name}: FlagEmbedding은 라벨 1개의 모델만 다룹니다. backend='torch'를 쓰세요.",
        "{name}: FlagEmbedding runs models with 1 label only. Use backend='torch'.",
    ),
    "reranker.no_head": (
        "{name}: 관련도를 내는 머리가 없는 바탕 모델({found})입니다. 미세조정한 교차 인코더나, 머리가 들어 있는 LoRA 어댑터(peft_adapter_path)를 주세요.",
        "{name}: a base model without a head for relevance ({found}). Give a fine-tuned cross-encoder, or a LoRA adapter that holds the head (peft_adapter_path).",
    ),
    "reranker.is_encoder": (
        "{path}: 재순위 모델이 아니라 벡터를 만드는 인코더입니다. BiEncoder로 쓰거나 교차 인코더를 주세요.",
        "{path}: an encoder of vectors, not a reranker. Use it with BiEncoder, or give a cross-encoder.",
    ),
    "reranker.no_cuda": (
        "{name}: load_in_4bit에는 CUDA GPU가 필요한데 쓸 수 있는 장치가 {device}입니다. load_in_4bit=False로 쓰거나, CPU에서는 'lexdpr-rag export-onnx --quantize int8'을 쓰세요.",
        "{name}: load_in_4bit needs a CUDA GPU, and the device is {device}. Use load_in_4bit=False or, on a CPU, 'lexdpr-rag export-onnx --quantize int8'.",
    ),
    "reranker.no_bitsandbytes": (
        "{name}: load_in_4bit에는 bitsandbytes가 필요합니다. 설치: pip install bitsandbytes",
        "{name}: load_in_4bit needs bitsandbytes. Install it: pip install bitsandbytes",
    ),
    "reranker.not_finite": (
        "{name}: 유한하지 않은(NaN·무한대) 점수가 나왔습니다. 모델이 온전한지 확인하세요.",
        "{name}: a score is not finite (NaN or infinity). Check that the model is whole.",
    ),
    "reranker.truncated": (
        "{name}: 질문과 조문 {total}쌍 가운데 {count}쌍이 {limit} 토큰을 넘어 뒷부분을 잘랐습니다(가장 긴 쌍 {longest} 토큰).",
        "{name}: {count} of {total} pairs of question and provision are longer than {limit} tokens and were cut (the longest has {longest}).",
    ),
    "export.exists": (
        "{path}: 이미 있습니다. 바꾸려면 --force를 붙이거나 다른 이름을 주세요.",
        "{path}: it exists. Add --force to replace it, or give another name.",
    ),
    "export.not_model": (
        "{path}: ONNX로 내보낸 모델 폴더가 아니어서 --force로도 바꾸지 않습니다. 다른 이름을 주세요.",
        "{path}: not the folder of an exported model, so --force does not replace it. Give another name.",
    ),
    "export.over_itself": (
        "{path}: 내보낼 모델과 겹치는 폴더입니다. 다른 이름을 주세요.",
        "{path}: the folder overlaps with the model that is exported. Give another name.",
    ),
    "export.static": (
        "{name}: 정적 임베딩 모델은 torch 없이 그대로 쓸 수 있어 내보낼 필요가 없습니다.",
        "{name}: static embeddings run without torch as they are; there is nothing to export.",
    ),
    "export.already": (
        "{name}: 이미 ONNX 모델입니다. 원래의 torch 모델을 주세요.",
        "{name}: an ONNX model already. Give the torch model that it was made from.",
    ),
    "export.not_plain": (
        "{name}: ONNX로 내보낼 수 없는 구조입니다(빠른 토크나이저와 표준 구조가 필요합니다). torch로 쓰세요.",
        "{name}: this kind of model cannot be exported (a fast tokenizer and a plain architecture are needed). Use it with torch.",
    ),
    "export.failed": (
        "{name}: ONNX로 내보내지 못했습니다({reason}). --opset을 바꾸거나 torch로 쓰세요.",
        "{name}: the export failed ({reason}). Try another --opset, or use the model with torch.",
    ),
    "export.different": (
        "{name}: 내보낸 모델이 torch와 다릅니다({measure} {value:.5f}, 한도 {bound}). 저장하지 않았습니다.{hint}",
        "{name}: the exported model differs from torch ({measure} {value:.5f}, limit {bound}). Nothing was saved.{hint}",
    ),
    "export.without_int8": (
        " --quantize 없이 내보내세요.",
        " Export it without --quantize.",
    ),
}
