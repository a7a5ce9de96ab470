#!/usr/bin/env python3
"""How alike an encoder's mean-pooled last states find two claims, for each labelled pair: lines for CLAIMSIFT_SIMILARITIES (docs/likeness.md).

usage: encoder_similarities.py MODEL_DIR > similarities.jsonl

MODEL_DIR is a BERT encoder: one of ours (models/newsroom-small: six cases of words as token types) or a plain one (.deps/base/all-minilm-l6-v2). Needs torch,
transformers, tokenizers and safetensors, which `setup.py peers` installs in .deps/peers. Words are cut where the program cuts them but for emoji and symbols.
"""
import json
import re
import sys
from pathlib import Path

import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer
from transformers import BertConfig, BertModel

PAIRS = Path(__file__).resolve().parent.parent / "fixtures" / "pairs" / "pairs.jsonl"
WORD = re.compile(r"[^\W_]+|\S")
CASES = 6


def case(word):
    """As Case in src/encode.rs."""
    letters = [c for c in word if c.isupper() or c.islower()]
    if any(c.isnumeric() for c in word):
        return 4
    if not letters:
        return 0
    rest = letters[1:]
    if letters[0].isupper():
        return 2 if all(c.islower() for c in rest) else 3 if all(c.isupper() for c in rest) else 5
    return 1 if all(c.islower() for c in rest) else 5


def encoder(folder):
    config = {key: value for key, value in json.loads((folder / "config.json").read_text()).items() if value is not None}
    weights = {}
    for file in folder.glob("*.safetensors"):
        weights |= load_file(file)
    weights = {name.removeprefix("bert."): tensor.float() for name, tensor in weights.items()}
    kinds = weights["embeddings.token_type_embeddings.weight"].shape[0]
    model = BertModel(BertConfig(**config | {"type_vocab_size": kinds}), add_pooling_layer=False).eval()
    missing, _ = model.load_state_dict(weights, strict=False)
    missing = [name for name in missing if "position_ids" not in name]
    if missing:
        sys.exit(f"{folder}: the weights hold no {', '.join(missing)}")
    return model, kinds == CASES


def main():
    folder = Path(sys.argv[1])
    model, cased = encoder(folder)
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()

    def state(text):
        ids, cases = [tokenizer.token_to_id("[CLS]")], [0]
        for word in WORD.findall(text):
            pieces = tokenizer.encode(word, add_special_tokens=False).ids
            ids += pieces
            cases += [case(word) if cased else 0] * len(pieces)
        ids, cases = ids + [tokenizer.token_to_id("[SEP]")], cases + [0]
        with torch.inference_mode():
            last = model(input_ids=torch.tensor([ids]), token_type_ids=torch.tensor([cases])).last_hidden_state
        return torch.nn.functional.normalize(last[0].mean(0), dim=0)

    for number, line in enumerate(PAIRS.read_text(encoding="utf-8").splitlines()):
        pair = json.loads(line)
        print(json.dumps({"pair": number, "similarity": round(float(state(pair["a"]) @ state(pair["b"])), 4)}))


if __name__ == "__main__":
    torch.set_num_threads(1)
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main()
