// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.broken.model;

import org.apache.beam.sdk.Pipeline;
import org.hubbeam.broken.batch.ImportsUpwards;

/** Uses Beam in a package for TensorFlow, and closes a cycle. */
public final class ImportsBeam {
  public Pipeline pipeline;
  public ImportsUpwards below;
}
