// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.hubbeam.batch.Internal;
import org.hubbeam.hub.Hub;
import org.jspecify.annotations.Nullable;

/**
 * How a module is loaded.
 *
 * @param tags the tag set of the meta graph to load; null to find it (an only one, else the empty
 *     set of TF1 Hub modules, else {@code serve})
 * @param trust what the module may do
 * @param opLibraries shared libraries of custom ops, loaded once per JVM before any module
 * @param devices threads and GPUs
 * @param timeouts how long loading and calls may take
 * @param isolation how the module gets a process of its own; null for none
 */
public record ModuleOptions(
    @Nullable Set<String> tags,
    Trust trust,
    List<String> opLibraries,
    Devices devices,
    Timeouts timeouts,
    @Nullable Isolation isolation)
    implements Serializable {

  /** Tags are detected, unsafe ops of remote modules are refused, and all cores are used. */
  public static final ModuleOptions DEFAULT =
      new ModuleOptions(
          null,
          new Trust(Origin.REMOTE, Set.of()),
          List.of(),
          Devices.DEFAULT,
          Timeouts.DEFAULT,
          null);

  public ModuleOptions {
    tags = tags == null ? null : Set.copyOf(tags);
    opLibraries = List.copyOf(opLibraries);
  }

  /** Sets the tag set; TF1 Hub modules have an empty one. */
  public ModuleOptions withTags(@Nullable Set<String> value) {
    return new ModuleOptions(value, trust, opLibraries, devices, timeouts, isolation);
  }

  /** Sets the origin of the module. */
  public ModuleOptions withOrigin(Origin value) {
    return new ModuleOptions(
        tags, new Trust(value, trust.allowOps()), opLibraries, devices, timeouts, isolation);
  }

  /** These options for a module that came from where the hub found it. */
  @Internal
  public ModuleOptions withOriginOf(Hub.Resolved module) {
    return withOrigin(module.remote() ? Origin.REMOTE : Origin.LOCAL);
  }

  /** Allows unsafe ops by name. */
  public ModuleOptions withAllowOps(Set<String> value) {
    return new ModuleOptions(
        tags, new Trust(trust.origin(), value), opLibraries, devices, timeouts, isolation);
  }

  /** Sets libraries of custom ops. */
  public ModuleOptions withOpLibraries(List<String> value) {
    return new ModuleOptions(tags, trust, value, devices, timeouts, isolation);
  }

  /** Sets threads and devices. */
  public ModuleOptions withDevices(Devices value) {
    return new ModuleOptions(tags, trust, opLibraries, value, timeouts, isolation);
  }

  /** Sets the maximum duration of a call; null for no limit. */
  public ModuleOptions withCallTimeout(@Nullable Duration value) {
    return new ModuleOptions(
        tags, trust, opLibraries, devices, new Timeouts(value, timeouts.load()), isolation);
  }

  /** Sets the maximum duration of loading. */
  public ModuleOptions withLoadTimeout(Duration value) {
    return new ModuleOptions(
        tags, trust, opLibraries, devices, new Timeouts(timeouts.call(), value), isolation);
  }

  /** Sets how the module gets a process of its own; null for none. */
  public ModuleOptions withIsolation(@Nullable Isolation value) {
    return new ModuleOptions(tags, trust, opLibraries, devices, timeouts, value);
  }

  /** The origin of a module. */
  public enum Origin {
    /** A local folder: unsafe ops are logged as a warning. */
    LOCAL,
    /** Downloaded: unsafe ops are refused. */
    REMOTE
  }

  /**
   * What a module may do.
   *
   * @param allowOps names of allowed unsafe ops
   */
  public record Trust(Origin origin, Set<String> allowOps) implements Serializable {
    public Trust {
      allowOps = Set.copyOf(allowOps);
    }
  }

  /**
   * How long a module may take.
   *
   * @param call the maximum of one call; null for any time. A call that takes longer is stopped
   *     between two of its operations and refused. Building the graph of a function, with its first
   *     call, may take as long as loading may. A call that goes on all the same, or many late ones
   *     in a row, end the use of the module: all calls from then on fail
   * @param load the maximum of restoring variables and initialising tables, downloads not included
   */
  public record Timeouts(@Nullable Duration call, Duration load) implements Serializable {

    /** Ten minutes for loading, any time for a call. */
    public static final Timeouts DEFAULT = new Timeouts(null, Duration.ofMinutes(10));

    public Timeouts {
      require("a call", call);
      require("loading", load);
    }

    private static void require(String what, @Nullable Duration time) {
      if (time != null
          && (time.compareTo(Duration.ofMillis(1)) < 0
              || time.compareTo(Duration.ofDays(10_000)) > 0)) {
        throw new IllegalArgumentException(
            what + " may take from a millisecond to 10,000 days, not " + time);
      }
    }
  }

  /**
   * Threads and devices of the TensorFlow session.
   *
   * @param intraOp threads inside one op, of the module's own; 0 for TensorFlow's, which all
   *     modules share, as many as there are cores. Where as many calls run at the same time as
   *     there are cores, 1 is best
   * @param interOp ops at a time, of all calls together, in threads of the module's own; 0 for as
   *     many as there are cores. Fewer than there are calls at a time let these wait for each other
   * @param gpu how GPU memory is taken
   */
  public record Devices(int intraOp, int interOp, Gpu gpu) implements Serializable {

    /** One thread of each kind per core; GPU memory is allocated as needed. */
    public static final Devices DEFAULT = new Devices(0, 0, Gpu.GROWTH);

    public Devices {
      if (intraOp < 0 || interOp < 0) {
        throw new IllegalArgumentException(
            "threads cannot be negative: intraOp " + intraOp + ", interOp " + interOp);
      }
    }

    /** Sets the number of threads inside one op. */
    public Devices withIntraOp(int value) {
      return new Devices(value, interOp, gpu);
    }

    /** Sets the number of concurrent ops. */
    public Devices withInterOp(int value) {
      return new Devices(intraOp, value, gpu);
    }

    /** Sets how GPU memory is allocated. */
    public Devices withGpu(Gpu value) {
      return new Devices(intraOp, interOp, value);
    }
  }

  /**
   * How GPU memory is allocated.
   *
   * @param memoryFraction the maximum fraction of a GPU's memory, above 0 and at most 1; null to
   *     allocate as needed
   */
  public record Gpu(@Nullable Double memoryFraction) implements Serializable {

    /** Memory is allocated as needed. */
    public static final Gpu GROWTH = new Gpu(null);

    public Gpu {
      if (memoryFraction != null && !(memoryFraction > 0 && memoryFraction <= 1)) {
        throw new IllegalArgumentException(
            "the fraction of GPU memory must be above 0 and at most 1, not " + memoryFraction);
      }
    }
  }
}
