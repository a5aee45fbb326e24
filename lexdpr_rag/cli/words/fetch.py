"""The command ``fetch``: help, progress, summary."""

from __future__ import annotations

MESSAGES: dict[str, tuple[str, str]] = {
    "help.fetch": (
        "법령을 law.go.kr이나 legalize-kr에서 받습니다. 바뀐 것만 받고, 중단하면 같은 명령으로 이어서 받습니다.",
        "Fetch laws from law.go.kr or legalize-kr: only what has changed. Interrupted, the same command goes on.",
    ),
    "help.fetch.names": (
        "법령 이름(약칭도 됩니다). 판례는 사건번호나 사건명",
        "titles or short titles; of decisions the number of the case or its name",
    ),
    "help.fetch.out": ("받은 파일을 둘 폴더", "folder for the files"),
    "help.fetch.all": ("그 종류를 모두 받습니다", "fetch everything of the kind"),
    "help.fetch.ids": (
        "이름 대신 번호로 받습니다: 법령ID, 행정규칙ID, 자치법규ID, 판례일련번호",
        "take the arguments as numbers: 법령ID, 행정규칙ID, 자치법규ID, 판례일련번호",
    ),
    "help.fetch.kind": (
        "종류: law(법령), admrul(행정규칙), ordin(자치법규), prec(판례)",
        "law (statutes), admrul (administrative rules), ordin (ordinances) or prec (decisions)",
    ),
    "help.fetch.date": (
        "그날 시행 중이던 판을 받습니다. 판례는 선고일이고, 2023-01-01~2023-12-31처럼 기간도 됩니다",
        "the version in force that day; of decisions the day they were given, or days as 2023-01-01~2023-12-31",
    ),
    "help.fetch.key": (
        "open.law.go.kr 인증키(OC). 명령 기록에 남지 않게 LEXDPR_LAW_KEY에 넣는 것이 낫습니다",
        "key (OC) of open.law.go.kr; better in LEXDPR_LAW_KEY, which leaves no trace in the history of the shell",
    ),
    "help.fetch.source": (
        "받을 곳: law.go.kr(인증키 필요), legalize-kr(키 없이, 현행 법령만)",
        "law.go.kr (needs a key) or legalize-kr (no key, laws in force only)",
    ),
    "help.fetch.url": (
        "다른 주소: API, git 저장소, .tar.gz",
        "another address: of the API, of a git repository, of a .tar.gz",
    ),
    "help.fetch.history": (
        "legalize-kr을 모든 연혁과 함께 복제합니다(--all과 함께)",
        "clone legalize-kr with all of its history (with --all)",
    ),
    "help.fetch.pause": (
        "요청 사이에 쉬는 시간(초). 보통 0.5",
        "seconds between two requests; 0.5 unless given",
    ),
    "help.fetch.timeout": (
        "답을 기다리는 시간(초). 보통 30",
        "seconds to wait for an answer; 30 unless given",
    ),
    "help.fetch.retries": (
        "실패한 요청을 되풀이하는 횟수",
        "how often a failed request is repeated",
    ),
    "help.fetch.strict": (
        "받지 못한 것이 하나라도 있으면 멈춥니다",
        "stop at the first that is not to be had",
    ),
    "help.fetch.prune": (
        "--all에서, 목록에서 사라진(폐지된) 법령의 파일을 지웁니다",
        "with --all: remove the files of laws that are listed no more (repealed)",
    ),
    "usage.fetch_seconds": (
        "{name}에 쓸 수 없는 값입니다: '{value}' (0 이상의 초)",
        "{name} must be seconds, at least 0, not '{value}'",
    ),
    "usage.fetch_only": (
        "{name}은(는) --from {source}에서만 쓸 수 있습니다.",
        "{name} goes with --from {source} only.",
    ),
    "fail.fetch_interrupted": (
        "중단했습니다. 받은 것은 그대로 있고, 같은 명령을 다시 실행하면 이어서 받습니다.",
        "interrupted. What was fetched is kept; run the same command to go on.",
    ),
    "fetch.stage.list": ("목록 읽기", "reading the list"),
    "fetch.stage.names": ("이름 찾기", "finding names"),
    "fetch.stage.text": ("본문 받기", "fetching texts"),
    "fetch.stage.mirror": ("legalize-kr 받기", "fetching legalize-kr"),
    "fetch.new_count": ("새 파일 {count:,}", "{count:,} written"),
    "fetch.done": ("받았습니다", "fetched"),
    "fetch.up_to_date": ("바뀐 것이 없습니다", "nothing has changed"),
    "fetch.none": ("받은 것이 없습니다", "nothing was fetched"),
    "fetch.fact.new": ("새로 받음", "new"),
    "fetch.fact.changed": ("바뀜", "changed"),
    "fetch.fact.unchanged": ("그대로", "unchanged"),
    "fetch.fact.requests": ("요청", "requests"),
    "fetch.fact.time": ("걸린 시간", "time"),
    "fetch.failures": ("받지 못한 것 {count:,}건", "{count:,} could not be fetched"),
    "fetch.more_failures": (
        "… {count:,}건 더. 모두 보려면 --json을 붙이세요.",
        "… {count:,} more. To see all, add --json.",
    ),
    "fetch.incomplete": (
        "목록이 읽는 동안 바뀌어 {total:,}건 가운데 {listed:,}건만 보았습니다. 다시 실행하면 나머지를 받습니다.",
        "The list changed while it was read: {listed:,} of {total:,} were seen. Run it again for the rest.",
    ),
    "fetch.gone": (
        "목록에서 사라진 법령의 파일 {count:,}개가 남아 있습니다. 지우려면 같은 명령에 --prune을 붙이세요.",
        "{count:,} files are of laws that are listed no more. To remove them, add --prune to the same command.",
    ),
    "fetch.pruned": (
        "목록에서 사라진 법령의 파일 {count:,}개를 지웠습니다.",
        "{count:,} files of laws that are listed no more were removed.",
    ),
    "fetch.next": (
        "이제 색인하세요(바뀐 것만 다시 읽습니다)",
        "Now index them (only what changed is read)",
    ),
}
