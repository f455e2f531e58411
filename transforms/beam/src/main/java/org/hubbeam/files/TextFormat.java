// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.files;

import org.hubbeam.batch.BatchBuilder;
import org.hubbeam.batch.ColumnBuilder;
import org.hubbeam.batch.DType;

/** Lines of text, each a row of the column {@code text}. */
final class TextFormat extends LineFormat {
  private static final long serialVersionUID = 1;

  TextFormat(TextOptions options) {
    super(options);
  }

  @Override
  public java.util.List<String> columns() {
    return java.util.List.of("text");
  }

  @Override
  public String name() {
    return "text";
  }

  @Override
  Lines lines(BatchBuilder builder) {
    ColumnBuilder text = builder.dense("text", DType.STRING);
    return (block, from, to) -> {
      text.addBytes(block, from, to);
      return true;
    };
  }
}
