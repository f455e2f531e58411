package org.hubbeam.spec;

import org.hubbeam.preprocessing.Scaling;

/** Numbers brought to a scale. */
final class ScalingOps {

  private ScalingOps() {}

  static void register(Operations operations) {
    operations.add("scale_to_z_score", "x, name?", a -> Value.of(Scaling.scaleToZScore(a.column("x"))));
  }
}
