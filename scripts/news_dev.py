#!/usr/bin/env python3
"""Write fixtures/news-dev/news-dev.jsonl from a list of graded sentences: places and grades, no text.

usage: news_dev.py SENTENCES.json GRADES.txt OUT.jsonl

SENTENCES.json lists path, doc_id, text_sha256, start and end of each sentence; a line of GRADES.txt is
"number check-worthiness verifiability types mode claimer" in the letters below, where types are comma-separated, "-" for none.
"""
import json
import sys

WORTH = {"N": "NFS", "U": "UFS", "C": "CFS"}
VERIFIABILITY = {"f": "factual", "m": "mixed", "o": "opinion", "n": "none"}
TYPES = {"q": "quantity", "c": "correlation", "r": "rules", "p": "prediction", "e": "event", "s": "personal", "x": "other"}
MODES = {"a": "author", "d": "direct", "i": "indirect", "m": "mixed"}
KINDS = {"p": "person", "o": "organisation", "d": "document", "u": "unnamed", "?": "unresolved"}

sentences = json.load(open(sys.argv[1], encoding="utf-8"))
with open(sys.argv[2], encoding="utf-8") as grades, open(sys.argv[3], "w", encoding="utf-8") as out:
    for line, place in zip(grades, sentences):
        _, worth, verifiability, types, mode, *claimer = line.rstrip("\n").split(" ", 5)
        sentence = {"start": place["start"], "end": place["end"], "label": WORTH[worth], "verifiability": VERIFIABILITY[verifiability],
                    "types": [TYPES[t] for t in types.split(",") if t != "-"], "mode": MODES[mode]}
        if claimer:
            kind, name = claimer[0].split(":", 1)
            sentence["claimer"] = {"name": name, "kind": KINDS[kind]}
        out.write(json.dumps({"schema": "claimsift/gold/1", "doc_id": place["doc_id"], "offset_unit": "char",
                              "text_sha256": place["text_sha256"], "text_path": place["path"], "sentences": [sentence]},
                             ensure_ascii=False) + "\n")
