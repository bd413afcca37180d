"""Codes of invitations: made again from a nonce and a key, recognised by the hash of their seal."""

import base64
import hashlib
import hmac
from dataclasses import dataclass, field

CODE_BYTES = 16


@dataclass(frozen=True, slots=True)
class Codes:
    """Makes the code of a nonce. The key never stands beside the nonces, so who reads them has no code."""

    key: bytes = field(repr=False)

    def code(self, nonce: str) -> str:
        """Give the nonce's code: 128 bits as 22 characters that a deep link can carry."""
        whole = hmac.digest(self.key, f"invitation/{nonce}".encode(), "sha256")
        return base64.urlsafe_b64encode(whole[:CODE_BYTES]).decode().rstrip("=")

    def code_hash(self, nonce: str) -> str:
        """Give what is stored to recognise the nonce's code by."""
        return hashed(seal(self.code(nonce)))


def seal(code: str) -> str:
    """Give what stands for a typed code from its arrival on: SHA-256, 64 hexadecimal digits."""
    return hashlib.sha256(code.encode("utf-8", "replace")).hexdigest()


def hashed(sealed: str) -> str:
    """Give the hash that a sealed code is looked up by; a stored message's seal opens nothing by itself."""
    return hashlib.sha256(sealed.encode("utf-8", "replace")).hexdigest()
