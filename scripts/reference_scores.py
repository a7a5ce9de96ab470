#!/usr/bin/env python3
"""Generate evaluation cases and what the field's reference tools say about them (development only).

usage: reference_scores.py OUT_DIR        (the committed files: tests/data/reference)

Writes entities.json (seqeval, nervaluate), ranking.json (scikit-learn), checkthat.json (the definitions of the
CheckThat! scorers, 2018-2021) and classes.json (scikit-learn; SQuAD's token-bag F1). Cases are seeded: the same
versions write the same bytes. The environment:

    python3 -m venv .venv && .venv/bin/pip install -r scripts/reference_requirements.txt
    .venv/bin/python scripts/reference_scores.py tests/data/reference

In every file a case's "undefined" names the scores that have no denominator, whatever the tool returned for them.
"""
import json
import math
import random
import re
import string
import sys
import warnings
from collections import Counter
from importlib.metadata import version
from pathlib import Path

import numpy as np
from nervaluate import Evaluator
from seqeval.metrics import v1 as seqeval
from seqeval.scheme import IOB2
from sklearn import metrics
from sklearn.preprocessing import MultiLabelBinarizer

SEED = 20240229
REQUIREMENTS = Path(__file__).with_name("reference_requirements.txt")


def fail(message):
    sys.exit(f"reference_scores: {message}")


def tools(*names):
    """The versions of `names`, which must be the pinned ones."""
    pins = dict(line.split("==") for line in REQUIREMENTS.read_text().split() if "==" in line)
    found = {name: version(name) for name in names}
    for name in names:
        if found[name] != pins[name]:
            fail(f"{name} {found[name]} is installed, expected {pins[name]} ({REQUIREMENTS.name})")
    return found


def prf(precision, recall, f1):
    return {"precision": number(precision), "recall": number(recall), "f1": number(f1)}


def number(value):
    """A Python float; null for the NaN that a tool gives where nothing is defined."""
    return None if math.isnan(value) else float(value)


def undefined_prf(path, predicted, gold):
    """Precision needs predictions and recall golds; F1 = 2 TP / (predicted + gold) needs either."""
    lacking = {"precision": not predicted, "recall": not gold, "f1": not predicted + gold}
    return [f"{path}.{score}" for score, lacks in lacking.items() if lacks]


def write(path, **parts):
    """One JSON object; a list is written with one case a line."""
    def text(value):
        if not isinstance(value, list):
            return json.dumps(value)
        return "[\n" + ",\n".join(json.dumps(item, separators=(",", ":")) for item in value) + "\n]"

    path.write_text("{\n" + ",\n".join(f"{json.dumps(key)}: {text(value)}" for key, value in parts.items()) + "\n}\n")
    print(f"{path}: {path.stat().st_size} bytes", file=sys.stderr)


# ---- entities: seqeval and nervaluate ----------------------------------------------------------------------------

LABELS = ["LOC", "ORG", "PER"]
STRATEGIES = ["strict", "exact", "partial", "ent_type"]


def document(length, gold, predicted):
    """A document whose mentions are (start, end, label), half-open, sorted: nervaluate depends on their order."""
    for start, end, _ in gold + predicted:
        assert 0 <= start < end <= length
    return {"length": length, "gold": sorted(gold), "predicted": sorted(predicted)}


def is_flat(mentions):
    return all(left[1] <= right[0] for left, right in zip(mentions, mentions[1:]))


def iob2(length, mentions):
    tags = ["O"] * length
    for start, end, label in mentions:
        tags[start:end] = [f"B-{label}"] + [f"I-{label}"] * (end - start - 1)
    return tags


