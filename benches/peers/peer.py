#!/usr/bin/env python3
"""Another engine reads the same sentences; one process a measurement.

usage: peer.py ENGINE MODEL_DIR SENTENCES.json THREADS BATCH WAY

       peer.py prepare MODEL_DIR - 1 1 threads

The second makes the ONNX file that the first runs. ENGINE is onnx-int8, torch-f32, torch-bf16 or spacy; WAY is `threads` (one process, THREADS threads in each operation) or `processes`
(THREADS processes of one thread each, the sentences dealt out among them). Sentences are sorted by length, so that batches hold little padding. Prints one line of JSON:
seconds from the start of the process to the first sentence's tags, seconds for all sentences after that, tokens.
"""
import json
import os
import sys
import time
from pathlib import Path

STARTED = float(os.environ.get("PEER_STARTED", time.time()))


def set_threads(count):
    for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "RAYON_NUM_THREADS"):
        os.environ[name] = str(count)
    os.environ["TOKENIZERS_PARALLELISM"] = "true" if count > 1 else "false"


def tokenizer_of(folder):
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.enable_truncation(256)
    tokenizer.enable_padding()
    return tokenizer


def weights_of(folder):
    """Our weights as floats, by name."""
    from safetensors.torch import load_file

    stored = {}
    for file in sorted(folder.glob("*.safetensors")):
        stored.update(load_file(file))
    scales = {name.removesuffix(".row_scale"): stored.pop(name).float() for name in list(stored) if name.endswith(".row_scale")}
    return {name: value.float() * scales[name] if name in scales else value.float() for name, value in stored.items()}


def torch_model(folder, attention="sdpa"):
    """The network in PyTorch, on transformers' encoders: ids, mask, cases → five heads. MPNet's has no other attention than a written out one."""
    import torch
    from torch import nn
    from transformers import BertConfig, BertModel, MPNetConfig, MPNetModel

    config = {name: value for name, value in json.loads((folder / "config.json").read_text()).items() if value is not None}
    weights = weights_of(folder)
    mpnet = config.get("model_type") == "mpnet"

    class Network(nn.Module):
        def __init__(self):
            super().__init__()
            if mpnet:
                self.encoder = MPNetModel(MPNetConfig(**config, attn_implementation="eager"), add_pooling_layer=False)
                self.cases = nn.Embedding(*weights["mpnet.embeddings.case_embeddings.weight"].shape)
            else:
                self.encoder = BertModel(BertConfig(**config, attn_implementation=attention), add_pooling_layer=False)
            heads = ("entities", "attributions", "worth", "verifiability", "types")
            self.heads = nn.ModuleDict({name: nn.Linear(config["hidden_size"], len(weights[f"{name}.bias"])) for name in heads})

        def forward(self, ids, mask, cases):
            if mpnet:
                words = self.encoder.embeddings.word_embeddings(ids) + self.cases(cases)
                states = self.encoder(inputs_embeds=words, attention_mask=mask)[0]
            else:
                states = self.encoder(input_ids=ids, attention_mask=mask, token_type_ids=cases)[0]
            weight = mask.to(states.dtype).unsqueeze(-1)
            pooled = (states * weight).sum(1) / weight.sum(1)
            of_words = [self.heads[name](states) for name in ("entities", "attributions")]
            return (*of_words, *(self.heads[name](pooled) for name in ("worth", "verifiability", "types")))

    network = Network().eval()
    prefix = "mpnet." if mpnet else "bert."
    state = {}
    for name, value in weights.items():
        if name == "mpnet.embeddings.case_embeddings.weight":
            state["cases.weight"] = value
        elif name.startswith(prefix):
            state["encoder." + name.removeprefix(prefix)] = value
        else:
            state["heads." + name] = value
    missing, unexpected = network.load_state_dict(state, strict=False)
    missing = [name for name in missing if "position_ids" not in name]
    if missing or unexpected:
        sys.exit(f"peer: the weights do not fit: missing {missing}, unexpected {unexpected}")
    return network


def onnx_file(folder, cache):
    """The network as ONNX Runtime's own tools make it: fused for transformers, quantized dynamically to 8 bits."""
    final = cache / f"{folder.name}-int8.onnx"
    if final.exists():
        return final
    import torch
    from onnxruntime.quantization import QuantType, quantize_dynamic
    from onnxruntime.transformers import optimizer
    from onnxruntime.transformers.fusion_options import FusionOptions

    cache.mkdir(parents=True, exist_ok=True)
    # Written out, attention is what the optimizer knows to fuse.
    network = torch_model(folder, "eager")
    config = json.loads((folder / "config.json").read_text())
    ids = torch.randint(5, 1000, (2, 9))
    plain, fused = cache / f"{folder.name}.onnx", cache / f"{folder.name}-fused.onnx"
    with torch.no_grad():
        names, outputs = ["ids", "mask", "cases"], ["entities", "attributions", "worth", "verifiability", "types"]
        axes = {name: {0: "batch", 1: "tokens"} for name in [*names, "entities", "attributions"]} | {name: {0: "batch"} for name in outputs[2:]}
        torch.onnx.export(network, (ids, torch.ones_like(ids), torch.zeros_like(ids)), str(plain), input_names=names, output_names=outputs,
                          dynamic_axes=axes, opset_version=17, dynamo=False)
    optimized = optimizer.optimize_model(str(plain), model_type="bert", num_heads=config["num_attention_heads"], hidden_size=config["hidden_size"],
                                         optimization_options=FusionOptions("bert"), opt_level=1)
    print("peer: fused", optimized.get_fused_operator_statistics(), file=sys.stderr)
    optimized.save_model_to_file(str(fused))
    quantize_dynamic(str(fused), str(final), weight_type=QuantType.QInt8, per_channel=True, extra_options={"DefaultTensorType": 1})
    return final


