#!/usr/bin/env python3
"""Write tests/data/tiny-mpnet: an MPNet of random weights, and what the published implementation makes of some ids.

Needs torch and transformers, of which nothing else here does. With a folder as argument, writes what that encoder (the real
one, `make base-encoders`) makes of the same kind of input, as rounded numbers, to tests/data/reference/mpnet.json.
"""
import json
import random
import string
import sys
from pathlib import Path

import torch
from safetensors.torch import save_file
from transformers import MPNetConfig, MPNetModel

TESTS = Path(__file__).resolve().parent.parent / "tests" / "data"
TOKENS = 60


def states(model, sentences):
    """The states of each token, padded together with longer sentences."""
    width = max(len(s) for s in sentences)
    ids = torch.tensor([s + [1] * (width - len(s)) for s in sentences])
    mask = torch.tensor([[1] * len(s) + [0] * (width - len(s)) for s in sentences])
    with torch.no_grad():
        return model(input_ids=ids, attention_mask=mask).last_hidden_state


def tokenizer(folder):
    """Letters, alone and inside words: as many tokens as the tiny encoder has."""
    letters = list(string.ascii_lowercase)
    tokens = ["<s>", "<pad>", "</s>", "[UNK]", *letters, *("##" + c for c in letters), ".", ",", "?", "5"]
    special = [{"id": n, "content": t, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
               for n, t in enumerate(tokens[:4])]
    assert len(tokens) == TOKENS
    (folder / "tokenizer.json").write_text(json.dumps({
        "version": "1.0", "truncation": None, "padding": None, "added_tokens": special,
        "normalizer": {"type": "BertNormalizer", "clean_text": True, "handle_chinese_chars": True, "strip_accents": None, "lowercase": True},
        "pre_tokenizer": {"type": "BertPreTokenizer"}, "post_processor": None, "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": True},
        "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##", "max_input_chars_per_word": 100,
                  "vocab": {t: n for n, t in enumerate(tokens)}}}))


def tiny():
    torch.manual_seed(1)
    random.seed(1)
    config = MPNetConfig(vocab_size=TOKENS, hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=32,
                         max_position_embeddings=202, layer_norm_eps=1e-5)
    model = MPNetModel(config, add_pooling_layer=False).eval()
    for name, parameter in model.named_parameters():
        # Nothing is left as it would be by default, and yet it can be trained.
        parameter.data.normal_(1 if name.endswith("LayerNorm.weight") else 0, 0.2)
    folder = TESTS / "tiny-mpnet"
    folder.mkdir(exist_ok=True)
    save_file({k: v.contiguous() for k, v in model.state_dict().items()}, folder / "model.safetensors")
    (folder / "config.json").write_text(config.to_json_string())
    tokenizer(folder)
    # One longer than the distance from which on all are alike.
    sentences = [[0] + [random.randrange(4, TOKENS) for _ in range(n)] + [2] for n in (3, 20, 180)]
    found = states(model, sentences)
    rows = [[[round(x, 5) for x in found[i][t].tolist()] for t in range(len(s))] for i, s in enumerate(sentences)]
    (folder / "states.json").write_text(json.dumps({"ids": sentences, "states": rows}) + "\n")


def real(folder):
    model = MPNetModel.from_pretrained(folder, add_pooling_layer=False).eval()
    random.seed(2)
    sentences = [[0] + [random.randrange(1000, 30000) for _ in range(n)] + [2] for n in (5, 40, 200)]
    found = states(model, sentences)
    # Sixteen numbers of the first and the last token are as telling as all.
    rows = [[[round(x, 5) for x in found[i][t][::48].tolist()] for t in (0, len(s) - 1)] for i, s in enumerate(sentences)]
    (TESTS / "reference" / "mpnet.json").write_text(json.dumps({"ids": sentences, "first_and_last_every_48th": rows}) + "\n")


if __name__ == "__main__":
    real(sys.argv[1]) if len(sys.argv) > 1 else tiny()
