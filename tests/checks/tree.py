#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks on the tree itself: what git tracks, not what happens to lie about.

Each check is a function that yields complaints, `path[:line]: what is wrong and what to do`.
"""
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
MAX_LINES = 500
MAX_LINES_PALLET = 1000
SOURCE = {".rs", ".py", ".js", ".mjs", ".ts", ".sh", ".toml", ".html", ".css"}
# Generated, lists of cases, or one file because the file it mirrors is one.
LONG_BY_NATURE = re.compile(
    r"(weights(/|\.rs)|vectors|/tests(/|\.rs)|^tests/|\.test\.|^primitives/grandpa/src/lib\.rs)"
)


def tracked():
    out = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout
    return [line for line in out.splitlines() if (ROOT / line).is_file()]


FILES = tracked()


def text(path):
    return (ROOT / path).read_text(encoding="utf-8", errors="replace")


def layout():
    """LAYOUT.md names every directory down to each crate, and no other."""
    listed = set(re.findall(r"^\s*- `([^`]+)/`", text("LAYOUT.md"), re.M))
    present = set()
    for path in FILES:
        parts = path.split("/")[:-1]
        for depth in (1, 2):
            if len(parts) >= depth:
                present.add("/".join(parts[:depth]))
    crates = {str(pathlib.PurePath(p).parent) for p in FILES if p.endswith("/Cargo.toml")}
    packages = {str(pathlib.PurePath(p).parent) for p in FILES if p.endswith("/package.json")}
    inner = re.compile(r"(^|/)(src|tests|examples|vectors|benches)$")
    wanted = {p for p in present if "/" not in p or not inner.search(p)} | crates | packages
    for path in sorted(wanted - listed):
        # A crate's own folders need no line.
        if any(path.startswith(c + "/") for c in crates | packages) and path not in crates | packages:
            continue
        yield f"{path}/: not in LAYOUT.md; add a line that says what it is for"
    for path in sorted(listed):
        if not any(f.startswith(path + "/") for f in FILES):
            yield f"LAYOUT.md: `{path}/` is not in the tree; remove the line"


def sizes():
    for path in FILES:
        if pathlib.PurePath(path).suffix not in SOURCE or LONG_BY_NATURE.search(path):
            continue
        limit = MAX_LINES
        if re.fullmatch(r"pallets/[^/]+/src/lib\.rs", path):
            limit = MAX_LINES_PALLET
        lines = text(path).count("\n")
        if lines > limit:
            yield f"{path}: {lines} lines, more than {limit}; a file holds one concept: split it"


def lints_are_inherited():
    for path in FILES:
        if path.endswith("Cargo.toml") and path != "Cargo.toml" and "[package]" in text(path):
            if not re.search(r"\[lints\]\s*\nworkspace = true", text(path)):
                yield f"{path}: add `[lints]` with `workspace = true`"


def leftovers():
    marks = re.compile(r"\b(TODO|FIXME|XXX)\b|\bdbg!\(|\btodo!\(|\bunimplemented!\(")
    machine = re.compile(r"(?<![\w.])/(work|root)/")
    for path in FILES:
        if path == "tests/checks/tree.py" or path.endswith((".lock", "package-lock.json")):
            continue
        if re.search(r"\.(bak|orig|rej|log)$|~$|\.env$|\.pem$", path):
            yield f"{path}: should not be tracked"
        if pathlib.PurePath(path).suffix not in SOURCE | {".md", ".yml", ".service", ""}:
            continue
        for number, line in enumerate(text(path).splitlines(), 1):
            if marks.search(line):
                yield f"{path}:{number}: finish it or say in words what is accepted: {line.strip()[:80]}"
            if machine.search(line):
                yield f"{path}:{number}: a path of one machine: {line.strip()[:80]}"


def literal_weights():
    literal = re.compile(r"#\[pallet::weight\((\d|Weight::from_parts|\{?\s*\d)")
    for path in FILES:
        if path.startswith("pallets/") and path.endswith(".rs"):
            for number, line in enumerate(text(path).splitlines(), 1):
                if literal.search(line):
                    yield f"{path}:{number}: a literal weight; take it from WeightInfo"


def licence_headers():
    for path in FILES:
        if path.endswith((".rs", ".py", ".sh", ".js", ".mjs")) and "vectors" not in path:
            if "SPDX-License-Identifier: Apache-2.0" not in "\n".join(text(path).splitlines()[:5]):
                yield f"{path}:1: add `SPDX-License-Identifier: Apache-2.0`"


def exact_versions():
    for number, line in enumerate(text("Cargo.toml").splitlines(), 1):
        found = re.search(r'version = "([^"]+)"', line)
        if found and not found.group(1).startswith("=") and not line.startswith(("version", "rust")):
            yield f"Cargo.toml:{number}: pin the exact version with `=`: {line.strip()[:80]}"


CHECKS = [
    layout,
    sizes,
    lints_are_inherited,
    leftovers,
    literal_weights,
    licence_headers,
    exact_versions,
]


def main():
    complaints = [c for check in CHECKS for c in check()]
    for complaint in complaints:
        print(complaint)
    print(f"tree: {len(FILES)} files, {len(CHECKS)} checks, {len(complaints)} complaints")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
