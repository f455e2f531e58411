// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * The entries of a vocabulary that a {@link Selection} keeps, of those that were added: no more are
 * held at a time. Mergeable; the result does not depend on the order.
 */
final class TopEntries {

  private static final int VERSION = 1;

  private final Selection selection;
  private final List<VocabularyEntry> kept = new ArrayList<>();

  /** What is kept, once there is no room for more; null before. */
  private @Nullable PriorityQueue<VocabularyEntry> worstFirst;

  /** None yet. */
  public TopEntries(Selection selection) {
    this.selection = selection;
  }

  /** Adds an entry; it is kept if it is among the best so far. */
  public void add(VocabularyEntry entry) {
    if (!selection.admits(entry)) {
      return;
    }
    if (size() < selection.topK()) {
      kept.add(entry);
      return;
    }
    if (worstFirst == null) {
      worstFirst = new PriorityQueue<>(VocabularyEntry.BY_SCORE.reversed());
      worstFirst.addAll(kept);
      kept.clear();
    }
    if (VocabularyEntry.BY_SCORE.compare(entry, worstFirst.element()) < 0) {
      worstFirst.remove();
      worstFirst.add(entry);
    }
  }

  /** Adds what another kept. */
  public void addAll(TopEntries other) {
    other.kept().forEach(this::add);
  }

  /** How many are kept. */
  public int size() {
    return kept().size();
  }

  /** Those that are kept, in any order; not to be changed. */
  Collection<VocabularyEntry> kept() {
    return worstFirst == null ? kept : worstFirst;
  }

  /** Those that are kept, best first. */
  public List<VocabularyEntry> best() {
    return VocabularyOrder.SCORE.sorted(kept());
  }

  /** Writes what is kept. */
  public void encode(DataOutput out) throws IOException {
    Encoding.writeVersion(out, VERSION);
    out.writeInt(size());
    for (VocabularyEntry entry : best()) {
      Encoding.writeNumber(out, entry.score());
      out.writeInt(entry.token().length);
      out.write(entry.token());
    }
  }

  /**
   * What {@link #encode} of the same selection wrote.
   *
   * @throws IOException when the bytes are truncated or of another version
   */
  public static TopEntries decode(Selection selection, DataInput in) throws IOException {
    Encoding.readVersion(in, VERSION, "top entries");
    TopEntries entries = new TopEntries(selection);
    int size = Encoding.readSize(in);
    for (int i = 0; i < size; i++) {
      double score = Encoding.readNumber(in);
      entries.kept.add(new VocabularyEntry(score, Encoding.readBytes(in, Encoding.readSize(in))));
    }
    return entries;
  }
}
