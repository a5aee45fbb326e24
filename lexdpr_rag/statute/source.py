"""Finds statute files — a file, a folder, an archive — and reads each by what is in it.

An archive is never unpacked to disk; links in it are passed over, and no more than the limit of
one statute is read of any member, whatever its header says.
"""

from __future__ import annotations

import gzip
import hashlib
import re
import tarfile
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Any, cast

from lexdpr_rag.errors import SourceError
from lexdpr_rag.statute.admrule import parse_admin_rule
from lexdpr_rag.statute.answer import load_json, load_xml
from lexdpr_rag.statute.lawgokr import parse_law
from lexdpr_rag.statute.markdown import parse_markdown
from lexdpr_rag.statute.ordinance import parse_ordinance
from lexdpr_rag.statute.plaintext import parse_plain
from lexdpr_rag.statute.tree import Law

MAX_BYTES = 50 * 1024 * 1024
"""The largest file read as one statute; real ones stay below 10 MB."""

SUFFIXES = (".md", ".json", ".xml", ".txt")
"""Files taken from folders and archives."""

_TAR_SUFFIXES = (".tar", ".tar.gz", ".tgz", ".tar.zst")
_ZSTD_WINDOW = 2**31  # archives made with zstd --long=27 and more
_UTF8_NAME = 0x800  # flag of a zip member

# What a file begins with when it is no text.
_SIGNATURES = (
    (b"%PDF", "PDF"),
    (b"PK\x03\x04", "ZIP"),
    (b"\xd0\xcf\x11\xe0", "HWP/DOC (OLE)"),
    (b"HWP Document File", "HWP"),
    (b"\x1f\x8b", "gzip"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"7z\xbc\xaf", "7z"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"{\\rtf", "RTF"),
    (b"\xff\xfe", "UTF-16"),
    (b"\xfe\xff", "UTF-16"),
)
_XML = re.compile(r"<(?:\?xml|!|[A-Za-z_가-힣][^\s<>/]*[\s/>])")
_HTML = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!doctype\s+html|<html\b|<head\b|<body\b|<script\b)", re.I
)
_HTML_TITLE = re.compile(r"<title[^>]*>(.*?)</title>", re.I | re.DOTALL)


@dataclass(frozen=True, slots=True)
class SourceRef:
    """One statute file, found but not read.

    It can be sent to a worker process: a file goes as its path, a member of an archive with its
    bytes, which only the process that walks the archive can read.

    Attributes:
        name: path below the folder or inside the archive, ``/`` between its parts.
        size: in bytes.
    """

    name: str
    size: int
    path: Path | None = None
    data: bytes | None = field(default=None, repr=False)

    def read(self) -> bytes:
        """The file's bytes.

        Raises:
            SourceError: it is above :data:`MAX_BYTES`, or cannot be read.
        """
        if self.size > MAX_BYTES:
            raise _too_large(self.name, self.size)
        if self.data is not None:
            return self.data
        return _read_file(self.path or Path(self.name), self.name)

    def digest(self) -> str:
        """Hash of the content, 32 hexadecimal digits; the same on every machine.

        Raises:
            SourceError: as :meth:`read`.
        """
        return hashlib.blake2b(self.read(), digest_size=16).hexdigest()


# -- reading one law -----------------------------------------------------------------------------


def read_law(source: str | Path | bytes, name: str = "") -> Law:
    """Read one statute; its format is told from its content, not from its name.

    Args:
        source: a file, or what is in it.
        name: names the source in errors; its folder becomes ``LawMeta.folder``, and its stem the
            title of a plain text that has none.

    Raises:
        SourceError: it cannot be read, is no text, or is not a statute in a known format.
    """
    if isinstance(source, bytes):
        data, name = source, name or "<bytes>"
        if len(data) > MAX_BYTES:
            raise _too_large(name, len(data))
    else:
        name = name or str(source)
        data = _read_file(Path(source), name)
    place = (
        PurePosixPath(name.replace("\\", "/"))
        if isinstance(source, bytes)
        else Path(source).absolute()
    )
    return _parse(_decode(data, name), name, place.parent.name)


def _parse(text: str, name: str, folder: str) -> Law:
    start = text.lstrip("\ufeff \t\r\n\u3000")[:200]
    if not start:
        raise SourceError("source.empty", path=name)
    if start.startswith("---"):
        return parse_markdown(text, name, folder)
    if start.startswith("{"):
        return _from_answer(load_json(text.removeprefix("\ufeff"), name), name)
    if _HTML.match(start):
        raise SourceError("source.api_error", path=name, reason=_html_reason(text))
    if _XML.match(start):
        return _from_answer(load_xml(text.removeprefix("\ufeff"), name), name)
    return parse_plain(text, name)


