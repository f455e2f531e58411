// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.testing;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * Says in one line how many tests a build ran, how many were skipped, and what the skipped ones
 * need. It reads the XML reports of Surefire and Failsafe. A test that is skipped gives a reason
 * such as {@code needs the corpus (-Dhubbeam.shared=FOLDER): there is no /shared/corpus}; what
 * stands before the colon is counted.
 */
public final class TestSummary {

  private static final Pattern NEED = Pattern.compile("needs ([^:\n]+)");

  private TestSummary() {}

  /** Arguments: the root of the source tree; the start of the build, whose reports count. */
  public static void main(String[] args) throws Exception {
    System.out.println(summarize(reports(Path.of(args[0]), Instant.parse(args[1]))));
  }

  private static List<Path> reports(Path root, Instant start) throws IOException {
    List<Path> reports = new ArrayList<>();
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            return folder.getFileName().toString().equals(".git")
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if ((file.getParent().endsWith("target/surefire-reports")
                    || file.getParent().endsWith("target/failsafe-reports"))
                && file.getFileName().toString().matches("TEST-.*\\.xml")
                && !attributes.lastModifiedTime().toInstant().isBefore(start)) {
              reports.add(file);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    return reports;
  }

  /** The line for these reports. */
  static String summarize(List<Path> reports) throws Exception {
    long ran = 0;
    Map<String, Long> needs = new HashMap<>();
    for (Path report : reports) {
      NodeList tests =
          DocumentBuilderFactory.newInstance()
              .newDocumentBuilder()
              .parse(report.toFile())
              .getElementsByTagName("testcase");
      for (int i = 0; i < tests.getLength(); i++) {
        NodeList skipped = ((Element) tests.item(i)).getElementsByTagName("skipped");
        if (skipped.getLength() == 0) {
          ran++;
        } else {
          Element reason = (Element) skipped.item(0);
          String text = reason.getAttribute("message") + "\n" + reason.getTextContent();
          needs.merge(need(text), 1L, Long::sum);
        }
      }
    }
    long skipped = needs.values().stream().mapToLong(Long::longValue).sum();
    return String.format(
        Locale.ROOT,
        "%,d %s ran, %,d %s skipped%s",
        ran,
        ran == 1 ? "test" : "tests",
        skipped,
        skipped == 1 ? "was" : "were",
        needs.entrySet().stream()
            .sorted(
                Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                    .thenComparing(Map.Entry.comparingByKey()))
            .map(e -> count(e.getKey(), e.getValue()))
            .collect(Collectors.joining(", ", needs.isEmpty() ? "" : ": ", "")));
  }

  private static String need(String reason) {
    Matcher need = NEED.matcher(reason);
    return need.find() ? need.group(1).strip() : "";
  }

  private static String count(String need, long tests) {
    String count = String.format(Locale.ROOT, "%,d", tests);
    return need.isEmpty()
        ? count + " for other reasons"
        : count + (tests == 1 ? " needs " : " need ") + need;
  }
}
