package org.hubbeam.batch;

/** How an {@link Array} is laid out. */
public enum Layout {
  DENSE,
  RAGGED,
  SPARSE
}
