// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.explore;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import javax.imageio.ImageIO;
import org.hubbeam.search.ColumnType;
import org.hubbeam.search.HnswOptions;
import org.hubbeam.search.IndexColumn;
import org.hubbeam.search.IndexDescription;
import org.hubbeam.search.IndexFolder;
import org.hubbeam.search.IndexMap;
import org.hubbeam.search.IndexRow;
import org.hubbeam.search.Metric;
import org.hubbeam.search.QueryEncoder;
import org.hubbeam.search.QueryKind;
import org.hubbeam.search.RowId;
import org.hubbeam.search.SearchIndex;
import org.hubbeam.search.ShardOptions;
import org.hubbeam.search.ShardWriter;
import org.hubbeam.search.VectorStorage;

/**
 * An index of titles of photos of eight kinds, whose vectors have a large component for their kind
 * and small ones for the others, in one shard by their numbers from 0 on.
 */
final class PhotoIndex {

  static final List<String> KINDS =
      List.of("birds", "boats", "bread", "cats", "clouds", "coins", "doors", "fish");

  /** The row whose title is a script. */
  static final int SCRIPT = 16;

  private static final List<String> LIKE =
      List.of("quiet", "old", "bright", "small", "distant", "painted", "sleeping", "broken");
  private static final List<String> WHERE =
      List.of(
          "near the harbour",
          "in the morning",
          "under the bridge",
          "on the hill",
          "by the window",
          "after the rain",
          "in the market",
          "at night");
  private static final List<IndexColumn> COLUMNS =
      List.of(
          new IndexColumn("text", ColumnType.STRING),
          new IndexColumn("kind", ColumnType.STRING),
          new IndexColumn("year", ColumnType.INT64),
          new IndexColumn("weight", ColumnType.DOUBLE),
          new IndexColumn("checked", ColumnType.BOOL),
          new IndexColumn("picture", ColumnType.BYTES));

  private PhotoIndex() {}

  /** What an index has beside its rows. */
  enum With {
    MAP,
    PICTURES
  }

  /** Writes an index of so many rows, and opens it. */
  static SearchIndex open(Path folder, int count, With... with) throws IOException {
    Set<With> more = Set.of(with);
    Random random = new Random(5);
    List<IndexRow> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      rows.add(row(i, more.contains(With.PICTURES), random));
    }
    write(folder, rows);
    if (more.contains(With.MAP)) {
      float[] xy = new float[2 * count];
      for (int i = 0; i < count; i++) {
        double angle = i % KINDS.size() * Math.PI / 4;
        xy[2 * i] = (float) (Math.cos(angle) * 6 + random.nextGaussian() * 1.1);
        xy[2 * i + 1] = (float) (Math.sin(angle) * 4.5 + random.nextGaussian());
      }
      map(folder, xy);
    }
    return SearchIndex.open(folder);
  }

  private static IndexRow row(int i, boolean picture, Random random) {
    int kind = i % KINDS.size();
    float[] vector = new float[KINDS.size()];
    for (int d = 0; d < vector.length; d++) {
      vector[d] = (d == kind ? 1 : 0) + (float) random.nextGaussian() * 0.15f;
    }
    Map<String, Object> columns = new LinkedHashMap<>();
    String title = any(LIKE, random) + " " + KINDS.get(kind) + " " + any(WHERE, random);
    columns.put(
        "text", i == SCRIPT ? "<script>document.title = 'x'</script> & <b>birds</b>" : title);
    columns.put("kind", KINDS.get(kind));
    columns.put("year", 1950L + random.nextInt(75));
    columns.put("weight", Math.round(random.nextDouble() * 1000) / 10.0);
    columns.put("checked", random.nextBoolean());
    float bright = 0.6f + random.nextFloat() * 0.3f;
    if (picture) {
      columns.put("picture", picture(Color.getHSBColor(kind / 8f, 0.45f, bright), i));
    }
    return new IndexRow(RowId.of(i), vector, columns);
  }

  private static String any(List<String> words, Random random) {
    return words.get(random.nextInt(words.size()));
  }

  /** Writes an index of rows, sorted by their ids. */
  static void write(Path folder, List<IndexRow> rows) throws IOException {
    Files.createDirectories(folder);
    ShardOptions options =
        new ShardOptions(
            Metric.COSINE, KINDS.size(), new HnswOptions(8, 16), VectorStorage.FLOAT32, COLUMNS);
    try (ShardWriter writer = new ShardWriter(folder, ShardWriter.name(0, 0, 1), options)) {
      for (IndexRow row : rows) {
        writer.add(row).ifPresent(why -> fail(row, why));
      }
      IndexFolder.stand(
          folder, IndexDescription.create(options, List.of(writer.finish(1)), Map.of()));
    }
  }

  private static void fail(IndexRow row, ShardWriter.Refusal why) {
    throw new AssertionError(row.id() + ": " + why);
  }

  private static void map(Path folder, float[] xy) throws IOException {
    try (SearchIndex index = SearchIndex.open(folder)) {
      IndexFolder.stand(
          folder, index.description().withCoordinates(IndexMap.write(folder, index, "umap", xy)));
    }
  }

  /** An encoded picture of a color. */
  static byte[] picture(Color color, int seed) {
    try {
      BufferedImage image = new BufferedImage(96, 96, BufferedImage.TYPE_INT_RGB);
      Graphics2D g = image.createGraphics();
      g.setColor(color);
      g.fillRect(0, 0, 96, 96);
      g.setColor(color.brighter());
      g.fillOval(20 + seed % 30, 20 + seed % 17, 40, 40);
      g.dispose();
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      ImageIO.write(image, "png", out);
      return out.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Makes the vector of the kind that a text names, or whose color a picture has. */
  static QueryEncoder encoder() {
    return new QueryEncoder() {
      @Override
      public Set<QueryKind> accepts() {
        return Set.of(QueryKind.TEXT, QueryKind.IMAGE);
      }

      @Override
      public float[] text(String query) {
        float[] vector = new float[KINDS.size()];
        for (int d = 0; d < vector.length; d++) {
          vector[d] = query.contains(KINDS.get(d)) ? 1 : 0.01f;
        }
        return vector;
      }

      @Override
      public float[] image(byte[] encoded) {
        try {
          BufferedImage image = ImageIO.read(new ByteArrayInputStream(encoded));
          if (image == null) {
            throw new IllegalArgumentException("the image does not decode");
          }
          Color c = new Color(image.getRGB(1, 1));
          float hue = Color.RGBtoHSB(c.getRed(), c.getGreen(), c.getBlue(), null)[0];
          float[] vector = new float[KINDS.size()];
          vector[Math.round(hue * 8) % 8] = 1;
          return vector;
        } catch (IOException e) {
          throw new IllegalArgumentException("the image does not decode", e);
        }
      }

      @Override
      public void close() {}
    };
  }
}
