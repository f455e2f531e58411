package org.hubbeam.preprocessing;

import org.hubbeam.batch.BatchSchema;
import org.hubbeam.plan.Bindings;
import org.hubbeam.plan.Trace;

/** The features of a function that was analysed, with what is known of their values. */
final class FeatureSchema {

  private FeatureSchema() {}

  static BatchSchema of(BatchSchema outputs, Trace trace, Bindings bindings) {
    return outputs;
  }
}