def seqeval_strict(documents):
    """seqeval's `mode="strict"`, scheme IOB2, which cannot say nested mentions: null for these."""
    if not all(is_flat(doc[side]) for doc in documents for side in ("gold", "predicted")):
        return None, []
    gold, predicted = ([iob2(doc["length"], doc[side]) for doc in documents] for side in ("gold", "predicted"))
    score = lambda average: seqeval.precision_recall_fscore_support(gold, predicted, average=average, scheme=IOB2)
    names = seqeval.unique_labels(gold, predicted, IOB2)
    golds, predictions = (Counter(label for doc in documents for _, _, label in doc[side])
                          for side in ("gold", "predicted"))
    result = {"micro": prf(*score("micro")[:3]), "macro": prf(*score("macro")[:3]), "labels": {}}
    undefined = undefined_prf("seqeval_strict.micro", predictions.total(), golds.total())
    undefined += undefined_prf("seqeval_strict.macro", len(names), len(names))
    for name, p, r, f1, support in zip(names, *score(None)):
        result["labels"][name] = prf(p, r, f1) | {"support": int(support)}
        undefined += undefined_prf(f"seqeval_strict.labels.{name}", predictions[name], golds[name])
    return result, undefined


def nervaluate_four_ways(documents):
    """nervaluate's overall counts and scores; its offsets have inclusive ends, ours half-open ones: end - 1."""
    as_dicts = lambda side: [[{"start": start, "end": end - 1, "label": label} for start, end, label in doc[side]]
                             for doc in documents]
    names = sorted({label for doc in documents for side in ("gold", "predicted") for _, _, label in doc[side]})
    overall = Evaluator(as_dicts("gold"), as_dicts("predicted"), tags=names, loader="dict").evaluate()["overall"]
    result, undefined = {}, []
    for strategy in STRATEGIES:
        counts = overall[strategy]
        result[strategy] = {count: getattr(counts, count) for count in
                            "correct incorrect partial missed spurious possible actual".split()}
        result[strategy] |= prf(counts.precision, counts.recall, counts.f1)
        undefined += undefined_prf(f"nervaluate.{strategy}", counts.actual, counts.possible)
    return result, undefined


def entity_case(name, documents):
    strict, undefined_strict = seqeval_strict(documents)
    four_ways, undefined_four = nervaluate_four_ways(documents)
    case = {"name": name, "documents": documents, "seqeval_strict": strict, "nervaluate": four_ways}
    return case | {"undefined": undefined_strict + undefined_four}


