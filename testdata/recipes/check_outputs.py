"""Checks with Python tf.Transform that functions written by hubbeam give what golden.json says.

    python check_outputs.py FOLDER ...      (transform outputs, each named as its recipe)
"""
import json, os, sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "goldens", "tft"))
from golden_lib import *


def main(folders):
    bad = 0
    for folder in folders:
        name = os.path.basename(os.path.normpath(folder))
        with open(os.path.join(HERE, name, "golden.json"), encoding="utf-8") as f:
            golden = json.load(f)
        spec = golden["feature_spec"]
        function = tft.TFTransformOutput(folder)
        for part in ("rows", "eval_rows"):
            got = direct_rows(function, decode_rows(golden[part], spec), spec)
            difference = diff(golden["expected"][part], json.loads(json.dumps(got)), 1e-5)
            if difference:
                bad += 1
                print(f"{name}, {part}: expected and found differ: {difference}", flush=True)
    raise SystemExit(1 if bad else 0)


if __name__ == "__main__":
    main(sys.argv[1:])
