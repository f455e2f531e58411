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
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.hubbeam.search.ColumnType;
import org.hubbeam.search.Hit;
import org.hubbeam.search.HnswOptions;
import org.hubbeam.search.IndexColumn;
import org.hubbeam.search.IndexDescription;
import org.hubbeam.search.IndexRow;
import org.hubbeam.search.Metric;
import org.hubbeam.search.QueryEncoder;
import org.hubbeam.search.QueryKind;
import org.hubbeam.search.RowId;
import org.hubbeam.search.SearchRequest;
import org.hubbeam.search.VectorStorage;

/** Rows of eight kinds, whose first vectors' component is their kind, searched one by one. */
final class StubRows implements Rows {
  static final List<String> KINDS =
      List.of("birds", "boats", "bread", "cats", "clouds", "coins", "doors", "fish");
  final List<IndexRow> rows = new ArrayList<>();
  final Map<RowId, float[]> places = new LinkedHashMap<>();
  private final boolean mapped;

  StubRows(int n, boolean mapped, boolean pictures) {
    this.mapped = mapped;
    Random random = new Random(5);
    String[] adjectives = {
      "quiet", "old", "bright", "small", "distant", "painted", "sleeping", "broken"
    };
    String[] places = {
      "near the harbour",
      "in the morning",
      "under the bridge",
      "on the hill",
      "by the window",
      "after the rain",
      "in the market",
      "at night"
    };
    for (int i = 0; i < n; i++) {
      int kind = i % KINDS.size();
      float[] vector = new float[KINDS.size()];
      for (int d = 0; d < vector.length; d++) {
        vector[d] = (d == kind ? 1 : 0) + (float) random.nextGaussian() * 0.15f;
      }
      Map<String, Object> columns = new LinkedHashMap<>();
      columns.put(
          "text",
          i == 16
              ? "<script>alert('birds')</script> & <b>bold</b>"
              : adjectives[random.nextInt(8)]
                  + " "
                  + KINDS.get(kind)
                  + " "
                  + places[random.nextInt(8)]);
      columns.put("kind", KINDS.get(kind));
      columns.put("year", 1950L + random.nextInt(75));
      columns.put("weight", Math.round(random.nextDouble() * 1000) / 10.0);
      columns.put("checked", random.nextBoolean());
      if (pictures) {
        columns.put(
            "picture",
            picture(Color.getHSBColor(kind / 8f, 0.45f, 0.6f + random.nextFloat() * 0.3f), i));
      }
      RowId id = RowId.of(i);
      rows.add(new IndexRow(id, vector, columns));
      this.places.put(
          id,
          new float[] {
            (float) (Math.cos(kind * 0.785) * 6 + random.nextGaussian() * 1.1),
            (float) (Math.sin(kind * 0.785) * 4.5 + random.nextGaussian())
          });
    }
  }

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

  @Override
  public IndexDescription description() {
    List<IndexColumn> columns =
        new ArrayList<>(
            List.of(
                new IndexColumn("text", ColumnType.STRING),
                new IndexColumn("kind", ColumnType.STRING),
                new IndexColumn("year", ColumnType.INT64),
                new IndexColumn("weight", ColumnType.DOUBLE),
                new IndexColumn("checked", ColumnType.BOOL)));
    if (!rows.isEmpty() && rows.get(0).columns().containsKey("picture")) {
      columns.add(new IndexColumn("picture", ColumnType.BYTES));
    }
    return new IndexDescription(
        Metric.COSINE,
        8,
        VectorStorage.FLOAT32,
        HnswOptions.DEFAULT,
        100,
        columns,
        List.of(),
        List.of(new IndexDescription.Generation(IndexDescription.Change.CREATE, rows.size(), 0, 0)),
        Map.of(),
        Map.of(),
        mapped
            ? Optional.of(
                new IndexDescription.Coordinates(
                    "umap", new IndexDescription.File("map.f32", 1, "0".repeat(64))))
            : Optional.empty());
  }

  @Override
  public long size() {
    return rows.size();
  }

  @Override
  public List<Hit> nearest(float[] vector, SearchRequest request) {
    return rows.stream()
        .map(r -> new Hit(r.id(), cosine(vector, r.vector()), r.columns()))
        .sorted(Comparator.comparingDouble(Hit::score).reversed())
        .limit(request.k())
        .toList();
  }

  private static double cosine(float[] a, float[] b) {
    double ab = 0;
    double aa = 0;
    double bb = 0;
    for (int i = 0; i < a.length; i++) {
      ab += a[i] * b[i];
      aa += a[i] * a[i];
      bb += b[i] * b[i];
    }
    return ab / Math.sqrt(aa * bb);
  }

  @Override
  public List<Hit> like(RowId id, SearchRequest request) {
    return nearest(row(id).orElseThrow().vector(), request.withK(request.k() + 1)).stream()
        .filter(h -> !h.id().equals(id))
        .limit(request.k())
        .toList();
  }

  @Override
  public Optional<IndexRow> row(RowId id) {
    return id instanceof RowId.Number n && n.value() >= 0 && n.value() < rows.size()
        ? Optional.of(rows.get((int) n.value()))
        : Optional.empty();
  }

  @Override
  public Stream<IndexRow> all() {
    return rows.stream();
  }

  @Override
  public Optional<float[]> place(RowId id) {
    return mapped ? Optional.ofNullable(places.get(id)) : Optional.empty();
  }
}
