"""F of each candidate of an ensemble's last round, by its definition.

    python ensemble_objective.py FOLDER TABLE.csv OUT.json

FOLDER is what adanet wrote, its ensemble having all heads of the last round. OUT.json gets F and its parts for each
candidate, and how far the scores of the module are from those of the ensemble.
"""
import csv
import json
import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np
import tensorflow as tf

folder, table, out = sys.argv[1:4]
manifest = json.load(open(os.path.join(folder, "manifest.json")))
options = dict(o.lstrip("-").partition("=")[::2] for o in manifest["options"])
penalty = float(options.get("lambda", 0)), float(options.get("beta", 0))
rows = list(csv.DictReader(open(table)))
labels = np.array([manifest["labels"].index(r[options["label"]]) for r in rows])
module = tf.saved_model.load(folder)
columns = {c: tf.constant([r[c] for r in rows]) for c in options["column"].split(",")}
features = module.signatures["vectors"](**columns)["vectors"].numpy().astype(np.float64)
scores = module.signatures["serving_default"](**columns)["scores"].numpy()
values = {v.name.split(":")[0]: v.numpy().astype(np.float64) for v in module.variables}

last = manifest["rounds"][-1]
chosen = last["candidates"][last["winner"]]
starts = np.cumsum([0] + [f["width"] for f in manifest["head_features"]])


def logits(index, member):
    x = np.concatenate([features[:, starts[f] : starts[f + 1]] for f in member["features"]], axis=1)
    for layer in range(len(member["hidden"]) + 1):
        if layer:
            x = np.maximum(x, 0)
        name = f"member_{index}_head_{layer}"
        x = x @ values[name + "/kernel"] + values[name + "/bias"]
    return x


given = {(m["name"], m["round"]): logits(i, m) for i, m in enumerate(chosen["members"])}


def ensemble(candidate):
    total = np.array(candidate["bias"], np.float64)
    for member, weights in zip(candidate["members"], candidate["weights"]):
        total = total + np.array(weights) * given[member["name"], member["round"]]
    return total


def objective(candidate):
    z = ensemble(candidate)
    top = z.max(axis=1)
    loss = np.mean(np.log(np.exp(z - top[:, None]).sum(axis=1)) + top - z[np.arange(len(z)), labels])
    cost = sum(
        (penalty[0] * m["complexity"] + penalty[1]) * np.abs(w).sum() for m, w in zip(candidate["members"], candidate["weights"])
    )
    return {"objective": loss + cost, "loss": loss, "penalty": cost}


z = np.exp(ensemble(chosen))
json.dump(
    {
        "candidates": [objective(c) for c in last["candidates"]],
        "scores_error": float(np.abs(scores - z / z.sum(axis=1, keepdims=True)).max()),
    },
    open(out, "w"),
)
