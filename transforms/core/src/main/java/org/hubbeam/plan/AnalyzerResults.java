// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.plan;

import java.io.Serializable;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.hubbeam.batch.Array;

/**
 * The results of the analyzers that ran, by the placeholder that each result replaces.
 *
 * @param arrays array results by the name of their placeholder node
 * @param files file results by the name of their placeholder node
 * @param refusing the numbers of the phases that refused rows: inputs of analyzers could not be
 *     computed from them
 */
public record AnalyzerResults(
    Map<String, Array.Dense> arrays, Map<String, File> files, Set<Integer> refusing) {

  /** No results. */
  public static final AnalyzerResults NONE = new AnalyzerResults(Map.of(), Map.of());

  /** Results of all rows. */
  public AnalyzerResults(Map<String, Array.Dense> arrays, Map<String, File> files) {
    this(arrays, files, Set.of());
  }

  public AnalyzerResults {
    arrays = Collections.unmodifiableMap(new LinkedHashMap<>(arrays));
    files = Collections.unmodifiableMap(new LinkedHashMap<>(files));
    refusing = Collections.unmodifiableSet(new TreeSet<>(refusing));
  }

  /**
   * A file that an analyzer wrote.
   *
   * @param name its name as an asset of the transform output
   * @param location its path on this machine or on a file system of Beam
   * @param size how many tokens it has
   */
  public record File(String name, String location, Size size) implements Serializable {}

  /**
   * The number of tokens of a vocabulary.
   *
   * @param unfiltered how many distinct tokens were counted, before any limit
   * @param kept how many lines or records the file has
   */
  public record Size(long unfiltered, long kept) implements Serializable {}

  /** These results and others; where both have a result, the other one. */
  public AnalyzerResults with(AnalyzerResults more) {
    Map<String, Array.Dense> allArrays = new LinkedHashMap<>(arrays);
    allArrays.putAll(more.arrays);
    Map<String, File> allFiles = new LinkedHashMap<>(files);
    allFiles.putAll(more.files);
    Set<Integer> allRefusing = new TreeSet<>(refusing);
    allRefusing.addAll(more.refusing);
    return new AnalyzerResults(allArrays, allFiles, allRefusing);
  }

  /**
   * The array result of a placeholder.
   *
   * @throws IllegalStateException when there is none
   */
  public Array.Dense array(String node) {
    return result(arrays, node);
  }

  /**
   * The file result of a placeholder.
   *
   * @throws IllegalStateException when there is none
   */
  public File file(String node) {
    return result(files, node);
  }

  private static <T> T result(Map<String, T> map, String node) {
    T value = map.get(node);
    if (value == null) {
      throw new IllegalStateException(
          "there is no result for '" + node + "' yet; there are results for " + map.keySet());
    }
    return value;
  }
}
