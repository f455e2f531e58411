// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.util.Arrays;
import java.util.Locale;
import org.hubbeam.tfrecord.Corruption;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** What is done with bad files, under the names that users write. */
enum BadFile {
  fail(Corruption.FAIL),
  skip(Corruption.SKIP_FILE),
  skipRecord(Corruption.SKIP_RECORD);

  private final Corruption corruption;

  BadFile(Corruption corruption) {
    this.corruption = corruption;
  }

  Corruption corruption() {
    return corruption;
  }

  private boolean isCalled(String name) {
    return name.equalsIgnoreCase(name()) || name.toUpperCase(Locale.ROOT).equals(corruption.name());
  }

  /** Takes the names of {@link Corruption}, too, which {@code --corrupt} had at first. */
  static final class Converter implements ITypeConverter<BadFile> {
    @Override
    public BadFile convert(String name) {
      return Arrays.stream(values())
          .filter(value -> value.isCalled(name))
          .findFirst()
          .orElseThrow(
              () ->
                  new TypeConversionException(
                      "expected one of " + Arrays.toString(values()) + " but was '" + name + "'"));
    }
  }
}
