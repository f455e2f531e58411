// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

/** How an index keeps its vectors. */
public enum VectorStorage {
  /** Floats of 32 bits. */
  FLOAT32("float32"),
  /** Codes of 8 bits that are searched, and floats with which the best are scored again. */
  INT8_RESCORED("int8 rescored"),
  /** Codes of 8 bits alone. */
  INT8("int8");

  private final String shown;

  VectorStorage(String shown) {
    this.shown = shown;
  }

  /** The name in {@code index.json} and in messages. */
  @Override
  public String toString() {
    return shown;
  }
}
