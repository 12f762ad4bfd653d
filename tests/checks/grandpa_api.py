#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks that primitives/grandpa can stand in the place of polkadot-sdk's sp-consensus-grandpa.

  tests/checks/grandpa_api.py

1. The public API of both sources is the same, item for item: constants with their values, type
   aliases, functions with their bounds, types with every field, variant, codec index and derive,
   implementations and the runtime API. The three aliases that name the key are the exception, and
   must be aliases in both.
2. The manifests have the same version and features.
3. The dependency graph holds one sp-consensus-grandpa, and it is ours.

The upstream source is the one in cargo's registry, or is downloaded; its checksum is pinned here.
Change VERSION and CHECKSUM when polkadot-sdk is updated. Exit code 1 lists what differs.
"""

import hashlib
import io
import json
import os
import pathlib
import re
import subprocess
import sys
import tarfile
import tomllib
import urllib.request

NAME = "sp-consensus-grandpa"
VERSION = "31.0.0"
CHECKSUM = "e1772d92290b9239505496b7bc2ff8d87fb670584b4786c362402a07eb376c50"
# These name the key, which is what the crate exists to change.
KEY_ALIASES = {"type AuthorityId", "type AuthorityPair", "type AuthoritySignature"}
# Features of dependencies that only ours has.
OWN_DEPENDENCIES = {"qh-app-crypto"}

ROOT = pathlib.Path(__file__).resolve().parents[2]
OURS = ROOT / "primitives" / "grandpa"
TOKEN = re.compile(r'b?"(?:[^"\\]|\\.)*"|\'[a-z_]+\b(?!\')|[A-Za-z_0-9]+|::|->|=>|[^\sA-Za-z_0-9]')
OPEN, CLOSE = "([{", ")]}"


def upstream():
    """The lib.rs and Cargo.toml of the published crate."""
    cargo_home = pathlib.Path(os.environ.get("CARGO_HOME", pathlib.Path.home() / ".cargo"))
    crate = f"{NAME}-{VERSION}"
    data = None
    for path in cargo_home.glob(f"registry/cache/*/{crate}.crate"):
        data = path.read_bytes()
    if data is None:
        url = f"https://static.crates.io/crates/{NAME}/{crate}.crate"
        try:
            data = urllib.request.urlopen(url, timeout=30).read()
        except OSError as error:
            print(f"skipped: {crate} is not in cargo's registry and {url} cannot be read: {error}")
            sys.exit(0)
    if hashlib.sha256(data).hexdigest() != CHECKSUM:
        sys.exit(f"{crate}: the checksum is not the pinned one; do not trust this download")
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        read = lambda name: archive.extractfile(f"{crate}/{name}").read().decode()
        return read("src/lib.rs"), read("Cargo.toml")


def tokens(source):
    source = re.sub(r"//[^\n]*", "", source)
    source = re.sub(r"/\*.*?\*/", "", source, flags=re.S)
    return TOKEN.findall(source)


def group_end(toks, start):
    """The index after the group that opens at `start`."""
    depth = 0
    for index in range(start, len(toks)):
        depth += (toks[index] in OPEN) - (toks[index] in CLOSE)
        if depth == 0:
            return index + 1
    raise ValueError("unbalanced brackets")


def text(toks):
    """Tokens as text that does not depend on layout."""
    return re.sub(r" ,( [)\]}>])", r"\1", " ".join(toks))


def attribute(toks):
    """An attribute that is part of the API, normalised; None for documentation and lints."""
    if toks[0] == "derive":
        return "derive(" + ", ".join(sorted(t for t in toks[2:-1] if t not in (",", "::"))) + ")"
    return text(toks) if toks[0] in ("cfg", "cfg_attr", "codec", "api_version", "scale_info") else None


def body_text(toks):
    """The fields or variants of a type, without documentation."""
    kept, index = [], 0
    while index < len(toks):
        if toks[index] == "#":
            end = group_end(toks, index + 1)
            attr = attribute(toks[index + 2 : end - 1])
            kept += [f"#[{attr}]"] if attr else []
            index = end
        else:
            kept.append(toks[index])
            index += 1
    return text(kept)


def items(toks, within=""):
    """Yields (key, definition) of each public item and each implementation."""
    index, attributes = 0, []
    while index < len(toks):
        if toks[index] == "#":
            start = index + 1 + (toks[index + 1] == "!")
            index = group_end(toks, start)
            attr = attribute(toks[start + 1 : index - 1])
            attributes += [attr] if attr else []
            continue

        if toks[index] == ";":
            index += 1
            continue

        # An item reaches to a semicolon, or to the end of its braces.
        end = index
        while toks[end] not in (";", "{"):
            end = group_end(toks, end) if toks[end] in "([" else end + 1
        head, body = toks[index:end], []
        if toks[end] == "{":
            end = group_end(toks, end)
            body = toks[index + len(head) + 1 : end - 1]
        else:
            end += 1

        if head[-1] == "!":
            if head[-2] in ("with_pair", "decl_runtime_apis"):
                yield from items(body, f"{head[-2]}: ")
        elif head[0] == "impl":
            is_of_trait = "for" in head
            methods = [] if is_of_trait else items(body)
            yield text(head), sorted(f"{key} = {definition}" for key, definition in methods)
        elif head[0] == "pub" or within == "trait: ":
            head = head[head[0] == "pub" :]
            definition = "".join(f"#[{a}] " for a in sorted(attributes)) + text(head)
            if head[0] in ("struct", "enum"):
                definition += " { " + body_text(body) + " }"
            if head[0] == "trait":
                methods = items(body, "trait: ")
                definition += str(sorted(f"{key} = {signature}" for key, signature in methods))
            yield f"{within}{head[0]} {head[1]}", definition
        attributes, index = [], end


def api(source):
    found = {}
    for key, definition in items(tokens(source)):
        if isinstance(definition, list):
            definition = sorted(found.get(key, []) + definition)
        found[key] = definition
    return found


def compare_api(theirs, ours):
    for key in sorted(theirs.keys() | ours.keys()):
        if key not in ours:
            yield f"missing: {key}"
        elif key not in theirs:
            yield f"not in upstream: {key}"
        elif key.split(": ")[-1] not in KEY_ALIASES and theirs[key] != ours[key]:
            yield f"differs: {key}\n    upstream: {theirs[key]}\n    ours:     {ours[key]}"


def compare_manifests(theirs, ours):
    if theirs["package"]["version"] != ours["package"]["version"]:
        yield f"version {ours['package']['version']}, upstream {theirs['package']['version']}"
    for name in sorted(theirs["features"].keys() | ours["features"].keys()):
        their_list = set(theirs["features"].get(name, ["absent"]))
        our_list = set(ours["features"].get(name, ["absent"]))
        our_list = {f for f in our_list if f.split("/")[0] not in OWN_DEPENDENCIES}
        if their_list != our_list:
            yield f"feature {name}: {sorted(our_list)}, upstream {sorted(their_list)}"


def check_graph():
    metadata = subprocess.run(
        ["cargo", "metadata", "--format-version", "1", "--locked"],
        cwd=ROOT, stdout=subprocess.PIPE, check=False,
    )
    if metadata.returncode != 0:
        yield "cargo metadata --locked failed"
        return
    found = [p for p in json.loads(metadata.stdout)["packages"] if p["name"] == NAME]
    if [pathlib.Path(p["manifest_path"]).parent for p in found] != [OURS]:
        where = ", ".join(f"{p['version']} from {p['source'] or 'a path'}" for p in found)
        yield f"the graph must hold {NAME} once, from primitives/grandpa; it holds: {where}"


def main():
    source, manifest = upstream()
    theirs, ours = api(source), api((OURS / "src" / "lib.rs").read_text())
    problems = [
        *compare_api(theirs, ours),
        *compare_manifests(tomllib.loads(manifest), tomllib.loads((OURS / "Cargo.toml").read_text())),
        *check_graph(),
    ]
    for problem in problems:
        print(problem)
    if problems:
        sys.exit(1)
    print(f"{len(ours)} items of {NAME} {VERSION} compared: none differs; one version, from our path")


if __name__ == "__main__":
    main()