HARD_ENTITIES = [
    ("exact match", [document(10, [(1, 3, "PER"), (5, 6, "ORG")], [(1, 3, "PER"), (5, 6, "ORG")])]),
    ("same span, other label", [document(8, [(1, 3, "PER")], [(1, 3, "ORG")])]),
    ("touching spans do not overlap", [document(8, [(2, 4, "PER")], [(0, 2, "PER"), (4, 6, "PER")])]),
    ("partial overlap, left", [document(8, [(2, 5, "PER")], [(1, 3, "PER")])]),
    ("partial overlap, right", [document(8, [(2, 5, "PER")], [(4, 7, "PER")])]),
    ("partial overlap, other label", [document(8, [(2, 5, "PER")], [(4, 7, "LOC")])]),
    ("prediction inside gold", [document(8, [(1, 6, "ORG")], [(2, 4, "ORG")])]),
    ("gold inside prediction", [document(8, [(2, 4, "ORG")], [(1, 6, "ORG")])]),
    ("one prediction over two golds", [document(8, [(0, 2, "PER"), (3, 5, "PER")], [(0, 5, "PER")])]),
    ("one prediction over two golds, the second nearer",
     [document(9, [(0, 2, "PER"), (3, 7, "PER")], [(1, 7, "PER")])]),
    ("one prediction over two golds, the second of its label",
     [document(8, [(0, 3, "ORG"), (4, 5, "PER")], [(0, 5, "PER")])]),
    ("one prediction over three golds, two equally near",
     [document(9, [(0, 2, "LOC"), (3, 5, "PER"), (6, 8, "PER")], [(1, 7, "PER")])]),
    ("two predictions inside one gold", [document(8, [(0, 6, "ORG")], [(0, 2, "ORG"), (3, 6, "ORG")])]),
    ("two predictions inside one gold, the second of its label",
     [document(8, [(0, 6, "ORG")], [(0, 2, "PER"), (3, 6, "ORG")])]),
    ("chain of overlaps", [document(12, [(0, 3, "PER"), (4, 7, "PER"), (8, 11, "PER")],
                                    [(2, 5, "PER"), (6, 9, "PER"), (10, 12, "PER")])]),
    ("empty gold", [document(6, [], [(1, 2, "PER"), (3, 5, "LOC")])]),
    ("empty predictions", [document(6, [(1, 2, "PER"), (3, 5, "LOC")], [])]),
    ("both empty", [document(6, [], []), document(1, [], [])]),
    ("one document empty on each side", [document(6, [], [(1, 2, "PER")]), document(6, [(1, 2, "PER")], []),
                                         document(3, [], []), document(4, [(0, 2, "ORG")], [(0, 2, "ORG")])]),
    ("duplicate predictions", [document(6, [(1, 3, "PER")], [(1, 3, "PER"), (1, 3, "PER")])]),
    ("duplicate golds", [document(6, [(1, 3, "PER"), (1, 3, "PER")], [(1, 3, "PER")])]),
    ("duplicates on both sides", [document(6, [(1, 3, "PER")] * 2, [(1, 3, "PER")] * 3)]),
    ("one span with two labels", [document(6, [(1, 3, "ORG")], [(1, 3, "LOC"), (1, 3, "ORG")]),
                                  document(6, [(1, 3, "LOC"), (1, 3, "ORG")], [(1, 3, "ORG")])]),
    ("adjacent mentions of one label", [document(6, [(0, 1, "PER"), (1, 3, "PER")], [(0, 1, "PER"), (1, 3, "PER")]),
                                        document(6, [(0, 1, "PER"), (1, 3, "PER")], [(0, 3, "PER")])]),
    ("label only in predictions", [document(8, [(0, 2, "PER"), (3, 4, "PER")], [(0, 2, "PER"), (5, 7, "LOC")])]),
    ("label only in golds", [document(8, [(0, 2, "PER"), (5, 7, "LOC")], [(0, 2, "PER"), (3, 4, "PER")])]),
    ("single-token documents", [document(1, [(0, 1, "PER")], [(0, 1, "PER")]), document(1, [(0, 1, "PER")], []),
                                document(1, [], [(0, 1, "ORG")]), document(1, [(0, 1, "LOC")], [(0, 1, "ORG")])]),
    ("equal offsets in other documents do not match",
     [document(5, [(1, 3, "PER")], []), document(5, [], [(1, 3, "PER")])]),
    ("half credit over two documents", [document(8, [(2, 5, "PER")], [(1, 3, "PER")]),
                                        document(8, [(0, 1, "PER"), (2, 5, "ORG")], [(0, 1, "PER"), (4, 6, "LOC")])]),
    ("an early inexact prediction takes the gold of a later exact one",
     [document(6, [(0, 4, "PER")], [(0, 2, "PER"), (0, 4, "PER")])]),
    ("a later exact gold goes before an earlier inexact one",
     [document(6, [(0, 2, "PER"), (0, 4, "PER")], [(0, 4, "PER")])]),
    ("nested on both sides",
     [document(9, [(0, 7, "ORG"), (2, 4, "LOC")], [(0, 6, "ORG"), (2, 4, "LOC"), (3, 4, "PER")])]),
    # nervaluate's min_overlap_percentage is 1.0 by default: of the gold's length
    ("overlap below one per cent of the gold", [document(125, [(0, 120, "ORG")], [(119, 125, "ORG")])]),
    ("overlap of one per cent of the gold", [document(105, [(0, 100, "ORG")], [(99, 105, "ORG")])]),
    ("overlap below one per cent of the prediction", [document(125, [(119, 125, "ORG")], [(0, 120, "ORG")])]),
]


def flat_mentions(rng, length, density):
    mentions, at = [], 0
    while at < length:
        if rng.random() < density:
            end = min(length, at + rng.randrange(1, 5))
            mentions.append((at, end, rng.choice(LABELS)))
            at = end
        else:
            at += 1
    return mentions


