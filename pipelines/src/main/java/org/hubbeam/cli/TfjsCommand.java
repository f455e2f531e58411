// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.FileTrees;
import org.hubbeam.model.FunctionChoice;
import org.hubbeam.model.Module;
import org.hubbeam.model.ModuleFunction;
import org.hubbeam.model.NewFolder.Existing;
import org.hubbeam.tfjs.ConversionException;
import org.hubbeam.tfjs.ConversionOptions;
import org.hubbeam.tfjs.GraphModel;
import org.hubbeam.tfjs.GraphModelComparison;
import org.hubbeam.tfjs.GraphModelConverter;
import org.hubbeam.tfjs.GraphModelFolder;
import org.hubbeam.tfjs.GraphModelSession;
import org.hubbeam.tfjs.ModelPage;
import org.hubbeam.tfjs.Port;
import org.hubbeam.tfjs.Quantization;
import org.hubbeam.tfjs.Readiness;
import org.hubbeam.tfjs.WeightBudget;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Converts a function of a module to a graph model of TensorFlow.js. */
@Command(
    name = "tfjs",
    description = {
      "Convert a function of a module to a graph model of TensorFlow.js.",
      "",
      "Writes DIR/model.json, DIR/group1-shard*.bin and, where the model needs operations that"
          + " TensorFlow.js lacks, DIR/hubbeam-ops.js, which a page loads before the model. With"
          + " --check nothing is written; with --verify a folder is compared with its module."
    },
    footer = {
      "",
      "The exit code is 1 if a check or comparison fails, 2 if the function cannot be converted.",
      "Example: hubbeam tfjs --module=google/nnlm/tensorFlow2/en-dim128/1 --output=web/nnlm"
          + " --sample=mails.txt"
    })
final class TfjsCommand extends BaseCommand {

  private static final double TOLERANCE = 1e-4;
  private static final Pattern SIZE =
      Pattern.compile("([0-9]{1,12}(?:[.][0-9]{1,6})?) ?(KiB|MiB|GiB)?(?: ?B| bytes)?");

  @Mixin private ChainOptions chain;

  @Section(Section.Heading.MODULE)
  @Option(
      names = "--outputs",
      split = ",",
      paramLabel = "NAME",
      description = "the outputs that are kept (default: all)")
  private List<String> outputs = new ArrayList<>();

  @Section(Section.Heading.OUTPUT)
  @Option(names = "--output", paramLabel = "DIR", description = "the folder to write")
  private String output;

  @Section(Section.Heading.OUTPUT)
  @Option(names = "--overwrite", description = "replace the folder if it is there")
  private boolean overwrite;

  @Section(Section.Heading.OUTPUT)
  @Option(
      names = "--quantize",
      paramLabel = "TYPE[:PATTERN],..",
      description =
          "store weights as uint8, uint16 or float16: those whose names match a pattern, or all"
              + " others, as in uint8:*kernel*,float16:*")
  private String quantize;

  @Section(Section.Heading.OUTPUT)
  @Option(
      names = "--budget",
      paramLabel = "SIZE",
      description =
          "choose what weights are stored as, so that they take at most 2MiB, 500KiB, ..., and"
              + " change the outputs on the rows of --sample least")
  private String budget;

  @Section(Section.Heading.OUTPUT)
  @Option(
      names = "--page",
      description =
          "write DIR/index.html, too: a page that runs the model, from a disk or a server")
  private boolean page;

  @Section(Section.Heading.OUTPUT)
  @Option(
      names = "--runtime",
      paramLabel = "FOLDER",
      defaultValue = "node_modules/@tensorflow/tfjs/dist",
      description =
          "where --page takes TensorFlow.js from, as npm install @tensorflow/tfjs@4.22.0 writes it"
              + " (default: ${DEFAULT-VALUE})")
  private String runtime;

  @Section(Section.Heading.OUTPUT)
  @Option(
      names = "--labels",
      paramLabel = "FILE",
      description = "the names of the classes that --page shows, one on each line")
  private String labels;

