// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.hubbeam.batch.Array;
import org.hubbeam.hub.Hub;
import org.hubbeam.model.FunctionChoice;
import org.hubbeam.model.Module;
import org.hubbeam.model.ModuleFunction;
import org.hubbeam.model.ModuleOptions;
import org.hubbeam.model.NewFolder.Existing;
import org.hubbeam.tfjs.ConversionException;
import org.hubbeam.tfjs.ConversionOptions;
import org.hubbeam.tfjs.GraphModel;
import org.hubbeam.tfjs.GraphModelComparison;
import org.hubbeam.tfjs.GraphModelConverter;
import org.hubbeam.tfjs.GraphModelFolder;
import org.hubbeam.tfjs.GraphModelSession;
import org.hubbeam.tfjs.Parts;
import org.hubbeam.tfjs.Port;
import org.hubbeam.tfjs.Quantization;
import org.hubbeam.tfjs.Readiness;
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

  @Mixin private HandleOptions handles;
  @Mixin private LoadingOptions loading;
  @Mixin private FunctionOptions function;

  @Section(Section.Heading.MODULE)
  @Option(names = "--module", required = true, paramLabel = "HANDLE", description = "the module")
  private String handle;

  @Section(Section.Heading.MODULE)
  @Option(
      names = "--outputs",
      split = ",",
      paramLabel = "NAME",
      description = "the outputs that are kept (default: all)")
  private List<String> outputs = new ArrayList<>();

  @Section(Section.Heading.MODULE)
  @Option(
      names = "--set",
      paramLabel = "INPUT=VALUE",
      description = "fix an input to a value, as JSON")
  private List<String> constants = new ArrayList<>();

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
    Hub.Resolved resolved = handles.resolve(handle, err());
    ModuleOptions options = loading.module().withOriginOf(resolved);
    if (check) {
      return check(resolved.folder(), options);
    }
    if (verify != null) {
      return verify(resolved.folder(), options);
    }
    return convert(resolved.folder(), options, storage);
  }

  private void requireOneTask() {
    long tasks = Stream.of(output != null, check, verify != null).filter(t -> t).count();
    if (tasks != 1) {
      throw new UsageException("give one of --output, --check and --verify");
    }
    if ((verify == null) != (input == null)) {
      throw new UsageException("--verify=DIR and --input=FILE go together");
    }
    if (output == null && (sample != null || quantize != null || overwrite)) {
      throw new UsageException("--sample, --quantize and --overwrite are for --output");
    }
  }

  private Quantization quantization() {
    try {
      return quantize == null ? Quantization.NONE : Quantization.parse(quantize);
    } catch (IllegalArgumentException e) {
      throw new UsageException("--quantize=" + quantize + ": " + e.getMessage());
    }
  }

  private ConversionOptions conversion(Path module, ModuleOptions options) {
    FunctionChoice choice = function.choice();
    Map<String, Array> fixed =
        constants.isEmpty()
            ? Map.of()
            : ConstantInputs.parse(GraphModelConverter.inputs(module, options, choice), constants);
    return ConversionOptions.DEFAULT.withFunction(choice).withOutputs(outputs).withConstants(fixed);
  }

  private int check(Path module, ModuleOptions options) {
    List<FunctionChoice> choices =
        function.choice().name() == null
            ? GraphModelConverter.functions(module, options).stream()
                .map(n -> new FunctionChoice(n, function.choice().arguments()))
                .toList()
            : List.of(function.choice());
    boolean ready = true;
    for (FunctionChoice choice : choices) {
      String told;
      try {
        Readiness readiness =
            GraphModelConverter.check(
                module, options, ConversionOptions.DEFAULT.withFunction(choice));
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

  private int convert(Path module, ModuleOptions options, Quantization storage) throws IOException {
    long start = System.nanoTime();
    ConversionOptions conversion = conversion(module, options);
    GraphModel model = GraphModelConverter.convert(module, options, conversion);
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
              compare(written, module, options, "--sample", sample, report);
            }
          });
    } catch (FileAlreadyExistsException e) {
      throw new UsageException(
          "--output=" + output + " is there already; give --overwrite to replace it");
    }
    print(model, folder, (System.nanoTime() - start) / 1e9);
    report.forEach(out()::println);
    return 0;
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
    out().printf("weights %s in %d nodes%n", Formatting.bytes(bytes), model.graph().getNodeCount());
    if (!model.scriptOperations().isEmpty()) {
      out().println("needs   hubbeam-ops.js for " + String.join(", ", model.scriptOperations()));
    }
    out().printf("wrote   %s in %.1f s%n", folder, seconds);
  }

  private static String described(Port port) {
    return port.name()
        + ": "
        + port.type().name().substring(3).toLowerCase(java.util.Locale.ROOT)
        + port.shape();
  }

  private int verify(Path module, ModuleOptions options) throws IOException {
    List<String> report = new ArrayList<>();
    boolean same = isSame(compared(Path.of(verify), module, options, "--input", input, report));
    report.forEach(out()::println);
    out().println(same ? "the same" : "different");
    return same ? 0 : Main.FAILED;
  }

  private void compare(
      Path folder,
      Path module,
      ModuleOptions options,
      String option,
      String rows,
      List<String> report)
      throws IOException {
    GraphModelComparison comparison = compared(folder, module, options, option, rows, report);
    if (quantize == null && !isSame(comparison)) {
      throw new ConversionException(
          "the model differs from the module on the rows of "
              + option
              + "; nothing was written: "
              + comparison.outputs());
    }
  }

  private static boolean isSame(GraphModelComparison comparison) {
    return comparison.difference() <= TOLERANCE;
  }

  private GraphModelComparison compared(
      Path folder,
      Path module,
      ModuleOptions options,
      String option,
      String file,
      List<String> report)
      throws IOException {
    ConversionOptions conversion = conversion(module, options);
    GraphModel model = GraphModelFolder.read(folder);
    try (Module loaded = Module.load(module, options);
        GraphModelSession session = GraphModelSession.open(model)) {
      ModuleFunction called =
          loaded.function(conversion.function()).withConstants(conversion.constants());
      Map<String, Array> rows = SampleRows.read(option, file, called);
      Map<String, Array> inputs = new LinkedHashMap<>(rows);
      GraphModelComparison comparison =
          GraphModelComparison.of(Parts.of(called.call(inputs)), session.run(Parts.of(rows)));
      comparison.outputs().forEach(o -> report.add("differs " + o));
      return comparison;
    }
  }
}
