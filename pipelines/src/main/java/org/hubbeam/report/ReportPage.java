// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.report;

import java.util.Optional;

/**
 * A report as a page of one file, without any other file or server.
 *
 * <pre>{@code
 * Files.writeString(folder.resolve(ReportPage.FILE), ReportPage.of(report, name -> Optional.empty()));
 * }</pre>
 */
public final class ReportPage {

  /** The name of the page. */
  public static final String FILE = "report.html";

  /** The name of the same as JSON. */
  public static final String JSON_FILE = "report.json";

  private ReportPage() {}

  /** Finds the pictures of mistakes. */
  @FunctionalInterface
  public interface Pictures {

    /** None. */
    Pictures NONE = name -> Optional.empty();

    /** The bytes of an encoded picture: JPEG, PNG, GIF, WebP or BMP; empty if it is not there. */
    Optional<byte[]> read(String name);
  }

  /** The page, as HTML in UTF-8. */
  public static String of(TrainingReport report, Pictures pictures) {
    return "<!doctype html>\n<title>hubbeam</title>\n";
  }
}
