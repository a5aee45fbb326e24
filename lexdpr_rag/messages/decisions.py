"""What is said of court decisions: reading them, attaching them to an index."""

from __future__ import annotations

MESSAGES: dict[str, tuple[str, str]] = {
    "decisions.damaged": (
        "{path}: 판례 묶음이 없거나 망가졌습니다; 색인의 것이면 'lexdpr-rag index'로 다시 만들고, "
        "패키지의 것이면 패키지를 다시 설치하세요",
        "{path}: the pack of decisions is missing or damaged; build the index again with 'lexdpr-rag "
        "index', or install the package again if the pack is its own",
    ),
    "decisions.missing": (
        "{path}: 그런 판례 파일이나 폴더가 없습니다. 경로를 확인하세요. 붙인 판례를 떼려면 none을 주세요.",
        "{path}: no such file or folder of decisions. Check the path; to detach decisions, give none.",
    ),
    "decisions.empty_folder": (
        "{path}: 판례 파일(.jsonl, .json, 그리고 .zst·.gz·.tar로 묶은 것)이 없는 폴더입니다.",
        "{path}: the folder holds no decisions (.jsonl, .json, also as .zst, .gz or .tar).",
    ),
    "decisions.no_field": (
        "{path}:{number}: 판례에 있어야 할 '{field}'이(가) 없습니다. 국가법령정보 API의 판례 본문 응답을 주세요.",
        "{path}:{number}: the field '{field}' of a decision is missing. Give answers of the national law API for decisions.",
    ),
    "decisions.bad_line": (
        "{path}:{number}: 판례로 읽을 수 없습니다({reason}). 판례 하나가 JSON 객체 하나여야 합니다. 고치거나 지우세요.",
        "{path}:{number}: cannot be read as a decision ({reason}). Each must be one JSON object; mend or delete it.",
    ),
    "decisions.none_read": (
        "{path}: {count:,}개 가운데 판례로 읽을 수 있는 것이 없습니다. 첫 오류: {reason}",
        "{path}: none of {count:,} can be read as a decision. First error: {reason}",
    ),
    "decisions.more_bad": (
        "{path}: 판례로 읽을 수 없는 것이 {count:,}개 더 있습니다. 위의 것처럼 고치거나 지우세요.",
        "{path}: {count:,} more cannot be read as decisions. Mend or delete them like those above.",
    ),
    "decisions.nothing_read": (
        "판례를 하나도 읽지 못했습니다. 첫 오류: {reason}",
        "no decision could be read. First error: {reason}",
    ),
    "decisions.no_files": (
        "판례 파일이 하나도 주어지지 않았습니다. 파일이나 폴더를 주세요. 붙인 판례를 떼려면 none을 주세요.",
        "no files of decisions were given. Give files or folders; to detach decisions, give none.",
    ),
    "decisions.no_vectors": (
        "벡터가 없는 색인에는 판례를 붙일 수 없습니다. --encoder로 모델을 주거나 --decisions를 빼세요.",
        "decisions cannot be attached to an index without vectors. Name a model with --encoder, or leave --decisions out.",
    ),
    "decisions.other_encoder": (
        "{path}: 색인에 붙은 판례는 다른 인코더의 것이라 그대로 둘 수 없습니다. --decisions로 판례 파일을 다시 주거나, 떼려면 --decisions none을 주세요.",
        "{path}: the decisions of the index were made with another encoder. Give their files again with --decisions, or --decisions none to detach them.",
    ),
}
