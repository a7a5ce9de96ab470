#!/bin/sh
# Scores a model on every development set that has a task of ours, and writes docs/scores.md to standard output.
# scores.sh PROGRAM MODEL; the corpora of docs/data.md lie in $CLAIMSIFT_DATA (default ../shared/data).
set -eu
program=$(realpath "$1")
model=$(realpath "$2")
cd "${CLAIMSIFT_DATA:-../shared/data}"
cat <<EOF
# Scores of the shipped model

\`make scores\` wrote this ($(date +%F), $(nproc) cores, $(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -n 1)). What the names mean: [evaluation.md](evaluation.md). What the sets are: [data.md](data.md).
None of them was trained on; of \`uner_ewt\`, whose first half was, the second is scored. The threshold was chosen on \`claimbuster\`. GUM's entities are whole noun phrases and its attributions take in
thoughts; environmental claims are not quite check-worthy ones; tweets (\`wnut17\`) are another world: these show where the model ends.

\`\`\`
EOF
"$program" evaluate --model "$model" dev/claimbuster/groundtruth.csv dev/environmental_claims/dev.jsonl dev/newssd/val.csv dev/polnear dev/gum \
	dev/conll2003/eng.testa dev/wnut17/emerging.dev.conll dev/crossner/politics.txt dev/crossner/ai.txt dev/crossner/literature.txt \
	dev/crossner/music.txt dev/crossner/science.txt dev/ud_ewt/en_ewt-ud-dev.conllu dev/news_discourse
"$program" evaluate --model "$model" --part second-half dev/uner_ewt/en_ewt-ud-dev.iob2 | tail -n +2
printf '```\n'
