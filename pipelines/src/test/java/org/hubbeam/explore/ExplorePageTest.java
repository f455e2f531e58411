// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.explore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.hubbeam.explore.PhotoIndex.With;
import org.hubbeam.search.SearchIndex;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page in a real Chromium; screenshots are left in {@code target/screenshots}. */
class ExplorePageTest {

  private static final Path SHOTS = Path.of("target", "screenshots");
  private static final String FOUND = "document.querySelectorAll('#results li')";
  private static final String STATUS = "document.querySelector('#status').textContent";
  private static final String HITS = "document.querySelectorAll('#results .score').length";

  /** How much of the map is seen in both directions, in percent, and where that begins. */
  private static final String CHART =
      "echarts.getInstanceByDom(document.querySelector('#plot')).getOption().dataZoom";

  private static final String ZOOM = CHART + ".map(z => Math.round(z.end - z.start)).join()";
  private static final String START = CHART + "[0].start";

  @TempDir Path folder;
  private Chromium browser;

  @BeforeEach
  void start() throws Exception {
    Path program = Chromium.program().orElse(null);
    assumeTrue(program != null, "the page is not tested: there is no chromium on the PATH");
    browser = new Chromium(program, folder.resolve("profile"));
    browser.size(1280, 800);
    browser.scheme("light");
  }

  @AfterEach
  void stop() {
    if (browser != null) {
      browser.close();
    }
  }

  private void open(ExploreServer server) throws Exception {
    browser.open(server.address());
    browser.await("document.readyState == 'complete' && " + STATUS + ".includes('rows')");
  }

  private void search(String text) throws Exception {
    browser.evaluate("document.querySelector('#text').select()");
    browser.click("#text");
    browser.evaluate("document.querySelector('#text').select()");
    browser.type(text);
    browser.key("Enter", 13);
  }

  /** The kinds of all results, in their order, each once. */
  private String kinds() throws Exception {
    return browser
        .evaluate(
            "[...new Set([...document.querySelectorAll('#results .columns div')]"
                + ".filter(d => d.firstChild.textContent == 'kind')"
                + ".map(d => d.lastChild.textContent))].join()")
        .asText();
  }

  /** How many pixels of the window have about this color. */
  private int pixels(Color color) throws Exception {
    BufferedImage shot = ImageIO.read(browser.screenshot(folder.resolve("shot.png")).toFile());
    int found = 0;
    for (int y = 0; y < shot.getHeight(); y++) {
      for (int x = 0; x < shot.getWidth(); x++) {
        Color at = new Color(shot.getRGB(x, y));
        int away =
            Math.abs(at.getRed() - color.getRed())
                + Math.abs(at.getGreen() - color.getGreen())
                + Math.abs(at.getBlue() - color.getBlue());
        found += away < 24 ? 1 : 0;
      }
    }
    return found;
  }

  /** Waits until what was changed is drawn. */
  private void drawn() throws Exception {
    browser.evaluate(
        "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() =>"
            + " requestAnimationFrame(done))))");
  }

  @Test
  void rowsAreFoundFilteredAndShownOnTheMap() throws Exception {
    try (SearchIndex index = PhotoIndex.open(folder.resolve("i"), 3000, With.MAP, With.PICTURES);
        ExploreServer server =
            ExploreServer.start(
                index,
                NewerIndex.NONE,
                PhotoIndex.encoder(),
                ExploreOptions.page("photos").withModule("photo-titles/1"))) {
      open(server);
      browser.await("document.querySelectorAll('#legend button').length == 8");
      assertThat(browser.evaluate("document.querySelector('#name').textContent").asText())
          .isEqualTo("photos");
      browser.await("document.querySelector('#results img').naturalWidth == 96");
      assertThat(browser.evaluate(FOUND + ".length").asInt()).isEqualTo(10);
      drawn();
      Color hit = new Color(0xc8452f);
      assertThat(pixels(hit)).as("pixels of hits without a search").isZero();

      search("cats by the sea");
      browser.await(HITS + " == 10");
      assertThat(kinds()).isEqualTo("cats");
      assertThat(browser.evaluate(STATUS).asText())
          .startsWith("10 of 3,000 rows · cosine similarity · ");
      drawn();
      assertThat(pixels(hit)).as("pixels of hits").isGreaterThan(300);
      browser.screenshot(SHOTS.resolve("light.png"));
      browser.scheme("dark");
      drawn();
      browser.screenshot(SHOTS.resolve("dark.png"));
      browser.size(400, 860);
      drawn();
      browser.screenshot(SHOTS.resolve("narrow.png"));
      assertThat(browser.evaluate("document.documentElement.scrollWidth").asInt())
          .as("the width of the page in a window of 400 pixels")
          .isLessThanOrEqualTo(400);
      browser.size(1280, 800);
      browser.scheme("light");

      filterBySuggestions();
      likeARow();
      useTheMap();
      dropAnImage();

      assertThat(browser.requests)
          .as("requests to other hosts")
          .allMatch(r -> r.startsWith(server.address().toString()) || r.startsWith("blob:"));
      assertThat(browser.console).as("the console").isEmpty();
    }
  }