def with_errors(rng, length, gold, rate):
    """Predictions made from golds: each is, at `rate`, dropped, relabelled, moved, split or joined by a false one."""
    predicted = []
    for start, end, label in gold:
        error = rng.randrange(6) if rng.random() < rate else None
        if error == 0:
            continue
        if error == 1:
            label = rng.choice(LABELS)
        elif error == 2:
            start = max(0, start + rng.randrange(-2, 3))
        elif error == 3:
            end = min(length, end + rng.randrange(-2, 3))
        elif error == 4 and end - start > 1:
            predicted.append((start, start + 1, label))
            start += 1
        elif error == 5:
            at = rng.randrange(length)
            predicted.append((at, min(length, at + rng.randrange(1, 4)), rng.choice(LABELS)))
        if start < end:
            predicted.append((start, end, label))
    return predicted


def without_overlaps(mentions):
    kept = []
    for mention in sorted(mentions):
        if not kept or kept[-1][1] <= mention[0]:
            kept.append(mention)
    return kept


def random_entities(rng, index):
    """Cases 1-19 are flat; in 20-22 predictions overlap each other, in 23-25 golds do too."""
    rate = [0.1, 0.3, 0.6, 0.95][index % 4]
    documents = []
    for _ in range(1 + index % 6):
        length = rng.randrange(5, 40)
        gold = flat_mentions(rng, length, rng.choice([0.1, 0.3, 0.6]))
        predicted = with_errors(rng, length, gold, rate)
        if index < 20:
            predicted = without_overlaps(predicted)
        else:
            predicted += flat_mentions(rng, length, 0.2)
        if index >= 23:
            gold += with_errors(rng, length, gold, 0.9)
        documents.append(document(length, gold, predicted))
    return entity_case(f"random {index}, error rate {rate}", documents)


def entities(path):
    rng = random.Random(SEED)
    cases = [entity_case(*case) for case in HARD_ENTITIES] + [random_entities(rng, i) for i in range(1, 26)]
    notes = [
        "Offsets are token indices, half-open (nervaluate was given inclusive ends).",
        "Mentions are listed by start, end, label, and nervaluate takes them in this order.",
        "seqeval_strict is null where mentions of one side overlap. Its macro means run over the labels that occur "
        "in gold or predicted and take a label's undefined score as 0.",
    ]
    write(path, tools=tools("seqeval", "nervaluate"), notes=notes, cases=cases)


# ---- ranking: scikit-learn ---------------------------------------------------------------------------------------

NDCG_CUT = 10


def pr_auc(positive, scores):
    precision, recall, _ = metrics.precision_recall_curve(positive, scores)
    return metrics.auc(recall, precision)


def ranking_case(name, scores, positive, threshold):
    """scikit-learn's scores; null where it has none to give or the score is undefined (then see "returned")."""
    positive, chosen = np.array(positive), np.array(scores) >= threshold
    precision, recall, f1, _ = metrics.precision_recall_fscore_support(
        positive, chosen, average="binary", pos_label=True)
    values = {
        "average_precision": metrics.average_precision_score(positive, scores),
        "roc_auc": metrics.roc_auc_score(positive, scores),
        "pr_auc": pr_auc(positive, scores),
        # ndcg_score refuses a single item
        "ndcg": metrics.ndcg_score([positive.astype(int)], [scores]) if len(scores) > 1 else math.nan,
        "ndcg_at": metrics.ndcg_score([positive.astype(int)], [scores], k=NDCG_CUT) if len(scores) > 1 else math.nan,
        "brier": metrics.brier_score_loss(positive, scores),
        "precision": precision, "recall": recall, "f1": f1,
    }
    undefined = []
    if not positive.any():
        undefined += ["average_precision", "pr_auc", "ndcg", "ndcg_at", "recall"]
    if positive.all() or not positive.any():
        undefined.append("roc_auc")
    if not chosen.any():
        undefined.append("precision")
    if not positive.any() and not chosen.any():
        undefined.append("f1")
    expected = {key: None if key in undefined else number(value) for key, value in values.items()}
    expected["ndcg_at"] = {str(NDCG_CUT): expected["ndcg_at"]}
    return {"name": name, "scores": scores, "positive": positive.tolist(), "threshold": threshold,
            "sklearn": expected, "undefined": undefined,
            "returned": {key: number(values[key]) for key in undefined}}


