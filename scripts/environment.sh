# shellcheck shell=bash
# Sourced by the other scripts: finds a Python, makes the virtual environment, installs into it.
# Settings:  LEXDPR_VENV  where the environment lies (default .venv)
#            PYTHON       the interpreter to make it with (default: the first one ≥ 3.11 found)

venv=${LEXDPR_VENV:-.venv}

say() { # say KOREAN ENGLISH
  case ${LEXDPR_LANG:-ko} in en*) printf '%s\n' "$2" ;; *) printf '%s\n' "$1" ;; esac
}

fail() { # fail KOREAN ENGLISH
  say "$1" "$2" >&2
  exit 1
}

find_python() {
  local names=(python3 python3.14 python3.13 python3.12 python3.11 python) name
  [[ -n ${PYTHON:-} ]] && names=("$PYTHON")
  for name in "${names[@]}"; do
    if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      printf '%s\n' "$name"
      return
    fi
  done
  fail "Python 3.11 이상이 필요합니다(찾아본 이름: ${names[*]}). 설치한 뒤 다시 실행하거나 PYTHON=/경로/python3.12 로 알려 주세요." \
    "Python 3.11 or newer is needed (looked for: ${names[*]}). Install it, or name it with PYTHON=/path/to/python3.12."
}

# ensure_environment [EXTRA]: an editable install of the project with that extra.  A second call
# with unchanged pyproject.toml and constraints.txt costs nothing.
ensure_environment() {
  local extra=${1:-} stamp sum python
  stamp=$venv/.lexdpr-installed-${extra:-base}
  sum=$(cat pyproject.toml constraints.txt <(pwd) | cksum)
  if [[ -x $venv/bin/python && -f $stamp && $(<"$stamp") == "$sum" ]]; then
    return
  fi
  if ! "$venv/bin/python" -m pip --version >/dev/null 2>&1; then
    python=$(find_python)
    say "가상 환경을 만듭니다: $venv" "Making a virtual environment: $venv"
    "$python" -m venv --clear "$venv" ||
      fail "가상 환경을 만들지 못했습니다. Debian·Ubuntu에서는 'apt install python3-venv'가 필요합니다." \
        "The virtual environment could not be made. Debian and Ubuntu need 'apt install python3-venv'."
  fi
  say "패키지를 설치합니다(처음에는 1분쯤 걸립니다) …" "Installing packages (about a minute the first time) …"
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-input \
    --constraint constraints.txt --editable ".${extra:+[$extra]}" ||
    fail "패키지를 설치하지 못했습니다. 위의 pip 메시지와 네트워크(PyPI)를 확인하세요." \
      "Packages could not be installed. See pip's message above, and check the network (PyPI)."
  printf '%s\n' "$sum" >"$stamp"
}
