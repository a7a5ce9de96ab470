#!/usr/bin/env python3
"""Score models on every development set that has a task of ours; write docs/scores.md to standard output.

usage: scores.py PROGRAM MODEL...        (directories below models; run in the project's root)

The corpora of docs/data.md lie in $CLAIMSIFT_DATA (default ../shared/data).
"""
import datetime
import json
import os
import pathlib
import re
import subprocess
import sys

WORTHINESS = {"F1": "check_worthiness.f1", "average precision": "check_worthiness.average_precision", "ECE": "check_worthiness.ece"}
NAMES = {"strict F1": "entities.strict.f1", "partial F1": "entities.partial.f1", "ECE": "entities.ece"}
ATTRIBUTION = {f"{role}, exact F1": f"attributions.{role}.exact.f1" for role in ("source", "cue", "content")} | {
    "links": "attributions.links.accuracy"}
CLAIMS = {"overlap F1": "claims.overlap.f1", "exact F1": "claims.exact.f1", "claimer F1": "claimer.f1",
          "wrong persons": "claimer.wrong_person"}

# A heading, its measures, and its sets: what each is called, where it lies, and what else `evaluate` must know.
TASKS = [
    ("Claims", CLAIMS, [("gold articles", "fixtures/gold")]),
    ("Check-worthiness", WORTHINESS, [
        ("news, 300 sentences", "fixtures/news-dev/news-dev.jsonl"),
        ("debates: ClaimBuster, groundtruth", "dev/claimbuster/groundtruth.csv"),
        ("companies' reports: Environmental Claims", "dev/environmental_claims/dev.jsonl"),
    ]),
    ("Opinion or fact", {"macro-F1": "verifiability.subjectivity.macro_f1"}, [("news: NewsSD", "dev/newssd/val.csv")]),
    ("Attribution", ATTRIBUTION, [("news: PolNeAR", "dev/polnear"), ("six genres: GUM", "dev/gum")]),
    ("Entities", NAMES, [
        ("web: UNER-EWT, second half", "dev/uner_ewt/en_ewt-ud-dev.iob2", "--part", "second-half"),
        ("news: CoNLL-2003, testa", "dev/conll2003/eng.testa"),
        ("tweets: WNUT-17", "dev/wnut17/emerging.dev.conll"),
        ("Wikipedia, politics: CrossNER", "dev/crossner/politics.txt"),
        ("Wikipedia, AI: CrossNER", "dev/crossner/ai.txt"),
        ("Wikipedia, literature: CrossNER", "dev/crossner/literature.txt"),
        ("Wikipedia, music: CrossNER", "dev/crossner/music.txt"),
        ("Wikipedia, science: CrossNER", "dev/crossner/science.txt"),
        ("six genres: GUM", "dev/gum"),
    ]),
    ("Sentences", {"boundary F1": "sentences.boundary.f1"}, [
        ("web: UD EWT", "dev/ud_ewt/en_ewt-ud-dev.conllu"), ("six genres: GUM", "dev/gum"), ("news: NewsDiscourse", "dev/news_discourse"),
    ]),
]

HEAD = """# Scores of the shipped models

`make scores` wrote this ({date}, {machine}). What the names mean: [evaluation.md](evaluation.md). What the sets are: [data.md](data.md).
No model was trained on any of them. Thresholds, calibration and the lean towards `opinion` were chosen on the news sentences, ClaimBuster's groundtruth, UNER-EWT and NewsSD, which flatters a little; the rules of claims were read against the gold articles, those of sentences against EWT and GUM.
GUM's entities are whole noun phrases and its attributions take in thoughts; environmental claims are not quite check-worthy ones; tweets are another world: these show where the models end.
Behind each figure the 95% interval of a bootstrap over documents (of ECE it lies high: a sample drawn with repetition is less smooth).
"""


def evaluate(program, model, sets):
    """The scores of one model on `sets`, by set; those that need no option of their own are scored in one run."""
    def report(paths, options=()):
        command = [program, "evaluate", "--model", model, "--json", *options, *paths]
        done = subprocess.run(command, stdout=subprocess.PIPE, check=False)
        if done.returncode:
            sys.exit(f"scores: `{' '.join(command)}` failed with {done.returncode}")
        found = json.loads(done.stdout)
        return found["system"], [part["scores"] for part in found["sets"]]

    plain = [path for path, options in sets if not options]
    system, scores = report(plain)
    by_set = dict(zip(((path, ()) for path in plain), scores, strict=True))
    for path, options in sets:
        if options:
            by_set[path, options] = report([path], options)[1][0]
    return system, by_set


def cell(score):
    if score is None or score["value"] is None:
        return "–"
    digits = lambda number: f"{number:.3f}".removeprefix("0")
    return f"{digits(score['value'])} ({digits(score['low'])}–{digits(score['high'])})"


def machine():
    names = re.findall(r"^model name\s*: (.*)$", pathlib.Path("/proc/cpuinfo").read_text(), re.M)
    return f"{os.cpu_count()} cores, {names[0] if names else 'an unnamed CPU'}"


def main(program, *models):
    data = pathlib.Path(os.environ.get("CLAIMSIFT_DATA", "../shared/data"))
    place = lambda path: path if path.startswith("fixtures/") else str(data / path)
    sets = list(dict.fromkeys((place(path), tuple(options)) for _, _, rows in TASKS for _, path, *options in rows))
    reports = [evaluate(program, model, sets) for model in models]

    print(HEAD.format(date=datetime.date.today(), machine=machine()))
    print("| | precision | check-worthy from |\n|---|---|---|")
    for system, _ in reports:
        print(f"| {system['name']} | {system['precision']} | {system['threshold']:.3f} |")
    for task, measures, rows in TASKS:
        names = [system["name"] for system, _ in reports]
        print(f"\n## {task}\n\n| set | | {' | '.join(names)} |\n|---|---|{'---|' * len(names)}")
        for name, path, *options in rows:
            for shown, measure in measures.items():
                cells = [cell(scores[place(path), tuple(options)].get(measure)) for _, scores in reports]
                print(f"| {name} | {shown} | {' | '.join(cells)} |")
                name = ""


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
