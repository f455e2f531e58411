package org.hubbeam.broken.model;

import org.apache.beam.sdk.Pipeline;
import org.hubbeam.broken.batch.Climber;

/** Uses Beam where TensorFlow lives, and closes a cycle. */
public final class Neighbour {
  public Pipeline pipeline;
  public Climber below;
}
