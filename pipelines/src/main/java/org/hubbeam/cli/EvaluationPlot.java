// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.awt.Color;
import java.awt.Font;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Locale;
import org.hubbeam.search.Evaluation;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** A picture of recall against queries a second. */
final class EvaluationPlot {

  /** The name of the file beside {@code index.json}. */
  static final String FILE = "recall.png";

  private static final int WIDTH = 900;
  private static final int HEIGHT = 550;
  private static final int TEXT = 14;
  private static final Color LINE = new Color(0x4a72ff);
  private static final Color OWN = new Color(0xd9480f);

  private EvaluationPlot() {}

  /**
   * Writes the picture as PNG.
   *
   * @throws IOException if it cannot be written, or this machine cannot draw: it lacks fonts
   */
  static void write(Evaluation evaluation, OutputStream out) throws IOException {
    try {
      BitmapEncoder.saveBitmap(chart(evaluation), out, BitmapEncoder.BitmapFormat.PNG);
    } catch (LinkageError | RuntimeException e) {
      throw new IOException("this machine cannot draw: " + e, e);
    }
  }

  private static XYChart chart(Evaluation evaluation) {
    String recall = "recall@" + evaluation.k();
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(recall + " and queries a second, one thread")
            .xAxisTitle(recall)
            .yAxisTitle("queries a second")
            .build();
    style(chart.getStyler());
    List<Evaluation.Rung> ladder = evaluation.ladder();
    add(chart, "ef", ladder).setMarker(SeriesMarkers.CIRCLE).setMarkerColor(LINE);
    String name = String.format(Locale.ROOT, "this index, ef %,d", evaluation.ef());
    List<Evaluation.Rung> own = List.of(evaluation.own());
    add(chart, name, own).setMarker(SeriesMarkers.DIAMOND).setMarkerColor(OWN);
    return chart;
  }

  private static XYSeries add(XYChart chart, String name, List<Evaluation.Rung> rungs) {
    XYSeries series =
        chart.addSeries(
            name,
            rungs.stream().map(rung -> rung.recall().atK()).toList(),
            rungs.stream().map(rung -> rung.speed().oneThread()).toList());
    series.setLineColor(rungs.size() == 1 ? OWN : LINE);
    return series;
  }

  private static void style(XYStyler styler) {
    Font font = new Font(Font.SANS_SERIF, Font.PLAIN, TEXT);
    styler.setAxisTickLabelsFont(font).setAxisTitleFont(font);
    styler.setLegendFont(font).setBaseFont(font);
    styler.setChartTitleFont(new Font(Font.SANS_SERIF, Font.BOLD, TEXT + 2));
    styler.setChartBackgroundColor(Color.WHITE).setChartTitleBoxVisible(false);
    styler.setLegendPosition(Styler.LegendPosition.InsideSW);
    styler.setYAxisLogarithmic(true).setYAxisDecimalPattern("#,##0");
    styler.setXAxisDecimalPattern("0.###");
  }
}
