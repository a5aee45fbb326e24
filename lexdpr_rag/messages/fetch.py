"""What is said while laws are fetched."""

from __future__ import annotations

MESSAGES: dict[str, tuple[str, str]] = {
    # -- what was asked for ----------------------------------------------------------------------
    "fetch.nothing_wanted": (
        "받을 것이 없습니다. 법령 이름(예: 민법)이나 --ids와 번호를 주거나, 모두 받으려면 --all을 쓰세요.",
        "Nothing was asked for. Give names of laws (for example 민법), --ids with numbers, or --all.",
    ),
    "fetch.both_wanted": (
        "이름({names})과 --all을 함께 쓸 수 없습니다. 하나만 주세요.",
        "Names ({names}) and --all do not go together. Give one of them.",
    ),
    "fetch.bad_id": (
        "'{value}'은(는) 번호가 아닙니다. 법령ID(예: 001706)처럼 숫자로 주거나, 이름이면 --ids를 빼세요.",
        "'{value}' is no number. Give digits as in 법령ID (for example 001706), or leave out --ids for names.",
    ),
    "fetch.range": (
        "기간 {since}~{until}은(는) 판례({kind})에만 쓸 수 있고, 앞의 날이 뒤의 날보다 늦을 수 없습니다.",
        "The days {since}~{until} are for decisions ({kind}) only, and the first must not be after the second.",
    ),
    "fetch.manners": (
        "{name}={value}은(는) 쓸 수 없습니다. {least} 이상이어야 합니다.",
        "{name}={value} is not allowed; it must be at least {least}.",
    ),
    "fetch.no_key": (
        "law.go.kr 인증키가 없습니다. open.law.go.kr에서 신청한 키(OC)를 LEXDPR_LAW_KEY에 넣거나, 키 없이 --from legalize-kr로 받으세요.",
        "No key for law.go.kr. Put the key (OC) of open.law.go.kr into LEXDPR_LAW_KEY, or use --from legalize-kr, which needs none.",
    ),
    "fetch.bad_key": (
        "인증키에 쓸 수 없는 글자가 있습니다. open.law.go.kr에 등록한 이메일의 @ 앞부분(OC)만 넣으세요.",
        "The key has characters that no key has. Give only the part before @ of the address registered at open.law.go.kr (OC).",
    ),
    "fetch.url": (
        "'{url}'은(는) 쓸 수 없는 주소입니다. {expected}로 시작하는 주소를 주세요.",
        "'{url}' is no address that can be used. Give one that begins with {expected}.",
    ),
    "fetch.unknown_name": (
        "'{name}': law.go.kr의 {what} 가운데 그런 이름이 없습니다. 정식 이름을 띄어쓰기까지 확인하세요.",
        "'{name}': law.go.kr has no {what} of that name. Check the full name.",
    ),
    "fetch.unknown_name_near": (
        "'{name}': law.go.kr의 {what} 가운데 그런 이름이 없습니다. 혹시: {near}",
        "'{name}': law.go.kr has no {what} of that name. Did you mean: {near}",
    ),
    "fetch.unknown_id": (
        "{name}: law.go.kr의 {what} 가운데 그런 번호가 없습니다. 번호와 --kind를 확인하세요.",
        "{name}: law.go.kr has no {what} of that number. Check the number and --kind.",
    ),
    "fetch.not_in_force": (
        "'{name}': {day}에 시행 중인 판이 없습니다. 제정되기 전이거나 폐지된 뒤인지 확인하고 다른 날을 주세요.",
        "'{name}': no version in force on {day}. It may be enacted later or repealed; give another day.",
    ),
    "fetch.not_given": (
        "'{name}': {days}에 선고된 {what}가 없습니다. 날짜를 확인하거나 --date를 빼세요.",
        "'{name}': no {what} was given on {days}. Check the days, or leave out --date.",
    ),
    # -- what the server said --------------------------------------------------------------------
    "fetch.refused": (
        "law.go.kr이 인증키를 받아들이지 않았습니다: {said}. open.law.go.kr에서 키(OC)와, 이 컴퓨터의 IP 주소가 등록되었는지 확인하세요.",
        "law.go.kr refused the key: {said}. Check at open.law.go.kr the key (OC) and that this computer's IP address is registered.",
    ),
    "fetch.not_applied": (
        "이 인증키는 {what} 자료에 미신청 상태입니다. open.law.go.kr의 OPEN API 신청에서 이 종류를 선택하세요.",
        "This key was not registered for {what}. Choose this kind in the API application of open.law.go.kr.",
    ),
    "fetch.maintenance": (
        "law.go.kr이 점검 중입니다: {said}. 나중에 같은 명령을 다시 실행하면 이어서 받습니다.",
        "law.go.kr is down for maintenance: {said}. Run the same command later; it goes on from here.",
    ),
    "fetch.page": (
        "law.go.kr이 자료 대신 웹 페이지를 보냈습니다: {said}. 잠시 뒤 같은 명령을 다시 실행하세요.",
        "law.go.kr sent a web page instead of data: {said}. Run the same command again later.",
    ),
    "fetch.said": (
        "law.go.kr이 요청을 거절했습니다: {said}. 이름, 번호, 날짜를 확인하세요.",
        "law.go.kr declined the request: {said}. Check name, number and day.",
    ),
    "fetch.status": (
        "{url}: 서버가 HTTP {status}로 답했습니다. 주소와 접속 권한을 확인하고 나중에 다시 실행하세요.",
        "{url}: the server answered with HTTP {status}. Check the address and access, and try again later.",
    ),
    "fetch.wait": (
        "서버가 {seconds:.0f}초 뒤에 오라고 합니다. 그 뒤에 같은 명령을 다시 실행하면 이어서 받습니다.",
        "The server asks to wait {seconds:.0f} seconds. Run the same command after that; it goes on from here.",
    ),
    "fetch.unreachable": (
        "{host}에 연결할 수 없습니다({reason}). 인터넷 연결과 프록시를 확인하고 같은 명령을 다시 실행하세요.",
        "{host} cannot be reached ({reason}). Check the network and proxy, and run the same command again.",
    ),
    "fetch.timeout": (
        "{host}이(가) {seconds:g}초 안에 답하지 않았습니다. 나중에 같은 명령을 다시 실행하거나 --timeout을 늘리세요.",
        "{host} did not answer within {seconds:g} seconds. Run the same command later, or raise --timeout.",
    ),
    "fetch.cut_off": (
        "{host}의 답이 중간에 끊겼습니다({reason}). 같은 명령을 다시 실행하세요.",
        "The answer of {host} was cut off ({reason}). Run the same command again.",
    ),
    "fetch.too_large": (
        "{host}의 답이 한도 {limit} MB를 넘습니다. --url의 주소를 확인하세요.",
        "The answer of {host} is over the limit of {limit} MB. Check the address of --url.",
    ),
    "fetch.empty": (
        "law.go.kr이 빈 답을 보냈습니다. 나중에 같은 명령을 다시 실행하세요.",
        "law.go.kr sent an empty answer. Run the same command again later.",
    ),
    "fetch.not_json": (
        "law.go.kr의 답이 JSON이 아닙니다({reason}). 나중에 같은 명령을 다시 실행하세요.",
        "The answer of law.go.kr is no JSON ({reason}). Run the same command again later.",
    ),
    "fetch.other_form": (
        "law.go.kr의 답에 '{expected}'이(가) 없고 {found}이(가) 있습니다. API가 바뀌었다면 lexdpr-rag을 새 판으로 올리세요.",
        "The answer of law.go.kr has {found} and no '{expected}'. If the API has changed, upgrade lexdpr-rag.",
    ),
    "fetch.other_law": (
        "law.go.kr이 다른 것을 보냈습니다: {field} {found} ({expected}을(를) 청함). 저장하지 않았습니다. 나중에 다시 받으세요.",
        "law.go.kr sent something else: {field} {found} ({expected} was asked for). It was not kept; fetch it again later.",
    ),
    "fetch.no_text": (
        "law.go.kr의 답에 본문이 없어 저장하지 않았습니다. 이미지로만 있는 법령일 수 있으니 law.go.kr에서 확인하세요.",
        "The answer of law.go.kr has no text, so it was not kept. It may be there as an image only; look at law.go.kr.",
    ),
    "fetch.gave_up": (
        "{count}건이 이어서 실패해 멈췄습니다({reason}) 받은 것은 그대로 있으니 같은 명령을 다시 실행하면 이어서 받습니다.",
        "Stopped after {count} failures in a row ({reason}) What was fetched is kept; the same command goes on from here.",
    ),
    # -- the folder ------------------------------------------------------------------------------
    "fetch.unwritable": (
        "{path}: 쓸 수 없습니다({reason}). 폴더의 권한을 확인하거나 다른 폴더를 주세요.",
        "{path}: cannot be written ({reason}). Check the permissions, or give another folder.",
    ),
    "fetch.disk_full": (
        "{path}: 디스크에 빈 곳이 없습니다. 자리를 비우고 같은 명령을 다시 실행하면 이어서 받습니다.",
        "{path}: the disk is full. Free some space and run the same command; it goes on from here.",
    ),
    "fetch.locked": (
        "{path}: 다른 lexdpr-rag fetch가 이 폴더에 받는 중입니다. 끝난 뒤에 다시 실행하거나 다른 폴더를 주세요.",
        "{path}: another lexdpr-rag fetch is at work in this folder. Wait for it, or give another folder.",
    ),
    # -- legalize-kr -----------------------------------------------------------------------------
    "fetch.no_git": (
        "git이 없어 {url}을(를) 복제할 수 없습니다. git을 설치하거나, --url에 .tar.gz 주소를 주세요.",
        "git is not installed, so {url} cannot be cloned. Install git, or give the address of a .tar.gz by --url.",
    ),
    "fetch.git": (
        "git이 {url}에서 받지 못했습니다: {reason}. 주소와 인터넷 연결을 확인하고 같은 명령을 다시 실행하세요.",
        "git could not fetch from {url}: {reason}. Check the address and the network, and run the same command again.",
    ),
    "fetch.not_a_clone": (
        "{path}: 이미 있지만 lexdpr-rag fetch가 만든 것이 아닙니다. 옮기거나 다른 폴더를 주세요.",
        "{path}: it is there already, and not made by lexdpr-rag fetch. Move it away, or give another folder.",
    ),
    "fetch.mirror_only": (
        "legalize-kr에서는 {option}을(를) 쓸 수 없습니다. 현행 법령의 이름이나 --all만 됩니다. law.go.kr에서 받으려면 --from을 빼세요.",
        "legalize-kr knows no {option}, only names of laws in force and --all. Leave out --from to use law.go.kr.",
    ),
    "fetch.not_in_mirror": (
        "'{name}': legalize-kr에 그런 이름의 법령이 없습니다. 정식 이름을 확인하세요.",
        "'{name}': legalize-kr has no law of that name. Check the full name.",
    ),
    "fetch.not_in_mirror_near": (
        "'{name}': legalize-kr에 그런 이름의 법령이 없습니다. 혹시: {near}",
        "'{name}': legalize-kr has no law of that name. Did you mean: {near}",
    ),
    "fetch.history_needs_git": (
        "연혁(--history)은 git 복제로만 받을 수 있습니다. git을 설치하고 --url에 저장소 주소를 주세요.",
        "History (--history) needs a git clone. Install git, and give the address of a repository by --url.",
    ),
    "fetch.archive": (
        "{url}: 압축 파일을 읽을 수 없습니다({reason}). 주소를 확인하고 같은 명령을 다시 실행하세요.",
        "{url}: the archive cannot be read ({reason}). Check the address, and run the same command again.",
    ),
    # -- kinds, within a sentence ----------------------------------------------------------------
    "fetch.kind.law": ("법령", "law"),
    "fetch.kind.admrul": ("행정규칙", "administrative rule"),
    "fetch.kind.ordin": ("자치법규", "ordinance"),
    "fetch.kind.prec": ("판례", "decision"),
}