HARD_RANKINGS = [
    ("all positive", [0.9, 0.2, 0.6, 0.6], [True] * 4, 0.5),
    ("all positive, none chosen", [0.1, 0.2, 0.3], [True] * 3, 0.5),
    ("all negative", [0.9, 0.2, 0.6, 0.6], [False] * 4, 0.5),
    ("all negative, none chosen", [0.1, 0.2, 0.3], [False] * 3, 0.5),
    ("one positive item", [0.7], [True], 0.5),
    ("one negative item", [0.7], [False], 0.5),
    ("all scores equal", [0.5] * 7, [True, False, False, True, False, False, False], 0.5),
    ("perfect", [0.9, 0.8, 0.7, 0.3, 0.2, 0.1], [True] * 3 + [False] * 3, 0.5),
    ("reversed", [0.9, 0.8, 0.7, 0.3, 0.2, 0.1], [False] * 3 + [True] * 3, 0.5),
    ("ties across the threshold", [0.6, 0.5, 0.5, 0.5, 0.5, 0.4, 0.4, 0.3],
     [True, True, False, True, False, True, False, False], 0.5),
    ("tie across rank 10", [0.9] * 8 + [0.4] * 6 + [0.1] * 4,
     [True, False] * 4 + [True, True, False, False, True, False] + [False, True] * 2, 0.4),
    ("zeros and ones", [0.0, 1.0, 1.0, 0.0, 1.0], [False, True, False, True, True], 1.0),
]
RANKING_SIZES = [5, 6, 8, 9, 10, 11, 13, 17, 20, 25, 30, 40, 50, 64, 80, 100, 150, 200, 300, 400]


def random_ranking(rng, size, decimals):
    """Positives lie higher, with noise; both classes occur."""
    share = rng.choice([0.1, 0.3, 0.5])
    positive = [True, False] + [rng.random() < share for _ in range(size - 2)]
    rng.shuffle(positive)
    lift = rng.choice([0.0, 0.15, 0.4])
    scores = [round(min(1.0, max(0.0, rng.gauss(0.4 + lift * label, 0.2))), decimals) for label in positive]
    return scores, positive


def rankings(path):
    rng = random.Random(SEED + 1)
    cases = [ranking_case(*case) for case in HARD_RANKINGS]
    for index, size in enumerate(RANKING_SIZES):
        decimals = [2, 1, 6][index % 3]
        scores, positive = random_ranking(rng, size, decimals)
        cases.append(ranking_case(f"random {index + 1}, {size} items, {decimals} decimals", scores, positive,
                                  rng.choice([0.3, 0.5, 0.7])))
    notes = [
        "average_precision and pr_auc take items of one score as one step; ndcg is the mean over the orders of ties "
        "(gain 0 or 1, discount 1/log2(rank + 1)); roc_auc counts a tie as half.",
        "sklearn: null where undefined, and for ndcg of a single item, which scikit-learn refuses; returned: what "
        "it gives for the undefined ones.",
    ]
    write(path, tools=tools("scikit-learn", "numpy", "scipy"), notes=notes, cases=cases)


# ---- check-worthiness ranking: CheckThat! --------------------------------------------------------------------------

CUTS = [1, 3, 5, 10, 20, 50]


def ranked_hits(scores, positive):
    """Relevance by rank: higher scores first, and of equal scores the earlier line."""
    order = sorted(range(len(scores)), key=lambda line: (-scores[line], line))
    return [positive[line] for line in order]


def precision_at(hits, cut):
    return sum(hits[:cut]) / cut


def average_precision(hits):
    """0 where nothing is relevant, as the scorers have it."""
    positives = sum(hits)
    return sum(precision_at(hits, rank) for rank, hit in enumerate(hits, 1) if hit) / positives if positives else 0.0


