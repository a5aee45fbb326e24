"""What is said of questions made for provisions: models asked, prompts, filters."""

from __future__ import annotations

MESSAGES: dict[str, tuple[str, str]] = {
    "synthesize.bad_line": (
        "{path} {line}번째 줄은 질문이 아닙니다({reason}). 그 줄을 고치거나 지우세요.",
        "{path}: line {line} is no question ({reason}). Mend or delete it.",
    ),
    "synthesize.option": (
        "질문 만들기의 {name}에 쓸 수 없는 값입니다: {value} (쓸 수 있는 값: {legal})",
        "{name} of question writing cannot be {value} (legal: {legal})",
    ),
    "synthesize.no_price": (
        "금액 한도 {money}을(를) 지키려면 값을 알아야 합니다. Price(prompt=…, completion=…)로 백만 토큰의 값을 주세요.",
        "to keep to {money} the price must be known. Give that of a million tokens by Price(prompt=…, completion=…).",
    ),
    "synthesize.url": (
        "주소 {url!r}은(는) http:// 나 https:// 로 시작해야 합니다(예: http://localhost:11434/v1).",
        "the address {url!r} must begin with http:// or https:// (for example http://localhost:11434/v1)",
    ),
    "synthesize.no_key": (
        "환경 변수 {variable}이(가) 비어 있습니다. API 키를 넣거나, 키가 필요 없으면 api_key_env를 주지 마세요.",
        "the environment variable {variable} is empty. Put the API key there, or leave api_key_env out if none is needed.",
    ),
    "synthesize.denied": (
        "{model}: 모델이 모든 요청을 거절합니다({detail}). 주소, 모델 이름, API 키를 확인하고 다시 실행하면 이어서 합니다.",
        "{model} refuses every request ({detail}). Check address, model name and API key; the next run goes on from here.",
    ),
    "synthesize.model": (
        "{model}에게는 질문을 쓰게 할 수 없습니다. Endpoint, LlamaIndex LLM, LangChain 채팅 모델 가운데 하나를 주세요.",
        "a {model} cannot write questions. Give an Endpoint, a LlamaIndex LLM or a LangChain chat model.",
    ),
    "synthesize.locked": (
        "{path}: 다른 프로세스가 쓰고 있습니다. 끝나기를 기다리거나 다른 파일을 주세요.",
        "{path} is in use by another process. Wait for its end or give another file.",
    ),
    "synthesize.no_prompts": (
        "{path}: 프롬프트 폴더가 없습니다. 패키지의 lexdpr_finetune/prompts를 복사해 고치세요.",
        "{path}: no such folder of prompts. Copy lexdpr_finetune/prompts of the package and change it.",
    ),
    "synthesize.prompt": (
        "{path}: 프롬프트 파일을 읽을 수 없습니다({reason}). 패키지의 같은 파일을 본보기로 고치세요.",
        "{path}: the prompt file cannot be read ({reason}). Mend it by the file of that name in the package.",
    ),
    "synthesize.placeholder": (
        "{path}: 자리표시가 맞지 않습니다: {wrong} (쓸 수 있는 것: {legal}). 달러 기호 자체는 $$로 적습니다.",
        "{path}: wrong or missing placeholders: {wrong} (legal: {legal}). A dollar sign itself is written $$.",
    ),
    "synthesize.stopped.budget": (
        "예산이 다해 멈췄습니다. 단위 {left}개가 남았고, 한도를 올려 다시 실행하면 이어서 합니다.",
        "stopped: the budget is used up. {left} units are left; raise it and run again to go on.",
    ),
    "synthesize.stopped.unreachable": (
        "모델이 잇달아 답하지 않아 멈췄습니다. 단위 {left}개가 남았고, 서버를 살핀 뒤 다시 실행하면 이어서 합니다.",
        "stopped: the model did not answer time and again. {left} units are left; look after the server and run again to go on.",
    ),
    "synthesize.report.units": (
        "단위: 답함 {answered}, 앞서 답함 {before}, 실패 {failed}, 남음 {left}",
        "units: {answered} answered, {before} before, {failed} failed, {left} left",
    ),
    "synthesize.report.questions": (
        "질문: {questions}개 (수가 모자란 단위 {short})",
        "questions: {questions} ({short} units with too few)",
    ),
    "synthesize.report.usage": (
        "토큰: 읽음 {prompt}, 씀 {completion} (어림 {estimated}); 모두 {total}, 비용 {cost:.4f} {currency}",
        "tokens: {prompt} read, {completion} written ({estimated} estimated); {total} in all, cost {cost:.4f} {currency}",
    ),
    "synthesize.quality.kept": (
        "질문 {given}개 가운데 {kept}개를 남겼습니다(조문 {articles}개).",
        "{kept} of {given} questions kept (on {articles} articles)",
    ),
    "synthesize.quality.kinds": ("종류: 처음, 남음", "kinds: given, kept"),
    "synthesize.quality.removed": ("걸러 낸 까닭:", "removed, by reason:"),
    "synthesize.quality.lengths": (
        "질문 길이(글자): {spread}",
        "length of questions (characters): {spread}",
    ),
    "synthesize.quality.round_trip": (
        "되찾기(그 조문을 몇째 안에 찾았나): {rates}",
        "round trip (the article found within): {rates}",
    ),
}
