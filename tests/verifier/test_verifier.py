#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The verifier against the golden files that the Rust implementation made and is tested with."""
import copy
import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
PRIMITIVES = HERE.parent.parent / "primitives"
sys.path.insert(0, str(HERE))

from falcon import falcon512_verify  # noqa: E402
from steps import Refused, merkle_root, verify  # noqa: E402
from verify import parse, read_file  # noqa: E402


def golden(crate, name):
    return json.loads((PRIMITIVES / crate / "vectors" / name).read_text(encoding="utf-8"))


def unhex(text):
    return bytes.fromhex(text.removeprefix("0x"))


def answer(proof, genesis, header_hash):
    """`verified`, or the step that failed; a proof in bytes is the content of its file."""
    try:
        proof = parse(proof) if isinstance(proof, bytes) else proof
        verify(dict(read_file(proof)), unhex(genesis), unhex(header_hash))
    except Refused as refused:
        return str(refused)
    return "verified"


class Proofs(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.golden = golden("receipts", "proofs.json")

    def test_good_proofs_verify(self):
        self.assertTrue(self.golden["good"])
        for case in self.golden["good"]:
            with self.subTest(case["name"]):
                found = answer(case["proof"], self.golden["genesis"], case["header_hash"])
                self.assertEqual(found, "verified")

    def test_tampered_proofs_are_refused_at_the_same_step(self):
        self.assertTrue(self.golden["tampered"])
        for case in self.golden["tampered"]:
            with self.subTest(case["name"]):
                original = self.golden["good"][case["of"]]
                genesis = case.get("genesis", self.golden["genesis"])
                header_hash = case.get("header_hash", original["header_hash"])
                proof = {**original["proof"], **case["replace"]}
                self.assertEqual(answer(proof, genesis, header_hash), case["step"])

    def test_a_change_of_any_byte_is_refused(self):
        case = max(self.golden["good"], key=lambda case: len(json.dumps(case["proof"])))
        changed = 0
        for proof in each_byte_changed(case["proof"]):
            found = answer(proof, self.golden["genesis"], case["header_hash"])
            self.assertNotEqual(found, "verified")
            changed += 1
        self.assertGreater(changed, 666 + 897)

    def test_white_space_and_the_order_of_members_are_free(self):
        case = self.golden["good"][0]
        turned = dict(reversed(case["proof"].items()))
        for text in (json.dumps(turned), "\r\n\t " + json.dumps(case["proof"], indent=3) + "\n"):
            found = answer(text.encode(), self.golden["genesis"], case["header_hash"])
            self.assertEqual(found, "verified")

    def test_a_file_that_is_no_proof_is_refused_at_its_first_step(self):
        case = self.golden["good"][0]
        text = json.dumps(case["proof"])
        self.assertEqual(case["proof"]["batch_index"], 0)
        index = '"batch_index": 0'
        self.assertIn(index, text)
        for why, file in (
            ("empty", b""),
            ("cut off", text[:-1].encode()),
            ("more behind it", text.encode() + b"{}"),
            ("no UTF-8", text.encode().replace(b"qh-receipt", b"qh\xffreceipt")),
            ("byte order mark", b"\xef\xbb\xbf" + text.encode()),
            ("a member twice", text[:-1].encode() + f", {index}}}".encode()),
            ("a member twice, the first false", b'{"batch_index": 7, ' + text[1:].encode()),
            ("an unknown member", text[:-1].encode() + b', "note": 0}'),
            ("a sign", text.replace(index, '"batch_index": -0').encode()),
            ("a fraction", text.replace(index, '"batch_index": 0.0').encode()),
            ("a number of many digits", text.replace(index, index + "1" * 5000).encode()),
            ("nested deeply", b"[" * 100_000),
            ("a list", b"[]"),
        ):
            with self.subTest(why):
                found = answer(file, self.golden["genesis"], case["header_hash"])
                self.assertEqual(found, "file")

    def test_the_command_says_what_it_found(self):
        case = self.golden["good"][0]
        text = json.dumps(case["proof"])
        for content, header_hash, code, output in (
            (text, case["header_hash"], 0, "verified\n"),
            (text, "0x" + "00" * 32, 1, "refused: header-hash\n"),
            (text[1:], case["header_hash"], 1, "refused: file\n"),
        ):
            with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
                file.write(content)
                file.flush()
                run = subprocess.run(
                    [sys.executable, HERE / "verify.py", file.name]
                    + ["--genesis", self.golden["genesis"], "--header", header_hash],
                    capture_output=True, text=True, check=False,
                )
            self.assertEqual((run.returncode, run.stdout + run.stderr), (code, output))


def each_byte_changed(proof):
    """The proof with one byte of one member changed, for every byte."""
    for name, value in proof.items():
        if name == "format":
            continue
        for at, text in enumerate(value if isinstance(value, list) else [value]):
            for byte in range(1, len(text) // 2) if isinstance(text, str) else [None]:
                other = text + 1 if byte is None else flipped(text, byte)
                changed = copy.copy(proof)
                changed[name] = value[:at] + [other] + value[at + 1 :] if isinstance(value, list) else other
                yield changed


def flipped(text, byte):
    """The hexadecimal text with a bit of that byte changed; byte 0 is `0x`."""
    digit = f"{int(text[2 * byte + 1], 16) ^ 1:x}"
    return text[: 2 * byte + 1] + digit + text[2 * byte + 2 :]


class Parts(unittest.TestCase):
    def test_merkle_paths_lead_to_the_root_from_their_own_place_only(self):
        for tree in golden("receipts", "merkle.json"):
            leaves, root = [unhex(leaf) for leaf in tree["leaves"]], unhex(tree["root"])
            for index, path in enumerate(tree["paths"]):
                for other in range(len(leaves)):
                    found = merkle_root(leaves[index], other, len(leaves), [unhex(x) for x in path])
                    self.assertEqual(found == root, other == index)

    def test_falcon_signatures_of_rust_and_javascript_verify(self):
        for name in ("signatures.json", "js-signatures.json"):
            cases = [case for case in golden("crypto", name) if case["scheme"] == "falcon512"]
            self.assertTrue(cases)
            for case in cases:
                self.assertTrue(falcon(case), f"{name}: {case['domain']}")

    def test_falcon_signatures_that_rust_refuses_are_refused(self):
        for case in golden("crypto", "invalid.json"):
            if case["scheme"] == "falcon512":
                self.assertFalse(falcon(case), case["why"])


def falcon(case):
    message = unhex(case["tag"]) + unhex(case["message"])
    return falcon512_verify(unhex(case["public"]), unhex(case["signature"]), message)


if __name__ == "__main__":
    unittest.main(verbosity=2)
