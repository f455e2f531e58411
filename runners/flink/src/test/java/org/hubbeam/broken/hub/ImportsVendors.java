package org.hubbeam.broken.hub;

import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.io.FileSystems;
import org.hubbeam.broken.model.Neighbour;
import org.tensorflow.Graph;
import org.tensorflow.proto.GraphDef;

/** Uses a neighbour, the TensorFlow runtime, and of Beam more than files. */
final class Visitor {
  Neighbour neighbour;
  Graph graph;
  Pipeline pipeline;
  GraphDef allowed;

  Object allowedToo() {
    return FileSystems.matchNewResource("a", false);
  }
}