  private void filterBySuggestions() throws Exception {
    browser.click("#filter");
    browser.await("!document.querySelector('#suggestions').hidden");
    browser.type("ki");
    browser.await("document.querySelectorAll('#suggestions li').length == 1");
    browser.key("ArrowDown", 40);
    browser.key("Enter", 13);
    browser.type("== ");
    browser.await("document.querySelectorAll('#suggestions li').length == 8");
    browser.screenshot(SHOTS.resolve("filter.png"));
    browser.type("'fi");
    browser.await("document.querySelectorAll('#suggestions li').length == 1");
    browser.key("ArrowDown", 40);
    browser.key("Enter", 13);
    assertThat(browser.evaluate("document.querySelector('#filter').value").asText())
        .isEqualTo("kind == 'fish' ");
    browser.key("Escape", 27);
    browser.key("Enter", 13);
    browser.await(FOUND + "[0].textContent.includes('fish')");
    assertThat(kinds()).isEqualTo("fish");

    browser.evaluate("document.querySelector('#filter').value = \"knd == 'fish'\"");
    browser.key("Enter", 13);
    browser.await("document.querySelector('#error').textContent.includes('^')");
    browser.evaluate("document.querySelector('#filter').value = 'year > 3000'");
    browser.key("Enter", 13);
    browser.await("document.querySelector('#empty').textContent.includes('No row matches')");
    browser.screenshot(SHOTS.resolve("empty.png"));
    browser.click("#empty button");
    browser.await(HITS + " == 10");
  }

  private void likeARow() throws Exception {
    browser.evaluate("document.querySelectorAll('#results li')[1].focus()");
    String second = browser.evaluate(FOUND + "[1].querySelector('.title').textContent").asText();
    browser.key("Enter", 13);
    browser.await("!document.querySelector('#example').hidden");
    browser.await(STATUS + ".includes('similarity')");
    assertThat(browser.evaluate("document.querySelector('#exampleText').textContent").asText())
        .isEqualTo("like " + second);
    browser.evaluate("history.back()");
    browser.await("document.querySelector('#text').value == 'cats by the sea'");
    browser.await("document.querySelector('#example').hidden");
    browser.await(HITS + " == 10");
  }

  private void useTheMap() throws Exception {
    double[] middle = browser.middle("#plot");
    browser.await(ZOOM + " == '100,100'");
    browser.wheel(middle[0], middle[1], -400);
    browser.await("parseInt(" + ZOOM + ") < 95");
    double start = browser.evaluate(START).asDouble();
    browser.drag(
        middle,
        new double[] {middle[0] + 20, middle[1]},
        new double[] {middle[0] + 30, middle[1] + 20});
    browser.await(START + " < " + (start - 0.5));
    browser.click("#zoomAll");
    browser.await(ZOOM + " == '100,100'");

    browser.key("Escape", 27);
    browser.await(STATUS + ".includes('first')");
    drawn();
    Color birds = new Color(99, 159, 154);
    assertThat(pixels(birds)).as("pixels of birds").isGreaterThan(500);
    browser.click("#legend button");
    drawn();
    assertThat(pixels(birds)).as("pixels of birds when they are hidden").isLessThan(100);
    browser.click("#legend button");

    browser.evaluate(
        "(() => { const s = document.querySelector('#color'); s.value = 'weight';"
            + " s.dispatchEvent(new Event('change')); })()");
    browser.await("document.querySelectorAll('#legend button').length == 9");
    drawn();
    browser.screenshot(SHOTS.resolve("numbers.png"));

    browser.click("#lasso");
    double left = middle[0] - 250;
    double top = middle[1] - 220;
    browser.drag(
        new double[] {left, top},
        new double[] {left + 200, top},
        new double[] {left + 200, top + 160},
        new double[] {left, top + 160});
    browser.await(STATUS + ".includes('in the lasso')");
    assertThat(browser.evaluate(FOUND + ".length").asInt()).isBetween(20, 200);
    drawn();
    browser.screenshot(SHOTS.resolve("lasso.png"));

    hoverAndClick(middle);
  }

