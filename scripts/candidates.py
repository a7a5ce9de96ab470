#!/usr/bin/env python3
"""Train every candidate encoder on the same quarter million tokens and score it: the table in docs/model.md.

usage: candidates.py PROGRAM ARTICLES [NAME …]

PROGRAM is the built claimsift, ARTICLES a folder of plain texts to time it on. The bases lie in .deps/base (`make base-encoders`), silver in
.deps/silver (`make silver`). Everything stands in .deps/candidates, and what is trained there is not trained again.
"""
import json
import re
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / ".deps" / "candidates"
# name: base, layers kept, highest rate
CANDIDATES = {
    "minilm-l6": ("all-minilm-l6-v2", None, 1e-4),
    "mpnet-6": ("all-mpnet-base-v2", 6, 5e-5),
    "mpnet-8": ("all-mpnet-base-v2", 8, 5e-5),
    "mpnet-12": ("all-mpnet-base-v2", None, 5e-5),
}
# Passes over each set: a quarter of a million tokens together, in about the shares of the real recipe.
TIMES = {"polnear": 0.11, "claimbuster": 0.06, "policlaim": 0.25, "policlaim, graded by GPT-4": 0.05, "newssd": 0.5, "newssd, our grades": 0.5,
         "gmb, our grades": 0.5, "news_discourse, our grades": 0.5, "conll2003": 0.18, "wikigold": 0.25, "uner_ewt": 0.5, "crossner_politics": 0.5}
ROUNDS = 3  # of timing, one candidate after another
SCORES = [("uner_ewt dev, second half", "entities.strict.f1"), ("conll2003 testa", "entities.strict.f1"),
          ("polnear dev", "attributions.source.exact.f1"), ("polnear dev", "attributions.cue.exact.f1"), ("polnear dev", "attributions.content.exact.f1"),
          ("claimbuster groundtruth", "check_worthiness.average_precision"), ("news-dev", "check_worthiness.average_precision"),
          ("newssd dev", "verifiability.subjectivity.macro_f1")]


def recipe(name):
    base, layers, rate = CANDIDATES[name]
    text = (ROOT / "models/recipes/newsroom.toml").read_text()
    text = text.replace('name = "newsroom"', f'name = "{name}"', 1).replace("../../", f"{ROOT}/").replace('"../grades', f'"{ROOT}/models/grades')
    text = text.replace("all-mpnet-base-v2", base).replace('storage = "int8"\n', "")
    text = re.sub(r"^learning_rate = .*$", f"learning_rate = {rate}", text, count=1, flags=re.M)
    if layers:
        text = text.replace("[optimizer]", f"layers = {layers}\n\n[optimizer]", 1)
    sets = text.split("[[data]]\n")
    for at, block in enumerate(sets[1:], 1):
        of = re.match(r'name = "([^"]+)"', block).group(1)
        block = re.sub(r"^times = .*\n", "", block, flags=re.M)
        sets[at] = block.replace("licence =", f"times = {TIMES[of]}\nlicence =", 1)
    path = OUT / f"{name}.toml"
    path.write_text("[[data]]\n".join(sets))
    return path


def train(program, name):
    model, minutes = OUT / name, OUT / f"{name}.minutes"
    if not (model / "card.json").exists() or not minutes.exists():
        start = time.time()
        subprocess.run([program, "train", recipe(name), "-o", model, "--resume"], check=True)
        minutes.write_text(f"{(time.time() - start) / 60:.0f}")
    return minutes.read_text()


def sentences_a_second(program, name, articles, precision):
    """Of a whole run, loading and writing included."""
    records = OUT / f"{name}.jsonl"
    start = time.time()
    subprocess.run([program, "extract", "-q", articles, "--model", OUT / name, "--precision", precision, "-o", records], check=True)
    seconds = time.time() - start
    with open(records, encoding="utf-8") as lines:
        return sum(len(json.loads(line)["sentences"]) for line in lines) / seconds


def main(program, articles, names):
    OUT.mkdir(parents=True, exist_ok=True)
    names = names or list(CANDIDATES)
    minutes = {name: train(program, name) for name in names}
    speeds = {(name, precision): [] for name in names for precision in ("int8", "f32")}
    for _ in range(ROUNDS):
        for (name, precision), measured in speeds.items():
            measured.append(sentences_a_second(program, name, articles, precision))
    heads = ["candidate", "minutes", "sentences/s in int8", "in f32", *(f"{s}: {m}" for s, m in SCORES)]
    print(f"| {' | '.join(heads)} |\n|{'---|' * len(heads)}")
    for name in names:
        scores = json.loads((OUT / name / "card.json").read_text())["scores"]
        row = [f"{scores[s][m]:.3f}" if m in scores.get(s, {}) else "–" for s, m in SCORES]
        speed = [f"{statistics.median(speeds[name, precision]):.0f}" for precision in ("int8", "f32")]
        print(f"| {' | '.join([name, minutes[name], *speed, *row])} |")


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
