package org.hubbeam.broken.attic;

/** Lies in a package that the plan does not have. */
final class Forgotten {
  private Forgotten() {}
}