  @Section(Section.Heading.EVALUATION)
  @Option(
      names = "--sample",
      paramLabel = "FILE",
      description =
          "compare the model with the module on these rows before it is put in place: inputs by"
              + " name in a .json file, or the lines of a text file")
  private String sample;

  @Section(Section.Heading.EVALUATION)
  @Option(
      names = "--check",
      description = "only tell whether TensorFlow.js can run the function, or all functions")
  private boolean check;

  @Section(Section.Heading.EVALUATION)
  @Option(
      names = "--verify",
      paramLabel = "DIR",
      description = "only compare this folder with the module, on the rows of --input")
  private String verify;

  @Section(Section.Heading.EVALUATION)
  @Option(
      names = "--input",
      paramLabel = "FILE",
      description = "the rows of --verify, as --sample takes them")
  private String input;

  @Override
  public Integer call() throws IOException {
    requireOneTask();
    Quantization storage = quantization();
    if (output != null && !overwrite && Files.exists(Path.of(output))) {
      throw new UsageException(
          "--output=" + output + " is there already; give --overwrite to replace it");
    }
    Path work = Files.createTempDirectory("hubbeam-tfjs");
    try {
      ConvertedModule module = ConvertedModule.of(chain.calls(err()), outputs, work);
      return check ? check(module) : verify != null ? verify(module) : convert(module, storage);
    } finally {
      FileTrees.delete(work);
    }
  }

  private void requireOneTask() {
    long tasks = Stream.of(output != null, check, verify != null).filter(t -> t).count();
    if (tasks != 1) {
      throw new UsageException("give one of --output, --check and --verify");
    }
    if ((verify == null) != (input == null)) {
      throw new UsageException("--verify=DIR and --input=FILE go together");
    }
    if (budget != null && (sample == null || quantize != null)) {
      throw new UsageException("--budget needs --sample, and goes without --quantize");
    }
    if (labels != null && !page) {
      throw new UsageException("--labels is for --page");
    }
    if (output == null && (page || sample != null || quantize != null || overwrite)) {
      throw new UsageException("--sample, --quantize, --page and --overwrite are for --output");
    }
  }

  private Quantization quantization() {
    try {
      return quantize == null ? Quantization.NONE : Quantization.parse(quantize);
    } catch (IllegalArgumentException e) {
      throw new UsageException("--quantize=" + quantize + ": " + e.getMessage());
    }
  }

  private int check(ConvertedModule module) {
    ConversionOptions conversion = module.conversion();
    List<FunctionChoice> choices =
        conversion.function().name() == null
            ? GraphModelConverter.functions(module.folder(), module.options()).stream()
                .map(n -> new FunctionChoice(n, conversion.function().arguments()))
                .toList()
            : List.of(conversion.function());
    boolean ready = true;
    for (FunctionChoice choice : choices) {
      String told;
      try {
        Readiness readiness =
            GraphModelConverter.check(
                module.folder(), module.options(), conversion.withFunction(choice));
        ready &= readiness.isReady();
        told = readiness.toString();
      } catch (ConversionException e) {
        ready = false;
        told = "not ready: " + e.getMessage();
      }
      out().println(choice + ": " + told);
    }
    return ready ? 0 : Main.FAILED;
  }

  private int convert(ConvertedModule module, Quantization given) throws IOException {
    long start = System.nanoTime();
    ModelPage shown = page();
    GraphModel model =
        GraphModelConverter.convert(module.folder(), module.options(), module.conversion());
    Quantization storage = budget == null ? given : chosen(model, module);
    Path folder = Path.of(output);
    List<String> report = new ArrayList<>();
    try {
      GraphModelFolder.write(
          model,
          folder,
          storage,
          overwrite ? Existing.REPLACE : Existing.REFUSE,
          written -> {
            if (sample != null) {
              compare(written, module, report);
            }
            if (shown != null) {
              shown.write(model, written);
            }
          });
    } catch (FileAlreadyExistsException e) {
      throw new UsageException(
          "--output=" + output + " is there already; give --overwrite to replace it");
    }
    print(model, folder, (System.nanoTime() - start) / 1e9);
    if (budget != null) {
      storage.rules().forEach(r -> out().println("stores  " + r.pattern() + " as " + r.storage()));
    }
    report.forEach(out()::println);
    return 0;
  }

