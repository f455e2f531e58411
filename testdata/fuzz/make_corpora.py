# SPDX-License-Identifier: Apache-2.0
# Copyright The hubbeam authors
"""Writes the small inputs that fuzzing starts with; they are kept in the repository.

  python3 testdata/fuzz/make_corpora.py     needs TensorFlow 2.18, Pillow and zstandard

Clips, and the files of indexes, are not made here but by the tests' own writers. Files whose names
begin with "was-" are inputs that were findings once; they are not made again.
"""

import bz2
import gzip
import io
import json
import lzma
import os
import random
import shutil
import struct
import tarfile
import zipfile
import zlib

import tensorflow as tf
import zstandard
from PIL import Image

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
MEDIA = os.path.join(ROOT, "transforms/media/src/test/resources/org/hubbeam/media")
ZOO = os.path.join(ROOT, "testdata/zoo")


def write(target, name, content):
    folder = os.path.join(HERE, target)
    os.makedirs(folder, exist_ok=True)
    if isinstance(content, str):
        content = content.encode("utf-8")
    with open(os.path.join(folder, name), "wb") as out:
        out.write(content)


def read(path):
    with open(path, "rb") as file:
        return file.read()


def copy(target, folder, *names):
    for name in names:
        write(target, name, read(os.path.join(folder, name)))


def example(**features):
    made = {}
    for name, values in features.items():
        feature = tf.train.Feature()
        if isinstance(values[0], bytes):
            feature.bytes_list.value.extend(values)
        elif isinstance(values[0], float):
            feature.float_list.value.extend(values)
        else:
            feature.int64_list.value.extend(values)
        made[name] = feature
    return tf.train.Features(feature=made)


def examples():
    one = tf.train.Example(features=example(a=[1], b=[0.5, -2.0], c=[b"red"]))
    two = tf.train.Example(
        features=example(a=[-(2**63)], b=[1e38], c=["é".encode(), b""], d=list(range(20)))
    )
    lists = tf.train.FeatureLists(
        feature_list={
            "l": tf.train.FeatureList(
                feature=[example(x=[1, 2]).feature["x"], example(x=[3]).feature["x"]]
            )
        }
    )
    sequence = tf.train.SequenceExample(context=example(a=[7], c=[b"x"]), feature_lists=lists)
    for i, message in enumerate([one, two, sequence, tf.train.Example()]):
        write("example", f"example_{i}", message.SerializeToString())
    return [m.SerializeToString() for m in (one, two, sequence)]


def records(messages):
    def masked(data):
        table = [0] * 256
        for i in range(256):
            crc = i
            for _ in range(8):
                crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
            table[i] = crc
        crc = 0xFFFFFFFF
        for byte in data:
            crc = table[(crc ^ byte) & 0xFF] ^ crc >> 8
        crc ^= 0xFFFFFFFF
        return ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF

    out = b""
    for message in messages:
        length = struct.pack("<Q", len(message))
        out += length + struct.pack("<I", masked(length))
        out += message + struct.pack("<I", masked(message))
    return out


def zipped(name, content):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(zipfile.ZipInfo(name), content)
    return out.getvalue()


def lz4(content):
    """A frame of one block that is not compressed."""
    head = b"\x60\x40"
    rest = b"\x60\x40\x82"  # the check sum of this head
    del head
    return (
        b"\x04\x22\x4d\x18" + rest + struct.pack("<I", len(content) | 1 << 31) + content + b"\0" * 4
    )


def packed(target, name, content):
    for ending, pack in {
        "gz": lambda c: gzip.compress(c, mtime=0),
        "zlib": zlib.compress,
        "bz2": bz2.compress,
        "xz": lzma.compress,
        "lzma": lambda c: lzma.compress(c, lzma.FORMAT_ALONE),
        "zst": lambda c: zstandard.ZstdCompressor().compress(c),
        "lz4": lz4,
        "zip": lambda c: zipped(name, c),
    }.items():
        write(target, f"{name}.{ending}", pack(content))


