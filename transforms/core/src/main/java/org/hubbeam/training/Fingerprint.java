// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import java.util.Arrays;

/** Tells a training from others: rows and options, a line each. */
final class Fingerprint {

  private Fingerprint() {}

  /** Of the training of a head; threads and memory do not count. */
  static String of(HeadForm form, TrainingOptions options, String... rows) {
    return String.join(
        "\n",
        "rows " + Arrays.toString(rows),
        "task " + form.task() + " " + form.labels().hashCode(),
        form.options().toString(),
        "optimizer " + options.optimizer(),
        "schedule " + options.schedule(),
        options.epochs() + " epochs of batches of " + options.batchSize(),
        "seed " + options.seed(),
        "penalties " + options.penalties(),
        "clipping " + options.clipNorm(),
        "class weights " + options.classWeights(),
        "label smoothing " + options.labelSmoothing(),
        "early stopping " + options.earlyStopping(),
        options.split().toString());
  }
}
