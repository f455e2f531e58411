package org.hubbeam.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.options.PipelineOptions;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.ExampleDecoder;
import org.hubbeam.batch.Values;
import org.hubbeam.hub.Hub;
import org.hubbeam.hub.HubOptions;
import org.hubbeam.inference.ModuleSpec;
import org.hubbeam.inference.RunModule;
import org.hubbeam.model.FunctionChoice;
import org.hubbeam.model.Module;
import org.hubbeam.model.ModuleOptions;
import org.hubbeam.testdata.DemoModule;
import org.hubbeam.testdata.SampleTexts;
import org.hubbeam.tfrecord.BatchSink;
import org.hubbeam.tfrecord.BatchSource;
import org.hubbeam.tfrecord.Corruption;
import org.hubbeam.tfrecord.TFRecordReader;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Embeds sample texts with the demo module, and shows what is near to a few queries. */
@Command(
    name = "demo",
    description =
        "Embed sample texts with a small module, both of the project's own, and show what is near"
            + " to a few queries.")
final class DemoCommand extends Program {

  private static final int NEAREST = 3;

  @Option(
      names = "--runner",
      defaultValue = "flink",
      paramLabel = "ENGINE",
      description = "flink or direct; otherwise ${DEFAULT-VALUE}")
  private String runner;

  @Option(
      names = "--folder",
      paramLabel = "FOLDER",
      description = "where the demo's files go; otherwise a temporary folder")
  private Path folder;

  /** A line of the sample, and its vector. */
  private record Line(String text, float[] vector) {}

  @Override
  public Integer call() throws IOException {
    Natives.loadAhead();
    PipelineOptions options = Engine.options(runner, List.of(), this::near);
    FileSystems.setDefaultPipelineOptions(options);
    PrintWriter out = out();
    Path work = folder == null ? Files.createTempDirectory("hubbeam-demo") : folder;
    Files.createDirectories(work);
    Path module = work.resolve("demo_module");
    if (!Files.exists(module)) {
      DemoModule.write(module);
    }
    Path texts = work.resolve("texts.txt");
    Files.write(texts, SampleTexts.sentences());
    String prefix = work.resolve("vectors").toString();
    out.println("hubbeam embed --module=" + module + " --input=" + texts + " --output=" + prefix);
    out.println(embed(module, texts, prefix, options).text(prefix));
    List<Line> lines = read(prefix);
    try (Module loaded =
        Module.load(module, ModuleOptions.DEFAULT.withOrigin(ModuleOptions.Origin.LOCAL))) {
      for (String query : SampleTexts.queries()) {
        out.println();
        out.println(query);
        show(vector(loaded, query), lines, out);
      }
    }
    return 0;
  }

  private EmbedJob.Summary embed(Path module, Path texts, String prefix, PipelineOptions options)
      throws IOException {
    OutputPrefix output = new OutputPrefix(prefix, 0);
    HubOptions hub = HubOptions.fromEnvironment();
    EmbedJob job =
        new EmbedJob(
            BatchSource.text(texts.toString()),
            List.of(),
            RunModule.of(
                ModuleSpec.of(module.toString())
                    .withHub(hub)
                    .withOutput(ModuleSpec.Mapping.ONLY, EmbedJob.EMBEDDING)),
            Hub.of(hub).resolve(module.toString()),
            List.of(),
            output);
    return job.run(options, err());
  }

  private static List<Line> read(String prefix) throws IOException {
    List<Line> lines = new ArrayList<>();
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
      if (batch.rows() == 0) {
        continue;
      }
      Values.Strings texts = (Values.Strings) batch.column("text").values();
      for (int row = 0; row < batch.rows(); row++) {
        Array vector = batch.column(EmbedJob.EMBEDDING).slice(row, row + 1);
        lines.add(new Line(texts.text(row), ((Values.Numbers) vector.values()).toFloats()));
      }
    }
    return lines;
  }

  private static float[] vector(Module module, String query) {
    Map<String, Array> outputs =
        module
            .function(FunctionChoice.of("__call__"))
            .call(Map.of("sentences", Array.Dense.vector(Values.of(query))));
    return ((Values.Numbers) outputs.get("output").values()).toFloats();
  }

  private static void show(float[] query, List<Line> lines, PrintWriter out) {
    lines.stream()
        .sorted(Comparator.comparingDouble(line -> -cosine(query, line.vector)))
        .limit(NEAREST)
        .forEach(
            line ->
                out.println(
                    String.format(
                        Locale.ROOT, "  %.2f  %s", cosine(query, line.vector), line.text)));
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
