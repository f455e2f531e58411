package org.hubbeam.broken.unlisted;

/** Lies in a package that is not listed. */
final class Unlisted {
  private Unlisted() {}
}
