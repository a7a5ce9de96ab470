#!/usr/bin/env python3
"""What other programs say of our corpora, as silver for training, in our gold format.

usage: silver.py entities GOLD OUT.jsonl     the entities of gold documents, by spaCy's en_core_web_md
       silver.py policlaim TRAIN.tsv OUT.jsonl     the grades of GPT-4 that PoliClaim comes with

GOLD is a folder of our gold JSON (`claimsift convert CORPUS GOLD --to gold`); OUT.jsonl holds the same documents, one a line, with
the program's entities (OntoNotes labels) in place of the corpus's. `make silver` does all of it.
"""
import csv
import json
import re
import sys
from pathlib import Path

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
            # Works of art, products, languages keep their label: the training then learns nothing of these words.
            found.append({"start": start, "end": end, "text": surface, "label": entity.label_})
    return found


def write(out, documents):
    with open(out + ".new", "w", encoding="utf-8") as target:
        for document in documents:
            target.write(json.dumps(document, ensure_ascii=False) + "\n")
    Path(out + ".new").rename(out)


def by_spacy(gold):
    import spacy

    model = Path(sys.prefix) / "en_core_web_md"
    nlp = spacy.load(model, exclude=["tagger", "parser", "senter", "lemmatizer", "attribute_ruler", "tok2vec"])
    tops = (json.loads(f.read_text(encoding="utf-8")) for f in sorted(Path(gold).glob("*.json")))
    for document, top in nlp.pipe(((top["text"], top) for top in tops), as_tuples=True, batch_size=16):
        kept = {key: top[key] for key in ("schema", "doc_id", "offset_unit", "text_sha256", "rebuilt", "text") if key in top}
        yield {**kept, "entities": entities(document)}


# C1 to C5 of AFaCTA (Ni et al., ACL 2024).
TYPES = ["event", "quantity", "correlation", "rules", "prediction"]
# GPT-4 was asked several times: from here on, and up to here, its answers agree.
SURE, SURELY_NOT = 2, 1


def graded(row):
    """Verifiability and types of a row; neither where the answers do not agree."""
    likelihood = float(row["likelihood"])
    if row["veri"] == "Yes" and likelihood >= SURE:
        # What it says behind the codes is left alone.
        codes = set(re.findall(r"C(\d)", re.match(r"(C\d)(?:[, ]+(?:and )?C\d)*", row["category"]).group(0)))
        return {"verifiability": ["factual", "mixed"], "types": [t for n, t in enumerate(TYPES, 1) if str(n) in codes]}
    if row["veri"] == "No" and likelihood <= SURELY_NOT:
        return {"verifiability": ["opinion", "none"]}
    return {}


def policlaim(table):
    speeches = {}
    with open(table, encoding="utf-8") as source:
        for row in csv.DictReader(source, delimiter="\t", quoting=csv.QUOTE_NONE):
            if row["split"] == "train_silver":
                speeches.setdefault(row["speech"], []).append(row)
    for speech, rows in speeches.items():
        text, sentences = "", []
        for row in rows:
            said = " ".join(row["text"].split())
            if said:
                text += "\n" if text else ""
                sentences.append({"start": len(text), "end": len(text) + len(said), **graded(row)})
                text += said
        yield {"schema": "claimsift/gold/1", "doc_id": speech, "offset_unit": "char", "rebuilt": True, "text": text, "sentences": sentences}


if __name__ == "__main__":
    tasks = {"entities": by_spacy, "policlaim": policlaim}
    if len(sys.argv) != 4 or sys.argv[1] not in tasks:
        sys.exit(__doc__)
    write(sys.argv[3], tasks[sys.argv[1]](sys.argv[2]))
