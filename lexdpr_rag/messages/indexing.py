"""What is said of an index: building and opening it, its vectors."""

from __future__ import annotations

MESSAGES: dict[str, tuple[str, str]] = {
    "index.missing": (
        "{path}: 그런 색인이 없습니다. 'lexdpr-rag index 법령폴더 --out {path}'로 먼저 만드세요.",
        "{path}: no such index. Build it first: lexdpr-rag index LAWS --out {path}",
    ),
    "index.not_index": (
        "{path}: 색인 폴더가 아닙니다(CURRENT 없음). 'lexdpr-rag index'로 만든 폴더를 주세요.",
        "{path}: not an index (no CURRENT file). Give a folder that 'lexdpr-rag index' made.",
    ),
    "index.unfinished": (
        "{path}: 색인을 만들다 멈춘 상태입니다. 같은 'lexdpr-rag index' 명령을 다시 실행하면 이어서 합니다.",
        "{path}: the index was not finished. Run the same 'lexdpr-rag index' again; it goes on where it was.",
    ),
    "fusion.damaged": (
        "{path}: 맞춰 둔 융합이나 재순위의 망이 없거나 망가졌습니다. 패키지의 것이면 패키지를 다시 설치하고, 직접 맞춘 것이면 다시 맞추세요.",
        "{path}: the fitted network of the fusion or the reranker is missing or damaged. Install the package again if it is its own; fit it again if it is yours.",
    ),
    "index.damaged": (
        "{path}: 색인의 {part}이(가) 없거나 손상되었습니다. 'lexdpr-rag index'로 다시 만드세요.",
        "{path}: {part} of the index is missing or damaged. Build it again with 'lexdpr-rag index'.",
    ),
    "index.newer": (
        "{path}: 더 새로운 형식({found})의 색인입니다. 이 버전은 형식 {known}까지 읽습니다. lexdpr-rag를 올리세요.",
        "{path}: the index has a newer format ({found}); this version reads {known}. Upgrade lexdpr-rag.",
    ),
    "index.older": (
        "{path}: 옛 형식({found})의 색인입니다(현재 {known}). 'lexdpr-rag index'로 다시 만드세요.",
        "{path}: the index has an old format ({found}; now {known}). Build it again with 'lexdpr-rag index'.",
    ),
    "index.locked": (
        "{path}: 다른 프로세스가 이 색인을 만들고 있습니다. 끝난 뒤에 다시 실행하세요.",
        "{path}: another process is building this index. Try again when it has finished.",
    ),
    "index.is_file": (
        "{path}: 색인을 둘 폴더가 필요한데 파일입니다. 다른 이름을 주세요.",
        "{path}: a folder is needed for the index, and this is a file. Give another name.",
    ),
    "index.not_empty": (
        "{path}: 색인이 아닌 파일이 있는 폴더입니다. 빈 폴더나 새 이름을 주세요.",
        "{path}: the folder holds other files and no index. Give an empty folder or a new name.",
    ),
    "index.nothing_read": (
        "파일 {sources}개 가운데 읽을 수 있는 법령이 없습니다. 첫 오류: {reason}",
        "none of {sources} files could be read as a statute. First error: {reason}",
    ),
    "index.strict": (
        "엄격 모드(--strict)에서 멈췄습니다. {reason}",
        "stopped by --strict. {reason}",
    ),
    "dense.dimension": (
        "{path}: 색인의 벡터는 {expected}차원({built})인데 {given}은(는) {found}차원입니다. 색인을 만든 모델로 여세요.",
        "{path}: the index holds vectors of {expected} dimensions ({built}), but {given} gives {found}. Open it with the model that built it.",
    ),
    "dense.encoder": (
        "{path}: 색인의 벡터는 {built}(으)로 만들었는데 {given}은(는) 다른 모델이거나 설정이 다릅니다. 그 모델로 열거나 'lexdpr-rag index'로 다시 만드세요.",
        "{path}: the vectors were made by {built}; {given} is another model or is set up differently. Open it with that model, or build it again with 'lexdpr-rag index'.",
    ),
    "dense.encoder_missing": (
        "{path}: 이 색인의 벡터를 만든 모델({built})을 열 수 없습니다: {reason} 모델을 옮겼다면 encoder(--encoder)로 알려 주거나, 낱말로만 찾으려면 mode='lexical'(--mode lexical)을 쓰세요.",
        "{path}: the model that made the vectors ({built}) cannot be opened: {reason} If it has moved, name it with encoder (--encoder); to search by words alone, use mode='lexical' (--mode lexical).",
    ),
    "dense.encoder_object": (
        "{path}: 이 색인의 벡터는 파이썬 객체로 준 인코더({built})가 만들었습니다. 같은 인코더를 encoder=로 다시 주거나 mode='lexical'을 쓰세요.",
        "{path}: the vectors were made by an encoder given as a Python object ({built}). Give it again as encoder=, or use mode='lexical'.",
    ),
    "dense.shape": (
        "{encoder}: 벡터 모양이 {expected}이어야 하는데 {found}입니다. 모델을 확인하세요.",
        "{encoder}: vectors should have the shape {expected}, not {found}. Check the model.",
    ),
    "dense.not_finite": (
        "{encoder}: 유한하지 않은(NaN·무한대) 벡터가 나왔습니다. 글: {text!r}. float32로 시도하거나 모델을 확인하세요.",
        "{encoder}: a vector is not finite (NaN or infinity). Text: {text!r}. Try float32, or check the model.",
    ),
    "dense.disk_full": (
        "{path}: 디스크에 남은 자리가 없습니다. 자리를 만든 뒤 같은 명령을 다시 실행하면 이어서 합니다. 쓰던 색인은 그대로입니다.",
        "{path}: no space left on the disk. Make room and run the same command; it goes on where it was. The index in use is unharmed.",
    ),
    "dense.backend": (
        "벡터 저장소에 쓸 수 없는 값입니다: {value!r} (쓸 수 있는 값: {legal})",
        "the vector backend cannot be {value!r} (one of {legal})",
    ),
    "dense.url_without_chroma": (
        "Chroma 서버 주소는 벡터 저장소가 chroma일 때만 쓸 수 있습니다(지금은 {value!r}).",
        "a Chroma URL goes with the backend chroma only, not with {value!r}",
    ),
    "dense.chroma_url": (
        "Chroma 서버 주소로 쓸 수 없습니다: {value!r}. 예: http://localhost:8000. 열쇠는 환경 변수 CHROMA_API_KEY로 주세요.",
        "not the URL of a Chroma server: {value!r}. For example: http://localhost:8000. Give the key in CHROMA_API_KEY.",
    ),
    "dense.chroma_away": (
        "{place}: Chroma 서버가 응답하지 않습니다({reason}). 서버와 주소를 확인하고 다시 시도하세요. 색인은 그대로입니다.",
        "{place}: the Chroma server does not answer ({reason}). Check the server and the URL, and try again. The index is unharmed.",
    ),
    "dense.chroma_missing": (
        "{place}: 이 색인의 컬렉션이 Chroma에 없습니다({reason}). 'lexdpr-rag index'로 다시 만드세요.",
        "{place}: Chroma does not hold the collection of this index ({reason}). Build it again with 'lexdpr-rag index'.",
    ),
    "dense.chroma_failed": (
        "{place}: Chroma 오류입니다: {reason}. 되풀이되면 'lexdpr-rag index'로 다시 만드세요.",
        "{place}: Chroma failed: {reason}. If it happens again, build the index again with 'lexdpr-rag index'.",
    ),
    "dense.faiss_failed": (
        "FAISS 오류입니다: {reason}. 되풀이되면 'lexdpr-rag index'로 다시 만드세요.",
        "FAISS failed: {reason}. If it happens again, build the index again with 'lexdpr-rag index'.",
    ),
    "index.worker_ended": (
        "작업 프로세스가 갑자기 끝났습니다(메모리 부족일 수 있습니다). --jobs 1로 다시 실행하면 이어서 합니다.",
        "a worker process ended by itself (out of memory, perhaps). Run it again with --jobs 1; it goes on.",
    ),
    "graph.missing": (
        "{path}: 참조를 담기 전에 만든 색인입니다. 'lexdpr-rag index'로 다시 만드세요(벡터는 그대로 씁니다).",
        "{path}: the index was made before it held references. Build it again with 'lexdpr-rag index' (its vectors are kept).",
    ),
    "graph.gone": (
        "{path}: 색인이 그사이 새로 만들어졌습니다. LexDPR.open으로 다시 여세요.",
        "{path}: the index has been built anew meanwhile. Open it again with LexDPR.open.",
    ),
}