def r_precision(hits):
    return precision_at(hits, sum(hits)) if any(hits) else 0.0


def reciprocal_rank(hits):
    return 1 / (hits.index(True) + 1) if any(hits) else 0.0


def mean(values):
    return sum(values) / len(values)


def checkthat_case(name, documents):
    """The plain mean over documents; P@k is null where the official scorers stop: a document has fewer lines."""
    ranked = [ranked_hits(scores, positive) for scores, positive in documents]
    shortest = min(map(len, ranked))
    padded = {str(cut): mean([precision_at(hits, cut) for hits in ranked]) for cut in CUTS}
    return {
        "name": name,
        "documents": [{"scores": scores, "positive": positive} for scores, positive in documents],
        "map": mean([average_precision(hits) for hits in ranked]),
        "r_precision": mean([r_precision(hits) for hits in ranked]),
        "precision_at": {cut: value if int(cut) <= shortest else None for cut, value in padded.items()},
        "precision_at_padded": padded,
        "mrr": mean([reciprocal_rank(hits) for hits in ranked]),
        "undefined": [f"documents.{index}.{score}" for index, hits in enumerate(ranked) if not any(hits)
                      for score in ("average_precision", "r_precision", "reciprocal_rank")],
    }


def checkthat(path):
    rng = random.Random(SEED + 2)
    made = lambda *sizes, decimals=6: [random_ranking(rng, size, decimals) for size in sizes]
    nothing = lambda size: ([round(rng.random(), 6) for _ in range(size)], [False] * size)
    lines = [0.9, 0.8, 0.7, 0.6, 0.5]
    cases = [checkthat_case(*case) for case in [
        ("one document", made(60)),
        ("three documents", made(50, 80, 120)),
        ("documents of unequal size weigh the same", made(50, 240)),
        ("many ties", made(70, 90, decimals=1)),
        ("all scores equal: by line", [([0.5] * 6, [False, True, False, True, True, False])]),
        ("ties, positives first", [([0.7, 0.7, 0.7, 0.2], [True, False, False, True])]),
        ("ties, positives last", [([0.7, 0.7, 0.7, 0.2], [False, False, True, True])]),
        ("a document without positives counts as 0", made(60) + [nothing(55)]),
        ("no positives at all", [nothing(50), nothing(51)]),
        ("fewer lines than k", made(7)),
        ("one short document among long ones", made(60, 12, 75)),
        ("fewer lines than positives would need", [([0.4, 0.6], [True, True]), ([0.3], [True])]),
        ("short, without positives", [([0.4, 0.6, 0.5], [False] * 3)]),
        ("exactly k lines", made(50, 20, 10)),
        ("all positive", [(lines, [True] * 5)]),
        ("perfect", [(lines, [True, True, False, False, False])]),
        ("reversed", [(lines, [False, False, False, True, True])]),
        ("negative scores and above one", [([-0.5, 3.25, 0.0, -2.0, 1.5], [True, False, True, False, True])]),
    ]]
    notes = [
        "Scores rank lines from high to low, ties by line. A document without positives counts as 0 in every mean.",
        "precision_at: null where a document has fewer than k lines (the official scorers stop with IndexError); "
        "precision_at_padded: hits / k, as trec_eval has it.",
    ]
    write(path, definition="CheckThat! scorers of 2018-2021, own code", notes=notes, cases=cases)


# ---- classes: scikit-learn; SQuAD --------------------------------------------------------------------------------

VERIFIABILITY = ["factual", "mixed", "none", "opinion"]
SUBJECTIVITY = ["OBJ", "SUBJ"]
TYPES = ["correlation", "event", "other", "personal", "prediction", "quantity", "rules"]


def label_scores(gold, predicted, names, labels=None):
    """Per label; `labels` are the columns of `names` in a multi-label matrix."""
    scores = metrics.precision_recall_fscore_support(gold, predicted, labels=labels, average=None, zero_division=0)
    return {name: prf(p, r, f1) | {"support": int(support)} for name, p, r, f1, support in zip(names, *scores)}


