// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.broken.batch;

import org.hubbeam.broken.model.ImportsBeam;

/** Uses a package of a higher floor. */
public final class ImportsUpwards {
  public final ImportsBeam above = new ImportsBeam();
}
