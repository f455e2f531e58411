// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Iterator;
import org.hubbeam.batch.Internal;

/**
 * Counts of many tokens in memory. They are encoded as blocks of bytes: one block for all tokens,
 * or one for each partition. A block is a sequence of tokens, each encoded as its length, its bytes
 * and its counts. The concatenation of two blocks is a block. Not thread-safe.
 */
@Internal
public final class TokenSums {

  /**
   * The number of partitions. The partition of a token depends on its bytes only.
   *
   * @see #forEachBlock
   */
  public static final int PARTITIONS = 1 << (Integer.SIZE - KeyTable.PARTITION_SHIFT);

  private KeyTable keys = new KeyTable();
  private double[] totals = new double[4];
  private PairSums pairs = new PairSums();

  /** Receives the number of a partition and its tokens. */
  public interface BlockAction {
    /** Takes one block. */
    void accept(int partition, byte[] block);
  }

  /** Receives a token and its counts. */
  public interface TokenAction<E extends Exception> {
    /** Takes one token. */
    void accept(byte[] token, TokenStats stats) throws E;
  }

  /** Adds to the total of a token; returns its number. */
  int add(byte[] bytes, int from, int to, double weight) {
    int key = keys.put(bytes, from, to);
    addTotal(key, weight);
    return key;
  }

  private void addTotal(int key, double weight) {
    if (key >= totals.length) {
      totals = Arrays.copyOf(totals, Encoding.grown(totals.length, key + 1));
    }
    totals[key] += weight;
  }

  /** Adds to what a label of a token has. */
  void addLabel(int key, int label, double weight) {
    pairs.add(key, label, weight);
  }

  /** Adds counts of one token. */
  public void add(byte[] token, TokenStats stats) {
    add(token, 0, token.length, stats);
  }

  private void add(byte[] bytes, int from, int to, TokenStats stats) {
    addLabels(add(bytes, from, to, stats.total()), stats);
  }

  private void addLabels(int key, TokenStats stats) {
    for (int i = 0; i < stats.size(); i++) {
      pairs.add(key, stats.label(i), stats.sum(i));
    }
  }

  /** Adds all counts of another instance. */
  public void addAll(TokenSums other) {
    int[] numbers = keys.putAll(other.keys);
    PairSums.Sorted sorted = other.pairs.sorted();
    for (int key = 0; key < numbers.length; key++) {
      addTotal(numbers[key], other.totals[key]);
      addLabels(numbers[key], sorted.stats(key, 0));
    }
  }

  /**
   * Adds all counts of a block.
   *
   * @throws IOException when it is truncated or damaged
   */
  public void addBlock(byte[] block) throws IOException {
    BlockReader tokens = new BlockReader(block);
    while (tokens.next()) {
      add(block, tokens.from, tokens.to, tokens.stats);
    }
  }

  /** Passes each token with its counts to an action, in the order in which tokens were added. */
  public <E extends Exception> void forEach(TokenAction<E> action) throws E {
    PairSums.Sorted sorted = pairs.sorted();
    for (int key = 0; key < keys.size(); key++) {
      action.accept(keys.get(key), sorted.stats(key, totals[key]));
    }
  }

  /**
   * Passes each token of a block with its counts to an action, in the order of the block.
   *
   * @throws IOException when it is truncated or damaged
   */
  public static <E extends Exception> void forEach(byte[] block, TokenAction<E> action)
      throws IOException, E {
    BlockReader tokens = new BlockReader(block);
    while (tokens.next()) {
      action.accept(Arrays.copyOfRange(block, tokens.from, tokens.to), tokens.stats);
    }
  }

  /**
   * Passes each token of some blocks with its total counts to an action, once. Iterates over the
   * blocks once, as engines allow.
   *
   * @throws IOException when one is truncated or damaged
   */
  public static <E extends Exception> void forEach(Iterable<byte[]> blocks, TokenAction<E> action)
      throws IOException, E {
    Iterator<byte[]> rest = blocks.iterator();
    byte[] first = rest.next();
    if (!rest.hasNext()) {
      forEach(first, action);
      return;
    }
    TokenSums sums = new TokenSums();
    sums.addBlock(first);
    sums.addBlocks(rest);
    sums.forEach(action);
  }

  /**
   * The sums of all tokens of some blocks, which are iterated over once, as engines allow.
   *
   * @throws IOException when one is truncated or damaged
   */
  public static TokenSums sumOf(Iterable<byte[]> blocks) throws IOException {
    TokenSums sums = new TokenSums();
    sums.addBlocks(blocks.iterator());
    return sums;
  }

  private void addBlocks(Iterator<byte[]> blocks) throws IOException {
    while (blocks.hasNext()) {
      addBlock(blocks.next());
    }
  }

  /** All tokens as one block. */
  public byte[] block() {
    BlockWriter block = new BlockWriter();
    PairSums.Sorted sorted = pairs.sorted();
    for (int key = 0; key < keys.size(); key++) {
      block.write(keys, key, sorted.stats(key, totals[key]));
    }
    return block.toByteArray();
  }

  /** Passes one block for each partition with tokens to an action. */
  public void forEachBlock(BlockAction action) {
    BlockWriter[] blocks = new BlockWriter[PARTITIONS];
    PairSums.Sorted sorted = pairs.sorted();
    for (int key = 0; key < keys.size(); key++) {
      int partition = keys.partition(key);
      if (blocks[partition] == null) {
        blocks[partition] = new BlockWriter();
      }
      blocks[partition].write(keys, key, sorted.stats(key, totals[key]));
    }
    for (int partition = 0; partition < PARTITIONS; partition++) {
      if (blocks[partition] != null) {
        action.accept(partition, blocks[partition].toByteArray());
        blocks[partition] = null;
      }
    }
  }

  /** The number of distinct tokens. */
  public int size() {
    return keys.size();
  }

  /** Removes all tokens. */
  public void clear() {
    keys = new KeyTable();
    totals = new double[4];
    pairs = new PairSums();
  }

  /** The approximate size in memory, in bytes. */
  public long memory() {
    return keys.memory() + 8L * totals.length + pairs.memory();
  }

  /** A block that grows. */
  private static final class BlockWriter {
    private final BytesOut bytes = new BytesOut();
    private final DataOutputStream data = new DataOutputStream(bytes);

    void write(KeyTable keys, int key, TokenStats stats) {
      try {
        int length = keys.end(key) - keys.start(key);
        Encoding.writeVarint(data, length);
        bytes.write(keys.bytes(), keys.start(key), length);
        stats.encode(data);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    byte[] toByteArray() {
      return bytes.toByteArray();
    }
  }

  /** The tokens of a block, one after the other. */
  private static final class BlockReader {
    private final BytesIn bytes;
    private final DataInputStream data;
    private int from;
    private int to;
    private TokenStats stats = TokenStats.NONE;

    BlockReader(byte[] block) {
      bytes = new BytesIn(block);
      data = new DataInputStream(bytes);
    }

    /** Goes to the next token, if there is one. */
    boolean next() throws IOException {
      if (bytes.available() == 0) {
        return false;
      }
      int length = Encoding.readVarint(data);
      from = bytes.over(length);
      to = from + length;
      stats = TokenStats.decode(data);
      return true;
    }
  }
}
