// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.beam.sdk.io.FileSystems;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.ExampleDecoder;
import org.hubbeam.batch.Values;
import org.hubbeam.files.BatchSink;
import org.hubbeam.model.FunctionChoice;
import org.hubbeam.model.Module;
import org.hubbeam.model.ModuleOptions;
import org.hubbeam.neighbours.Deduplicate;
import org.hubbeam.search.Evaluation;
import org.hubbeam.search.EvaluationSettings;
import org.hubbeam.search.SearchIndex;
import org.hubbeam.testdata.DemoFiles;
import org.hubbeam.testdata.SampleTexts;
import org.hubbeam.tfrecord.Corruption;
import org.hubbeam.tfrecord.TFRecordReader;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Embeds sample texts, images and videos; prints neighbours and duplicates; and searches. */
@Command(
    name = "demo",
    description =
        "Embed sample texts, images and videos with small modules that come with the program, and"
            + " print the nearest neighbours of some of them. Then make an index of the texts,"
            + " search it, find images that are nearly the same, and tell the recall of the"
            + " index. At last, train a head that tells what a text is about, and ask it.")
final class DemoCommand extends BaseCommand {

  private static final int NEAREST = 3;
  private static final int QUERIES = 3;

  /** Of the queries, those that a trained head is asked. */
  private static final List<Integer> ASKED = List.of(0, 3, 6);

  private static final int DUPLICATES = 3;
  private static final int QUERIES_FOR_RECALL = 100;
  private static final List<String> PICTURES =
      List.of("red-circle-1.png", "green-cross-2.jpg", "yellow-stripes-3.png");
  private static final List<String> CLIPS = List.of("blue-left.gif", "red-up.gif");

  @Option(
      names = "--runner",
      defaultValue = "direct",
      paramLabel = "ENGINE",
      description = "flink or direct (default: ${DEFAULT-VALUE})")
  private String runner;

  @Option(
      names = "--folder",
      paramLabel = "FOLDER",
      description = "the folder to write to (default: a temporary folder)")
  private Path folder;

  /** A row of a sample, and its vector. */
  private record Item(String name, float[] vector) {}

  @Override
  public Integer call() throws IOException {
    FileSystems.setDefaultPipelineOptions(Engines.options(runner, List.of(), this::near));
    if (folder != null) {
      WritableFolder.check("--folder=" + folder, folder.toString());
    }
    Path work = folder == null ? Files.createTempDirectory("hubbeam-demo") : folder;
    DemoFiles files = DemoFiles.write(work);
    Path texts = Files.write(work.resolve("texts.txt"), SampleTexts.sentences());
    List<Item> lines = embed(files.textModule(), "text", texts.toString(), work.resolve("vectors"));
    try (Module loaded =
        Module.load(
            files.textModule(), ModuleOptions.DEFAULT.withOrigin(ModuleOptions.Origin.LOCAL))) {
      for (String query : SampleTexts.queries()) {
        show(new Item(query, vector(loaded, query)), lines);
      }
    }
    out().println();
    show(
        PICTURES,
        embed(
            files.imageModule(), "image", files.pictures() + "/*", work.resolve("pictures-near")));
    out().println();
    show(
        CLIPS,
        embed(
            files.clipModule(),
            "video",
            files.clips() + "/*",
            work.resolve("clips-near"),
            "--poolClips=mean"));
    search(work);
    out().println();
    train(files.textModule(), work);
    return 0;
  }

  /** Drops images that are nearly the same as others, and prints some of them. */
  private void duplicates(Path work) throws IOException {
    String output = work.resolve("pictures-unique").toString();
    run(
        List.of(
            "dedup",
            "--input=" + work.resolve("pictures-near"),
            "--output=" + output,
            "--threshold=0.99",
            "--runner=" + runner,
            "--overwrite"));
    out().println();
    out().println("nearly the same");
    List<String> lines = new ArrayList<>();
    for (Batch batch : batches(output + ".dropped")) {
      Values.Strings names = (Values.Strings) batch.column(MediaOptions.FILE).values();
      Values.Strings others = (Values.Strings) batch.column(Deduplicate.RESEMBLES).values();
      Values.Numbers scores = (Values.Numbers) batch.column(Deduplicate.SCORE).values();
      for (int row = 0; row < batch.rows(); row++) {
        String files = file(names.text(row)) + " and " + file(others.text(row));
        lines.add(String.format(Locale.ROOT, "  %.2f  %s", scores.getFloat(row), files));
      }
    }
    lines.stream().sorted(Comparator.reverseOrder()).limit(DUPLICATES).forEach(out()::println);
  }

  /** Trains a head on the texts, and asks it what queries are about. */
  private void train(Path module, Path work) throws IOException {
    List<String> rows = new ArrayList<>(List.of("text,subject"));
    for (int i = 0; i < SampleTexts.subjects().size() * SampleTexts.PER_SUBJECT; i++) {
      String text = SampleTexts.sentences().get(i).replace("\"", "\"\"");
      rows.add("\"" + text + "\"," + SampleTexts.subjects().get(i / SampleTexts.PER_SUBJECT));
    }
    Path table = Files.write(work.resolve("texts.csv"), rows);
    Path head = work.resolve("subjects");
    run(
        List.of(
            "train",
            "--module=" + module,
            "--input=" + table,
            "--column=text",
            "--label=subject",
            "--heldOut=0",
            "--trainable",
            "--epochs=15",
            "--output=" + head,
            "--runner=" + runner,
            "--overwrite"));
    ask(head, ASKED.stream().map(SampleTexts.queries()::get).toList());
    out().println();
    out().println("to look at the training in a browser: " + head.resolve("report.html"));
    out()
        .println(
            "to ask the head in a browser: hubbeam tfjs --module=" + head + " --output=web --page");
  }

