"""A chat endpoint on the loopback that answers well, late, wrongly, or not at all."""

from __future__ import annotations

import json
import re
import socket
import struct
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

LATE = 3.0
"""Seconds that a late answer takes.  Clients of these tests wait for somewhat less: long enough
that a machine under load does not make a good answer late."""

_UNIT_ID = re.compile(r"unit_id: (\S+)")
_TOPIC = re.compile(r"낱말(\d+)번")
_KIND = re.compile(r"^- (\S+) (\d+)개", re.MULTILINE)


class Endpoint:
    """Answers each unit by its script: one behaviour a call, the last one again and again.

    ``scripts`` is by topic number (the text of provision n holds the word ``낱말n번``); a unit
    without a script is answered well.
    """

    def __init__(self, scripts: Mapping[int, Sequence[str]]) -> None:
        self.scripts = dict(scripts)
        self.calls: Counter[int] = Counter()
        self.bodies: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.moments: dict[int, list[float]] = defaultdict(list)
        self.underway = self.most_underway = 0
        self.lock = threading.Lock()
        self.knows_json_mode = True
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                owner.handle(self)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), daemon=True
        )
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/v1"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    # -- answering -------------------------------------------------------------------------------

    def handle(self, request: BaseHTTPRequestHandler) -> None:
        length = int(request.headers["content-length"])
        body = json.loads(request.rfile.read(length))
        asked = next(m for m in reversed(body["messages"]) if "unit_id: " in m["content"])[
            "content"
        ]
        topic = int(_TOPIC.search(asked)[1])  # type: ignore[index]
        with self.lock:
            self.calls[topic] += 1
            self.bodies.append(body)
            self.headers.append(dict(request.headers))
            self.moments[topic].append(time.monotonic())
            self.underway += 1
            self.most_underway = max(self.most_underway, self.underway)
        script = self.scripts.get(topic, ["good"])
        behaviour = script[min(self.calls[topic], len(script)) - 1]
        try:
            if self.knows_json_mode or not _no_json_mode(request, body):
                BEHAVIOURS[behaviour](request, asked, topic)
        except OSError:
            pass  # the client has gone
        finally:
            with self.lock:
                self.underway -= 1


def good_answer(asked: str, topic: int) -> dict[str, Any]:
    """Questions as asked for, each with the topic's word in it."""
    questions = [
        {"kind": kind, "question": f"{kind} 물음 {number}: 낱말{topic}번은 언제까지 내야 하나요?"}
        for kind, count in _KIND.findall(asked)
        for number in range(int(count))
    ]
    return {"unit_id": _UNIT_ID.search(asked)[1], "questions": questions}  # type: ignore[index]


def send(request: BaseHTTPRequestHandler, content: str, status: int = 200, **headers: str) -> None:
    held: dict[str, Any] = {"error": {"message": content}}
    if status == 200:
        usage = {"prompt_tokens": 400, "completion_tokens": 100, "total_tokens": 500}
        message = {"role": "assistant", "content": content}
        held = {"choices": [{"index": 0, "message": message}], "usage": usage}
    data = json.dumps(held, ensure_ascii=False).encode()
    request.send_response(status)
    for name, value in headers.items():
        request.send_header(name.replace("_", "-"), value)
    request.send_header("content-type", "application/json")
    request.send_header("content-length", str(len(data)))
    request.end_headers()
    request.wfile.write(data)


def _no_json_mode(request: BaseHTTPRequestHandler, body: dict[str, Any]) -> bool:
    """Refuse as servers do that do not know ``response_format``."""
    if "response_format" in body:
        send(request, "unknown field: response_format", 400)
        return True
    return False


Behaviour = Callable[[BaseHTTPRequestHandler, str, int], None]


def _good(request: BaseHTTPRequestHandler, asked: str, topic: int) -> None:
    send(request, json.dumps(good_answer(asked, topic), ensure_ascii=False))


def _late(request: BaseHTTPRequestHandler, asked: str, topic: int) -> None:
    time.sleep(LATE)
    _good(request, asked, topic)


def _fenced(request: BaseHTTPRequestHandler, asked: str, topic: int) -> None:
    text = json.dumps(good_answer(asked, topic), ensure_ascii=False, indent=1)
    send(request, f"네, 질문입니다.\n```json\n{text.replace('}', '},', 1)}\n```")


def _cut(request: BaseHTTPRequestHandler, asked: str, topic: int) -> None:
    send(request, json.dumps(good_answer(asked, topic), ensure_ascii=False)[:-25])


def _few(request: BaseHTTPRequestHandler, asked: str, topic: int) -> None:
    held = good_answer(asked, topic)
    send(request, json.dumps({**held, "questions": held["questions"][:1]}, ensure_ascii=False))


def _many(request: BaseHTTPRequestHandler, asked: str, topic: int) -> None:
    held = good_answer(asked, topic)
    more = [{**q, "question": q["question"] + " 덤"} for q in held["questions"]]
    send(request, json.dumps({**held, "questions": held["questions"] + more}, ensure_ascii=False))


def _other(request: BaseHTTPRequestHandler, asked: str, topic: int) -> None:
    held = good_answer(asked, topic + 1)  # as a mixed-up proxy would: another unit's answer
    send(request, json.dumps({**held, "unit_id": "u-00000000"}, ensure_ascii=False))


def _disconnect(request: BaseHTTPRequestHandler, _asked: str, _topic: int) -> None:
    # A reset instead of an orderly end.
    request.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    request.connection.close()
    request.close_connection = True


def _half(request: BaseHTTPRequestHandler, _asked: str, _topic: int) -> None:
    request.send_response(200)
    request.send_header("content-length", "5000")
    request.end_headers()
    request.wfile.write(b'{"choices": [')
    request.close_connection = True


BEHAVIOURS: dict[str, Behaviour] = {
    "good": _good,
    "late": _late,
    "fenced": _fenced,
    "cut": _cut,
    "few": _few,
    "many": _many,
    "other": _other,
    "disconnect": _disconnect,
    "half": _half,
    "prose": lambda request, *_: send(request, "질문을 쓸 수 없습니다."),
    "empty": lambda request, *_: send(request, ""),
    "429": lambda request, *_: send(request, "slow down", 429, Retry_After="0.1"),
    "500": lambda request, *_: send(request, "oops", 500),
    "503": lambda request, *_: send(request, "busy", 503),
    "400": lambda request, *_: send(request, "context too long", 400),
    "401": lambda request, *_: send(request, "wrong key sk-secret", 401),
    "html": lambda request, *_: send(request, "<html>", 502),
}
