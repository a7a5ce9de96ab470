#!/bin/sh
# Packs the program, the libraries it needs and the models into dist/claimsift-VERSION-SYSTEM.tar.zst, which runs where it is unpacked: Linux with glibc,
# nothing else. dist.sh PROGRAM LIBTORCH
set -eu
program=$1
libtorch=$2
command -v zstd >/dev/null || { echo "dist: zstd is missing; install it (Debian: apt install zstd)" >&2; exit 2; }
version=$("$program" --version | cut -d' ' -f2)
name=claimsift-$version-$(uname -s | tr '[:upper:]' '[:lower:]')-$(uname -m)
root=dist/$name
rm -rf "$root"
mkdir -p "$root/bin" "$root/lib" "$root/models" "$root/docs"

cp "$program" "$root/bin/"
strip --strip-all "$root/bin/claimsift"
# The program looks for its libraries beside itself first (build.rs). The compiler's own come along: their version is the build machine's.
for library in libtorch_cpu.so libc10.so libcudart.so.12 libcupti.so.12; do cp "$libtorch/lib/$library" "$root/lib/"; done
cp "$libtorch"/lib/libgomp*.so.1 "$root/lib/"
ldd "$program" | sed -n 's/.* => \(.*\/lib\(stdc++\|gcc_s\)\.so[^ ]*\) .*/\1/p' | while read -r library; do cp -L "$library" "$root/lib/"; done
strip --strip-unneeded "$root/lib/"*.so* 2>/dev/null || true
for model in newsroom newsroom-small newsroom-small-open; do
	mkdir "$root/models/$model"
	find "models/$model" -maxdepth 1 -type f -exec cp {} "$root/models/$model/" \;
done
cp README.md LICENSE "$root/"
cp docs/*.md docs/*.json "$root/docs/"
tar --sort=name --owner=0 --group=0 --numeric-owner --mtime=@0 -C dist -cf - "$name" | zstd -q -T0 -10 -f -o "$root.tar.zst"
rm -rf "$root"
du -h "$root.tar.zst" | sed 's/\t/  /'