def class_case(name, gold, predicted):
    names = sorted({*gold, *predicted})
    return {
        "name": name, "gold": gold, "predicted": predicted,
        "sklearn": {"accuracy": float(metrics.accuracy_score(gold, predicted)),
                    "macro_f1": float(metrics.f1_score(gold, predicted, average="macro")),
                    "labels": label_scores(gold, predicted, names)},
        "undefined": [item for label in names
                      for item in undefined_prf(f"labels.{label}", predicted.count(label), gold.count(label))],
    }


def types_case(name, gold, predicted):
    """Multi-label; only labels that occur take part, so that the macro mean does not count absent ones as 0."""
    names = sorted({label for labels in gold + predicted for label in labels})
    case = {"name": name, "gold": gold, "predicted": predicted}
    if not names:
        return case | {"sklearn": {"micro_f1": None, "macro_f1": None, "labels": {}},
                       "undefined": ["micro_f1", "macro_f1"]}
    # all seven columns, then a choice of them: of a single column scikit-learn would make a binary problem
    golds, predictions = (MultiLabelBinarizer(classes=TYPES).fit_transform(side) for side in (gold, predicted))
    columns = [TYPES.index(label) for label in names]
    f1 = {average: float(metrics.f1_score(golds, predictions, labels=columns, average=average, zero_division=0))
          for average in ("micro", "macro")}
    undefined = [item for label, column in zip(names, columns) for item in undefined_prf(
        f"labels.{label}", predictions[:, column].sum(), golds[:, column].sum())]
    return case | {"sklearn": {"micro_f1": f1["micro"], "macro_f1": f1["macro"],
                               "labels": label_scores(golds, predictions, names, columns)},
                   "undefined": undefined}


def random_classes(rng, names, size, accuracy):
    gold = [rng.choice(names) for _ in range(size)]
    return gold, [label if rng.random() < accuracy else rng.choice(names) for label in gold]


def random_types(rng, size, accuracy):
    """Of seven types an item has each with probability 0.25; a prediction flips some."""
    draw = lambda has: [name for name in TYPES if has(name)]
    gold = [draw(lambda _: rng.random() < 0.25) for _ in range(size)]
    return gold, [draw(lambda name: (name in labels) == (rng.random() < accuracy)) for labels in gold]


def squad_tokens(text):
    """SQuAD's normal form: lower case, no ASCII punctuation, no articles (between word boundaries), white space."""
    kept = "".join(char for char in text.lower() if char not in string.punctuation)
    return re.sub(r"\b(a|an|the)\b", " ", kept).split()


def squad_f1(gold, predicted):
    """F1 of the token bags; of two empty ones 1, of one empty one 0."""
    golds, predictions = squad_tokens(gold), squad_tokens(predicted)
    if not golds or not predictions:
        return float(golds == predictions)
    common = (Counter(golds) & Counter(predictions)).total()
    return 2 * common / (len(golds) + len(predictions))


SQUAD_PAIRS = [
    ("Angela Merkel", "Angela Merkel"),
    ("Angela Merkel", "Merkel"),
    ("the president", "President"),
    ("The White House.", "white house"),
    ("A spokesman for the ministry", "an official of the ministry"),
    ("Donald Trump's campaign", "Donald Trumps campaign"),
    ("Donald Trump\u2019s campaign", "Donald Trumps campaign"),
    ("the the the", "a an"),
    ("", ""),
    ("", "Reuters"),
    ("the", "Reuters"),
    ("U.S. officials", "US officials"),
    ("well-known critics", "well known critics"),
    ("New York New York", "New York"),
    ("no overlap here", "something else"),
    ("Fran\u00e7ois Hollande", "Francois Hollande"),
    ("\u00c9COLE NORMALE SUP\u00c9RIEURE", "\u00e9cole normale sup\u00e9rieure"),
    ("Recep\u00a0Tayyip\u2003Erdo\u011fan", "Recep Tayyip Erdo\u011fan"),
    ("\u201cthe Fed\u201d", "Fed"),
    ("\u4e2d\u56fd\u5916\u4ea4\u90e8 spokesman", "\u4e2d\u56fd\u5916\u4ea4\u90e8"),
    ("\u0391\u0398\u0397\u039d\u0391\u03a3", "\u03b1\u03b8\u03b7\u03bd\u03b1\u03c2"),
    ("the a\u2013z guide", "z guide"),
    ("Stra\u00dfe \U0001f600 minister", "strasse \U0001f600 minister"),
    ("tab\tand\nnewline", "tab and newline"),
]


