// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** The order of the tokens of a vocabulary. */
public enum VocabularyOrder {
  /** {@link VocabularyEntry#BY_SCORE}. */
  SCORE,
  /** By the SHA-1 hash of the token, so that ids do not depend on scores. */
  FINGERPRINT;

  /** A new list of the entries in this order. */
  public List<VocabularyEntry> sorted(Collection<VocabularyEntry> entries) {
    if (this == SCORE) {
      List<VocabularyEntry> sorted = new ArrayList<>(entries);
      sorted.sort(VocabularyEntry.BY_SCORE);
      return sorted;
    }
    MessageDigest sha1 = sha1();
    return entries.stream()
        .map(entry -> new Printed(sha1.digest(entry.token()), entry))
        .sorted(Comparator.comparing(Printed::print, Arrays::compareUnsigned))
        .map(Printed::entry)
        .toList();
  }

  private static MessageDigest sha1() {
    try {
      return MessageDigest.getInstance("SHA-1");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-1", e);
    }
  }

  private record Printed(byte[] print, VocabularyEntry entry) {}
}
