# SPDX-License-Identifier: Apache-2.0
"""Verification of Falcon-512, round 3 in its padded form, with Python's standard library."""
from hashlib import shake_256

Q, N, NORM_BOUND = 12289, 512, 34034726
PUBLIC_LENGTH, SIGNATURE_LENGTH, NONCE_LENGTH = 897, 666, 40


def decode_public(public):
    """512 coefficients of 14 bits; None unless each is below q."""
    bits = int.from_bytes(public[1:], "big")
    h = [bits >> 14 * (N - 1 - i) & 0x3FFF for i in range(N)]
    return h if public[0] == 0x09 and max(h) < Q else None


def decompress(data):
    """Each coefficient: a sign, seven low bits, the rest in unary; None unless canonical."""
    bits, at, s2 = "".join(f"{byte:08b}" for byte in data), 0, []
    for _ in range(N):
        end = bits.find("1", at + 8)
        if end < 0:
            return None
        negative, value = bits[at] == "1", int(bits[at + 1 : at + 8], 2) + 128 * (end - at - 8)
        if value > 2047 or (negative and value == 0):
            return None
        s2.append(-value if negative else value)
        at = end + 1
    return None if "1" in bits[at:] else s2


def hash_to_point(data):
    """512 coefficients from a stream of 16-bit numbers; those from 5q on are skipped."""
    stream = shake_256(data).digest(4096)
    numbers = (int.from_bytes(stream[i : i + 2], "big") for i in range(0, len(stream), 2))
    return [number % Q for number in numbers if number < 5 * Q][:N]


def multiply(a, b):
    """The product modulo x^512 + 1, by one multiplication of integers with 40 bits a coefficient."""
    pack = lambda poly: int.from_bytes(b"".join((x % Q).to_bytes(5, "little") for x in poly), "little")
    data = (pack(a) * pack(b)).to_bytes(10 * N, "little")
    product = [int.from_bytes(data[5 * i : 5 * i + 5], "little") for i in range(2 * N)]
    return [product[i] - product[i + N] for i in range(N)]


def falcon512_verify(public, signature, message):
    """Whether the 666 bytes are the signature of the 897-byte public key over the message."""
    if len(public) != PUBLIC_LENGTH or len(signature) != SIGNATURE_LENGTH or signature[0] != 0x39:
        return False
    nonce, compressed = signature[1 : 1 + NONCE_LENGTH], signature[1 + NONCE_LENGTH :]
    h, s2 = decode_public(public), decompress(compressed)
    if h is None or s2 is None:
        return False
    c = hash_to_point(nonce + message)
    s1 = [(x - y + Q // 2) % Q - Q // 2 for x, y in zip(c, multiply(s2, h))]
    return sum(x * x for x in s1 + s2) <= NORM_BOUND
