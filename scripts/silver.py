#!/usr/bin/env python3
"""Read the entities of gold documents with spaCy's en_core_web_md, as silver for training.

usage: silver.py GOLD OUT.jsonl

GOLD is a folder of our gold JSON (`claimsift convert CORPUS GOLD --to gold`); OUT.jsonl holds the same documents, one a
line, with the program's entities (OntoNotes labels) in place of the corpus's. `make silver` does both for every corpus.
"""
import json
import sys
from pathlib import Path

import spacy

LABELS = {"PERSON", "NORP", "ORG", "GPE", "LOC", "FAC", "EVENT", "LAW", "DATE", "TIME", "MONEY", "PERCENT", "QUANTITY", "CARDINAL", "ORDINAL"}
# Outside an entity, by our conventions (docs/gold-format.md).
ARTICLES = ("the ", "a ", "an ")
POSSESSIVES = ("'s", "’s")


def bare(text, start, end):
    """The span without a leading article and a trailing possessive."""
    for article in ARTICLES:
        if text[start:end].lower().startswith(article):
            start += len(article)
            break
    for possessive in POSSESSIVES:
        if text[start:end].endswith(possessive):
            end -= len(possessive)
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return start, end


def entities(document):
    found = []
    for entity in document.ents:
        start, end = bare(document.text, entity.start_char, entity.end_char)
        surface = document.text[start:end]
        if start < end and "\n" not in surface:
            # Works of art, products, languages keep their label: the training learns there is something, not what.
            found.append({"start": start, "end": end, "text": surface, "label": entity.label_})
    return found


def main(gold, out):
    model = Path(sys.prefix) / "share" / "en_core_web_md"
    nlp = spacy.load(model, exclude=["tagger", "parser", "senter", "lemmatizer", "attribute_ruler", "tok2vec"])
    files = sorted(Path(gold).glob("*.json"))
    tops = (json.loads(f.read_text(encoding="utf-8")) for f in files)
    pairs = ((top["text"], top) for top in tops)
    with open(out + ".new", "w", encoding="utf-8") as target:
        for document, top in nlp.pipe(pairs, as_tuples=True, batch_size=16):
            kept = {key: top[key] for key in ("schema", "doc_id", "offset_unit", "text_sha256", "rebuilt", "text") if key in top}
            kept["entities"] = entities(document)
            target.write(json.dumps(kept, ensure_ascii=False) + "\n")
    Path(out + ".new").rename(out)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2])
