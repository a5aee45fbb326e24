"""A server on the loopback that behaves like the API of law.go.kr, its errors included.

It holds fictional texts.  What it gives is as the real one gives it: lists of at most a page, a
single row without its list, counts as strings, links with the caller's key in them, errors with
HTTP status 200, HTML where JSON was asked for.
"""

from __future__ import annotations

import json
import re
import socket
import struct
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

KEY = "dalbit-7731"
"""The one key that the server knows."""

NOT_APPLIED = """<!DOCTYPE html><html><head><title>국가법령정보 공동활용</title></head><body>
<h2>미신청된 목록/본문에 대한 접근입니다.</h2><p>OPEN API 로그인 후 신청하세요.</p></body></html>"""
MAINTENANCE = """<!DOCTYPE html><html><head><title>서비스 점검 안내</title></head>
<body><p>시스템 점검으로 서비스를 잠시 멈춥니다.</p></body></html>"""
ERROR_PAGE = """<html><head><title>국가법령정보센터 | 오류페이지</title></head>
<body>페이지 접속에 실패하였습니다.</body></html>"""
WRONG_KEY = {
    "result": "사용자 정보 검증에 실패하였습니다.",
    "msg": "OPEN API 호출 시 사용자 검증을 위하여 정확한 서버장비의 IP주소 및 도메인주소를 등록해 주세요.",
}
NO_KEY = {"result": "필수입력요소 검증에 실패하였습니다.", "msg": "OC 값을 확인해 주세요."}


@dataclass(frozen=True)
class Text:
    """One version of a fictional text.  ``state``: 현행, 연혁 or 예정."""

    id: str
    serial: str
    title: str
    kind: str = "law"
    short: str = ""
    promulgated: str = "20240213"
    effective: str = "20240814"
    change: str = "일부개정"
    state: str = "현행"
    words: str = "서가의 책은 달빛이 닿는 곳에 둔다."
    empty: bool = False

    def later(self, serial: str, day: str, words: str, **changes: Any) -> Text:
        """The next version."""
        return replace(self, serial=serial, promulgated=day, effective=day, words=words, **changes)


TARGET_OF = {"eflaw": "law", "law": "law", "admrul": "admrul", "ordin": "ordin", "prec": "prec"}
ENVELOPES = {
    "law": ("LawSearch", "law"),
    "admrul": ("AdmRulSearch", "admrul"),
    "ordin": ("OrdinSearch", "law"),
    "prec": ("PrecSearch", "prec"),
}
# nw of a list, by kind: which states it names.
STATES = {
    "law": {"1": "연혁", "2": "예정", "3": "현행"},
    "admrul": {"1": "현행", "2": "연혁"},
    "ordin": {"1": "현행", "2": "연혁"},
}


def row_of(text: Text, key: str, number: int) -> dict[str, str]:
    """A row of a list."""
    link = f"/DRF/lawService.do?OC={key}&target={text.kind}&MST={text.serial}&type=HTML"
    if text.kind == "law":
        return {
            "id": str(number),
            "법령일련번호": text.serial,
            "현행연혁코드": text.state,
            "법령명한글": text.title,
            "법령약칭명": text.short,
            "법령ID": text.id,
            "공포일자": text.promulgated,
            "공포번호": "20301",
            "제개정구분명": text.change,
            "시행일자": text.effective,
            "법령상세링크": link,
        }
    if text.kind == "prec":
        day = text.promulgated
        return {
            "판례일련번호": text.id,
            "사건명": text.title,
            "사건번호": text.short,
            "선고일자": f"{day[:4]}.{day[4:6]}.{day[6:]}",
            "데이터출처명": "대법원",
            "판례상세링크": link,
        }
    name = {"admrul": "행정규칙", "ordin": "자치법규"}[text.kind]
    promulgated = "발령일자" if text.kind == "admrul" else "공포일자"
    return {
        f"{name}일련번호": text.serial,
        f"{name}명": text.title,
        f"{name}ID": text.id,
        promulgated: text.promulgated,
        "시행일자": text.effective,
        "제개정구분명": text.change,
        f"{name}상세링크": link,
    }


