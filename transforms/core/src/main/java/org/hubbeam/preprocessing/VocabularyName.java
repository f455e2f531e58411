// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.preprocessing;

import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.regex.Pattern;
import org.hubbeam.batch.PythonText;
import org.hubbeam.plan.VocabularyFormat;

/**
 * The name of a vocabulary, and its file.
 *
 * @param name any text; Python finds the vocabulary by it
 * @param fileName what tf.Transform makes of the name: {@code _} for what is no letter, digit or
 *     space, {@code -} for spaces
 */
record VocabularyName(String name, String fileName) {

  private static final int LONGEST = 255;
  private static final Pattern HYPHENS = Pattern.compile("-+");

  VocabularyName {
    int length = fileName.getBytes(StandardCharsets.UTF_8).length;
    if (fileName.isEmpty() || length > LONGEST) {
      throw new IllegalArgumentException(
          "a file cannot have the name '"
              + name
              + "'"
              + (fileName.isEmpty()
                  ? ", which has neither letters nor digits"
                  : ": it is " + length + " bytes long, and " + LONGEST + " are allowed"));
    }
    try {
      Objects.requireNonNull(Path.of(fileName));
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException(
          "Java writes no file names such as '" + fileName + "' in this locale; set LC_ALL=C.UTF-8",
          e);
    }
  }

  /** The name of a vocabulary in this format. */
  static VocabularyName of(String name, VocabularyFormat format) {
    String clean = clean(name);
    return new VocabularyName(name, clean.isEmpty() ? clean : format.fileName(clean));
  }

  private static String clean(String name) {
    int[] plain =
        name.codePoints()
            .map(
                c ->
                    PythonText.isSpace(c)
                        ? ' '
                        : PythonText.isLetterOrNumber(c) || c == '-' ? c : '_')
            .toArray();
    String stripped = new String(plain, 0, plain.length).strip();
    return HYPHENS.matcher(stripped.replace(' ', '-')).replaceAll("-");
  }
}
