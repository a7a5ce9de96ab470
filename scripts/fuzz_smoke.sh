#!/bin/sh
# Runs each fuzz target for $SECONDS_EACH seconds (20), from seeds of the fixtures and, if CLAIMSIFT_DATA is set, of its folder formats/. fuzz_smoke.sh [TARGET…]
# What was found lies in fuzz/artifacts/TARGET; `cargo +nightly fuzz run TARGET FILE` shows it again.
set -eu
cd "$(dirname "$0")/.."
cargo +nightly --version >/dev/null 2>&1 || { echo "fuzz_smoke: the nightly toolchain is missing; rustup toolchain install nightly" >&2; exit 2; }
cargo +nightly fuzz --version >/dev/null 2>&1 || { echo "fuzz_smoke: cargo-fuzz is missing; cargo install cargo-fuzz" >&2; exit 2; }
seconds=${SECONDS_EACH:-20}
targets=${*:-$(cargo +nightly fuzz list)}

# seed TARGET FILE…: copies what is there, smaller than 256 KB, beside what fuzzing has found.
seed() {
	folder=fuzz/corpus/$1
	shift
	mkdir -p "$folder"
	for file in "$@"; do
		[ -f "$file" ] && [ "$(wc -c <"$file")" -lt 262144 ] && cp "$file" "$folder/" || true
	done
}
seed text fixtures/news/*.txt
seed split fixtures/news/*.txt fixtures/hard_sentences.txt
seed windows fixtures/news/*.txt fixtures/hard_sentences.txt
seed html fixtures/pages/*.html fixtures/pages-b/*.html
seed jsonl fixtures/news-dev/*.jsonl fixtures/wires/*.jsonl
seed ninjs fixtures/wires/*ninjs*
seed nitf fixtures/wires/*nitf*
seed newsml fixtures/wires/*newsml*
seed subtitles fixtures/wires/*.vtt fixtures/wires/*.srt
seed turns fixtures/wires/*turns*
seed record fixtures/expected/*.json
seed warc
seed containers
if [ -n "${CLAIMSIFT_DATA:-}" ]; then
	find "$CLAIMSIFT_DATA/formats" -type f -name '*.json' | while read -r file; do seed ninjs "$file"; done
	find "$CLAIMSIFT_DATA/formats" -type f -name '*.xml' | while read -r file; do seed newsml "$file"; done
	find "$CLAIMSIFT_DATA/formats" -type f -name '*.warc*' | while read -r file; do seed warc "$file"; done
else
	echo "fuzz_smoke: CLAIMSIFT_DATA is not set: no seeds of other programs" >&2
fi
# A page in a web archive; the news in an archive, packed in each way this machine knows.
{
	printf 'WARC/1.0\r\nWARC-Type: resource\r\nContent-Type: text/html\r\nContent-Length: %s\r\n\r\n' "$(wc -c <fixtures/pages/amp.html)"
	cat fixtures/pages/amp.html
	printf '\r\n\r\n'
} >fuzz/corpus/warc/page.warc
archive=fuzz/corpus/containers/news.tar
tar -C fixtures/news -cf "$archive" court-report.txt markets.txt
for packer in gzip bzip2 xz zstd; do
	if command -v "$packer" >/dev/null; then "$packer" -c <"$archive" >"$archive.$packer"; fi
done
gzip -c <fuzz/corpus/warc/page.warc >fuzz/corpus/warc/page.warc.gz
if command -v python3 >/dev/null; then python3 -m zipfile -c fuzz/corpus/containers/news.zip fixtures/news/court-report.txt fixtures/news/markets.txt; fi

TMPDIR=$(mktemp -d)
export TMPDIR
trap 'rm -rf "$TMPDIR"' EXIT
failed=
for target in $targets; do
	echo "== $target, $seconds s"
	cargo +nightly fuzz run "$target" -- -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len=262144 -print_final_stats=1 || failed="$failed $target"
done
[ -z "$failed" ] || { echo "fuzz_smoke: failed:$failed" >&2; exit 1; }