def answer_of(text: Text) -> dict[str, Any]:
    """The text itself."""
    article = f"제1조(보관) {text.words}"
    if text.kind == "law":
        units = [
            {
                "조문번호": "1",
                "조문여부": "조문",
                "조문제목": "보관",
                "조문시행일자": text.effective,
                "조문내용": article,
            }
        ]
        info = {
            "법령ID": text.id,
            "법령명_한글": text.title,
            "법령명약칭": text.short,
            "공포일자": text.promulgated,
            "공포번호": "20301",
            "시행일자": text.effective,
            "법종구분": {"content": "법률", "법종구분코드": "A0002"},
            "소관부처": {"content": "달빛부", "소관부처코드": "9900001"},
        }
        held: dict[str, Any] = {"기본정보": info, "법령키": f"{text.id}{text.promulgated}20301"}
        if not text.empty:
            held["조문"] = {"조문단위": units}
        return {"법령": held}
    if text.kind == "admrul":
        info = {
            "행정규칙ID": text.id,
            "행정규칙일련번호": text.serial,
            "행정규칙명": text.title,
            "행정규칙종류": "고시",
            "발령일자": text.promulgated,
            "시행일자": text.effective,
            "현행여부": "Y",
        }
        return {"AdmRulService": {"행정규칙기본정보": info, "조문내용": [article]}}
    if text.kind == "ordin":
        info = {
            "자치법규ID": text.id,
            "자치법규일련번호": text.serial,
            "자치법규명": text.title,
            "자치법규종류": "C0001",
            "지자체기관명": "달빛시",
            "공포일자": text.promulgated,
            "시행일자": text.effective,
        }
        unit = {
            "조문번호": ["000100", "000100"],
            "조제목": "보관",
            "조내용": article,
            "조문여부": "Y",
        }
        return {"LawService": {"자치법규기본정보": info, "조문": {"조": [unit]}}}
    return {
        "PrecService": {
            "판례정보일련번호": text.id,
            "사건명": text.title,
            "사건번호": text.short,
            "선고일자": text.promulgated,
            "판시사항": f"[1] {text.words}",
            "판결요지": "",
            "참조조문": "[1] 반려로봇 등록 및 안전관리에 관한 법률 제6조",
            "판례내용": "【주 문】 상고를 기각한다.",
        }
    }


Request = BaseHTTPRequestHandler
Query = dict[str, str]


@dataclass
class LawServer:
    """The server.

    Attributes:
        texts: what it holds.
        scripts: how it behaves, one word of :data:`BEHAVIOURS` a request and the last again and
            again: by ``"list"``, or the serial number of a text (decisions: their number).
        granted: targets that the key was registered for.
        page_rows: rows of a page, however many are asked for.
        before_page: called before a page of a list, with its number.
        before_text: called before a text is given, with its serial number.
        asked, answered: requests, and good answers, by target of a list or serial number.
    """

    texts: list[Text]
    scripts: dict[str, Sequence[str]] = field(default_factory=dict)
    granted: set[str] = field(default_factory=lambda: set(TARGET_OF))
    page_rows: int = 100
    before_page: Callable[[int], None] | None = None
    before_text: Callable[[str], None] | None = None
    asked: Counter[str] = field(default_factory=Counter)
    answered: Counter[str] = field(default_factory=Counter)
    queries: list[Query] = field(default_factory=list)
    agents: set[str] = field(default_factory=set)
    moments: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    underway: int = 0
    most_underway: int = 0

    def __post_init__(self) -> None:
        self.lock = threading.Lock()
        self.released = threading.Event()
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                owner.handle(self)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/DRF"

    def close(self) -> None:
        self.released.set()
        self._server.shutdown()
        self._server.server_close()

    # -- answering -------------------------------------------------------------------------------

    def handle(self, request: Request) -> None:
        path = urlsplit(request.path)
        query = dict(parse_qsl(path.query, keep_blank_values=True))
        is_list = path.path.endswith("lawSearch.do")
        name = "list" if is_list else query.get("MST", query.get("ID", query.get("LID", "")))
        with self.lock:
            self.asked[name] += 1
            count = self.asked[name]
            self.queries.append(query)
            self.agents.add(request.headers.get("user-agent", ""))
            self.moments[name].append(time.monotonic())
            self.underway += 1
            self.most_underway = max(self.most_underway, self.underway)
        script = self.scripts.get(name, ["good"])
        behaviour = script[min(count, len(script)) - 1]
        try:
            if behaviour == "good":
                data = self._list(query) if is_list else self._text(query, name)
                send(request, data)
                with self.lock:
                    self.answered[name] += 1
            else:
                data = self._list(query) if is_list else self._text(query, name)
                BEHAVIOURS[behaviour](self, request, data)
        except OSError:
            pass  # the client has gone
        finally:
            with self.lock:
                self.underway -= 1

    def _refusal(self, query: Query) -> bytes | None:
        if not query.get("OC"):
            return encoded(NO_KEY)
        if query["OC"] != KEY:
            return encoded(WRONG_KEY)
        if query.get("target") not in self.granted:
            return NOT_APPLIED.encode()
        return None

    def _list(self, query: Query) -> bytes:
        if (refusal := self._refusal(query)) is not None:
            return refusal
        page = int(query.get("page", "1"))
        if self.before_page is not None:
            self.before_page(page)
        kind = TARGET_OF[query["target"]]
        rows = [text for text in self.texts if text.kind == kind and _is_asked(text, query)]
        rows.sort(key=lambda text: (text.title, text.id, text.effective))
        size = min(int(query.get("display", "20")), 100, self.page_rows)
        cut = rows[(page - 1) * size : page * size]
        shown = [row_of(text, query["OC"], at) for at, text in enumerate(cut, 1)]
        envelope, name = ENVELOPES[kind]
        held: dict[str, Any] = {"target": query["target"], "page": str(page)}
        held["totalCnt"] = str(len(rows))
        if shown:
            held[name] = shown[0] if len(shown) == 1 else shown
        return encoded({envelope: held})

    def _text(self, query: Query, name: str) -> bytes:
        if (refusal := self._refusal(query)) is not None:
            return refusal
        if self.before_text is not None:
            self.before_text(name)
        if query["target"] == "eflaw" and "efYd" not in query:
            return NOT_APPLIED.encode()  # so says the real one
        kind = TARGET_OF[query["target"]]
        for text in self.texts:
            numbers = {text.serial} if "MST" in query else {text.serial, text.id}
            day = query.get("efYd", text.effective)
            if text.kind == kind and name in numbers and day == text.effective:
                return encoded(answer_of(text))
        return encoded({"Law": "일치하는 법령이 없습니다.  법령명을 확인하여 주십시오."})


