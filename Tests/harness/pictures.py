"""Pictures as organisations have them, made without a picture program."""

import struct
import zlib


def chunk(kind, data):
    """A chunk of a PNG."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width, height, pixel, extra=b""):
    """A PNG; pixel(x, y) gives red, green, blue and opacity."""
    rows = b"".join(b"\0" + b"".join(bytes(pixel(x, y)) for x in range(width)) for y in range(height))
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)) + extra
        + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b""))


def logo(extra=b""):
    """A mark and two dark bars on nothing, 240 × 60: what cannot be seen on dark paper."""

    def pixel(x, y):
        if x < 60 and (x - 30) ** 2 + (y - 30) ** 2 < 28 ** 2:
            return (255, 255, 255, 255) if abs(x - 30) + abs(y - 30) < 16 else (122, 31, 92, 255)
        if 76 <= x < 236 and 12 <= y < 30 or 76 <= x < 180 and 38 <= y < 48:
            return (27, 31, 36, 255)
        return (0, 0, 0, 0)

    return png(240, 60, pixel, extra)


def bomb(side=50_000):
    """A PNG that says it has so many pixels on each side."""
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 6, 0, 0, 0))
        + chunk(b"IDAT", zlib.compress(b"\0" * 100_000, 9)) + chunk(b"IEND", b""))