  private @Nullable ModelPage page() throws IOException {
    if (!page) {
      return null;
    }
    List<String> names = List.of();
    if (labels != null) {
      try {
        names = Files.readAllLines(Path.of(labels));
      } catch (NoSuchFileException e) {
        throw new UsageException("--labels=" + labels + ": no such file");
      }
    }
    ModelPage shown = new ModelPage(chain.name(), names, Path.of(runtime));
    shown.requireRuntime();
    return shown;
  }

  private Quantization chosen(GraphModel model, ConvertedModule module) throws IOException {
    try (Module loaded = Module.load(module.folder(), module.options())) {
      Map<String, Array> rows =
          SampleRows.read("--sample", sample, module.function(loaded), module::inner);
      return WeightBudget.choose(model, bytes(budget), module.named(rows));
    }
  }

  private static long bytes(String size) {
    Matcher matcher = SIZE.matcher(size);
    if (!matcher.matches()) {
      throw new UsageException("--budget=" + size + " must be a number of bytes, KiB, MiB or GiB");
    }
    int power = matcher.group(2) == null ? 0 : " KMG".indexOf(matcher.group(2).charAt(0));
    return (long) (Double.parseDouble(matcher.group(1)) * Math.pow(1024, power));
  }

  private void print(GraphModel model, Path folder, double seconds) throws IOException {
    model.inputs().forEach(i -> out().println("takes   " + described(i)));
    model.outputs().forEach(o -> out().println("gives   " + described(o)));
    long bytes = 0;
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".bin")).toList()) {
        bytes += Files.size(file);
      }
    }
    String unquantized =
        quantize == null && budget == null
            ? ""
            : " instead of " + Formatting.bytes(model.weightBytes());
    out()
        .printf(
            "weights %s%s in %d nodes%n",
            Formatting.bytes(bytes), unquantized, model.graph().getNodeCount());
    if (!model.scriptOperations().isEmpty()) {
      out().println("needs   hubbeam-ops.js for " + String.join(", ", model.scriptOperations()));
    }
    out().printf("wrote   %s in %.1f s%n", folder, seconds);
    if (page) {
      out().println("open    " + folder.resolve("index.html").toUri());
    }
  }

  private static String described(Port port) {
    return port.name()
        + ": "
        + port.type().name().substring(3).toLowerCase(java.util.Locale.ROOT)
        + port.shape();
  }

  private int verify(ConvertedModule module) throws IOException {
    List<String> report = new ArrayList<>();
    boolean same = isSame(compared(Path.of(verify), module, "--input", input, report));
    report.forEach(out()::println);
    out().println(same ? "the same" : "different");
    return same ? 0 : Main.FAILED;
  }

  private void compare(Path folder, ConvertedModule module, List<String> report)
      throws IOException {
    GraphModelComparison comparison = compared(folder, module, "--sample", sample, report);
    if (quantize == null && budget == null && !isSame(comparison)) {
      throw new ConversionException(
          "the model differs from the module on the rows of --sample; nothing was written: "
              + comparison.outputs());
    }
  }

  private static boolean isSame(GraphModelComparison comparison) {
    return comparison.difference() <= TOLERANCE;
  }

  private static GraphModelComparison compared(
      Path folder, ConvertedModule module, String option, String file, List<String> report)
      throws IOException {
    GraphModel model = GraphModelFolder.read(folder);
    try (Module loaded = Module.load(module.folder(), module.options());
        GraphModelSession session = GraphModelSession.open(model)) {
      ModuleFunction called = module.function(loaded);
      Map<String, Array> rows = SampleRows.read(option, file, called, module::inner);
      GraphModelComparison comparison =
          GraphModelComparison.of(module.named(called.call(rows)), session.run(module.named(rows)));
      comparison.outputs().forEach(o -> report.add("differs " + o));
      return comparison;
    }
  }
}