def _html_reason(text: str) -> str:
    match = _HTML_TITLE.search(text)
    return "HTML: " + " ".join((match[1] if match else "").split())[:80]


def _from_answer(answer: Any, name: str) -> Law:
    if isinstance(answer, Mapping):
        if isinstance(answer.get("법령"), Mapping):
            return parse_law(answer, name)
        if isinstance(answer.get("AdmRulService"), Mapping):
            return parse_admin_rule(answer, name)
        if isinstance(answer.get("LawService"), Mapping):
            return parse_ordinance(answer, name)
        if (reason := _error_in(answer)) is not None:
            raise SourceError("source.api_error", path=name, reason=reason)
    raise SourceError("source.unknown_format", path=name)


def _error_in(answer: Mapping[str, Any]) -> str | None:
    """What an error answer says: ``{"result": …, "msg": …}``, ``{"Law": "일치하는 …"}``."""
    keys = ("Law", "법령", "AdmRulService", "result", "msg", "message", "error", "errMsg")
    said = [" ".join(answer[key].split()) for key in keys if isinstance(answer.get(key), str)]
    said = [words for words in said if words]
    if said:
        return " ".join(said)[:200]
    # XML puts the same one level down, under whatever its root is called.
    values = list(answer.values())
    if len(values) == 1 and isinstance(values[0], Mapping):
        return _error_in(values[0])
    return None


def _read_file(path: Path, name: str) -> bytes:
    """The bytes of a file whose size has been checked first."""
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise _too_large(name, size)
        return path.read_bytes()
    except FileNotFoundError as error:
        raise SourceError("source.missing", path=name) from error
    except OSError as error:
        raise SourceError("source.unreadable", path=name, reason=error.strerror or error) from error


def _too_large(name: str, size: int) -> SourceError:
    limit = MAX_BYTES // 2**20
    return SourceError("source.too_large", path=name, size=max(size >> 20, limit), limit=limit)


def _decode(data: bytes, name: str) -> str:
    """UTF-8, with or without a byte order mark, else CP949."""
    if not data.strip():
        raise SourceError("source.empty", path=name)
    for signature, found in _SIGNATURES:
        if data.startswith(signature):
            raise SourceError("source.not_text", path=name, found=found)
    if (at := data.find(b"\0")) >= 0:
        raise SourceError("source.not_text", path=name, found=f"NUL @ {at}")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        # Korean before the bad byte: this is UTF-8, damaged.  CP949 would read on in nonsense.
        is_utf8 = re.search("[가-힣]", data[: error.start].decode("utf-8")) is not None
        try:
            if not is_utf8:
                return data.decode("cp949")
        except UnicodeDecodeError:
            pass
        raise SourceError("source.encoding", path=name, offset=error.start) from error


# -- finding sources -----------------------------------------------------------------------------


def find_sources(path: str | Path) -> Iterator[SourceRef]:
    """The statute files of a folder (with its subfolders), an archive, or the one file given.

    Files come one by one, those of a folder sorted by name.  Hidden files are passed over, and so
    is a README without front matter, which is about the collection and not of it.

    Raises:
        SourceError: ``path`` does not exist or cannot be read, or holds no statute file.
    """
    root = Path(path)
    try:
        root.stat()
    except FileNotFoundError as error:
        raise SourceError("source.missing", path=path) from error
    except OSError as error:
        raise SourceError("source.unreadable", path=path, reason=error.strerror or error) from error
    count = 0
    for ref in _walk_any(root):
        count += 1
        yield ref
    if not count:
        raise SourceError("source.empty_folder", path=path)


def _walk_any(root: Path) -> Iterator[SourceRef]:
    if root.is_dir():
        yield from _walk_folder(root, "")
    elif root.name.lower().endswith(".zip"):
        yield from _walk_zip(root)
    elif root.name.lower().endswith(_TAR_SUFFIXES):
        yield from _walk_tar(root)
    else:
        yield SourceRef(root.name, root.stat().st_size, root)