def runner(engine, folder, threads):
    """A function: sentences → tags and how many tokens they had."""
    if engine == "spacy":
        import spacy

        language = spacy.load(os.environ["PEER_SPACY_MODEL"], exclude=["tagger", "parser", "attribute_ruler", "lemmatizer"])

        def read(sentences, batch):
            tags = [[(e.start_char, e.end_char, e.label_) for e in document.ents] for document in language.pipe(sentences, batch_size=batch)]
            return tags, 0

        return read
    tokenizer = tokenizer_of(folder)
    if engine == "onnx-int8":
        import numpy as np
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        session = onnxruntime.InferenceSession(str(onnx_file(folder, Path(os.environ["PEER_CACHE"]))), options, providers=["CPUExecutionProvider"])

        def forward(ids, mask):
            given = {"ids": np.array(ids), "mask": np.array(mask), "cases": np.zeros((len(ids), len(ids[0])), dtype=np.int64)}
            entities, attributions, worth, verifiability, types = session.run(None, given)
            return entities.argmax(-1), attributions.argmax(-1), worth, verifiability, types
    else:
        import torch

        torch.set_num_threads(threads)
        network = torch_model(folder)
        if engine == "torch-bf16":
            network = network.to(torch.bfloat16)

        def forward(ids, mask):
            with torch.inference_mode():
                ids = torch.tensor(ids)
                entities, attributions, *rest = network(ids, torch.tensor(mask), torch.zeros_like(ids))
                return entities.argmax(-1).numpy(), attributions.argmax(-1).numpy(), *(head.float().numpy() for head in rest)

    def read(sentences, batch):
        tags, tokens = [], 0
        for start in range(0, len(sentences), batch):
            encodings = tokenizer.encode_batch(sentences[start:start + batch])
            mask = [e.attention_mask for e in encodings]
            tokens += sum(map(sum, mask))
            entities, attributions, *rest = forward([e.ids for e in encodings], mask)
            tags.append((entities.tolist(), attributions.tolist(), [head.tolist() for head in rest]))
        return tags, tokens

    return read


def measured(engine, folder, sentences, threads, batch):
    read = runner(engine, folder, threads)
    first = sentences[len(sentences) // 2]
    read([first], 1)
    startup = time.time() - STARTED
    # Once over a few, so that no engine is timed while it warms up.
    read(sentences[:: max(1, len(sentences) // 64)], batch)
    begun = time.perf_counter()
    _, tokens = read(sentences, batch)
    return startup, time.perf_counter() - begun, tokens


def in_processes(engine, folder, sentences, count, batch):
    """The sentences dealt out among processes; from the moment all are ready until the last is done."""
    import multiprocessing as mp

    context = mp.get_context("fork")
    barrier, results = context.Barrier(count), context.Queue()

    def work(number):
        read = runner(engine, folder, 1)
        own = sentences[number::count]
        read([own[len(own) // 2]], 1)
        startup = time.time() - STARTED
        read(own[:: max(1, len(own) // 64)], batch)
        barrier.wait()
        begun = time.monotonic()
        _, tokens = read(own, batch)
        results.put((startup, begun, time.monotonic(), tokens))

    workers = [context.Process(target=work, args=(n,)) for n in range(count)]
    for worker in workers:
        worker.start()
    found = [results.get() for _ in workers]
    for worker in workers:
        worker.join()
    startups, begins, ends, tokens = zip(*found)
    return min(startups), max(ends) - min(begins), sum(tokens)


def main():
    engine, folder, file, threads, batch, way = sys.argv[1:]
    threads, batch, folder = int(threads), int(batch), Path(folder)
    set_threads(threads if way == "threads" else 1)
    if engine == "prepare":
        onnx_file(folder, Path(__file__).resolve().parent.parent.parent / ".deps" / "peers" / "models")
        return
    sentences = sorted(json.loads(Path(file).read_text()), key=len)
    time_it = in_processes if way == "processes" and threads > 1 else measured
    startup, seconds, tokens = time_it(engine, folder, sentences, threads, batch)
    print(json.dumps({"startup": startup, "seconds": seconds, "sentences": len(sentences), "tokens": tokens}))


if __name__ == "__main__":
    main()
