// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.broken.hub;

import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.io.FileSystems;
import org.hubbeam.broken.model.ImportsBeam;
import org.tensorflow.Graph;
import org.tensorflow.proto.GraphDef;

/** Uses a package of its own floor, the TensorFlow runtime, and Beam. */
final class ImportsVendors {
  ImportsBeam sameFloor;
  Graph graph;
  Pipeline pipeline;
  GraphDef allowed;

  Object allowedToo() {
    return FileSystems.matchNewResource("a", false);
  }
}
