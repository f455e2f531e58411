// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.benchmarks;

/** The Python installations of other software; an environment variable names each. */
enum Python {
  TENSORFLOW("HUBBEAM_PYTHON", "tensorflow", "tensorflow_hub"),
  KERAS("HUBBEAM_PYTHON", "tensorflow", "tf_keras"),
  BEAM("HUBBEAM_BEAM_PYTHON", "apache_beam", "tensorflow", "tensorflow_hub"),
  TRANSFORM("HUBBEAM_TFT_PYTHON", "tensorflow_transform"),
  SPARK("HUBBEAM_SPARK_PYTHON", "pyspark"),
  SEARCH("HUBBEAM_SEARCH_PYTHON", "hnswlib", "faiss", "numpy");

  private final String variable;
  private final String packages;

  Python(String variable, String... packages) {
    this.variable = variable;
    this.packages = String.join(" ", packages);
  }

  /** The environment variable that names it. */
  String variable() {
    return variable;
  }

  /** A program that succeeds if all packages are installed, and prints their versions. */
  String probe() {
    return "import importlib.metadata as m, importlib.util as u, sys\n"
        + "names = '"
        + packages
        + "'.split()\n"
        + "missing = [n for n in names if u.find_spec(n) is None]\n"
        + "if missing: sys.exit('no ' + ' and no '.join(missing))\n"
        + "owners = m.packages_distributions()\n"
        + "print('Python ', sys.version.split()[0], *[', ' + owners[n][0] + ' ' +"
        + " m.version(owners[n][0]) for n in names], sep='')";
  }
}
