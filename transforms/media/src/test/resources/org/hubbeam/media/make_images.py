"""Makes the images of this folder, and expected.json: what Pillow decodes them to.

    python make_images.py      (pillow 12)

Images are 19 wide and 13 high. JPEGs are decoded exactly, as by TensorFlow with dct_method="INTEGER_ACCURATE".
"""
import base64
import io
import json
import os
import struct
import zlib

from PIL import Image, ImageOps

HERE = os.path.dirname(os.path.abspath(__file__))
WIDTH, HEIGHT = 19, 13


def colour(x, y):
    return (x * 255 // (WIDTH - 1), y * 255 // (HEIGHT - 1), (x * 11 + y * 17) % 256 if x > 9 else 80)


RGB = Image.new("RGB", (WIDTH, HEIGHT))
RGB.putdata([colour(x, y) for y in range(HEIGHT) for x in range(WIDTH)])
ALPHA = Image.new("L", (WIDTH, HEIGHT))
ALPHA.putdata([(x * 13 + y * 5) % 256 for y in range(HEIGHT) for x in range(WIDTH)])
RGBA = RGB.copy()
RGBA.putalpha(ALPHA)
GREY = RGB.convert("L")
PALETTE = RGB.quantize(16)
files = {}


def save(name, image, format, **options):
    out = io.BytesIO()
    image.save(out, format, **options)
    files[name] = out.getvalue()


def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(bits, kind, passes, *before):
    head = struct.pack(">IIBBBBB", WIDTH, HEIGHT, bits, kind, 0, 0, 1 if len(passes) > 1 else 0)
    data = zlib.compress(b"".join(b"\0" + row for rows in passes for row in rows))
    chunks = [chunk(b"IHDR", head), *before, chunk(b"IDAT", data), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def rotated(number):
    """The picture stored so that this orientation makes it upright."""
    back = {2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
            5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_90, 7: Image.Transpose.TRANSVERSE,
            8: Image.Transpose.ROTATE_270}
    exif = Image.Exif()
    exif[0x0112] = number
    return (RGB.transpose(back[number]) if number > 1 else RGB), exif


def jpegs():
    save("baseline.jpg", RGB, "JPEG", quality=90)
    save("subsampled_none.jpg", RGB, "JPEG", quality=90, subsampling=0)
    save("subsampled_across.jpg", RGB, "JPEG", quality=90, subsampling=1)
    save("progressive.jpg", RGB, "JPEG", quality=90, progressive=True)
    save("restarts.jpg", RGB, "JPEG", quality=90, restart_marker_blocks=1)
    save("grey.jpg", GREY, "JPEG", quality=90)
    save("rgb_components.jpg", RGB, "JPEG", quality=90, keep_rgb=True)
    save("cmyk.jpg", RGB.convert("CMYK"), "JPEG", quality=90)
    cmyk = files["cmyk.jpg"]
    at = cmyk.index(b"Adobe") + 11
    files["ycck.jpg"] = cmyk[:at] + b"\2" + cmyk[at + 1:]
    files["cmyk_plain.jpg"] = cmyk[:at - 15] + cmyk[at + 1:]
    for number in range(1, 9):
        image, exif = rotated(number)
        save(f"orientation_{number}.jpg", image, "JPEG", quality=90, exif=exif)


def pngs():
    save("rgb.png", RGB, "PNG")
    save("rgba.png", RGBA, "PNG")
    save("grey.png", GREY, "PNG")
    save("grey_alpha.png", Image.merge("LA", (GREY, ALPHA)), "PNG")
    save("grey_1bit.png", GREY.convert("1"), "PNG")
    save("palette.png", PALETTE, "PNG")
    save("palette_transparent.png", PALETTE, "PNG", transparency=bytes([0, 100, 200]))
    wide = [b"".join(struct.pack(">HHH", *(c * 256 + 77 for c in colour(x, y))) for x in range(WIDTH))
            for y in range(HEIGHT)]
    files["rgb_16bit.png"] = png(16, 2, [wide])
    wide = [b"".join(struct.pack(">H", colour(x, y)[1] * 256 + 200) for x in range(WIDTH)) for y in range(HEIGHT)]
    files["grey_16bit.png"] = png(16, 0, [wide])
    adam7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
    passes = [[b"".join(bytes(colour(x, y)) for x in range(left, WIDTH, right)) for y in range(top, HEIGHT, down)]
              for left, top, right, down in adam7]
    files["interlaced.png"] = png(8, 2, passes)
    rows = [b"".join(bytes(colour(x, y)) for x in range(WIDTH)) for y in range(HEIGHT)]
    damaged = chunk(b"iCCP", b"nonsense") + chunk(b"zTXt", b"\xff" * 9)
    files["damaged_profile.png"] = png(8, 2, [rows], damaged)
    image, exif = rotated(6)
    save("orientation_6.png", image, "PNG", exif=exif)


def others():
    save("palette.gif", PALETTE, "GIF")
    save("transparent.gif", PALETTE, "GIF", transparency=3)
    save("animated.gif", PALETTE, "GIF", save_all=True, append_images=[PALETTE.rotate(180)], duration=50)
    save("rgb.bmp", RGB, "BMP")
    save("palette.bmp", PALETTE, "BMP")
    save("grey.bmp", GREY, "BMP")
    save("bits.bmp", GREY.convert("1"), "BMP")
    save("rgba.bmp", RGBA, "BMP")
    save("lossy.webp", RGB, "WEBP", quality=90)
    save("lossless.webp", RGB, "WEBP", lossless=True)
    save("lossy_alpha.webp", RGBA, "WEBP", quality=90)
    save("lossless_alpha.webp", RGBA, "WEBP", lossless=True, exact=True)
    save("animated.webp", RGB, "WEBP", lossless=True, save_all=True, append_images=[RGB.rotate(180)], duration=50)
    image, exif = rotated(8)
    save("orientation_8.webp", image, "WEBP", lossless=True, exif=exif)
    save("plain.tif", RGB, "TIFF")
    save("strips.tif", RGB, "TIFF", compression="raw", tiffinfo={278: 4})
    save("lzw.tif", RGB, "TIFF", compression="tiff_lzw", tiffinfo={278: 5})
    save("deflate.tif", RGB, "TIFF", compression="tiff_adobe_deflate")
    save("packbits.tif", RGB, "TIFF", compression="packbits")
    save("jpeg.tif", RGB, "TIFF", compression="jpeg", quality=90)
    save("group4.tif", GREY.convert("1"), "TIFF", compression="group4")
    save("grey.tif", GREY, "TIFF")
    save("palette.tif", PALETTE, "TIFF")
    save("rgba.tif", RGBA, "TIFF")
    save("cmyk.tif", RGB.convert("CMYK"), "TIFF")
    wide = Image.new("I;16", (WIDTH, HEIGHT))
    wide.putdata([colour(x, y)[1] * 256 + 200 for y in range(HEIGHT) for x in range(WIDTH)])
    save("grey_16bit.tif", wide, "TIFF")
    image, exif = rotated(5)
    save("orientation_5.tif", image, "TIFF", tiffinfo={274: 5})


def expected(name, data):
    image = RGB if name in ("rgb_16bit.png", "damaged_profile.png") else Image.open(io.BytesIO(data))
    image.load()
    image = ImageOps.exif_transpose(image)
    if name == "cmyk_plain.jpg":  # Pillow takes all CMYK for Adobe's, which is inverted
        image = Image.merge("CMYK", [ink.point(lambda v: 255 - v) for ink in image.split()])
    if image.mode.startswith("I"):
        image = image.point(lambda v: v / 256).convert("L")
    if name == "transparent.gif":
        image = image.convert("RGBA")
        image.putdata([p if p[3] else (0, 0, 0, 0) for p in image.getdata()])
    rgba = image.convert("RGBA") if image.mode in ("RGBA", "LA", "P", "PA") else image.convert("RGB").convert("RGBA")
    return {"height": image.height, "width": image.width, "rgba": base64.b64encode(rgba.tobytes()).decode()}


if __name__ == "__main__":
    jpegs(), pngs(), others()
    for name, data in files.items():
        open(os.path.join(HERE, name), "wb").write(data)
    lines = [f'"{name}": {json.dumps(expected(name, data))}' for name, data in files.items()]
    open(os.path.join(HERE, "expected.json"), "w").write("{\n" + ",\n".join(lines) + "\n}\n")
