// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.testdata;

import java.util.List;
import org.hubbeam.batch.Resources;

/** Sentences on everyday subjects, written for this project, and queries for them. */
public final class SampleTexts {

  /** How many sentences are about each of the {@link #subjects}. */
  public static final int PER_SUBJECT = 20;

  private SampleTexts() {}

  /** A few hundred distinct sentences about mail, weather, cooking, travel and more. */
  public static List<String> sentences() {
    return lines("sample_texts.txt");
  }

  /** What the first sentences are about, in their order: {@link #PER_SUBJECT} on each. */
  public static List<String> subjects() {
    return List.of(
        "mail",
        "weather",
        "cooking",
        "travel",
        "garden",
        "computers",
        "animals",
        "music",
        "money",
        "sport",
        "health",
        "sea",
        "school",
        "house");
  }

  /** Short queries, several of them misspelt; for each, some sentence has a similar meaning. */
  public static List<String> queries() {
    return lines("sample_queries.txt");
  }

  private static List<String> lines(String name) {
    return Resources.text(SampleTexts.class, name).lines().toList();
  }
}
