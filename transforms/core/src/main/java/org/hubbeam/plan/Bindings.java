package org.hubbeam.plan;

import java.io.Serializable;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.hubbeam.batch.Array;

/**
 * What is known of a trace's placeholders: the results of the analyzers that ran.
 *
 * @param arrays values by node
 * @param files files by node
 */
public record Bindings(Map<String, Array.Dense> arrays, Map<String, File> files) {

  /** Nothing is known yet. */
  public static final Bindings NONE = new Bindings(Map.of(), Map.of());

  public Bindings {
    arrays = Collections.unmodifiableMap(new LinkedHashMap<>(arrays));
    files = Collections.unmodifiableMap(new LinkedHashMap<>(files));
  }

  /**
   * A file that an analyzer wrote.
   *
   * @param name the name it has among the assets
   * @param location where it is
   * @param size what it holds
   */
  public record File(String name, String location, Size size) implements Serializable {}

  /**
   * How many tokens a vocabulary has.
   *
   * @param unfiltered before any limit was applied
   * @param kept in the file
   */
  public record Size(long unfiltered, long kept) implements Serializable {}

  /** These and more. */
  public Bindings with(Bindings more) {
    Map<String, Array.Dense> allArrays = new LinkedHashMap<>(arrays);
    allArrays.putAll(more.arrays);
    Map<String, File> allFiles = new LinkedHashMap<>(files);
    allFiles.putAll(more.files);
    return new Bindings(allArrays, allFiles);
  }

  /** The values of a node. */
  public Array.Dense array(String node) {
    return known(arrays, node);
  }

  /** The file of a node. */
  public File file(String node) {
    return known(files, node);
  }

  private static <T> T known(Map<String, T> map, String node) {
    T value = map.get(node);
    if (value == null) {
      throw new IllegalStateException(
          "the result for '" + node + "' is not known yet; known are " + map.keySet());
    }
    return value;
  }
}
