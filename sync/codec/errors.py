"""The codec's errors.

CodecError
├── Malformed      bytes that are not what the protocol says; `str()` names what and where
├── BadSignature   a feed head that HQ's key did not sign
└── BadSeal        a sealed blob that this key cannot open
"""


class CodecError(Exception):
    """Bytes that must not be believed."""


class Malformed(CodecError):
    """The bytes do not follow `docs/protocol.md`."""


class BadSignature(CodecError):
    """The signature does not match the content and HQ's verify key."""


class BadSeal(CodecError):
    """The blob was not sealed to this key, or was changed."""
