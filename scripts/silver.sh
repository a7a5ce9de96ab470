#!/bin/sh
# Writes .deps/silver: what other programs say of the corpora we train on. silver.sh PROGRAM
# The corpora of docs/data.md lie in $CLAIMSIFT_DATA (default ../shared/data). About five minutes; what is there is kept.
set -eu
program=$1
data=${CLAIMSIFT_DATA:-../shared/data}
out=.deps/silver
python=.deps/spacy/bin/python
mkdir -p $out
entities() { # NAME PATH FORMAT
	[ -e "$out/$1.jsonl" ] && return
	rm -rf "$out/$1"
	"$program" convert "$data/$2" "$out/$1" --from "$3" --to gold
	$python scripts/silver.py entities "$out/$1" "$out/$1.jsonl"
	rm -r "$out/$1"
}
entities wikigold train/wikigold/wikigold.conll.txt columns
entities uner_ewt dev/uner_ewt/en_ewt-ud-dev.iob2 columns
entities crossner_politics train/crossner/politics.txt columns
entities conll2003 train/conll2003/eng.train columns
entities polnear train/polnear brat
entities gmb train/gmb gmb
[ -e $out/policlaim.jsonl ] || $python scripts/silver.py policlaim "$data/train/policlaim/train.tsv" $out/policlaim.jsonl
