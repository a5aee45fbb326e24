"""References: the help of their command, and what it shows."""

from __future__ import annotations

MESSAGES: dict[str, tuple[str, str]] = {
    "help.refs": (
        "조문이 가리키는 조문, 그 조문을 가리키는 조문, 위임받은 하위법령을 보여 줍니다.",
        "Show what a provision refers to, what refers to it, and what carries it out.",
    ),
    "help.refs_to": ("이 조문이 가리키는 조문만 보입니다", "only what the provision refers to"),
    "help.refs_from": ("이 조문을 가리키는 조문만 보입니다", "only what refers to the provision"),
    "help.refs_delegated": (
        "위임받은 시행령과 시행규칙의 조문만 보입니다",
        "only the provisions of decrees and rules that carry it out",
    ),
    "usage.refs_one": (
        "--to, --from, --delegated 가운데 하나만 쓰세요.",
        "give one of --to, --from and --delegated.",
    ),
    "refs.references": ("가리키는 조문", "refers to"),
    "refs.referred_by": ("이 조문을 가리키는 조문", "referred to by"),
    "refs.delegated": ("위임받은 하위법령", "carried out by"),
    "refs.none": ("없습니다", "none"),
    "refs.applied": ("준용", "applied mutatis mutandis"),
    "refs.reason.untold": ("가리키는 곳을 알 수 없음", "cannot be told"),
    "refs.reason.unknown_law": ("색인에 없는 법령", "a law that the index lacks"),
    "refs.reason.no_article": ("없는 조", "no such article"),
    "refs.reason.no_provision": ("없는 항·호·목", "no such 항, 호 or 목"),
    "refs.reason.deleted": ("삭제됨", "deleted"),
    "refs.reason.former": ("옛 조문", "a former text"),
    "refs.reason.supplement": ("부칙", "부칙"),
    "refs.reason.annex": ("별표·서식", "an annex"),
}
