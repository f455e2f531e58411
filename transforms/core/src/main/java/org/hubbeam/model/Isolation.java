// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * A module in a process of its own: a JVM without the environment, the secrets and the network of
 * this one, which sees of the file system, read-only, what it needs. What walls there are depends
 * on the system; {@code hubbeam doctor} tells. A call that ends the process is refused, and the
 * next one starts another: what calls had changed in the module's variables and tables is then
 * lost.
 *
 * @param memoryBytes the memory that the process may take; null for four fifths of what the heap of
 *     this JVM leaves of the machine or container. Above it, the process is ended, and its calls
 *     are repeated with fewer rows
 * @param cores how many cores the process may use; 0 for all
 * @param walls what happens where the system offers no walls
 */
public record Isolation(@Nullable Long memoryBytes, int cores, Walls walls)
    implements Serializable {

  /** The default memory, all cores, and the walls that there are. */
  public static final Isolation DEFAULT = new Isolation(null, 0, Walls.AS_OFFERED);

  private static final long LEAST_BYTES = 512L << 20;

  public Isolation {
    if (memoryBytes != null && memoryBytes < LEAST_BYTES) {
      throw new IllegalArgumentException(
          "a module's process needs at least "
              + (LEAST_BYTES >> 20)
              + " MiB of memory, not "
              + memoryBytes
              + " bytes");
    }
    if (cores < 0) {
      throw new IllegalArgumentException("cores cannot be negative: " + cores);
    }
  }

  /** Sets the memory that the process may take; null for the default. */
  public Isolation withMemoryBytes(@Nullable Long value) {
    return new Isolation(value, cores, walls);
  }

  /** Sets how many cores the process may use. */
  public Isolation withCores(int value) {
    return new Isolation(memoryBytes, value, walls);
  }

  /** Sets what happens where the system offers no walls. */
  public Isolation withWalls(Walls value) {
    return new Isolation(memoryBytes, cores, value);
  }

  /** What happens where the system offers no walls. */
  public enum Walls {
    /** What the system offers is used; what it lacks is logged once. */
    AS_OFFERED,
    /** Modules are not loaded where the process would have the network, or all files. */
    REQUIRED
  }
}