def texts():
    text = "red\ngrün\r\n\n  three words here\n日本語\n" + "x" * 300 + "\nlast"
    write("text", "utf8.txt", text)
    write("text", "utf8_bom.txt", b"\xef\xbb\xbf" + text.encode())
    write("text", "latin.txt", "grün\nCafé\n".encode("latin-1"))
    write("text", "japanese.txt", "日本語\n".encode("shift_jis"))
    write("text", "iso2022.txt", "日本語\n".encode("iso2022_jp"))
    for name in ("utf-16", "utf-16-le", "utf-32"):
        write("text", name + ".txt", text.encode(name))
    packed("text", "packed.txt", text.encode())
    write(
        "csv",
        "plain.csv",
        'a,b,c\n1,0.5|2,red\n-7,,"quoted, with ""quotes"" and\nline"\n 3 ,1e10|nan,é\n\n4,1,x,y\n',
    )
    write("csv", "header.csv", "c,b,a\n")
    write("csv", "returns.csv", "a,b,c\r1,2,x\r2,3,y\r")
    write("csv", "open.csv", 'a,b,c\n1,2,"open\n3,4,x\n')
    write("csv", "bom.csv", b"\xef\xbb\xbfa,b,c\n1,2,x\n")
    write("csv", "sixteen.csv", "a,b,c\n1,2,é\n".encode("utf-16"))
    lines = [
        {"a": 1, "b": [0.5, 2], "c": "red"},
        {"a": "7", "b": 3, "c": "é \u0000 \ud83d\ude00"},
        {"a": None, "b": [], "c": {"x": [1, {"y": 2}]}},
    ]
    text = "\n".join(json.dumps(line) for line in lines)
    write("jsonl", "plain.jsonl", text + '\n{"a": NaN, "b": [[1, 2], [3]], "c": true}\n\n[1]\n{"a"')
    write("jsonl", "numbers.jsonl", '{"a": 9223372036854775808, "b": 1e400, "c": -0.0}\n')
    write("jsonl", "deep.jsonl", '{"a": ' + "[" * 50 + "1" + "]" * 50 + "}\n")


def specs():
    recipes = os.path.join(ROOT, "testdata/recipes")
    for name in sorted(os.listdir(recipes)):
        path = os.path.join(recipes, name, "spec.yaml")
        if os.path.exists(path):
            write("spec", name + ".yaml", read(path))
    goldens = os.path.join(ROOT, "testdata/goldens/tft/transform_fns")
    for name in sorted(os.listdir(goldens)):
        for part in ("metadata", "transformed_metadata"):
            path = os.path.join(goldens, name, part, "schema.pbtxt")
            if os.path.exists(path):
                write("schema", f"{name}_{part}.pbtxt", read(path))
    write(
        "schema",
        "example.pbtxt",
        """
feature { name: "a" type: INT int_domain { min: 0 max: 9 is_categorical: true }
  shape { } presence { min_fraction: 1.0 } }
feature { name: "b" type: FLOAT }
feature { name: "c" type: BYTES shape { dim { size: 1 } } presence { min_fraction: 1.0 } }
feature { name: "d$sparse_indices_0" type: INT int_domain { max: 99 } }
feature { name: "d$sparse_values" type: FLOAT }
sparse_feature { name: "d" index_feature { name: "d$sparse_indices_0" }
  value_feature { name: "d$sparse_values" } }
feature { name: "r$ragged_values" type: INT }
feature { name: "r$row_lengths_1" type: INT }
tensor_representation_group { key: "" value { tensor_representation { key: "r" value {
  ragged_tensor { feature_path { step: "r$ragged_values" } partition { row_length: "r$row_lengths_1" }
    row_partition_dtype: INT64 } } } } }
""",
    )


