# SPDX-License-Identifier: Apache-2.0
"""The steps from a receipt to a finalized header, as primitives/FORMATS.md has them.

Takes the fields of a proof as bytes, and two hashes that the reader trusts.
"""
from hashlib import blake2b

from falcon import falcon512_verify


class Refused(Exception):
    """The step that failed."""


def require(holds, step):
    if not holds:
        raise Refused(step)


def blake(*parts):
    return blake2b(b"".join(parts), digest_size=32).digest()


class Reader:
    """SCALE: integers in little-endian order, compact lengths, nothing left over."""

    def __init__(self, data, step):
        self.data, self.at, self.step = data, 0, step

    def bytes(self, count):
        require(self.at + count <= len(self.data), self.step)
        self.at += count
        return self.data[self.at - count : self.at]

    def int(self, count):
        return int.from_bytes(self.bytes(count), "little")

    def compact(self):
        first = self.int(1)
        mode = first & 3
        if mode == 3:
            require(first == 3, self.step)
            value = self.int(4)
        else:
            value = (first | self.int((0, 1, 3)[mode]) << 8) >> 2
        require(value >= (0, 1 << 6, 1 << 14, 1 << 30)[mode], self.step)
        return value

    def done(self):
        require(self.at == len(self.data), self.step)


def merkle_root(data, index, count, path):
    """Root of a binary tree: leaves 0x00, nodes 0x01, an odd node moves up; None if ill-shaped."""
    if index >= count:
        return None
    node, path = blake(b"\0", data), list(path)
    while count > 1:
        if index % 2 or index + 1 < count:
            if not path:
                return None
            pair = (path.pop(0), node) if index % 2 else (node, path.pop(0))
            node = blake(b"\1", *pair)
        index, count = index // 2, (count + 1) // 2
    return None if path else node


def range_root(data, index, count, items):
    """Root of a Merkle mountain range: leaves and nodes untagged, peaks joined from the right."""
    if index >= count:
        return None
    start, left, height = 0, 0, count.bit_length() - 1
    while not count >> height & 1 or index >= start + (1 << height):
        if count >> height & 1:
            start, left = start + (1 << height), left + 1
        height -= 1
    right = 1 if count & ((1 << height) - 1) else 0
    if len(items) != left + height + right:
        return None
    node, position = blake(data), index - start
    for sibling in items[left : left + height]:
        node = blake(sibling, node) if position % 2 else blake(node, sibling)
        position //= 2
    for joined in items[left + height :]:
        node = blake(joined, node)
    for peak in reversed(items[:left]):
        node = blake(node, peak)
    return node


def verify(proof, genesis, header_hash):
    """Takes every step from the receipt to the header; raises `Refused` with the first that fails."""
    receipt = Reader(proof["receipt"], "file")
    version, network, operator = receipt.int(1), receipt.bytes(32), receipt.bytes(32)
    seq, prev = receipt.int(8), receipt.bytes(32)
    receipt.bytes(10)  # time and kind
    payload = receipt.bytes(receipt.compact())
    receipt.done()
    require(version == 1 and len(payload) <= 65536, "receipt")
    require(network == genesis, "genesis")

    batch = Reader(proof["batch"], "file")
    owner, agent, first, last = batch.bytes(32), batch.bytes(32), batch.int(8), batch.int(8)
    prev_head, new_head, root = batch.bytes(32), batch.bytes(32), batch.bytes(32)
    public, identity = proof["agent_public"], blake(b"qh/receipt-id/v1", proof["receipt"])
    require(blake(b"qh/account/v1", b"\0", public) == agent, "agent")
    tagged = b"qh/receipt/v1".ljust(16, b"\0") + identity
    require(falcon512_verify(public, proof["signature"], tagged), "signature")
    require(operator == owner, "operator")
    count = last - first + 1
    require(0 < count <= 65536 and first <= seq <= last, "sequence")
    require((seq != first or prev == prev_head) and (seq != last or identity == new_head), "chain")
    require(merkle_root(identity, seq - first, count, proof["receipt_path"]) == root, "receipt-in-batch")

    block = Reader(proof["block"], "file")
    number, _, batches = block.int(4), block.bytes(32), block.bytes(32)
    count = proof["batch_count"]
    root = merkle_root(proof["batch"], proof["batch_index"], count, proof["batch_path"])
    require(root and blake(b"\2", count.to_bytes(4, "little"), root) == batches, "batch-in-block")

    require(blake(proof["header"]) == header_hash, "header-hash")
    header = Reader(proof["header"], "header")
    header.bytes(32)
    height, roots = header.compact(), []
    header.bytes(64)
    for _ in range(header.compact()):
        kind = header.int(1)
        require(kind in (0, 4, 5, 6, 8), "header")
        engine = header.bytes(4) if kind in (4, 5, 6) else b""
        content = header.bytes(header.compact()) if kind != 8 else b""
        if (kind, engine) == (4, b"QHMR"):
            roots.append(content)
    header.done()
    require(len(roots) == 1 and len(roots[0]) == 32, "header")
    require(range_root(proof["block"], number, height, proof["block_path"]) == roots[0], "block-in-range")
