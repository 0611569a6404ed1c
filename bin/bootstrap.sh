# Sourced by the commands in this folder: finds a Python, keeps .venv in step with requirements-dev.lock (made once,
# about half a minute) and hands over to maninso.services, which needs nothing but that Python.
set -eu

project=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
environment=$project/.venv
# pip makes a folder named ".cache" in the root of the disk when HOME is set but empty.
[ -n "${HOME-}" ] || unset HOME

sorry() {
    printf 'maninso: %s\n' "$1" >&2
    exit 1
}

is_new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

find_python() {
    if [ -n "${PYTHON-}" ]; then
        is_new_enough "$PYTHON" || sorry "PYTHON=$PYTHON is not a Python 3.11 or newer; set PYTHON to one that is."
        printf '%s' "$PYTHON"
        return
    fi
    for candidate in python3 python3.14 python3.13 python3.12 python3.11; do
        if is_new_enough "$candidate"; then
            printf '%s' "$candidate"
            return
        fi
    done
    sorry "Python 3.11 or newer is needed and was not found; install it, or name one: PYTHON=/path/to/python3 $0"
}

if [ ! -x "$environment/bin/python" ] || ! cmp -s "$project/requirements-dev.lock" "$environment/installed.lock"; then
    python=$(find_python) || exit 1
    "$python" "$project/bin/environment.py" || exit $?
fi

# The working directory stays the caller's, so that file names in arguments mean what they say; nothing in it is imported.
export PYTHONPATH="$project" PYTHONSAFEPATH=1
services() {
    exec "$environment/bin/python" -m maninso.services "$@"
}
