// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.hubbeam.explore.Chromium;
import org.hubbeam.training.Metrics;
import org.hubbeam.training.Task;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page in a real Chromium; screenshots are left in {@code target/screenshots}. */
class ReportPageTest {

  private static final Path SHOTS = Path.of("target", "screenshots");
  private static final String CHARTS = "document.querySelectorAll('.chart canvas').length";
  private static final String MISTAKES = "document.querySelectorAll('#mistakes li').length";

  @TempDir static Path folder;
  private static Chromium browser;

  @BeforeAll
  static void start() throws Exception {
    Path program = Chromium.program().orElse(null);
    assumeTrue(program != null, "the page is not tested: there is no chromium on the PATH");
    browser = new Chromium(program, folder.resolve("profile"));
  }

  @AfterAll
  static void stop() {
    if (browser != null) {
      browser.close();
    }
  }

  private void open(TrainingReport report, ReportPage.Pictures pictures, int height)
      throws Exception {
    browser.requests.clear();
    browser.console.clear();
    Path page = folder.resolve(report.parts().size() + "-" + height + ".html");
    Files.writeString(page, ReportPage.of(report, pictures));
    browser.size(1280, height);
    browser.scheme("light");
    browser.open(page.toUri());
    browser.await("document.readyState == 'complete' && " + CHARTS + " > 0");
    drawn();
  }

  private void drawn() throws Exception {
    browser.evaluate(
        "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))");
  }

  private void nothingElse() {
    assertThat(browser.requests)
        .as("requests")
        .allMatch(request -> request.startsWith("file:") || request.startsWith("data:"));
    assertThat(browser.console).as("the console").isEmpty();
  }

  @Test
  void aTrainingIsShown() throws Exception {
    TrainingReport report = SampleReports.languages();
    open(report, ReportPage.Pictures.NONE, 2900);
    assertThat(browser.evaluate(CHARTS).asInt()).isEqualTo(7);
    assertThat(browser.evaluate("document.title").asText())
        .isEqualTo("Languages <b>of</b> sentences · hubbeam");
    assertThat(browser.evaluate("document.querySelector('#about').textContent").asText())
        .isEqualTo("one of several classes · 11 labels · train: 4,000 rows · held out: 1,000 rows");
    double accuracy = ((Metrics.OfLabels) report.parts().get(1).metrics()).report().accuracy();
    assertThat(browser.evaluate("document.querySelector('.figure dd').textContent").asText())
        .isEqualTo(String.format(Locale.ROOT, "%.4f", accuracy));
    browser.screenshot(SHOTS.resolve("report-light.png"));

    JsonNode diagonal =
        browser.evaluate(
            "[...document.querySelectorAll('#confusion tbody tr')].map((r, i) => +r.children[i +"
                + " 1].textContent).reduce((a, b) => a + b)");
    assertThat(diagonal.asDouble()).isEqualTo(Math.rint(accuracy * 1000));
    assertThat(browser.evaluate(MISTAKES).asInt()).isEqualTo(12);
    browser.click("#mistakeSection .more");
    assertThat(browser.evaluate(MISTAKES).asInt()).isEqualTo(60);
    assertThat(
            browser
                .evaluate(
                    "document.querySelector('#mistakes').textContent.includes(\"<script>"
                        + "document.title = 'x'</script> & <b>\")")
                .asBoolean())
        .isTrue();
    assertThat(browser.evaluate("document.querySelectorAll('main b script, h1 b').length").asInt())
        .isZero();

    browser.click("#parts button");
    assertThat(browser.evaluate("document.querySelector('#figures').textContent").asText())
        .contains("4,000");
    browser.scheme("dark");
    drawn();
    browser.screenshot(SHOTS.resolve("report-dark.png"));
    browser.size(400, 5200);
    drawn();
    browser.screenshot(SHOTS.resolve("report-narrow.png"));
    assertThat(browser.evaluate("document.documentElement.scrollWidth").asInt())
        .as("the width of the page in a window of 400 pixels")
        .isLessThanOrEqualTo(400);
    nothingElse();
  }

  @Test
  void numbersAreShown() throws Exception {
    open(SampleReports.numbers(), ReportPage.Pictures.NONE, 1300);
    assertThat(browser.evaluate(CHARTS).asInt()).isEqualTo(2);
    assertThat(browser.evaluate("document.querySelector('#figures').textContent").asText())
        .contains("R²0.9")
        .contains("Rows800");
    browser.screenshot(SHOTS.resolve("report-numbers.png"));
    nothingElse();
  }

  @Test
  void picturesAndRoundsAreShown() throws Exception {
    List<String> files = List.of("a.png", "b.png", "gone.png", "broken.png");
    open(
        SampleReports.pictures(files),
        name ->
            name.equals("gone.png")
                ? Optional.empty()
                : Optional.of(name.equals("broken.png") ? new byte[] {1, 2} : picture(name)),
        2600);
    assertThat(browser.evaluate("document.querySelectorAll('#mistakes img').length").asInt())
        .isPositive();
    browser.await(
        "[...document.querySelectorAll('#mistakes img')].every(i => i.naturalWidth == 224 &&"
            + " i.naturalHeight == 112)");
    assertThat(browser.evaluate("document.querySelectorAll('tr.won').length").asInt()).isEqualTo(4);
    browser.screenshot(SHOTS.resolve("report-pictures.png"));
    nothingElse();
  }

  @Test
  void manyLabelsAreShown() throws Exception {
    List<String> labels = IntStream.range(0, 120).mapToObj(i -> "label number " + i).toList();
    TrainingReport report =
        TrainingReport.of("Many", Task.CLASSES)
            .withPart("rows", SampleReports.classes(labels, 3000, 2, "many"), 0);
    open(report, ReportPage.Pictures.NONE, 2600);
    assertThat(browser.evaluate("document.querySelectorAll('#confusion tbody tr').length").asInt())
        .isEqualTo(40);
    browser.screenshot(SHOTS.resolve("report-many.png"));
    nothingElse();
  }

  private static byte[] picture(String name) {
    BufferedImage image = new BufferedImage(400, 200, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setColor(Color.getHSBColor(name.hashCode() % 100 / 100f, 0.5f, 0.9f));
    graphics.fillOval(20, 20, 360, 160);
    graphics.dispose();
    try {
      ByteArrayOutputStream png = new ByteArrayOutputStream();
      ImageIO.write(image, "png", png);
      return png.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
