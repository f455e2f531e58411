// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * An index that is searched: vectors with ids and columns, in one or more shards. It shows one
 * generation; later ones are seen by opening it anew.
 *
 * <p>Safe to use by many threads, which do not wait for each other. Files are mapped, so opening
 * takes little time and memory, and the first searches read from the disk.
 */
public final class SearchIndex implements AutoCloseable {

  private SearchIndex() {}

  /** Opens an index with the {@linkplain SearchOptions#defaults defaults}. */
  public static SearchIndex open(Path folder) {
    return open(folder, SearchOptions.defaults());
  }

  /**
   * Opens an index.
   *
   * @param folder on a local disk
   * @throws IndexException when there is none, a file is missing or damaged, or the format is newer
   */
  public static SearchIndex open(Path folder, SearchOptions options) {
    throw new UnsupportedOperationException();
  }

  /** What {@code index.json} says. */
  public IndexDescription description() {
    throw new UnsupportedOperationException();
  }

  /** How many rows can be found. */
  public long size() {
    throw new UnsupportedOperationException();
  }

  /** Whether no newer generation stands in the folder. */
  public boolean isCurrent() {
    throw new UnsupportedOperationException();
  }

  /** A filter on the columns of this index. */
  public Filter filter(String text) {
    return Filter.parse(text, description().columns());
  }

  /** The k rows nearest to a vector, the nearest first, rows of the same score by their ids. */
  public List<Hit> nearest(float[] vector, int k) {
    return nearest(vector, SearchRequest.of(k));
  }

  /**
   * The rows nearest to a vector.
   *
   * @return the nearest first, rows of the same score by their ids; fewer than k only where fewer
   *     match
   * @throws IllegalArgumentException when the vector has another dimension, is not finite, or has
   *     only zeros under cosine similarity; or when the request names a column that is not there
   */
  public List<Hit> nearest(float[] vector, SearchRequest request) {
    throw new UnsupportedOperationException();
  }

  /** The k rows nearest to each of many vectors. */
  public List<List<Hit>> nearest(float[][] vectors, int k) {
    return nearest(vectors, SearchRequest.of(k));
  }

  /** The rows nearest to each of many vectors; on the thread that calls. */
  public List<List<Hit>> nearest(float[][] vectors, SearchRequest request) {
    throw new UnsupportedOperationException();
  }

  /** The k rows that are nearest to one of the index, without itself. */
  public List<Hit> like(RowId id, int k) {
    return like(id, SearchRequest.of(k));
  }

  /**
   * The rows that are nearest to one of the index, without itself.
   *
   * @throws IllegalArgumentException when there is no such row
   */
  public List<Hit> like(RowId id, SearchRequest request) {
    throw new UnsupportedOperationException();
  }

  /** The row of this id. */
  public Optional<IndexRow> row(RowId id) {
    throw new UnsupportedOperationException();
  }

  /** All rows, shard after shard, by their ids within each. */
  public Stream<IndexRow> rows() {
    throw new UnsupportedOperationException();
  }

  /** Waits for the searches that are going on, and gives files and memory back. */
  @Override
  public void close() {}
}
