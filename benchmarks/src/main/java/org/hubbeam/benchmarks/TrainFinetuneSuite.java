// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.benchmarks;

import java.util.List;
import java.util.stream.Stream;
import org.hubbeam.benchmarks.loops.TuneLoop;

/** Modules that are trained with a head, beside Keras, and embedding tables of two sizes. */
final class TrainFinetuneSuite implements Suite {

  private static final double MOST = 0.8;
  private static final double MOST_FOR_LARGE = 2;
  private static final int EPOCHS = 4;
  private static final int BATCH = 32;
  private static final int IDS_BATCH = 50;
  private static final int SMALL = 10_000;
  private static final int LARGE = 1_000_000;

  private final Workplace place;
  private final long steps;

  TrainFinetuneSuite(Workplace place) {
    this.place = place;
    this.steps = place.sizes().of(1_000);
  }

  @Override
  public String name() {
    return "train-finetune";
  }

  @Override
  public String title() {
    return "Fine-tuning";
  }

  @Override
  public String about() {
    return """
    Modules trained with a linear head for 11 classes, Adam, one thread, beside Keras with a trainable
    `hub.KerasLayer`: the same module, batches and optimizer. The demo's words and n-grams and a
    small transformer on texts, a small BERT on ids and a small convolution on pictures, batches of 32, and the mean of 20 rows of a
    table of 128 columns, batches of 50, so that a step uses 1,000 rows of it. Rows a second of processor time, start-up and the
    first of four epochs left out on both sides.
    """;
  }

  @Override
  public List<Contender> contenders() {
    String words = place.root().resolve("testdata/target/demo_module").toString();
    String encoder = zoo("sentence_encoder");
    return Stream.of(
            own(words("own"), words, BATCH, 0),
            keras(words("Keras"), words, BATCH, 0),
            own(texts("own"), encoder, BATCH, 0),
            keras(texts("Keras"), encoder, BATCH, 0),
            own(bert("own"), zoo("bert_encoder"), BATCH, 0),
            keras(bert("Keras"), zoo("bert_encoder"), BATCH, 0),
            own(pictures("own"), zoo("image_feature_vector"), BATCH, 0),
            keras(pictures("Keras"), zoo("image_feature_vector"), BATCH, 0),
            own(table("own", SMALL), module(SMALL), IDS_BATCH, SMALL),
            keras(table("Keras", SMALL), module(SMALL), IDS_BATCH, SMALL),
            own(table("own", LARGE), module(LARGE), IDS_BATCH, LARGE))
        .toList();
  }

  private String zoo(String module) {
    return place.root().resolve("testdata/zoo/" + module).toString();
  }

  private String module(int rows) {
    return place.work().resolve("models/table-" + rows).toString();
  }

  private static String words(String program) {
    return program + ", words and n-grams";
  }

  private static String texts(String program) {
    return program + ", small transformer";
  }

  private static String bert(String program) {
    return program + ", small BERT";
  }

  private static String pictures(String program) {
    return program + ", small convolution";
  }

  private static String table(String program, int rows) {
    return "%s, table of %,d rows".formatted(program, rows);
  }

  private long rows(int batch) {
    return steps * batch;
  }

  private Contender own(String name, String module, int batch, int table) {
    String[] arguments = arguments(module, batch, table);
    return Contender.of(
        name, Contender.Work.rows(rows(batch)), place.java(List.of(), TuneLoop.class, arguments));
  }

  private Contender keras(String name, String module, int batch, int table) {
    String script = place.root().resolve("benchmarks/train.py").toString();
    String[] arguments =
        Stream.concat(Stream.of(script, "tune"), Stream.of(arguments(module, batch, table)))
            .toArray(String[]::new);
    return place.python(name, Contender.Work.rows(rows(batch)), Python.KERAS, arguments);
  }

  private String[] arguments(String module, int batch, int table) {
    return new String[] {module, Long.toString(rows(batch)), batch + "", EPOCHS + "", table + ""};
  }

  @Override
  public boolean usesLauncher() {
    return false;
  }

  @Override
  public List<Target> targets() {
    return List.of(
        against(words("own"), words("Keras"), BATCH),
        against(texts("own"), texts("Keras"), BATCH),
        against(bert("own"), bert("Keras"), BATCH),
        against(pictures("own"), pictures("Keras"), BATCH),
        against(table("own", SMALL), table("Keras", SMALL), IDS_BATCH),
        Target.atMost(
            MOST_FOR_LARGE,
            table("own", LARGE),
            "processor time a step against the small table",
            m ->
                Medians.ratio(
                    m.rate(table("own", SMALL), rows(IDS_BATCH)),
                    m.rate(table("own", LARGE), rows(IDS_BATCH)))));
  }

  private Target against(String own, String keras, int batch) {
    return Target.atMost(
        MOST,
        own,
        "processor time a step against Keras",
        m -> Medians.ratio(m.rate(keras, rows(batch)), m.rate(own, rows(batch))));
  }
}
