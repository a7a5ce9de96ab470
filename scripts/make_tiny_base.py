#!/usr/bin/env python3
"""Write tests/data/tiny-base: a BERT encoder of random weights, small enough to train in a test."""
import json
import math
import random
import string
import struct
from pathlib import Path

HIDDEN, LAYERS, HEADS, INNER, POSITIONS = 32, 2, 2, 64, 64
OUT = Path(__file__).resolve().parent.parent / "tests" / "data" / "tiny-base"

tokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
tokens += list("!\"#$%&'()*+,-./:;<=>?@[]_“”‘’—–…£€") + list(string.digits + string.ascii_lowercase)
tokens += ["##" + c for c in string.digits + string.ascii_lowercase]
tokens += "the a an of in to and said that was is it he she they on for with by from million percent year".split()
vocab = {t: i for i, t in enumerate(tokens)}

config = {
    "architectures": ["BertModel"], "model_type": "bert", "hidden_act": "gelu", "hidden_size": HIDDEN,
    "num_hidden_layers": LAYERS, "num_attention_heads": HEADS, "intermediate_size": INNER,
    "max_position_embeddings": POSITIONS, "type_vocab_size": 2, "vocab_size": len(tokens),
    "attention_probs_dropout_prob": 0.1, "hidden_dropout_prob": 0.1, "initializer_range": 0.02, "layer_norm_eps": 1e-12,
}
special = [{"id": vocab[t], "content": t, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False,
            "special": True} for t in tokens[:5]]
tokenizer = {
    "version": "1.0", "truncation": None, "padding": None, "added_tokens": special,
    "normalizer": {"type": "BertNormalizer", "clean_text": True, "handle_chinese_chars": True, "strip_accents": None, "lowercase": True},
    "pre_tokenizer": {"type": "BertPreTokenizer"}, "post_processor": None, "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": True},
    "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##", "max_input_chars_per_word": 100, "vocab": vocab},
}

random.seed(1)
shapes = {"embeddings.word_embeddings.weight": (len(tokens), HIDDEN), "embeddings.position_embeddings.weight": (POSITIONS, HIDDEN),
          "embeddings.token_type_embeddings.weight": (2, HIDDEN)}
norms = ["embeddings.LayerNorm"]
for n in range(LAYERS):
    layer = f"encoder.layer.{n}"
    for name in ("attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense"):
        shapes[f"{layer}.{name}.weight"], shapes[f"{layer}.{name}.bias"] = (HIDDEN, HIDDEN), (HIDDEN,)
    shapes[f"{layer}.intermediate.dense.weight"], shapes[f"{layer}.intermediate.dense.bias"] = (INNER, HIDDEN), (INNER,)
    shapes[f"{layer}.output.dense.weight"], shapes[f"{layer}.output.dense.bias"] = (HIDDEN, INNER), (HIDDEN,)
    norms += [f"{layer}.attention.output.LayerNorm", f"{layer}.output.LayerNorm"]
tensors = {}
for name, shape in shapes.items():
    size = math.prod(shape)
    tensors[name] = (shape, [0.0] * size if name.endswith(".bias") else [random.gauss(0, 0.1) for _ in range(size)])
for name in norms:
    tensors[name + ".weight"], tensors[name + ".bias"] = ((HIDDEN,), [1.0] * HIDDEN), ((HIDDEN,), [0.0] * HIDDEN)

header, body = {}, b""
for name in sorted(tensors):
    shape, values = tensors[name]
    data = struct.pack(f"<{len(values)}f", *values)
    header[name] = {"dtype": "F32", "shape": list(shape), "data_offsets": [len(body), len(body) + len(data)]}
    body += data
head = json.dumps(header).encode()
head += b" " * (-len(head) % 8)
OUT.mkdir(parents=True, exist_ok=True)
(OUT / "model.safetensors").write_bytes(struct.pack("<Q", len(head)) + head + body)
(OUT / "config.json").write_text(json.dumps(config, indent=1) + "\n")
(OUT / "tokenizer.json").write_text(json.dumps(tokenizer, ensure_ascii=False) + "\n")
