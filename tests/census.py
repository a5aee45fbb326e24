"""Counts over the whole national law: of the lines as printed, and of the nodes they became."""

from __future__ import annotations

import multiprocessing
import re
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from lexdpr_rag.statute.markdown import parse_markdown
from lexdpr_rag.statute.numbering import CIRCLED
from lexdpr_rag.statute.tree import (
    Article,
    BlockKind,
    Heading,
    Item,
    Law,
    Node,
    Paragraph,
    Status,
    Subitem,
    Subparagraph,
    Supplement,
)

# How a marker is printed, whatever stands around it: the independent count.
MARKERS = {
    "조": re.compile(r"##### 제\d+조"),
    "항": re.compile(rf"\*\*[{CIRCLED}ⓛ]\*\*"),
    "호": re.compile(r"  \d+(?:의\d+)?\\\. "),
    "목": re.compile(r"    [가-힣]\\\. "),
    "1)": re.compile(r"[ \t\u3000]+\d+\)"),
    "가)": re.compile(r"[ \t\u3000]+[가-힣]\)"),
    "(1)": re.compile(r"[ \t\u3000]+\(\d+\)"),
    "(가)": re.compile(r"[ \t\u3000]+\([가-힣]\)"),
}
_SUBITEMS = dict(zip("stuv", ("1)", "가)", "(1)", "(가)"), strict=True))
_HEAD = re.compile(r"---\n.*?\n---\n", re.DOTALL)
_TITLED = re.compile(r"##### \S+ \((?P<title>.*)\)")
_SUPPLEMENT_HEAD = re.compile(r"제\d+조(?:의\d+)?\s?\(")


@dataclass
class Census:
    """What was counted; ``of`` holds one counter a topic, ``odd`` the places worth naming."""

    of: dict[str, Counter[str]] = field(default_factory=dict)
    odd: dict[str, list[str]] = field(default_factory=dict)
    kinds: list[tuple[str, Counter[str]]] = field(default_factory=list)  # file → nodes by kind
    facts: list[tuple[str, ...]] = field(default_factory=list)  # of each law as a whole
    seconds: float = 0.0
    peak_mb: float = 0.0  # of the largest worker

    def add(self, topic: str, key: str, n: int = 1) -> None:
        self.of.setdefault(topic, Counter())[key] += n

    def name(self, topic: str, place: str) -> None:
        self.odd.setdefault(topic, []).append(place)

    def merge(self, other: Census) -> None:
        for topic, counter in other.of.items():
            self.of.setdefault(topic, Counter()).update(counter)
        for topic, places in other.odd.items():
            self.odd.setdefault(topic, []).extend(places)
        self.kinds += other.kinds
        self.facts += other.facts
        self.peak_mb = max(self.peak_mb, other.peak_mb)


def files_of(folder: Path) -> list[Path]:
    """The files of the mirror in a fixed order."""
    return sorted(folder.glob("*/*.md"), key=lambda f: f.relative_to(folder).as_posix())


def parse_file(file: Path) -> Law:
    """Read and parse one file, its bytes decoded without any change of line ends."""
    return parse_markdown(file.read_bytes().decode("utf-8"), str(file), file.parent.name)


def take(folder: Path, workers: int) -> Census:
    """Count everything in ``folder``, in ``workers`` processes."""
    total = Census()
    started = time.perf_counter()
    with multiprocessing.get_context("spawn").Pool(workers) as pool:
        for part in pool.imap(_count, files_of(folder), chunksize=50):
            total.merge(part)
    total.seconds = time.perf_counter() - started
    return total


