"""Writes docs/recipes.md: every spec.yaml, with the comment at its head as its description."""
import glob, os

HERE = os.path.dirname(os.path.abspath(__file__))
HEAD = """# Recipes

Preprocessing functions of public tf.Transform pipelines as spec files for `hubbeam transform`. For each there are data, the
same function in Python and what Python gives, in [testdata/recipes](../testdata/recipes); hubbeam gives the same:

    ./hubbeam transform --spec=testdata/recipes/taxi/spec.yaml --input='testdata/recipes/taxi/train.*' --evalInput='testdata/recipes/taxi/eval.*' --output=out/taxi

[operations.md](operations.md) describes all operations. This page is written by `testdata/recipes/make_page.py`.
"""


def main():
    parts = [HEAD]
    for path in sorted(glob.glob(os.path.join(HERE, "*", "spec.yaml"))):
        with open(path, encoding="utf-8") as f:
            lines = f.read().splitlines()
        head = next(i for i, line in enumerate(lines) if not line.startswith("#"))
        name = os.path.basename(os.path.dirname(path))
        text = "\n".join(line[1:].strip() for line in lines[:head])
        parts.append(f"## {name}\n\n{text}\n\n```yaml\n" + "\n".join(lines[head:]) + "\n```\n")
    with open(os.path.join(HERE, "..", "..", "docs", "recipes.md"), "w", encoding="utf-8") as f:
        f.write("\n".join(parts))


if __name__ == "__main__":
    main()
