// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.benchmarks;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import javax.imageio.ImageIO;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** A chart of medians. */
sealed interface Chart {

  int WIDTH = 900;
  int HEIGHT = 500;
  int TEXT = 14;

  /** The file name, without an extension. */
  String file();

  Axes axes();

  /** Whether there is anything to draw. */
  boolean isEmpty();

  /** Draws it as {@code FOLDER/FILE.png}. */
  void draw(Path folder) throws IOException;

  /** The labels of a chart. */
  record Axes(String title, String across, String up) {}

  /** One bar. */
  record Bar(String name, OptionalDouble value) {}

  /** A value for a size. */
  record Point(double across, double up) {}

  /** Values of one contender. */
  record Line(String name, List<Point> points) {}

  static Bar bar(String name, OptionalDouble value) {
    return new Bar(name, value);
  }

  /** Horizontal bars; those without a value are left out. */
  static Chart bars(String file, String title, String up, List<Bar> bars) {
    return new Bars(
        file,
        new Axes(title, "", up),
        bars.stream().filter(bar -> bar.value().isPresent()).toList());
  }

  /** Lines of points, both axes logarithmic; those without a point are left out. */
  static Chart lines(String file, Axes axes, List<Line> lines) {
    return new Lines(file, axes, lines.stream().filter(line -> !line.points().isEmpty()).toList());
  }

  private static String plain(String markdown) {
    return markdown.replace("`", "");
  }

  private static void style(AxesChartStyler styler) {
    Font font = new Font(Font.SANS_SERIF, Font.PLAIN, TEXT);
    styler.setAxisTickLabelsFont(font).setAxisTitleFont(font);
    styler.setLegendFont(font).setBaseFont(font);
    styler.setChartTitleFont(new Font(Font.SANS_SERIF, Font.BOLD, TEXT + 2));
    styler.setChartBackgroundColor(Color.WHITE).setChartTitleBoxVisible(false);
    styler.setLegendPosition(Styler.LegendPosition.InsideNW);
  }

  /** See {@link Chart#bars}. */
  record Bars(String file, Axes axes, List<Bar> bars) implements Chart {

    private static final Color BAR = new Color(0x4a72ff);
    private static final int ROW = 28;
    private static final int NAMES = 250;
    private static final int NUMBERS = 110;

    @Override
    public boolean isEmpty() {
      return bars.isEmpty();
    }

    @Override
    public void draw(Path folder) throws IOException {
      int height = (bars.size() + 2) * ROW;
      BufferedImage image = new BufferedImage(WIDTH, height, BufferedImage.TYPE_INT_RGB);
      Graphics2D pen = image.createGraphics();
      pen.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
      pen.setColor(Color.WHITE);
      pen.fillRect(0, 0, WIDTH, height);
      pen.setColor(Color.BLACK);
      pen.setFont(new Font(Font.SANS_SERIF, Font.BOLD, TEXT + 2));
      pen.drawString(axes.title(), ROW / 2, ROW);
      pen.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, TEXT));
      double most = bars.stream().mapToDouble(bar -> bar.value().getAsDouble()).max().orElse(1);
      for (int i = 0; i < bars.size(); i++) {
        draw(pen, bars.get(i), most, (i + 2) * ROW);
      }
      pen.dispose();
      ImageIO.write(image, "png", folder.resolve(file + ".png").toFile());
    }

    private static void draw(Graphics2D pen, Bar bar, double most, int bottom) {
      double value = bar.value().getAsDouble();
      int length = (int) Math.max(1, Math.round((WIDTH - NAMES - NUMBERS) * value / most));
      int line = bottom - (ROW - TEXT) / 4;
      pen.setColor(BAR);
      pen.fillRect(NAMES, bottom - TEXT - (ROW - TEXT) / 2, length, ROW - 6);
      pen.setColor(Color.BLACK);
      String name = plain(bar.name());
      pen.drawString(name, NAMES - ROW / 3 - pen.getFontMetrics().stringWidth(name), line - 2);
      pen.drawString(Numbers.rate(value), NAMES + length + ROW / 3, line - 2);
    }
  }

  /** See {@link Chart#lines}. */
  record Lines(String file, Axes axes, List<Line> lines) implements Chart {

    @Override
    public boolean isEmpty() {
      return lines.isEmpty();
    }

    @Override
    public void draw(Path folder) throws IOException {
      XYChart chart =
          new XYChartBuilder()
              .width(WIDTH)
              .height(HEIGHT)
              .title(axes.title())
              .xAxisTitle(axes.across())
              .yAxisTitle(axes.up())
              .build();
      style(chart.getStyler());
      chart.getStyler().setXAxisLogarithmic(true).setYAxisLogarithmic(true);
      chart.getStyler().setXAxisDecimalPattern("#,##0").setYAxisDecimalPattern("#,##0.##");
      double[] values =
          lines.stream()
              .flatMap(l -> l.points().stream())
              .mapToDouble(Point::up)
              .sorted()
              .toArray();
      chart.getStyler().setYAxisMin(Math.pow(10, Math.floor(Math.log10(values[0]))));
      double most = values[values.length - 1];
      chart.getStyler().setYAxisMax(Math.pow(10, Math.ceil(Math.log10(most))));
      for (Line line : lines) {
        chart
            .addSeries(
                plain(line.name()),
                line.points().stream().map(Point::across).toList(),
                line.points().stream().map(Point::up).toList())
            .setMarker(SeriesMarkers.CIRCLE);
      }
      BitmapEncoder.saveBitmap(
          chart, folder.resolve(file).toString(), BitmapEncoder.BitmapFormat.PNG);
    }
  }
}
