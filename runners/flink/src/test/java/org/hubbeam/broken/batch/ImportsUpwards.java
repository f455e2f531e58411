package org.hubbeam.broken.batch;

import org.hubbeam.broken.model.Neighbour;

/** Uses a package of a higher floor. */
public final class Climber {
  public final Neighbour above = new Neighbour();
}
