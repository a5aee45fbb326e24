"""What is said of source files."""

from __future__ import annotations

MESSAGES: dict[str, tuple[str, str]] = {
    "source.missing": (
        "{path}: 그런 파일이나 폴더가 없습니다. 경로를 확인하세요.",
        "{path}: no such file or folder. Check the path.",
    ),
    "source.empty_folder": (
        "{path}: 법령 파일이 없습니다. .md, .json, .xml, .txt 파일이 있는 폴더나 .zip/.tar 파일을 주세요.",
        "{path}: no statute files. Give a folder with .md, .json, .xml or .txt files, or a .zip/.tar archive.",
    ),
    "source.empty": (
        "{path}: 빈 파일입니다. 법령 본문이 들어 있는 파일을 주세요.",
        "{path}: the file is empty. Give a file that holds the text of a law.",
    ),
    "source.unreadable": (
        "{path}: 파일을 읽을 수 없습니다({reason}). 권한을 확인하세요.",
        "{path}: the file cannot be read ({reason}). Check its permissions.",
    ),
    "source.too_large": (
        "{path}: 파일이 {size} MB로, 법령 하나의 한도 {limit} MB를 넘습니다. 법령마다 파일을 나누세요.",
        "{path}: {size} MB is over the limit of {limit} MB for one statute. Split it into one file a law.",
    ),
    "source.not_text": (
        "{path}: 글 파일이 아닙니다({found}). 법령 Markdown, JSON, XML 또는 일반 텍스트가 필요합니다.",
        "{path}: not a text file ({found}). Statute Markdown, JSON, XML or plain text is expected.",
    ),
    "source.encoding": (
        "{path}: UTF-8도 CP949도 아닌 글자가 {offset}번째 바이트에 있습니다. UTF-8로 저장해 다시 시도하세요.",
        "{path}: byte {offset} is neither UTF-8 nor CP949. Save the file as UTF-8 and try again.",
    ),
    "source.unknown_format": (
        "{path}: 법령 형식을 알 수 없습니다. legalize-kr Markdown, law.go.kr JSON·XML, 또는 '제1조(…)'가 있는 텍스트가 필요합니다.",
        "{path}: unknown statute format. legalize-kr Markdown, law.go.kr JSON or XML, or text with '제1조(…)' is expected.",
    ),
    "source.front_matter": (
        "{path}: 머리말(YAML)을 읽을 수 없습니다({reason}). '---' 사이를 확인하세요.",
        "{path}: the YAML front matter cannot be read ({reason}). Check the lines between '---'.",
    ),
    "source.missing_key": (
        "{path}: '{field}' 항목이 없습니다. 이 값이 있어야 법령을 구별할 수 있습니다.",
        "{path}: the field '{field}' is missing. It is needed to tell the laws apart.",
    ),
    "source.json": (
        "{path}: JSON이 온전하지 않습니다({reason}). 파일을 다시 받으세요.",
        "{path}: broken JSON ({reason}). Fetch the file again.",
    ),
    "source.xml": (
        "{path}: XML이 온전하지 않습니다({reason}). 파일을 다시 받으세요.",
        "{path}: broken XML ({reason}). Fetch the file again.",
    ),
    "source.api_error": (
        "{path}: 법령이 아니라 API 오류 응답입니다: {reason}. 인증키(OC)와 요청 값을 확인하고 다시 받으세요.",
        "{path}: an API error, not a statute: {reason}. Check the key (OC) and the request, and fetch it again.",
    ),
    "source.bad_archive": (
        "{path}: 압축 파일을 열 수 없습니다({reason}). 다시 받거나 풀어서 폴더를 주세요.",
        "{path}: the archive cannot be opened ({reason}). Fetch it again, or unpack it and give the folder.",
    ),
    "source.no_provisions": (
        "{path}: 조문이 하나도 없습니다. 법령 본문이 들어 있는지 확인하세요.",
        "{path}: no provisions found. Check that it holds the text of a law.",
    ),
    "source.bug": (
        "{path}: 예상하지 못한 오류로 읽지 못했습니다({detail}). 이 파일과 함께 알려 주세요.",
        "{path}: not read because of an unexpected error ({detail}). Please report it with the file.",
    ),
}
