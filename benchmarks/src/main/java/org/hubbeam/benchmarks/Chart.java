package org.hubbeam.benchmarks;

import java.awt.Color;
import java.awt.Font;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** A picture of medians. */
sealed interface Chart {

  int WIDTH = 900;
  int HEIGHT = 500;
  int TEXT = 14;

  /** The name of its file, without an ending. */
  String file();

  Axes axes();

  /** Whether there is anything to draw. */
  boolean isEmpty();

  /** Draws it as {@code FOLDER/FILE.png}. */
  void draw(Path folder) throws IOException;

  /** What is written on a chart. */
  record Axes(String title, String across, String up) {}

  /** One bar. */
  record Bar(String name, OptionalDouble value) {}

  /** One value at a size. */
  record Point(double across, double up) {}

  /** Values of one contender. */
  record Line(String name, List<Point> points) {}

  static Bar bar(String name, OptionalDouble value) {
    return new Bar(name, value);
  }

  /** Bars beside each other; those without a value are left out. */
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

    @Override
    public boolean isEmpty() {
      return bars.isEmpty();
    }

    @Override
    public void draw(Path folder) throws IOException {
      CategoryChart chart =
          new CategoryChartBuilder()
              .width(WIDTH)
              .height(HEIGHT)
              .title(axes.title())
              .yAxisTitle(axes.up())
              .build();
      style(chart.getStyler());
      chart.getStyler().setXAxisLabelRotation(20).setYAxisDecimalPattern("#,##0");
      chart.getStyler().setLegendVisible(false);
      chart.getStyler().setLabelsVisible(true).setLabelsFontColor(Color.BLACK);
      chart.getStyler().setLabelsPosition(1).setAvailableSpaceFill(0.6);
      chart.getStyler().setYAxisMin(0.0);
      chart.addSeries(
          axes.up(),
          bars.stream().map(bar -> plain(bar.name())).toList(),
          bars.stream().map(bar -> Math.rint(bar.value().getAsDouble())).toList());
      BitmapEncoder.saveBitmap(
          chart, folder.resolve(file).toString(), BitmapEncoder.BitmapFormat.PNG);
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
