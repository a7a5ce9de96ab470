#!/bin/sh
# Unpacks what dist.sh made into a bare folder that holds glibc and nothing else, and reads an article there. test_dist.sh TAR.ZST ARTICLE
# Needs root, or a system that lets users have namespaces of their own.
set -eu
archive=$1
article=$2
bare=$(mktemp -d)
trap 'rm -rf "$bare"' EXIT
mkdir -p "$bare/opt" "$bare/tmp" "$bare/proc" "$bare/dev" "$bare/news"
zstd -q -d -c "$archive" | tar -x -C "$bare/opt"
# glibc's own: the loader and the libraries that every program takes for granted.
for library in ld-linux-x86-64.so.2 libc.so.6 libm.so.6 libdl.so.2 libpthread.so.0 librt.so.1 libutil.so.1; do
	found=$(ldconfig -p | sed -n "s/.*$library .*x86-64.* => //p" | head -1)
	[ -n "$found" ] || { echo "test_dist: no $library on this machine" >&2; exit 2; }
	mkdir -p "$bare/lib64" "$bare/lib/x86_64-linux-gnu"
	cp -L "$found" "$bare/lib/x86_64-linux-gnu/"
done
cp -L "$bare/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2" "$bare/lib64/"
cp "$article" "$bare/news/"
program=$(cd "$bare" && ls -d opt/*/bin/claimsift)
# What every system has: /proc, by which a program finds itself, and /dev.
if [ "$(id -u)" = 0 ]; then own="unshare --mount"; else own="unshare --user --map-root-user --mount"; fi
enter() { $own sh -c 'mount --rbind /proc "$0/proc" && mount --rbind /dev "$0/dev" && exec env -i "$(command -v chroot)" "$0" "$@"' "$bare" "$@"; }
for model in newsroom newsroom-small; do
	enter "/$program" extract /news --model $model -o "/tmp/$model.jsonl"
	[ -s "$bare/tmp/$model.jsonl" ] || { echo "test_dist: no record of $model" >&2; exit 1; }
done
