#!/usr/bin/env python3
"""Draws docs/pictures/walk-*.svg, the walks of docs/house.md: python3 docs/pictures/walks.py"""
import html
import pathlib

COLOURS = {
    "core": ("#e3f0fb", "#2f6ea5"),
    "media": ("#f6e9fb", "#8a4aa5"),
    "beam": ("#e6f6e6", "#3c8a3c"),
    "cli": ("#fff3dc", "#b07a14"),
    "outside": ("#ffffff", "#777777"),
}

# For each walk: (artifact, class, what leaves it for the next one).
WALKS = {
    "text": [
        ("outside", "lines.txt", "file"),
        ("beam", "BatchSource", "parts of files"),
        ("beam", "TextFormat", "lines"),
        ("core", "BatchBuilder", "batch"),
        ("beam", "RunModule", "batch"),
        ("core", "ModuleFunction", "batch and vectors"),
        ("beam", "BatchSink", "batch"),
        ("core", "ExampleEncoder", "tf.Example"),
        ("core", "TFRecordWriter", "record"),
        ("outside", "vectors.tfrecord", ""),
    ],
    "element": [
        ("outside", "any PCollection", "element"),
        ("beam", "HubEmbedFn", "row"),
        ("beam", "RowBuffer", "batch"),
        ("beam", "ModuleCaller", "batch"),
        ("core", "ModuleFunction", "vectors"),
        ("beam", "VectorSteps", "vectors"),
        ("beam", "HubEmbedFn", "element, vector"),
        ("outside", "PCollection", ""),
    ],
    "column": [
        ("core", "Scaling", "moments(x)"),
        ("core", "Tracing", "graph, analyzers"),
        ("core", "Planner", "phases"),
        ("beam", "PlanExpansion", "steps"),
        ("beam", "SummarizeFn", "summaries"),
        ("core", "Moments", "mean, variance"),
        ("beam", "FinishPhaseFn", "values"),
        ("beam", "WriteModuleFn", "SavedModel"),
        ("beam", "TransformDataset", "features"),
        ("outside", "PCollection", ""),
    ],
    "handle": [
        ("outside", "handle", "text"),
        ("core", "Hub", "request"),
        ("core", "Cache", "missing entry"),
        ("core", "Sources", "archive"),
        ("core", "Archive", "folder"),
        ("core", "ModuleDefinition", "graph, functions"),
        ("core", "OpScan", "safe to load"),
        ("core", "ObjectProgram", "session"),
        ("core", "Module", ""),
    ],
    "jpeg": [
        ("outside", "photo.jpg", "bytes"),
        ("beam", "DecodeImages", "bytes"),
        ("media", "ImageDecoder", "bytes"),
        ("media", "JpegFile", "segments"),
        ("media", "JpegPixels", "RGB"),
        ("media", "ImageColumn", "resized pixels"),
        ("beam", "RunModule", "batch"),
        ("core", "ModuleFunction", "vector"),
        ("outside", "batch", ""),
    ],
}

WIDTH, HEIGHT, GAP, ROW, IN_ROW, MARGIN = 132, 34, 68, 84, 5, 8


def draw(steps):
    rows = -(-len(steps) // IN_ROW)
    width = 2 * MARGIN + IN_ROW * WIDTH + (IN_ROW - 1) * GAP
    height = 2 * MARGIN + (rows - 1) * ROW + HEIGHT
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" font-family="sans-serif">',
        '<defs><marker id="a" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" '
        'orient="auto"><path d="M0 0L8 4L0 8z" fill="#555"/></marker></defs>',
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
    ]
    for i, (kind, name, leaves) in enumerate(steps):
        column, row = i % IN_ROW, i // IN_ROW
        x, y = MARGIN + column * (WIDTH + GAP), MARGIN + row * ROW
        fill, line = COLOURS[kind]
        dash = ' stroke-dasharray="4 3"' if kind == "outside" else ""
        out.append(
            f'<rect x="{x}" y="{y}" width="{WIDTH}" height="{HEIGHT}" rx="5" fill="{fill}" '
            f'stroke="{line}"{dash}/>'
            f'<text x="{x + WIDTH / 2}" y="{y + HEIGHT / 2 + 4.5}" font-size="13" text-anchor="middle" '
            f'fill="#222">{html.escape(name)}</text>'
        )
        if i + 1 == len(steps):
            continue
        middle = y + HEIGHT / 2
        if column < IN_ROW - 1:
            path = f"M{x + WIDTH} {middle}H{x + WIDTH + GAP}"
            at, level = x + WIDTH + GAP / 2, middle
            words = leaves.split(" ")
            half = -(-len(words) // 2)
            lines = [" ".join(words[:half]), " ".join(words[half:])] if len(leaves) > 10 else [leaves]
        else:
            turn = y + HEIGHT + (ROW - HEIGHT) / 2
            path = (
                f"M{x + WIDTH / 2} {y + HEIGHT}V{turn}H{MARGIN + WIDTH / 2}V{y + ROW}"
            )
            at, level = x + WIDTH / 2 - 60, turn
            lines = [leaves]
        out.append(f'<path d="{path}" fill="none" stroke="#555" marker-end="url(#a)"/>')
        for number, text in enumerate(t for t in lines if t):
            lift = -5 if number == 0 else 13
            out.append(
                f'<text x="{at}" y="{level + lift}" font-size="10.5" text-anchor="middle" '
                f'fill="#444">{html.escape(text)}</text>'
            )
    return "\n".join(out) + "\n</svg>\n"


if __name__ == "__main__":
    for name, steps in WALKS.items():
        pathlib.Path(__file__).with_name(f"walk-{name}.svg").write_text(draw(steps))
