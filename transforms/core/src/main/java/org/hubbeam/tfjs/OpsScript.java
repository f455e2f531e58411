// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.tfjs;

import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.hubbeam.batch.Resources;

/**
 * The script {@code hubbeam-ops.js}: operations that the runtime of TensorFlow.js lacks, for pages
 * and for Node.
 */
public final class OpsScript {

  private static final List<String> PARTS =
      List.of(
          "ops-head.js",
          "ops-text.js",
          "ops-unicode.js",
          "ops-hashes.js",
          "ops-tensors.js",
          "ops-moves.js",
          "ops-examples.js",
          "ops-images.js",
          "ops-random.js",
          "ops-tail.js");

  private static final Pattern REGISTERED = Pattern.compile("(?m)^register\\('(\\w+)'");
  private static final String TEXT = joined();
  private static final Set<String> OPERATIONS = found();

  private OpsScript() {}

  /** The script. */
  public static String text() {
    return TEXT;
  }

  /** The operations that it brings, sorted. */
  public static Set<String> operations() {
    return OPERATIONS;
  }

  private static String joined() {
    return PARTS.stream()
        .map(part -> Resources.text(OpsScript.class, part))
        .collect(Collectors.joining());
  }

  private static Set<String> found() {
    Set<String> found = new TreeSet<>();
    Matcher matcher = REGISTERED.matcher(TEXT);
    while (matcher.find()) {
      found.add(matcher.group(1));
    }
    return Collections.unmodifiableSet(found);
  }
}