def _walk_folder(folder: Path, above: str) -> Iterator[SourceRef]:
    try:
        entries = sorted(folder.iterdir(), key=lambda entry: entry.name)
    except OSError as error:
        raise SourceError(
            "source.unreadable", path=folder, reason=error.strerror or error
        ) from error
    for entry in entries:
        name = f"{above}{entry.name}"
        if entry.is_dir() and not entry.is_symlink() and not entry.name.startswith("."):
            yield from _walk_folder(entry, f"{name}/")
        elif _is_wanted(name) and entry.is_file():
            ref = SourceRef(name, entry.stat().st_size, entry)
            if not _is_readme(name) or _head_of(entry).startswith(b"---"):
                yield ref


def _is_wanted(name: str) -> bool:
    parts = PurePosixPath(name).parts
    hidden = any(part.startswith(".") or part == "__MACOSX" for part in parts)
    return name.lower().endswith(SUFFIXES) and not hidden


def _is_readme(name: str) -> bool:
    return PurePosixPath(name).name.upper().startswith("README")


def _head_of(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(8).removeprefix(b"\xef\xbb\xbf")
    except OSError:
        return b"---"  # let reading it say what is wrong


def _walk_zip(path: Path) -> Iterator[SourceRef]:
    with _archive_errors(path), zipfile.ZipFile(path) as archive:
        for info in sorted(archive.infolist(), key=_zip_name):
            name = _zip_name(info)
            is_link = info.external_attr >> 28 == 0xA
            if not info.is_dir() and not is_link and _is_wanted(name):
                with archive.open(info) as file:
                    yield from _member(name, info.file_size, file)


def _zip_name(info: zipfile.ZipInfo) -> str:
    """The member's name; zip files made on Korean Windows hold CP949 that is read as CP437."""
    name = info.filename
    if not info.flag_bits & _UTF8_NAME:
        try:
            name = name.encode("cp437").decode("cp949")
        except UnicodeError:
            name = info.filename
    return _inside(name)


def _walk_tar(path: Path) -> Iterator[SourceRef]:
    with _archive_errors(path), _open_packed(path) as packed:
        stream = _Tail(packed)
        with tarfile.open(fileobj=cast("IO[bytes]", stream), mode="r|") as archive:
            for info in archive:
                name = _inside(info.name)
                if info.isreg() and _is_wanted(name):
                    file = archive.extractfile(info)
                    if file is not None:
                        yield from _member(name, info.size, file)
        if stream.tail.strip(b"\0"):
            raise tarfile.ReadError("unexpected end of data")


class _Tail:
    """A stream that remembers its last block: a tar that was cut off does not end in zeros."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self.tail = b""

    def read(self, size: int = -1) -> bytes:
        """As of any file."""
        data = self._stream.read(size)
        self.tail = (self.tail + data)[-tarfile.BLOCKSIZE :]
        return data


@contextmanager
def _open_packed(path: Path) -> Iterator[IO[bytes]]:
    """The tar inside a file, read front to back: none of it is unpacked or held whole."""
    name = path.name.lower()
    with path.open("rb") as file:
        if name.endswith(".zst"):
            import zstandard

            unpack = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW)
            with unpack.stream_reader(file, read_across_frames=True) as stream:
                yield stream
        elif name.endswith("gz"):
            with gzip.GzipFile(fileobj=file) as unzipped:
                yield cast("IO[bytes]", unzipped)
        else:
            yield file


@contextmanager
def _archive_errors(path: Path) -> Iterator[None]:
    import zstandard

    broken = (
        tarfile.TarError,
        zipfile.BadZipFile,
        zstandard.ZstdError,
        gzip.BadGzipFile,
        zlib.error,
        EOFError,
        RuntimeError,  # an encrypted zip
    )
    try:
        yield
    except broken as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise SourceError("source.bad_archive", path=path, reason=reason) from error
    except OSError as error:
        raise SourceError("source.unreadable", path=path, reason=error.strerror or error) from error


def _inside(name: str) -> str:
    """A member's name as a label: nothing is written to it, but it names the law's folder."""
    parts = PurePosixPath(name.replace("\\", "/")).parts
    return "/".join(part for part in parts if part not in ("/", ".", ".."))


def _member(name: str, size: int, file: IO[bytes]) -> Iterator[SourceRef]:
    if size > MAX_BYTES:
        yield SourceRef(name, size)
        return
    data = file.read(MAX_BYTES + 1)
    if not _is_readme(name) or data.removeprefix(b"\xef\xbb\xbf").startswith(b"---"):
        yield SourceRef(name, len(data), None, data)
