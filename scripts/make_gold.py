#!/usr/bin/env python3
"""Turn a hand annotation by surface into a gold file with offsets.

usage: make_gold.py ARTICLE.txt ANNOTATION.json GOLD.json

People annotate words, not offsets: ANNOTATION.json names every span by its exact words, and this script
finds them. A span is a string, or [string, n] for its n-th occurrence in the sentences it is looked for in.
Every span must be found, or nothing is written. The format of both files is in docs/gold-format.md.
"""
import hashlib
import json
import sys

LABELS = set("PERSON NORP ORG GPE LOC FAC EVENT LAW DATE TIME MONEY PERCENT QUANTITY CARDINAL ORDINAL".split())
WORTH = {"NFS", "UFS", "CFS"}
VERIFIABILITY = {"factual", "mixed", "opinion", "none"}
TYPES = {"quantity", "correlation", "rules", "prediction", "event", "personal", "other"}
MODES = {"direct", "indirect", "mixed"}
KINDS = {"person", "organisation", "document", "unnamed", "unresolved"}


def fail(message):
    sys.exit(f"make_gold: {message}")


def one_of(value, allowed, what):
    if value not in allowed:
        fail(f"{what}: found {value!r}, expected one of {sorted(allowed)}")
    return value


def find(text, words, lo, hi, what):
    """The span of `words` (a string or [string, n]) between lo and hi."""
    words, nth = (words, 1) if isinstance(words, str) else words
    at = lo - 1
    for _ in range(nth):
        at = text.find(words, at + 1, hi)
        if at < 0:
            fail(f"{what}: {words!r} (occurrence {nth}) does not stand in {text[lo:hi]!r}")
    return {"start": at, "end": at + len(words), "text": words}


def parts(text, pieces, lo, hi, what):
    """One span, or the hull of several pieces with `parts`."""
    if isinstance(pieces, str) or (len(pieces) == 2 and isinstance(pieces[1], int)):
        pieces = [pieces]
    spans = []
    for piece in pieces:
        start = spans[-1]["end"] if spans and isinstance(piece, str) else lo
        spans.append(find(text, piece, start, hi, what))
    hull = {"start": spans[0]["start"], "end": spans[-1]["end"]}
    hull["text"] = text[hull["start"]:hull["end"]]
    if len(spans) > 1:
        hull["parts"] = [[s["start"], s["end"]] for s in spans]
    return hull


def main():
    article, annotation, out = sys.argv[1:4]
    text = open(article, encoding="utf-8-sig", newline="").read()
    ann = json.load(open(annotation, encoding="utf-8"))
    doc_id = article.replace("\\", "/").rsplit("/", 1)[-1]

    sentences, at = [], 0
    for i, s in enumerate(ann["sentences"]):
        span = find(text, s["text"], at, len(text), f"sentence {i}")
        if text[at:span["start"]].strip():
            fail(f"before sentence {i}: {text[at:span['start']]!r} belongs to no sentence")
        at = span["end"]
        sentences.append({
            "start": span["start"], "end": span["end"],
            "label": one_of(s["cw"], WORTH, f"sentence {i} cw"),
            "verifiability": one_of(s["v"], VERIFIABILITY, f"sentence {i} v"),
            "types": [one_of(t, TYPES, f"sentence {i} types") for t in s.get("types", [])],
        })
    if text[at:].strip():
        fail(f"after the last sentence: {text[at:]!r} belongs to no sentence")

    def window(ids):
        ids = [ids] if isinstance(ids, int) else ids
        return ids, sentences[ids[0]]["start"], sentences[ids[-1]]["end"]

    entities = []
    for k, (sid, words, label) in enumerate(ann["entities"]):
        _, lo, hi = window(sid)
        span = find(text, words, lo, hi, f"entity {k} in sentence {sid}")
        entities.append(dict(span, label=one_of(label, LABELS, f"entity {k} {words!r}")))
    entities.sort(key=lambda e: (e["start"], e["end"]))
    for a, b in zip(entities, entities[1:]):
        if b["start"] < a["end"]:
            fail(f"entities overlap: {a} {b}")

    attributions = []
    for k, a in enumerate(ann["attributions"]):
        ids, lo, hi = window(a["sentences"])
        what = f"attribution {k}"
        claimer = a.get("claimer")
        if claimer:
            one_of(claimer["kind"], KINDS, f"{what} claimer kind")
        attributions.append({
            "mode": one_of(a["mode"], MODES, f"{what} mode"),
            "source": find(text, a["source"], lo, hi, f"{what} source") if a.get("source") else None,
            "cue": parts(text, a["cue"], lo, hi, f"{what} cue") if a.get("cue") else None,
            "content": parts(text, a["content"], lo, hi, f"{what} content"),
            "claimer": {"name": claimer["name"], "kind": claimer["kind"]} if claimer else None,
        })

    claims = []
    for k, c in enumerate(ann["claims"]):
        ids, lo, hi = window(c["sentences"])
        what = f"claim {k}"
        link = c.get("attribution")
        span = parts(text, c["span"], lo, hi, what)
        claims.append(dict(span, **{
            "sentences": ids,
            "label": "CFS",
            "verifiability": one_of(c["v"], VERIFIABILITY, f"{what} v"),
            "types": [one_of(t, TYPES, f"{what} types") for t in c.get("types", [])],
            "mode": attributions[link]["mode"] if link is not None else "author",
            "attribution": link,
            "claimer": attributions[link]["claimer"] if link is not None else None,
        }))

    gold = {"schema": "claimsift/gold/1", "doc_id": doc_id, "offset_unit": "char",
            "text_sha256": hashlib.sha256(text.encode()).hexdigest(), "text": text,
            "sentences": sentences, "entities": entities, "attributions": attributions, "claims": claims}
    with open(out, "w", encoding="utf-8") as f:
        json.dump(gold, f, ensure_ascii=False, indent=1)
        f.write("\n")
    print(f"{out}: {len(sentences)} sentences, {len(entities)} entities, "
          f"{len(attributions)} attributions, {len(claims)} claims")


if __name__ == "__main__":
    main()