  private void ask(Path head, List<String> queries) {
    try (Module trained =
        Module.load(head, ModuleOptions.DEFAULT.withOrigin(ModuleOptions.Origin.LOCAL))) {
      Map<String, Array> answers =
          trained
              .function(FunctionChoice.of("serving_default"))
              .call(Map.of("text", Array.Dense.vector(Values.of(queries.toArray(String[]::new)))));
      Values.Numbers scores = (Values.Numbers) column(answers, "scores").values();
      Values.Strings classes = (Values.Strings) column(answers, "classes").values();
      int count = classes.size() / queries.size();
      for (int query = 0; query < queries.size(); query++) {
        int first = query * count;
        out().println();
        out().println(queries.get(query));
        IntStream.range(first, first + count)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> -scores.getFloat(i)))
            .limit(NEAREST)
            .forEach(
                i ->
                    out()
                        .println(
                            String.format(
                                Locale.ROOT, "  %.2f  %s", scores.getFloat(i), classes.text(i))));
      }
    }
  }

  private static Array column(Map<String, Array> outputs, String name) {
    return Objects.requireNonNull(outputs.get(name), "the demo's modules have this output");
  }

  private static String file(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /** Makes an index of the texts and asks it, as a user would. */
  private void search(Path work) throws IOException {
    Path index = work.resolve("index");
    out().println();
    run(
        List.of(
            "index",
            "--input=" + work.resolve("vectors"),
            "--output=" + index,
            "--runner=" + runner,
            "--overwrite"));
    for (String query : SampleTexts.queries().stream().limit(QUERIES).toList()) {
      out().println();
      run(List.of("search", "--index=" + index, "--query=" + query, "--k=" + NEAREST));
    }
    out().println();
    duplicates(work);
    out().println();
    try (SearchIndex open = SearchIndex.open(index)) {
      EvaluationSettings small =
          EvaluationSettings.DEFAULT
              .withQueries(QUERIES_FOR_RECALL)
              .withLadder(List.of(open.description().ef()))
              .withShares(List.of());
      out()
          .println(
              EvaluationTable.line(Evaluation.of(open, small)) + ", compared with exact search");
    }
    out().println("to look at the index in a browser: hubbeam explore --index=" + index);
  }

  /** Runs embed as a user would, and reads what it wrote. */
  private List<Item> embed(Path module, String format, String input, Path output, String... more)
      throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                "embed",
                "--module=" + module,
                "--inputFormat=" + format,
                "--input=" + input,
                "--output=" + output,
                "--runner=" + runner,
                "--overwrite"));
    command.addAll(List.of(more));
    run(command);
    return read(output.toString(), format.equals("text") ? "text" : MediaOptions.FILE);
  }

  private void run(List<String> command) {
    out()
        .println(
            "hubbeam "
                + command.stream()
                    .map(a -> a.contains(" ") ? a.replaceFirst("=(.*)", "='$1'") : a)
                    .collect(Collectors.joining(" ")));
    if (Main.run(out(), err(), command.toArray(new String[0])) != 0) {
      out().flush();
      throw new IllegalStateException(command.get(0) + " failed; see its message above");
    }
  }

  private static List<Item> read(String prefix, String name) throws IOException {
    List<Item> items = new ArrayList<>();
    for (Batch batch : batches(prefix)) {
      Values.Strings names = (Values.Strings) batch.column(name).values();
      for (int row = 0; row < batch.rows(); row++) {
        Array vector = batch.column(EmbedJob.EMBEDDING).slice(row, row + 1);
        items.add(new Item(names.text(row), ((Values.Numbers) vector.values()).toFloats()));
      }
    }
    return items;
  }

  /** The rows of files, a batch for each that has some. */
  private static List<Batch> batches(String prefix) throws IOException {
    List<Batch> batches = new ArrayList<>();
    for (String file : BatchSink.existing(prefix)) {
      ExampleDecoder decoder = new ExampleDecoder(file, failure -> {});
      try (TFRecordReader in =
          TFRecordReader.open(
              FileSystems.open(FileSystems.matchSingleFileSpec(file).resourceId()),
              file,
              Files.size(Path.of(file)),
              Corruption.FAIL,
              failure -> {})) {
        while (in.next()) {
          decoder.add(in.buffer(), in.start(), in.end(), in.offset());
        }
      }
      Batch batch = decoder.build();
      if (batch.rows() > 0) {
        batches.add(batch);
      }
    }
    return batches;
  }

  private static float[] vector(Module module, String query) {
    Map<String, Array> outputs =
        module
            .function(FunctionChoice.of("__call__"))
            .call(Map.of("sentences", Array.Dense.vector(Values.of(query))));
    return ((Values.Numbers) column(outputs, "output").values()).toFloats();
  }

  /** Prints the nearest neighbours of some of the files. */
  private void show(List<String> queries, List<Item> items) {
    List<Item> files = items.stream().map(i -> new Item(file(i.name), i.vector)).toList();
    for (String query : queries) {
      Item of = files.stream().filter(f -> f.name.equals(query)).findFirst().orElseThrow();
      show(of, files.stream().filter(f -> !f.name.equals(query)).toList());
    }
  }

  private void show(Item query, List<Item> items) {
    out().println();
    out().println(query.name);
    items.stream()
        .sorted(Comparator.comparingDouble(item -> -cosine(query.vector, item.vector)))
        .limit(NEAREST)
        .forEach(
            item ->
                out()
                    .println(
                        String.format(
                            Locale.ROOT,
                            "  %.2f  %s",
                            cosine(query.vector, item.vector),
                            item.name)));
  }

  /** The vectors have length 1. */
  private static double cosine(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