def _count(file: Path) -> Census:
    census = Census()
    text = file.read_bytes().decode("utf-8")
    law = parse_markdown(text, str(file), file.parent.name)
    census.add("files", "comes back" if law.source() == text else "differs")
    head = _HEAD.match(text)
    assert head is not None
    main, _, supplements = text[head.end() :].partition("\n## 부칙\n")
    _count_lines(census, main, supplements)
    _count_law(census, law, text, file)
    nodes = [node for node in law.find(Node) if not isinstance(node, Supplement)]
    for node in nodes:
        _count_node(census, law, node)
    _count_supplements(census, law)
    census.kinds.append((f"{file.parent.name}/{file.name}", Counter(map(kind_of, nodes))))
    census.peak_mb = _peak_mb()
    return census


def _peak_mb() -> float:
    """This process's own peak; ``ru_maxrss`` would count that of the process that started it too."""
    try:
        status = Path("/proc/self/status").read_text("ascii")
    except OSError:  # no Linux
        return 0.0
    match = re.search(r"^VmHWM:\s*(\d+) kB", status, re.MULTILINE)
    assert match is not None
    return int(match[1]) / 1024


def kind_of(node: Node) -> str:
    """조, 항, 호, 목, 1) … for provisions, 편, 장 … for headings, else the class."""
    match node:
        case Heading():
            return f"heading {node.unit}"
        case Subitem():
            return _SUBITEMS[node.path.rpartition(":")[2][0]]
        case Article():
            return "조" if node.number is not None else "본문"
        case Paragraph():
            return "항"
        case Subparagraph():
            return "호"
        case Item():
            return "목"
    return type(node).__name__


def _marker(line: str) -> str:
    return next((kind for kind, pattern in MARKERS.items() if pattern.match(line)), "")


def _count_lines(census: Census, main: str, supplements: str) -> None:
    for line in main.split("\n"):
        if kind := _marker(line):
            census.add("lines", kind)
        if kind == "조":
            title = _TITLED.match(line)
            inner = title["title"] if title else ""
            form = "x" if title else "none"
            if "(" in inner:
                form = "((x))" if inner.startswith("(") and inner.endswith(")") else "(x(y))"
            census.add("title lines", form)
        elif line.startswith("**") and not kind:
            census.add("lines", "bold")
        elif line.startswith("["):
            census.add("lines", "[")
    census.add("strings", "<img", main.count("<img"))
    census.add("strings", "<개정", main.count("<개정"))
    census.add("strings", "<신설", main.count("<신설"))
    census.add("strings", "삭제 <", len(re.findall(r"삭제\s*<", main)))
    census.add("strings", "files with <img", "<img" in main)
    hanja = sum("\uf900" <= c <= "\ufaff" for c in main)
    census.add("strings", "compatibility 한자", hanja)
    census.add("strings", "files with compatibility 한자", hanja > 0)
    for line in supplements.split("\n"):
        if line.startswith("부칙"):
            census.add("부칙 lines", "부칙")
        elif _SUPPLEMENT_HEAD.match(line):
            census.add("부칙 lines", "제N조(")


def _count_law(census: Census, law: Law, text: str, file: Path) -> None:
    meta = law.meta
    census.facts.append((meta.law_id, meta.title, str(meta.effective_date or ""), meta.kind))
    units = {h.unit for h in law.find(Heading)}
    census.add("hierarchies", "/".join(u for u in ("편", "장", "절", "관") if u in units))
    census.add("laws", "no ministry", not meta.ministries)
    census.add(
        "laws",
        "공포번호 printed with leading zeros",
        "\n공포번호: '0" in text or "\n공포번호: 0" in text,
    )
    census.add("laws", "folder is not the title", file.parent.name != meta.title.replace(" ", ""))
    census.add("laws", "repealed", law.repealed)
    articles = list(law.articles())
    census.add("laws", "with 제0조", any(a.is_preamble for a in articles))
    census.add("laws", "without articles", all(a.number is None for a in articles))
    if not law.repealed and any(a.number is None for a in articles):
        census.name("body", f"{meta.law_id} {meta.title}")
    for annex in law.annexes():
        census.add("attachments", annex.kind)
        census.add("attachments", "entity left", "&lt;" in annex.title)
    for heading in law.find(Heading):
        if not any(isinstance(n, Article) for n in heading.walk()):
            census.name("heading without article", str(law.address(heading)))


