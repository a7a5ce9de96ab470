#!/usr/bin/env python3
"""Whether memory stays flat: many articles, no sentence twice, and how much memory the program had meanwhile.

usage: soak.py PROGRAM ARTICLES_DIR COUNT [extract flags …]

Articles are taken in turn, and each copy has a word of its own put into every sentence, so that none repeats. They reach the program as JSONL
through standard input. Prints documents read, resident memory after each tenth, and the last line of the program.
"""
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path


def resident(pid):
    """MB of memory that a process holds."""
    with open(f"/proc/{pid}/status") as status:
        return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmRSS"))


def perturbed(text, copy):
    """The text with a made-up name in each sentence: no two copies share one."""
    name = "".join(chr(ord("a") + (copy // 26**place) % 26) for place in range(4)).capitalize()
    return re.sub(r"(?<=[a-z]) the ", f" the {name} ", re.sub(r"([.!?])\s+(?=[A-Z])", rf" of {name}\1 ", text))


def main():
    program, folder, count, *flags = sys.argv[1:]
    count = int(count)
    articles = [path.read_text(encoding="utf-8", errors="replace") for path in sorted(Path(folder).rglob("*.txt"))]
    with tempfile.TemporaryDirectory() as out:
        command = [program, "extract", "-", "--format", "jsonl", "-o", f"{out}/records.jsonl", *flags]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE)

        def feed():
            for number in range(count):
                line = json.dumps({"text": perturbed(articles[number % len(articles)], number)})
                process.stdin.write(line.encode() + b"\n")
            process.stdin.close()

        threading.Thread(target=feed, daemon=True).start()
        started, tenth = time.time(), 1
        partial = f"{out}/records.jsonl.partial"
        lines, position = 0, 0
        while process.poll() is None:
            time.sleep(0.5)
            try:
                with open(partial, "rb") as file:
                    file.seek(position)
                    new = file.read()
            except FileNotFoundError:
                continue
            position += len(new)
            lines += new.count(b"\n")
            while tenth <= 10 and lines >= count * tenth // 10:
                try:
                    print(f"{lines:>8} documents  {resident(process.pid):>7.0f} MB  {time.time() - started:>6.0f} s", flush=True)
                except (FileNotFoundError, StopIteration):
                    pass
                tenth += 1
        said = process.stderr.read().decode().strip().splitlines()
        print(said[-1] if said else "")
        sys.exit(process.returncode)


if __name__ == "__main__":
    main()
