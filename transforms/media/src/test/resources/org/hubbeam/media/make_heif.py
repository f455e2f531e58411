"""Makes small HEIC, AVIF and JPEG 2000 pictures, whose pixels HeifTest computes again. Needs Pillow 12 and pillow_heif."""
import io
import os
import struct

import numpy as np
import pillow_heif
from PIL import Image

HERE = os.path.dirname(os.path.abspath(__file__))
pillow_heif.register_heif_opener()
y, x = np.mgrid[0:48, 0:64]
SMALL = Image.fromarray(np.stack([x * 4, y * 5, (x + y) * 2], -1).astype(np.uint8))
y, x = np.mgrid[0:128, 0:192]
LARGE = np.stack([x, y * 2 % 256, (x + y) // 2], -1).astype(np.uint8)
HEIGHT, WIDTH, SIDE = 100, 150, 64


def box(kind, *parts):
    body = b"".join(parts)
    return struct.pack(">I4s", 8 + len(body), kind) + body


def full(kind, version, flags, *parts):
    return box(kind, struct.pack(">I", version << 24 | flags), *parts)


def find(data, path):
    at = 0
    for kind in path:
        while data[at + 4 : at + 8] != kind:
            at += struct.unpack(">I", data[at : at + 4])[0]
        start, end = at, at + struct.unpack(">I", data[at : at + 4])[0]
        at += 12 if kind == b"meta" else 8
    return data[start:end]


def grid():
    """Tiles of 64 pixels, as telephones write them, the last ones cut; to be turned to the right."""
    tiles, codecs = [], []
    for top in range(0, 128, SIDE):
        for left in range(0, 192, SIDE):
            out = io.BytesIO()
            tile = LARGE[top : top + SIDE, left : left + SIDE]
            Image.fromarray(tile).save(out, format="HEIF", quality=95, chroma=444)
            one = out.getvalue()
            codecs.append(find(one, [b"meta", b"iprp", b"ipco", b"hvcC"]))
            tiles.append(find(one, [b"mdat"])[8:])
            colour = find(one, [b"meta", b"iprp", b"ipco", b"colr"])
    count = len(tiles)
    sizes = [full(b"ispe", 0, 0, struct.pack(">II", *size)) for size in ((SIDE, SIDE), (WIDTH, HEIGHT))]
    properties = box(b"ipco", *codecs, colour, *sizes, box(b"irot", b"\x03"))
    uses = b"".join(struct.pack(">HBBBB", i + 1, 3, 0x80 | i + 1, count + 1, count + 2) for i in range(count))
    uses += struct.pack(">HBBB", count + 1, 2, count + 3, 0x80 | count + 4)
    uses = full(b"ipma", 0, 0, struct.pack(">I", count + 1), uses)
    kinds = [b"hvc1"] * count + [b"grid"]
    infos = [
        full(b"infe", 2, int(kind == b"hvc1"), struct.pack(">HH4s", i + 1, 0, kind), b"\0")
        for i, kind in enumerate(kinds)
    ]
    made_of = struct.pack(">HH", count + 1, count) + b"".join(struct.pack(">H", i + 1) for i in range(count))
    shape = struct.pack(">BBBBHH", 0, 0, 1, 2, WIDTH, HEIGHT)

    def meta(offset):
        places = struct.pack(">BBH", 0x44, 0, count + 1)
        for i, tile in enumerate(tiles):
            places += struct.pack(">HHHHII", i + 1, 0, 0, 1, offset, len(tile))
            offset += len(tile)
        places += struct.pack(">HHHHII", count + 1, 1, 0, 1, 0, len(shape))
        return full(
            b"meta", 0, 0,
            full(b"hdlr", 0, 0, struct.pack(">I4s12x", 0, b"pict"), b"\0"),
            full(b"pitm", 0, 0, struct.pack(">H", count + 1)),
            full(b"iloc", 1, 0, places),
            full(b"iinf", 0, 0, struct.pack(">H", count + 1), *infos),
            full(b"iref", 0, 0, box(b"dimg", made_of)),
            box(b"iprp", properties, uses),
            box(b"idat", shape),
        )

    brand = box(b"ftyp", b"heic\0\0\0\0mif1heic")
    return brand + meta(len(brand) + len(meta(0)) + 8) + box(b"mdat", *tiles)


def path(name):
    return os.path.join(HERE, name)


SMALL.save(path("cut.heic"), quality=95, chroma=444)  # of 64 lines, of which 48 are shown
SMALL.save(path("plain.avif"), quality=95, subsampling="4:4:4")
for orientation in range(2, 9):
    exif = Image.Exif()
    exif[274] = orientation
    SMALL.save(path(f"orientation_{orientation}.avif"), quality=95, subsampling="4:4:4", exif=exif)
SMALL.save(path("plain.jp2"))
SMALL.save(path("plain.j2k"))
with open(path("grid.heic"), "wb") as file:
    file.write(grid())
