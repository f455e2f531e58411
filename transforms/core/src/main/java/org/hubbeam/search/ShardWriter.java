// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import org.hubbeam.batch.Internal;

/**
 * Writes the files of one shard from its rows, which come in the order {@link #ORDER}. The same
 * rows and options are the same bytes. It keeps vectors in memory, the values of columns in
 * temporary files beside those it writes. For one thread.
 */
@Internal
public final class ShardWriter implements AutoCloseable {

  /**
   * By id; of rows with one id, in an order of their contents, so that the first is always the
   * same.
   */
  public static final Comparator<IndexRow> ORDER = Comparator.comparing(IndexRow::id);

  /**
   * @param folder exists; the files are written there
   * @param name what the names of the files begin with, as from {@link #name}
   */
  public ShardWriter(Path folder, String name, ShardOptions options) throws IOException {
    throw new UnsupportedOperationException();
  }

  /** {@code shard-00000-of-00003}: what the names of a shard's files begin with. */
  public static String name(int generation, int shard, int shards) {
    String stem = String.format("shard-%05d-of-%05d", shard, shards);
    return generation == 0 ? stem : String.format("generation-%05d-%s", generation, stem);
  }

  /** Which shard of how many a row belongs to. */
  public static int shardOf(RowId id, int shards) {
    return (int) Long.remainderUnsigned(id.stableHash(), shards);
  }

  /**
   * Takes the next row. A row that is the same as the one before in all is counted and left out.
   *
   * @return why it is refused: vector of another dimension, not finite, of zeros under cosine;
   *     value that the column cannot have; another row of this id came before. Empty when it is
   *     taken
   * @throws IllegalArgumentException when it comes before the last one in the order of ids
   */
  public Optional<Refusal> add(IndexRow row) throws IOException {
    throw new UnsupportedOperationException();
  }

  /**
   * Why a row is refused.
   *
   * @param column which column of it; empty for the vector
   * @param reason for users
   */
  public record Refusal(String column, String reason) {}

  /** How many rows were left out because they were the same as the row before in all. */
  public long repeated() {
    return 0;
  }

  /**
   * Builds the graph and writes the files.
   *
   * @param threads that build
   * @return the shard, with the digests of its files
   */
  public IndexDescription.Shard finish(int threads) throws IOException {
    throw new UnsupportedOperationException();
  }

  /** Removes what is temporary. */
  @Override
  public void close() throws IOException {}
}