def classes(path):
    rng = random.Random(SEED + 3)
    drawn = lambda names, size, accuracy: class_case(
        f"random, {size} items, accuracy about {accuracy}", *random_classes(rng, names, size, accuracy))
    verifiability = [
        class_case("perfect", VERIFIABILITY, VERIFIABILITY),
        class_case("all wrong", VERIFIABILITY, VERIFIABILITY[1:] + VERIFIABILITY[:1]),
        class_case("one item", ["mixed"], ["mixed"]),
        class_case("one item, wrong", ["mixed"], ["none"]),
        class_case("one class predicted", ["factual", "opinion", "none", "factual"], ["factual"] * 4),
        class_case("label only in gold", ["factual", "mixed", "none", "none"], ["factual", "none", "none", "factual"]),
        class_case("label only in predictions", ["factual", "none", "none"], ["factual", "opinion", "none"]),
        *(drawn(VERIFIABILITY, size, accuracy) for size, accuracy in
          [(10, 0.5), (30, 0.8), (60, 0.2), (100, 0.7), (150, 0.9)]),
    ]
    subjectivity = [
        class_case("one class only", ["OBJ"] * 3, ["OBJ"] * 3),
        class_case("no SUBJ predicted", ["OBJ", "SUBJ", "OBJ"], ["OBJ"] * 3),
        class_case("no SUBJ in gold", ["OBJ"] * 3, ["OBJ", "SUBJ", "OBJ"]),
        class_case("swapped", ["OBJ", "SUBJ"], ["SUBJ", "OBJ"]),
        *(drawn(SUBJECTIVITY, size, accuracy) for size, accuracy in [(10, 0.5), (40, 0.3), (100, 0.8), (200, 0.6)]),
    ]
    types = [
        types_case("perfect", [["quantity"], ["event", "personal"], []], [["quantity"], ["event", "personal"], []]),
        types_case("no labels", [[], []], [[], []]),
        types_case("nothing predicted", [["quantity"], ["event", "rules"]], [[], []]),
        types_case("nothing in gold", [[], []], [["quantity"], ["event", "rules"]]),
        types_case("one label", [["other"], [], ["other"]], [["other"], ["other"], []]),
        types_case("disjoint", [["quantity"], ["event"]], [["event"], ["quantity"]]),
        types_case("all seven", [TYPES, ["rules"]], [TYPES[:4], TYPES[3:]]),
        *(types_case(f"random, {size} items, accuracy about {accuracy}", *random_types(rng, size, accuracy))
          for size, accuracy in [(5, 0.7), (20, 0.9), (50, 0.6), (80, 0.95)]),
    ]
    squad = [{"gold": gold, "predicted": predicted, "f1": squad_f1(gold, predicted)} for gold, predicted in SQUAD_PAIRS]
    notes = ["Macro means run over the labels that occur in gold or predicted; an undefined precision or recall is 0."]
    write(path, tools=tools("scikit-learn", "numpy"), notes=notes, verifiability=verifiability,
          subjectivity=subjectivity, types=types, squad=squad)


def main():
    if len(sys.argv) != 2:
        fail("usage: reference_scores.py OUT_DIR")
    out = Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    # what the tools warn of is in "undefined"
    warnings.simplefilter("ignore")
    entities(out / "entities.json")
    rankings(out / "ranking.json")
    checkthat(out / "checkthat.json")
    classes(out / "classes.json")


if __name__ == "__main__":
    main()
