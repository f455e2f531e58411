// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.decoding;

import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TupleTagList;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Failure;

/** A DoFn of batches with a second output for the rows that fail. */
abstract class MediaFn extends DoFn<Batch, Batch> {
  private static final long serialVersionUID = 1;

  static final TupleTag<Batch> BATCHES = new TupleTag<>("batches") {};
  static final TupleTag<Failure> FAILURES = new TupleTag<>("failures") {};

  /** Applies this function to batches; its output has their coder. */
  MediaResult applyTo(PCollection<Batch> batches, String step) {
    PCollectionTuple both =
        batches.apply(step, ParDo.of(this).withOutputTags(BATCHES, TupleTagList.of(FAILURES)));
    both.get(BATCHES).setCoder(batches.getCoder());
    return new MediaResult(both.get(BATCHES), both.get(FAILURES));
  }
}