def _count_node(census: Census, law: Law, node: Node) -> None:
    kind = kind_of(node)
    census.add("nodes", kind)
    if node.number is not None and node.number.branch:
        census.add("branches", kind)
    if node.status is not Status.LIVE:
        census.add(str(node.status), f"{kind}, {_why_gone(node)}")
    for mark in node.marks:
        census.add("marks", mark.kind)
    for diagnostic in node.diagnostics:
        census.add("diagnostics", diagnostic.code)
        census.add(f"{diagnostic.code} by kind", kind)
        if diagnostic.code == "marker-as-text":
            census.add(
                "markers as text",
                _marker(f"  {diagnostic.detail}") or _marker(f"    {diagnostic.detail}"),
            )
        census.name(diagnostic.code, f"{law.meta.law_id} {node.path}")
    drawn: Counter[str] = Counter()
    for block in node.blocks:
        census.add("blocks", block.kind)
        if block.kind is BlockKind.IMAGE:
            drawn.update(map(_marker, node.raw[block.start : block.end].split("\n")))
    for marker in drawn.keys() - {""}:
        census.add("markers in images", marker, drawn[marker])
    if drawn["호"] and kind != "호":
        census.add("호 lists", "in images")
    if "<img" in node.text or "</img" in node.text:
        census.name("tag in text", str(law.address(node)))
    if re.search(r"<\s*(?:개정|신설|삭제|전문개정)\s*\d|\[(?:전문개정|본조신설) \d", node.text):
        census.name("mark in text", str(law.address(node)))
    _count_children(census, law, node, kind)


def _why_gone(node: Node) -> str:
    if node.children and not node.text:
        return "all below it"
    if not node.text and not node.marks:
        return "empty"
    return "dated" if any(mark.dates for mark in node.marks) else "bare"


def _count_children(census: Census, law: Law, node: Node, kind: str) -> None:
    below = [kind_of(child) for child in node.children]
    if isinstance(node, Article) and kind == "조":
        census.add(
            "children of 조", "+".join(sorted(set(below))) or ("text" if node.text else "nothing")
        )
        if count := below.count("항"):
            size = next(top for top in (5, 10, 20, 31) if count <= top)
            census.add("항 an article", f"≤{size}")
    for listed in ("호", "목"):
        if count := below.count(listed):
            census.add(f"{listed} lists", f"in {kind}")
            census.add(f"{listed} parents", kind, count)
            if count > 14:
                census.add(f"{listed} lists", "longer than 14")
            if listed == "목":
                census.name("longest 목", f"{count:03d} {law.address(node)}")
    odd = {d.code for c in node.children for d in c.diagnostics} & {"number-gap", "number-repeat"}
    if odd:
        census.add("irregular lists", "+".join(sorted({k for k in below if k in "항호목"})))
    if kind in MARKERS and kind != "조":
        census.add(
            "continued", kind, len([line for line in node.raw.split("\n") if line.strip()]) > 1
        )
    if kind in ("조", "항") and (size := sum(len(n.raw) for n in node.walk())) > 8192:
        census.add("longer than 8192", kind)
        census.name("longest", f"{size:06d} {law.address(node)}")


def _count_supplements(census: Census, law: Law) -> None:
    for supplement in law.supplements():
        if supplement.promulgation_date is None:
            census.add("부칙", "malformed or bare")
            census.name("부칙 malformed or bare", f"{law.meta.law_id} {supplement.raw.strip()}")
        else:
            census.add("부칙", "of another law" if supplement.title else "own")
        for node in supplement.walk():
            census.add("부칙 nodes", "부칙" if node is supplement else kind_of(node))
            if "<img" in node.text:
                census.name("tag in text", str(law.address(node)))
