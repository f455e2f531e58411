// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.report;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.hubbeam.batch.Html;
import org.hubbeam.batch.Resources;
import org.hubbeam.reducer.Mistake;

/**
 * A report as a page of one file, without any other file or server: it may run no other scripts
 * than its own, and asks no other address.
 *
 * <pre>{@code
 * Files.writeString(folder.resolve(ReportPage.FILE), ReportPage.of(report, Pictures.NONE));
 * }</pre>
 */
public final class ReportPage {

  /** The name of the page. */
  public static final String FILE = "report.html";

  /** The name of the same as JSON. */
  public static final String JSON_FILE = "report.json";

  private static final String ECHARTS =
      "/META-INF/resources/webjars/echarts/5.3.1/dist/echarts.min.js";

  private static final List<String> SCRIPTS = List.of("elements.js", "charts.js", "page.js");

  private ReportPage() {}

  /** Finds the pictures of mistakes. */
  @FunctionalInterface
  public interface Pictures {

    /** None. */
    Pictures NONE = name -> Optional.empty();

    /** The bytes of an encoded picture; empty if it is not there. */
    Optional<byte[]> read(String name);
  }

  /**
   * The page, as HTML to be written in UTF-8.
   *
   * @param pictures of mistakes, asked for where the report shows pictures; those that cannot be
   *     decoded are left out
   */
  public static String of(TrainingReport report, Pictures pictures) {
    ObjectNode json = report.toJson();
    if (report.shown() == TrainingReport.Shown.PICTURE) {
      addPictures(report, pictures, json.putObject("pictures"));
    }
    String style = resource("page.css");
    String echarts = resource(ECHARTS);
    String script = SCRIPTS.stream().map(ReportPage::resource).collect(Collectors.joining("\n"));
    String policy =
        "default-src 'none'; script-src %s %s; style-src %s; img-src data:; base-uri 'none';"
                .formatted(Html.hash(echarts), Html.hash(script), Html.hash(style))
            + " form-action 'none'";
    return Html.filled(
        resource("page.html"),
        Map.of(
            "policy", policy,
            "title", Html.escaped(report.title()),
            "style", style,
            "report", json.toString().replace("<", "\\u003c"),
            "echarts", echarts,
            "script", script));
  }

  private static void addPictures(TrainingReport report, Pictures pictures, ObjectNode json) {
    report.parts().stream()
        .flatMap(part -> part.metrics().mistakes().stream())
        .map(Mistake::shown)
        .distinct()
        .forEach(
            name ->
                pictures
                    .read(name)
                    .flatMap(Thumbnail::of)
                    .ifPresent(picture -> json.put(name, picture)));
  }

  private static String resource(String name) {
    return Resources.text(ReportPage.class, name);
  }
}
