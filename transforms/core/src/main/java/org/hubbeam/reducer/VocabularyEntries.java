// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.hubbeam.batch.Internal;

/**
 * The entries that a vocabulary keeps, within its limits. Several can be merged if each token was
 * added to only one of them; the result does not depend on the order. Not thread-safe.
 */
@Internal
public final class VocabularyEntries {

  private static final int VERSION = 1;

  private static final int PART = 1 << 20;

  /** The approximate size of an entry without its token, in bytes. */
  private static final int ENTRY = 12;

  private final Vocabulary vocabulary;
  private final TopEntries best;
  private final Map<ByteBuffer, OfKey> byKey = new LinkedHashMap<>();
  private long counted;
  private int held;

  /** The bytes of a part that is made for {@link #encode}. */
  private long size;

  /** The best of one key. */
  private record OfKey(byte[] key, TopEntries best) {}

  /** None yet. */
  public VocabularyEntries(Vocabulary vocabulary) {
    this.vocabulary = vocabulary;
    this.best = new TopEntries(vocabulary.selection());
  }

  /**
   * Adds a token with its total counts. It is kept if it can be in the vocabulary and is among the
   * best so far, overall or of its key.
   *
   * @param rows the counts of all rows; only used with labels
   */
  public void add(byte[] token, TokenStats stats, TokenStats rows) {
    counted++;
    if (!vocabulary.input().filter().admits(token, 0, token.length)) {
      return;
    }
    VocabularyEntry entry = vocabulary.entry(token, stats, rows);
    held -= best.size();
    best.add(entry);
    held += best.size();
    if (vocabulary.coverage() != null) {
      TopEntries ofKey = ofKey(vocabulary.coverage().key().key(token));
      held -= ofKey.size();
      ofKey.add(entry);
      held += ofKey.size();
    }
  }

  private Coverage coverage() {
    return Objects.requireNonNull(vocabulary.coverage(), "coverage");
  }

  private TopEntries ofKey(byte[] key) {
    return byKey
        .computeIfAbsent(
            ByteBuffer.wrap(key), k -> new OfKey(key, new TopEntries(coverage().perKey())))
        .best();
  }

  /** Adds what another of the same vocabulary kept. */
  public void addAll(VocabularyEntries other) {
    counted += other.counted;
    best.addAll(other.best);
    other.byKey.values().forEach(theirs -> ofKey(theirs.key).addAll(theirs.best));
    held = best.size() + byKey.values().stream().mapToInt(k -> k.best.size()).sum();
  }

  /** How many tokens were added, kept or not. */
  public long counted() {
    return counted;
  }

  /** How many entries are held. */
  public int held() {
    return held;
  }

  /** The vocabulary as lines of a file. */
  public List<byte[]> lines() {
    Collection<VocabularyEntry> all = best.kept();
    if (!byKey.isEmpty()) {
      all = new LinkedHashSet<>(all);
      for (OfKey ofKey : byKey.values()) {
        all.addAll(ofKey.best.kept());
      }
    }
    return vocabulary.lines().lines(vocabulary.order().sorted(all));
  }

  /**
   * What is kept as bytes, in one or more parts, each added with {@link #addAll} elsewhere: engines
   * sort records of a few MiB, and not of many. A part has about {@value #PART} bytes at most, or
   * one entry.
   */
  public List<byte[]> encode() {
    List<byte[]> parts = new ArrayList<>();
    VocabularyEntries part = new VocabularyEntries(vocabulary);
    part.counted = counted;
    part = part.take(best.kept(), e -> e.best, parts);
    for (OfKey ofKey : byKey.values()) {
      part = part.take(ofKey.best.kept(), e -> e.ofKey(ofKey.key), parts);
    }
    parts.add(part.bytes());
    return parts;
  }

  /**
   * Takes entries; a part that is full joins the others.
   *
   * @param place where they belong in a part
   * @return the last part, which is not full yet
   */
  private VocabularyEntries take(
      Collection<VocabularyEntry> entries,
      Function<VocabularyEntries, TopEntries> place,
      List<byte[]> full) {
    VocabularyEntries part = this;
    for (VocabularyEntry entry : entries) {
      if (part.size > 0 && part.size + entry.token().length > PART) {
        full.add(part.bytes());
        part = new VocabularyEntries(vocabulary);
      }
      place.apply(part).add(entry);
      part.size += entry.token().length + ENTRY;
    }
    return part;
  }

  private byte[] bytes() {
    BytesOut bytes = new BytesOut();
    try {
      encode(new DataOutputStream(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private void encode(DataOutput out) throws IOException {
    Encoding.writeVersion(out, VERSION);
    out.writeLong(counted);
    best.encode(out);
    out.writeInt(byKey.size());
    for (OfKey ofKey : byKey.values()) {
      out.writeInt(ofKey.key.length);
      out.write(ofKey.key);
      ofKey.best.encode(out);
    }
  }

  /**
   * What {@link #encode} of the same vocabulary gave as one part.
   *
   * @throws IOException when the bytes are truncated or of another version
   */
  public static VocabularyEntries decode(Vocabulary vocabulary, byte[] bytes) throws IOException {
    DataInput in = new DataInputStream(new BytesIn(bytes));
    Encoding.readVersion(in, VERSION, "vocabulary entries");
    VocabularyEntries entries = new VocabularyEntries(vocabulary);
    entries.counted = in.readLong();
    entries.best.addAll(TopEntries.decode(vocabulary.selection(), in));
    int keys = Encoding.readSize(in);
    for (int i = 0; i < keys; i++) {
      byte[] key = Encoding.readBytes(in, Encoding.readSize(in));
      entries.ofKey(key).addAll(TopEntries.decode(entries.coverage().perKey(), in));
    }
    entries.held = entries.best.size();
    entries.byKey.values().forEach(ofKey -> entries.held += ofKey.best.size());
    return entries;
  }
}
