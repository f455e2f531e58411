// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.learning;

import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TupleTagList;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Failure;
import org.hubbeam.inference.ResultWithFailures;

/** The rows that can be learnt from, and the others as failures. */
public final class SiftedRows extends ResultWithFailures<Batch> {

  static final TupleTag<Batch> BATCHES = new TupleTag<>("batches") {};
  static final TupleTag<Failure> FAILURES = new TupleTag<>("failures") {};

  private SiftedRows(PCollection<Batch> batches, PCollection<Failure> failures) {
    super(batches, failures);
  }

  /** Applies what outputs {@link #BATCHES} and {@link #FAILURES}. */
  static SiftedRows of(PCollection<Batch> batches, DoFn<Batch, Batch> sieve) {
    PCollectionTuple both =
        batches.apply(ParDo.of(sieve).withOutputTags(BATCHES, TupleTagList.of(FAILURES)));
    return new SiftedRows(both.get(BATCHES).setCoder(batches.getCoder()), both.get(FAILURES));
  }

  /** The rows that can be learnt from. */
  public PCollection<Batch> batches() {
    return output();
  }
}
