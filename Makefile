# Everything starts here: `make run` and `make test` need only Rust, Python with pip, a C++ compiler and make.

PYTHON ?= python3
CARGO ?= cargo

.PHONY: help run test gate setup build base-encoders silver train train-small train-open fixtures gold schema dev-scores scores bench-sentences bench-scoring bench-assembly bench-engine bench-queue bench dist fuzz-smoke

help:
	@echo "make run            set up, build, annotate fixtures/news, show the claims most worth checking"
	@echo "make test           set up and run all tests"
	@echo "make gate           check that the shipped model scores on fixtures/gold as it did"
	@echo "make setup          fetch libtorch into .deps/ (or use the LIBTORCH that is set)"
	@echo "make base-encoders  fetch the encoders that training starts from"
	@echo "make silver         read the training corpora with spaCy, for what they leave open"
	@echo "make train          train models/newsroom again; train-small and train-open the two others (docs/model.md says how long it takes)"
	@echo "make dev-scores     score the three models on the development sets their cards name"
	@echo "make scores         the whole report on the development sets: docs/scores.md"
	@echo "make fixtures       rebuild what tests expect: gold offsets, schema, golden records"
	@echo "make bench-sentences  compare sentence splitters"
	@echo "make bench-assembly time what makes sense of a document's mentions, on documents of growing size"
	@echo "make dist           pack program, libraries and models into dist/, to run anywhere"
	@echo "make fuzz-smoke     twenty seconds of every fuzz target (nightly Rust, cargo-fuzz)"
	@echo "make bench          beside ONNX Runtime, PyTorch, rust-bert and spaCy, in turns: docs/benchmarks.md"
	@echo "make bench-engine   time the models: 8 bits, floats, and the ceiling that the CPU sets"
	@echo "make bench-queue    time the queue: adds, leases, listings at 100,000 occurrences"
	@echo "make bench-scoring  time the scoring of 100,000 sentences"

# Says what is missing before a long message from further down does.
setup:
	@command -v $(CARGO) >/dev/null || { echo "setup: Rust is missing; install it with rustup or your system's packages" >&2; exit 2; }
	@command -v $(PYTHON) >/dev/null || { echo "setup: Python is missing; install python3 with pip (Debian: apt install python3 python3-pip)" >&2; exit 2; }
	@$(PYTHON) scripts/setup.py libtorch

build: setup
	@$(CARGO) build --release --quiet

run: build
	@./target/release/claimsift extract fixtures/news -o out/news.jsonl --top 10

test: setup
	$(CARGO) test

# In floats, since CPUs differ in what 8 bits they have; a hundredth is allowed for sums in another order.
gate: setup
	@$(CARGO) run --quiet -- evaluate fixtures/gold --model models/newsroom-small --precision f32 --resamples 0 \
		--no-worse-than fixtures/report.json --tolerance 0.01 --fail-under entities.strict.f1=0.80 --fail-under claimer.f1=0.75

base-encoders:
	@$(PYTHON) scripts/setup.py minilm
	@$(PYTHON) scripts/setup.py mpnet

# The corpora of docs/data.md lie in $$CLAIMSIFT_DATA.
silver: build
	@$(PYTHON) scripts/setup.py spacy
	@sh scripts/silver.sh ./target/release/claimsift

train: build base-encoders silver
	./target/release/claimsift train models/recipes/newsroom.toml -o .deps/train/newsroom-first --resume
	./target/release/claimsift train models/recipes/newsroom-second.toml -o models/newsroom --resume

# Learns from models/newsroom, too.
train-small: build base-encoders silver
	./target/release/claimsift train models/recipes/newsroom-small.toml -o .deps/train/newsroom-small-first --resume
	./target/release/claimsift train models/recipes/newsroom-small-second.toml -o models/newsroom-small --resume

train-open: build base-encoders silver
	./target/release/claimsift train models/recipes/newsroom-small.toml --permissive-only -o models/newsroom-small-open --resume

dev-scores: build
	./target/release/claimsift evaluate --recipe models/recipes/newsroom.toml --model models/newsroom
	./target/release/claimsift evaluate --recipe models/recipes/newsroom-small.toml --model models/newsroom-small
	./target/release/claimsift evaluate --recipe models/recipes/newsroom-small.toml --model models/newsroom-small-open

# The corpora of docs/data.md lie in $$CLAIMSIFT_DATA.
scores: build
	@$(PYTHON) scripts/scores.py ./target/release/claimsift models/newsroom models/newsroom-small models/newsroom-small-open > docs/scores.md.new && mv docs/scores.md.new docs/scores.md

fixtures: build gold schema
	UPDATE_GOLDEN=1 $(CARGO) test --test golden
	./target/release/claimsift evaluate fixtures/gold --model models/newsroom-small --precision f32 --json > fixtures/report.json

gold:
	@for name in fixtures/gold/src/*.json; do \
		base=$$(basename $$name .json); \
		$(PYTHON) scripts/make_gold.py fixtures/news/$$base.txt $$name fixtures/gold/$$base.json || exit 1; \
	done

schema: build
	./target/release/claimsift schema records > docs/record.schema.json
	./target/release/claimsift schema report > docs/report.schema.json

bench-sentences: setup
	$(CARGO) bench --bench sentences

bench-assembly: setup
	$(CARGO) bench --bench assembly

bench-scoring: setup
	$(CARGO) bench --bench scoring

# A program to unpack and run, on any Linux with glibc; tried in a bare folder.
dist: build
	@sh scripts/dist.sh ./target/release/claimsift $${LIBTORCH:-.deps/libtorch}
	@sh scripts/test_dist.sh dist/claimsift-*.tar.zst fixtures/news/court-report.txt

# Needs the nightly toolchain and cargo-fuzz; says so where they are missing.
fuzz-smoke:
	@sh scripts/fuzz_smoke.sh

# Articles: the BBC's of docs/data.md.
bench: build
	@$(PYTHON) scripts/setup.py spacy
	@$(PYTHON) scripts/setup.py peers
	@for model in newsroom-small newsroom; do .deps/peers/bin/python benches/peers/peer.py prepare models/$$model - 1 1 threads || exit 1; done
	$(PYTHON) benches/peers/bench.py $${CLAIMSIFT_DATA:-../shared/data}/raw/bbc

bench-queue: setup
	$(CARGO) bench --bench queue -- 100000

bench-engine: setup
	$(CARGO) bench --bench engine -- newsroom-small
	$(CARGO) bench --bench engine -- newsroom