def pictures():
    by_ending = {
        "jpg": "picture-jpeg",
        "png": "picture-png",
        "gif": "picture-gif",
        "bmp": "picture-bmp",
        "webp": "picture-webp",
        "tif": "picture-tiff",
        "heic": "picture-heif",
        "avif": "picture-heif",
        "j2k": "picture-jpeg2000",
        "jp2": "picture-jpeg2000",
    }
    for name in sorted(os.listdir(MEDIA)):
        target = by_ending.get(name.rsplit(".", 1)[-1])
        if target and not name.startswith(("orientation_3", "orientation_4", "orientation_7")):
            copy(target, MEDIA, name)


def wav(form, channels, rate, bits, samples, riff=b"RIFF", extra=b""):
    align = channels * bits // 8
    body = b"WAVE" + extra
    body += b"fmt " + struct.pack(
        "<IHHIIHH", 16, form, channels, rate, rate * align, align, bits
    )
    body += b"data" + struct.pack("<I", len(samples)) + samples
    size = 0xFFFFFFFF if riff == b"RF64" else len(body)
    return riff + struct.pack("<I", size) + body


def sounds():
    generator = random.Random(7)
    noise = bytes(generator.randrange(256) for _ in range(800))
    write("sound", "pcm16.wav", wav(1, 2, 8000, 16, noise))
    write("sound", "pcm8.wav", wav(1, 1, 44100, 8, noise))
    write("sound", "pcm24.wav", wav(1, 1, 96000, 24, noise[:798]))
    write("sound", "float32.wav", wav(3, 1, 16000, 32, struct.pack("<200f", *([0.25] * 200))))
    write("sound", "mulaw.wav", wav(7, 1, 8000, 8, noise))
    ds64 = b"ds64" + struct.pack("<IQQQI", 28, 2000, len(noise), len(noise) // 2, 0)
    write("sound", "rf64.wav", wav(1, 1, 16000, 16, noise, b"RF64", ds64))
    write("sound", "sun.au", b".snd" + struct.pack(">IIIII", 24, len(noise), 3, 16000, 1) + noise)
    rate = b"\x40\x0c\xfa\x00\x00\x00\x00\x00\x00\x00"
    comm = b"COMM" + struct.pack(">IhIh", 18, 1, len(noise) // 2, 16) + rate
    ssnd = b"SSND" + struct.pack(">III", len(noise) + 8, 0, 0) + noise
    form = b"AIFF" + comm + ssnd
    write("sound", "apple.aiff", b"FORM" + struct.pack(">I", len(form)) + form)
    copy("sound", MEDIA, "sine.flac", "sine.m4a", "sine.mp3", "sine.ogg")


def tar(entries, form=tarfile.GNU_FORMAT):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form) as file:
        for name, content, kind in entries:
            info = tarfile.TarInfo(name)
            info.type = kind
            info.size = len(content)
            info.linkname = "saved_model.pb" if kind in (tarfile.SYMTYPE, tarfile.LNKTYPE) else ""
            file.addfile(info, io.BytesIO(content))
    return out.getvalue()


def archives():
    graph = read(os.path.join(ZOO, "reads_file/saved_model.pb"))
    plain = tar(
        [
            ("variables", b"", tarfile.DIRTYPE),
            ("saved_model.pb", graph, tarfile.REGTYPE),
            ("variables/variables.index", b"index", tarfile.REGTYPE),
        ]
    )
    longer = [("a" * 60 + "/" + "b" * 90 + "/saved_model.pb", graph, tarfile.REGTYPE)]
    write("archive", "plain.tar", plain)
    write("archive", "packed.tar.gz", gzip.compress(plain, mtime=0))
    write("archive", "long_gnu.tar.gz", gzip.compress(tar(longer), mtime=0))
    write("archive", "long_pax.tar.gz", gzip.compress(tar(longer, tarfile.PAX_FORMAT), mtime=0))
    links = [("saved_model.pb", graph, tarfile.REGTYPE), ("link", b"", tarfile.SYMTYPE)]
    write("archive", "link.tar.gz", gzip.compress(tar(links), mtime=0))
    write("archive", "other.zip", zipped("saved_model.pb", graph))
    write("archive", "page.html", "<html><body>Sign in</body></html>")
    return gzip.compress(plain, mtime=0)


def servers(archive):
    def answer(status, headers, body=b""):
        lines = [f"HTTP/1.1 {status}"] + [f"{k}: {v}" for k, v in headers.items()]
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + body

    cut = len(archive) // 2
    whole = {"Content-Length": len(archive), "ETag": '"x"', "Connection": "close"}
    rest = {
        "Content-Length": len(archive) - cut,
        "Content-Range": f"bytes {cut}-{len(archive) - 1}/{len(archive)}",
    }
    chunks = f"{cut:x}\r\n".encode() + archive[:cut] + f"\r\n{len(archive) - cut:x}\r\n".encode()
    chunks += archive[cut:] + b"\r\n0\r\n\r\n"
    parts = b"\n=====\n"
    write("http", "whole", answer("200 OK", whole, archive))
    write("http", "hash", answer("200 OK", {**whole, "x-goog-hash": "md5=AAAA"}, archive))
    write("http", "chunked", answer("200 OK", {"Transfer-Encoding": "chunked"}, chunks))
    write("http", "until_end", answer("200 OK", {"Connection": "close"}, archive))
    write(
        "http",
        "resumed",
        answer("200 OK", whole, archive[:cut])
        + parts
        + answer("206 Partial Content", rest, archive[cut:]),
    )
    write(
        "http",
        "redirected",
        answer("302 Found", {"Location": "/other.tar.gz", "Content-Length": 0})
        + parts
        + answer("200 OK", whole, archive),
    )
    write("http", "storage", answer("303 See Other", {"Content-Length": 23}, b"gs://bucket/module/path"))
    write("http", "absent", answer("404 Not Found", {"Content-Length": 4}, b"none"))
    write("http", "limited", answer("429 Too Many Requests", {"Retry-After": 3, "Content-Length": 0}))
    write("http", "sign_in", answer("401 Unauthorized", {"WWW-Authenticate": "Basic realm=x", "Content-Length": 0}))
    write("kaggle", "answer.json", json.dumps({"versionNumber": 3, "id": 7, "files": [{"name": "x"}]}))
    write("kaggle", "none.json", json.dumps({"versionNumber": None}))
    manifest = {
        "handle": "https://example.org/module/1",
        "url": "https://example.org/module/1?tf-hub-format=compressed",
        "archiveSha256": "0" * 64,
        "files": [{"path": "saved_model.pb", "size": 792, "ends": "0" * 64, "sha256": "0" * 64}],
    }
    write("manifest", "manifest.json", json.dumps(manifest, indent=1))
    write(
        "descriptor",
        "descriptor.txt",
        "Module: https://example.org/module/1\nDownload Time: 2026-01-01 00:00:00.000000\n"
        "Downloader Hostname: host (PID:7)",
    )


def modules():
    for name in ("scalar_in", "no_signature", "reads_file", "table_from_file", "string_out",
                 "tf1_main_op", "multi_signature", "ragged_in", "nested_dict_out", "stateful_counter"):
        write("saved-model", name + ".pb", read(os.path.join(ZOO, name, "saved_model.pb")))
    from tensorflow.core.protobuf import saved_model_pb2
    from google.protobuf import text_format

    for name in ("reads_file", "table_from_file", "tf1_main_op", "scalar_in"):
        module = saved_model_pb2.SavedModel.FromString(
            read(os.path.join(ZOO, name, "saved_model.pb"))
        )
        write("saved-model-text", name + ".pbtxt", text_format.MessageToString(module))
    for name in ("scalar_in", "no_signature", "tf1_main_op"):
        write(
            "checkpoint-index",
            name + ".index",
            read(os.path.join(ZOO, name, "variables/variables.index")),
        )


def main():
    messages = examples()
    write("tfrecord", "three", records(messages))
    write("tfrecord", "empty_records", records([b"", b"", b"x"]))
    write("tfrecord", "nothing", b"")
    packed("tfrecord-packed", "three", records(messages))
    texts()
    specs()
    pictures()
    sounds()
    servers(archives())
    modules()


if __name__ == "__main__":
    main()