  private void hoverAndClick(double[] middle) throws Exception {
    for (int i = 0;
        browser.evaluate("document.querySelector('#tip').hidden").asBoolean() && i < 60;
        i++) {
      browser.mouse("mouseMoved", middle[0] - 200 + 5 * i, middle[1] - 160);
      if (browser
          .evaluate("document.querySelector('#plot').classList.contains('point')")
          .asBoolean()) {
        browser.await("!document.querySelector('#tip').hidden");
        browser.screenshot(SHOTS.resolve("hover.png"));
        browser.clickAt(middle[0] - 200 + 5 * i, middle[1] - 160);
        break;
      }
    }
    browser.await("document.querySelector('#exampleText').textContent.startsWith('like ')");
    browser.await(HITS + " == 10");
  }

  private void dropAnImage() throws Exception {
    Path image = folder.resolve("mine.png");
    Files.write(image, PhotoIndex.picture(Color.getHSBColor(7 / 8f, 0.5f, 0.8f), 4));
    browser.drop(image, 600, 400);
    browser.await("document.querySelector('#exampleText').textContent == 'mine.png'");
    browser.await(
        STATUS + ".includes('similarity') && " + FOUND + "[0].textContent.includes('fish')");
    assertThat(kinds()).isEqualTo("fish");
    browser.await("document.querySelector('#thumbnail').naturalWidth == 96");
    Path broken = Files.writeString(folder.resolve("broken.png"), "no picture");
    browser.console.clear();
    browser.drop(broken, 600, 400);
    browser.await("document.querySelector('#error').textContent.includes('does not decode')");
    // A refused search is in the browser's log, as any answer of 400.
    browser.console.removeIf(line -> line.contains("status of 400"));
  }

  @Test
  void markupInARowIsShownAsText() throws Exception {
    try (SearchIndex index = PhotoIndex.open(folder.resolve("i"), 64);
        ExploreServer server =
            ExploreServer.start(
                index, NewerIndex.NONE, PhotoIndex.encoder(), ExploreOptions.page("<b>photos"))) {
      open(server);
      search("birds");
      browser.await(HITS + " == 10");
      browser.await(
          "[..."
              + FOUND
              + "].some(r => r.textContent.includes(\"<script>document.title = 'x'</script> &"
              + " <b>birds</b>\"))");
      assertThat(browser.evaluate("document.title").asText())
          .isEqualTo("<b>photos · hubbeam explore");
      assertThat(
              browser
                  .evaluate("document.querySelectorAll('#results script, main b, h1 b').length")
                  .asInt())
          .isZero();
      assertThat(browser.evaluate("document.querySelector('#noMap').textContent").asText())
          .contains("This index has no map")
          .contains("--map=umap");
      browser.screenshot(SHOTS.resolve("without-map.png"));
      assertThat(browser.console).isEmpty();
    }
  }

  @Test
  void aHundredThousandPointsAreFluent() throws Exception {
    try (SearchIndex index = PhotoIndex.open(folder.resolve("i"), 101_000, With.MAP);
        ExploreServer server =
            ExploreServer.start(
                index, NewerIndex.NONE, PhotoIndex.encoder(), ExploreOptions.page("photos"))) {
      open(server);
      browser.await("document.querySelectorAll('#legend button').length == 8");
      assertThat(browser.evaluate("document.querySelector('#mapNote').textContent").asText())
          .isEqualTo("UMAP: 100,000 of 101,000 rows drawn, chosen evenly");
      drawn();
      browser.screenshot(SHOTS.resolve("many.png"));
      JsonNode frames =
          browser.evaluate(
              "(async () => { const times = []; for (let i = 0; i < 15; i++) {"
                  + " const start = performance.now();"
                  + " document.querySelector(i < 8 ? '#zoomIn' : '#zoomOut').click();"
                  + " await new Promise(done => requestAnimationFrame(() => setTimeout(done)));"
                  + " times.push(performance.now() - start); }"
                  + " return times.sort((a, b) => a - b); })()");
      System.out.println("100,000 points are drawn in " + frames.get(7).asLong() + " ms");
      assertThat(frames.get(7).asDouble()).as("milliseconds to zoom, the median").isLessThan(1000);
    }
  }
}
