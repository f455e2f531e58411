// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.decoding;

import java.io.Serializable;
import java.util.Locale;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Values;
import org.jspecify.annotations.Nullable;

/**
 * How image files are named.
 *
 * @param column a column of file names, which the new names are made of; null for the origin
 * @param root what file names begin with that is no part of the new names
 */
public record ImageNames(@Nullable String column, String root) implements Serializable {

  /** {@code image-000001.png}: the number of the record where it comes from. */
  public static final ImageNames OF_ORIGIN = new ImageNames(null, "");

  private static final String PNG = ".png";

  /**
   * Names like those of the files that the rows come from: without the folders that a glob names,
   * and with {@code .png} behind them unless they end so.
   *
   * @param column with the files' names
   * @param glob that they match
   */
  public static ImageNames like(String column, String glob) {
    int wild = glob.length();
    for (char c : new char[] {'*', '?', '['}) {
      int at = glob.indexOf(c);
      wild = at < 0 ? wild : Math.min(wild, at);
    }
    return new ImageNames(column, glob.substring(0, glob.lastIndexOf('/', wild) + 1));
  }

  /**
   * The name of an image.
   *
   * @param number which of the row's images; -1 for its only one
   */
  String of(Batch batch, int row, int number) {
    String name = name(batch, row);
    String bare = name.endsWith(PNG) ? name.substring(0, name.length() - PNG.length()) : name;
    return bare + (number < 0 ? "" : "-" + number) + PNG;
  }

  private String name(Batch batch, int row) {
    if (column == null) {
      return String.format(Locale.ROOT, "image-%06d", batch.origin().records()[row]);
    }
    String file = ((Values.Strings) batch.column(column).values()).text(row);
    int from = root.isEmpty() ? -1 : file.indexOf(root);
    return from < 0
        ? file.substring(file.lastIndexOf('/') + 1)
        : file.substring(from + root.length());
  }
}