def _is_asked(text: Text, query: Query) -> bool:
    if "nw" in query:
        states = {STATES[text.kind][number] for number in query["nw"].split(",")}
        if text.state not in states:
            return False
    if "LID" in query and query["LID"] != text.id:
        return False
    if "nb" in query and query["nb"] not in text.short.replace(" ", ""):
        return False
    if "prncYd" in query:
        first, _, last = query["prncYd"].partition("~")
        if not first <= text.promulgated <= last:
            return False
    wanted = query.get("query", "").replace(" ", "")
    return wanted in text.title.replace(" ", "") or (bool(text.short) and wanted in text.short)


def encoded(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode()


def send(
    request: Request,
    data: bytes,
    status: int = 200,
    kind: str = "application/json;charset=UTF-8",
    length: int | None = None,
    **headers: str,
) -> None:
    request.send_response(status)
    for name, value in headers.items():
        request.send_header(name.replace("_", "-"), value)
    request.send_header("content-type", kind)
    request.send_header("content-length", str(len(data) if length is None else length))
    request.end_headers()
    request.wfile.write(data)


Behaviour = Callable[[LawServer, Request, bytes], None]


def _reset(_server: LawServer, request: Request, _data: bytes) -> None:
    # A reset instead of an orderly end.
    request.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    request.connection.close()
    request.close_connection = True


def _half(_server: LawServer, request: Request, data: bytes) -> None:
    send(request, data[: len(data) // 2], length=len(data))
    request.close_connection = True


def _cut(_server: LawServer, request: Request, data: bytes) -> None:
    # The server itself believes that this is all.
    send(request, data[: len(data) // 2])


def _stall(server: LawServer, request: Request, data: bytes) -> None:
    request.send_response(200)
    request.send_header("content-length", str(len(data)))
    request.end_headers()
    request.wfile.write(data[:10])
    request.wfile.flush()
    server.released.wait(20)


def _drip(server: LawServer, request: Request, data: bytes) -> None:
    # Never silent for long, and never done.
    request.send_response(200)
    request.send_header("content-length", str(len(data) * 1000))
    request.end_headers()
    while not server.released.wait(0.02):
        request.wfile.write(b" ")
        request.wfile.flush()


def _later(text: str, status: int, **headers: str) -> Behaviour:
    return lambda _server, request, _data: send(
        request, text.encode(), status, "text/html;charset=UTF-8", **headers
    )


def _elsewhere(_server: LawServer, request: Request, _data: bytes) -> None:
    send(request, b"", 302, location="http://example.invalid/error500.html")


BEHAVIOURS: dict[str, Behaviour] = {
    "reset": _reset,
    "half": _half,
    "cut": _cut,
    "stall": _stall,
    "drip": _drip,
    "elsewhere": _elsewhere,
    "429": _later("slow down", 429, Retry_After="0.3"),
    "429-long": _later("slow down", 429, Retry_After="86400"),
    "500": _later("oops", 500),
    "503": _later("busy", 503, Retry_After="0"),
    "403": _later("forbidden", 403),
    "404": _later("not found", 404),
    "html": _later(ERROR_PAGE, 200),
    "maintenance": _later(MAINTENANCE, 200),
    "not-applied": _later(NOT_APPLIED, 200),
    "empty": lambda _s, request, _d: send(request, b""),
    "binary": lambda _s, request, _d: send(request, b"\x89PNG\r\n\x1a\n\xff\xfe\x00"),
    "list-of": lambda _s, request, _d: send(request, b"[1, 2]"),
    "other-form": lambda _s, request, _d: send(request, encoded({"Neu": {"a": 1}})),
    "text-plain": lambda _s, request, data: send(request, data, kind="text/html;charset=UTF-8"),
    "xml-refusal": lambda _s, request, _d: send(
        request,
        "<?xml version='1.0' encoding='UTF-8'?><Response><result>사용자 정보 검증에 실패하였습니다."
        "</result><msg>IP주소를 등록해 주세요.</msg></Response>".encode(),
        kind="text/xml",
    ),
    "echo-key": lambda _s, request, _d: send(
        request, encoded({"result": f"사용자 인증 실패 OC={KEY}", "msg": f"{KEY}"})
    ),
    "other-law": lambda _s, request, data: send(
        request, re.sub(rb'("(?:\S*ID)": ")', rb"\g<1>9", data)
    ),
}
