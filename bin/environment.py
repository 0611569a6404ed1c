"""Makes .venv as requirements-dev.lock says. Run by bootstrap.sh; standard library only.

The copy of the lock file in .venv is written last, so an interrupted install is done again, from nothing; of
two commands that find no environment, one makes it and the other waits.
"""

import fcntl
import filecmp
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
ENVIRONMENT = PROJECT / ".venv"
LOCK = PROJECT / "requirements-dev.lock"
INSTALLED = ENVIRONMENT / "installed.lock"
UNFINISHED = ENVIRONMENT / "unfinished"


def main() -> None:
    # The real file, not a link such as /usr/bin/python3: an upgrade of the machine's Python must not pull the
    # environment's packages out from under it.
    interpreter = os.path.realpath(sys.executable)
    if interpreter != sys.executable:
        os.execv(interpreter, [interpreter, *sys.argv])
    if any(importlib.util.find_spec(module) is None for module in ("venv", "ensurepip")):
        sorry(
            f"{interpreter} comes without venv and pip; on Debian or Ubuntu: apt-get install python3-venv, "
            "or name another Python: PYTHON=/path/to/python3"
        )
    # The folder itself is the lock: there is no file to leave behind.
    folder = os.open(PROJECT, os.O_RDONLY)
    fcntl.flock(folder, fcntl.LOCK_EX)
    if not up_to_date():
        make(interpreter)


def up_to_date() -> bool:
    return (
        os.access(ENVIRONMENT / "bin" / "python", os.X_OK)
        and INSTALLED.exists()
        and filecmp.cmp(LOCK, INSTALLED, shallow=False)
    )


def make(interpreter: str) -> None:
    if not os.access(PROJECT, os.W_OK):
        sorry(f"the folder {PROJECT} cannot be written to; copy it to a place of your own and start it there")
    begin_anew = not os.access(ENVIRONMENT / "bin" / "python", os.X_OK) or UNFINISHED.exists()
    print("Making the environment (once, about half a minute) …", file=sys.stderr, flush=True)
    if begin_anew:
        shutil.rmtree(ENVIRONMENT, ignore_errors=True)
        ENVIRONMENT.mkdir(exist_ok=True)
    UNFINISHED.touch()
    INSTALLED.unlink(missing_ok=True)
    if begin_anew:
        run([interpreter, "-I", "-m", "venv", str(ENVIRONMENT)], "the environment could not be made")
    python = str(ENVIRONMENT / "bin" / "python")
    options = [
        "--quiet",
        "--no-input",
        "--disable-pip-version-check",
        "--no-warn-script-location",
        "--retries=2",
    ]
    run(
        [python, "-I", "-m", "pip", "install", *options, "--require-hashes", "-r", str(LOCK)],
        "the packages could not be installed; check the network (or pip's index) and run the command again",
    )
    shutil.copyfile(LOCK, INSTALLED)
    UNFINISHED.unlink()


def run(command: list[str], failure: str) -> None:
    # PIP_USER, as some machines set it, contradicts an environment.
    done = subprocess.run(command, env={**os.environ, "PIP_USER": "0"}, capture_output=True, text=True, check=False)
    if done.returncode:
        lines = [line.strip() for line in (done.stdout + done.stderr).splitlines() if line.strip()]
        errors = [line for line in lines if line.startswith("ERROR")] or lines or ["no reason was given"]
        sorry(f"{failure} ({errors[-1].removeprefix('ERROR: ')})")


def sorry(sentence: str) -> None:
    sys.exit(f"maninso: {sentence}.")


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
    except OSError as problem:
        sorry(f"the environment could not be made: {problem}; free some space or mend the folder's permissions")
