// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.util.List;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PCollection;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Failure;
import org.hubbeam.inference.DropColumns;
import org.hubbeam.inference.ResultWithFailures;

/**
 * One step of a pipeline from batches to batches.
 *
 * @param description for the manifest; empty to leave the step out there
 */
record Step(String description, Apply apply) {

  /** Adds the step to a pipeline. */
  interface Apply {
    PCollection<Batch> to(PCollection<Batch> batches, List<PCollection<Failure>> failures);
  }

  /** A step that may refuse rows. */
  static Step of(
      String name,
      String description,
      PTransform<PCollection<Batch>, ? extends ResultWithFailures<Batch>> transform) {
    return new Step(
        description, (batches, failures) -> batches.apply(name, transform).failuresTo(failures));
  }

  /** A step that refuses no row. */
  static Step withoutFailures(
      String name, String description, PTransform<PCollection<Batch>, PCollection<Batch>> step) {
    return new Step(description, (batches, failures) -> batches.apply(name, step));
  }

  /** Drops columns that only the modules need. */
  static Step dropping(String name, List<String> columns) {
    return withoutFailures(name, "", DropColumns.of(columns));
  }

  /** Applies steps one after the other; the rows that they refuse are added to the failures. */
  static PCollection<Batch> applyAll(
      List<Step> steps, PCollection<Batch> batches, List<PCollection<Failure>> failures) {
    PCollection<Batch> last = batches;
    for (Step step : steps) {
      last = step.apply.to(last, failures);
    }
    return last;
  }

  /** The descriptions of steps, without the empty ones. */
  static List<String> descriptions(List<Step> steps) {
    return steps.stream().map(Step::description).filter(words -> !words.isEmpty()).toList();
  }
}
