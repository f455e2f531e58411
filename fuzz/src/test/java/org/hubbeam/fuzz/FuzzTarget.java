// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.fuzz;

import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * A parser of bytes that others wrote, and how it may end.
 *
 * @param name of the target
 * @param corpus the folder of its inputs below {@code testdata/fuzz}; several targets may share one
 * @param declared the exceptions that callers of the parser handle; any other is a finding
 * @param envelope the check sums or compression around the bytes
 * @param setting what the parser runs in
 * @param opener makes the parser, in the process in which it runs
 */
public record FuzzTarget(
    String name,
    String corpus,
    Set<Class<? extends Throwable>> declared,
    Envelope envelope,
    Setting setting,
    Opener opener) {

  /** What a parser runs in, which decides about its memory and how many inputs are tried. */
  public enum Setting {
    /** Java alone, where an input takes less than a millisecond. */
    JAVA(3_000, 512, 1_400),
    /** With files, folders or connections for each input. */
    FILES(300, 512, 1_400),
    /** FFmpeg, which may end the process. */
    FFMPEG(400, 512, 1_400),
    /** TensorFlow, which may end the process and takes long for each module. */
    TENSORFLOW(60, 512, 3_000);

    private final int inputs;
    private final int heapMegabytes;
    private final int residentMegabytes;

    Setting(int inputs, int heapMegabytes, int residentMegabytes) {
      this.inputs = inputs;
      this.heapMegabytes = heapMegabytes;
      this.residentMegabytes = residentMegabytes;
    }

    /** How many mutated inputs a build tries. */
    public int inputs() {
      return inputs;
    }

    /** The most memory for objects. */
    public int heapMegabytes() {
      return heapMegabytes;
    }

    /** The most memory that the process may ever have taken, with that of native libraries. */
    public int residentMegabytes() {
      return residentMegabytes;
    }
  }

  /** Parses one input; what it returns does not matter. */
  @FunctionalInterface
  public interface Parser {
    void parse(byte[] input) throws Exception;
  }

  /** Makes a parser. */
  @FunctionalInterface
  public interface Opener {
    /**
     * Makes a parser.
     *
     * @param scratch an empty folder for its files
     */
    Parser open(Path scratch) throws Exception;
  }

  public FuzzTarget {
    declared = Set.copyOf(declared);
  }

  /** A target of plain Java with a corpus of its own name. */
  public static FuzzTarget of(String name, Class<? extends Throwable> declared, Opener opener) {
    return new FuzzTarget(name, name, Set.of(declared), Envelope.NONE, Setting.JAVA, opener);
  }

  /** A target whose parser reports what is wrong in its results, and must not throw at all. */
  public static FuzzTarget withoutExceptions(String name, Opener opener) {
    return new FuzzTarget(name, name, Set.of(), Envelope.NONE, Setting.JAVA, opener);
  }

  /** The same parser as a target of its own, with its own corpus. */
  public FuzzTarget named(String value) {
    return new FuzzTarget(value, value, declared, envelope, setting, opener);
  }

  public FuzzTarget withCorpus(String value) {
    return new FuzzTarget(name, value, declared, envelope, setting, opener);
  }

  public FuzzTarget withEnvelope(Envelope value) {
    return new FuzzTarget(name, corpus, declared, value, setting, opener);
  }

  public FuzzTarget in(Setting value) {
    return new FuzzTarget(name, corpus, declared, envelope, value, opener);
  }

  /** What the parser threw that it does not declare. */
  Optional<Throwable> undeclared(Parser parser, byte[] input) {
    try {
      parser.parse(input);
      return Optional.empty();
    } catch (ThreadDeath e) {
      throw e;
    } catch (Throwable e) {
      return declared.stream().anyMatch(d -> d.isInstance(e)) ? Optional.empty() : Optional.of(e);
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
