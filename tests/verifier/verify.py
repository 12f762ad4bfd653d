#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Verifies a receipt's proof, with nothing but Python's standard library.

Written from primitives/FORMATS.md alone, to show that the page suffices. The reader must know
and trust two hashes: the network's genesis, and a finalized block's, whose header is in the file.

    verify.py PROOF.json --genesis 0x… --header 0x…

Prints `verified` and exits with 0, or prints the step that failed and exits with 1.
A file whose text is no proof, or no JSON at all, fails at the step `file`.
"""
import argparse
import json
import sys

from steps import Refused, require, verify


def members(pairs):
    """A JSON object; a name that stands twice leaves open which value was meant."""
    found = dict(pairs)
    require(len(found) == len(pairs), "file")
    return found


def natural(text):
    """A JSON integer without a sign: `-0` would be another spelling of 0."""
    require(text[0] != "-", "file")
    return int(text)


def parse(data):
    """The JSON value that the bytes of a file spell."""
    try:
        return json.loads(data.decode("utf-8"), object_pairs_hook=members, parse_int=natural)
    except (ValueError, RecursionError):
        raise Refused("file") from None


def read_file(file):
    """The fields of the file as bytes."""
    known = {
        "format", "receipt", "signature", "agent_public", "receipt_path", "batch", "batch_index",
        "batch_count", "batch_path", "block", "block_path", "header",
    }

    def data(text, length=None):
        require(isinstance(text, str) and text[:2] == "0x" and text == text.lower(), "file")
        try:
            found = bytes.fromhex(text[2:])
        except ValueError:
            raise Refused("file") from None
        require(len(found) * 2 + 2 == len(text) and length in (None, len(found)), "file")
        return found

    require(isinstance(file, dict) and set(file) == known, "file")
    require(file["format"] == "qh-receipt-proof/v1", "file")
    sizes = {"signature": 666, "agent_public": 897, "batch": 176, "block": 68}
    for name, value in file.items():
        if name.endswith("_path"):
            require(isinstance(value, list), "file")
            yield name, [data(item, 32) for item in value]
        elif name in ("batch_index", "batch_count"):
            require(type(value) is int and 0 <= value < 1 << 32, "file")
            yield name, value
        elif name != "format":
            yield name, data(value, sizes.get(name))


def main():
    arguments = argparse.ArgumentParser(description="Verify a receipt's proof.")
    arguments.add_argument("proof", help="the proof's file")
    arguments.add_argument("--genesis", required=True, help="genesis hash of the network")
    arguments.add_argument("--header", required=True, help="hash of a finalized block")
    options = arguments.parse_args()
    try:
        trusted = [bytes.fromhex(text.removeprefix("0x")) for text in (options.genesis, options.header)]
    except ValueError as error:
        arguments.error(f"a trusted hash is not hexadecimal: {error}")
    try:
        with open(options.proof, "rb") as file:
            data = file.read()
    except OSError as error:
        sys.exit(f"cannot read {options.proof}: {error}")
    try:
        verify(dict(read_file(parse(data))), *trusted)
    except Refused as refused:
        sys.exit(f"refused: {refused}")
    print("verified")


if __name__ == "__main__":
    main()
