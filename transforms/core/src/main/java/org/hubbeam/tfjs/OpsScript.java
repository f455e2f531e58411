// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.tfjs;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The script {@code hubbeam-ops.js}: operations that the runtime of TensorFlow.js lacks, for pages
 * and for Node.
 */
public final class OpsScript {

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
    StringBuilder text = new StringBuilder();
    for (String part :
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
            "ops-tail.js")) {
      try (InputStream in = OpsScript.class.getResourceAsStream(part)) {
        if (in == null) {
          throw new IllegalStateException("the resource " + part + " is missing");
        }
        text.append(new String(in.readAllBytes(), StandardCharsets.UTF_8));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return text.toString();
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
