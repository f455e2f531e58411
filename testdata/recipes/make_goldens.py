"""Runs each preprocessing.py with Python tf.Transform and writes golden.json beside it.

    python make_goldens.py [RECIPE ...]

golden.json has the form of a golden case of tf.Transform (goldens/tft/README.md), without expressions: the columns, the rows of
train.* and eval.*, and what came out.
"""
import csv, glob, importlib.util, json, os, sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "goldens", "tft"))
from golden_lib import *


def module(name):
    spec = importlib.util.spec_from_file_location(name, os.path.join(HERE, name, "preprocessing.py"))
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


def feature_spec(columns):
    out = {}
    for name, f in columns.items():
        kind = {tf.io.FixedLenFeature: "fixed", tf.io.VarLenFeature: "varlen", tf.io.RaggedFeature: "ragged"}[type(f)]
        out[name] = {"kind": kind, "dtype": tf.as_dtype(f.dtype).name}
        if kind == "fixed":
            out[name]["shape"] = list(f.shape)
    return out


def cell(text, column):
    if column["dtype"] == "string":
        return text
    return int(text) if column["dtype"] == "int64" else float(text)


def rows(folder, part, spec):
    """The rows of a file as they stand in a golden case; an empty cell of a CSV file is a missing value."""
    (path,) = glob.glob(os.path.join(folder, part + ".*"))
    if path.endswith(".csv"):
        with open(path, newline="", encoding="utf-8") as f:
            return [{k: cell(v, spec[k]) for k, v in r.items() if v != "" or spec[k]["kind"] == "fixed"} for r in csv.DictReader(f)]
    if path.endswith(".jsonl"):
        with open(path, encoding="utf-8") as f:
            return [json.loads(line, parse_constant=str) for line in f]   # NaN is a text in golden cases
    examples = [tf.train.Example.FromString(r.numpy()) for r in tf.data.TFRecordDataset(path)]
    parsed = tf.io.parse_example([e.SerializeToString() for e in examples], tf_feature_spec(spec))
    return tensors_to_rows(parsed, len(examples))


def golden(name):
    folder = os.path.join(HERE, name)
    recipe = module(name)
    spec = feature_spec(recipe.COLUMNS)
    case = {"name": name, "why": " ".join(recipe.__doc__.split()), "feature_spec": spec,
            "rows": rows(folder, "train", spec), "eval_rows": rows(folder, "eval", spec)}
    run = dict(case, outputs="those of the function")
    found = run_case(run, function=recipe.preprocessing_fn)
    if "expected_error" in found:
        raise SystemExit(f"{name}: {found}")
    again = run_case(run, batch_size=7, check=False, function=recipe.preprocessing_fn)
    difference = diff(found, json.loads(json.dumps(again)), 3e-6)
    print(name, len(case["rows"]), "rows", "" if difference is None else "DEPENDS ON BATCHES: " + difference, flush=True)
    assets = os.listdir(os.path.join(recipe.MODULE, "assets")) if hasattr(recipe, "MODULE") else []
    for asset in assets:   # those of a module are no vocabularies of the function
        del found["vocabularies"][asset]
    case["expected"] = found
    with open(os.path.join(folder, "golden.json"), "w", encoding="utf-8") as f:
        f.write(dumps([case])[2:-3].lstrip() + "\n")


if __name__ == "__main__":
    for recipe in sys.argv[1:] or sorted(os.path.basename(os.path.dirname(p)) for p in glob.glob(HERE + "/*/preprocessing.py")):
        golden(recipe)
