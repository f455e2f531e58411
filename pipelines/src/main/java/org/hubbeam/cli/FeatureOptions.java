// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.hubbeam.hub.Hub;
import org.hubbeam.hub.HubOptions;
import org.hubbeam.inference.FunctionSignature;
import org.hubbeam.inference.ModuleSpec;
import org.hubbeam.model.FunctionChoice;
import org.hubbeam.vectors.Pooling;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that say which modules give the features of rows, and from which columns. */
@Section(Section.Heading.MODULE)
final class FeatureOptions {

  @Mixin private HubAccessOptions access;
  @Mixin private LoadingOptions loading;

  @Option(
      names = "--module",
      paramLabel = "HANDLE",
      description =
          "the module that gives the features; repeat it for the features of several side by side;"
              + " those with commas between are called one after the other")
  private List<String> repeated = new ArrayList<>();

  @Option(
      names = "--modules",
      split = ",",
      paramLabel = "HANDLE",
      description = "the same as --module for each of these")
  private List<String> sideBySide = new ArrayList<>();

  @Option(
      names = "--function",
      paramLabel = "NAME",
      description =
          "a signature or a member of the module; for several modules, repeat --function and"
              + " --arguments once for each (default: the only one, else default, serving_default"
              + " or __call__)")
  private List<String> functions = new ArrayList<>();

  @Option(
      names = "--arguments",
      paramLabel = "K=V,..",
      description = "Python arguments of the function, such as training=false")
  private List<String> arguments = new ArrayList<>();

  @Option(
      names = "--outputKey",
      paramLabel = "NAME",
      description = "the output with the features (default: the only one, or 'default')")
  private @Nullable String outputKey;

  @Option(
      names = "--pool",
      paramLabel = "KIND",
      description =
          "how sequences become vectors: ${COMPLETION-CANDIDATES} (default: MEAN for frames of"
              + " sounds and other sequences of unknown length, else NONE)")
  private Pooling.@Nullable Kind pool;

  @Option(
      names = "--moduleCache",
      paramLabel = "FOLDER",
      description =
          "where downloaded modules are stored (default: TFHUB_CACHE_DIR, else"
              + " ~/.cache/tfhub_modules)")
  private @Nullable String moduleCache;

  @Section(Section.Heading.INPUT)
  @Option(
      names = "--column",
      split = ",",
      paramLabel = "NAME",
      description =
          "the column that the module takes; one module takes each of several, several modules take"
              + " one, or each its own (default: the columns named like the inputs of the function,"
              + " or the only one)")
  private List<String> columns = new ArrayList<>();

  private Stream<String> modules() {
    return Stream.concat(repeated.stream(), sideBySide.stream());
  }

  /** What workers load the modules from. */
  WorkerPlaces places() {
    List<String> handles = modules().flatMap(m -> List.of(m.split(",")).stream()).toList();
    return new WorkerPlaces(
        moduleCache == null ? List.of() : List.of(moduleCache), access.places(handles));
  }

  /** The columns that are named. */
  List<String> columns() {
    return columns;
  }

  /** What rows are, as far as it is known. */
  record Rows(
      Optional<List<String>> columns,
      Set<String> others,
      @Nullable Media media,
      @Nullable String idColumn,
      int batch) {}

  /**
   * Resolves the handles, and finds out which module takes what.
   *
   * @param err is told of downloads
   */
  List<ModuleFeatures> features(Rows rows, MediaOptions media, PrintWriter err) {
    List<ModuleCalls> calls = calls(rows, err);
    List<@Nullable String> taken = new ArrayList<>(columns.isEmpty() ? List.of() : columns);
    if (taken.isEmpty()) {
      taken.add(null);
    }
    if (calls.size() > 1 && taken.size() > 1 && calls.size() != taken.size()) {
      throw new UsageException(
          "--column names "
              + Formatting.of(taken.size(), "column")
              + " for "
              + Formatting.of(calls.size(), "module")
              + ": name one for all, or one for each");
    }
    List<ModuleFeatures> features = new ArrayList<>();
    int count = Math.max(calls.size(), taken.size());
    for (int i = 0; i < count; i++) {
      String column = taken.get(taken.size() == 1 ? 0 : i);
      features.add(features(i, calls.get(calls.size() == 1 ? 0 : i), column, rows, media));
    }
    return features;
  }

  private ModuleFeatures features(
      int number, ModuleCalls given, @Nullable String asked, Rows rows, MediaOptions media) {
    ModuleCalls calls = given;
    List<Step> before = List.of();
    List<String> made = List.of();
    String column = asked;
    if (rows.media != null) {
      MediaOptions.Prepared prepared = media.prepare(rows.media, column, calls.first());
      before = prepared.steps();
      made = prepared.made();
      calls = calls.withFirst(prepared.spec());
    } else {
      column = column == null ? only(calls.first(), rows) : column;
      calls = column == null ? calls : calls.withFirst(calls.first().withInput(column));
      ModuleSpec first = calls.first();
      rows.columns.ifPresent(names -> FunctionSignature.requireColumns(first, names));
    }
    String name = "hubbeam/" + number + "/" + (column == null ? given.name() : column);
    String output = ModuleFeatures.output(calls.last(), outputKey);
    ModuleSpec last =
        calls.last().withNonFinite(ModuleSpec.NonFinite.FAIL).withOutput(output, name);
    Pooling.Kind pooling = SequenceOutput.of(calls, output, rows.media).pooling(pool);
    return new ModuleFeatures(
        List.of(name),
        calls.withLast(last),
        before,
        made,
        pooling == Pooling.Kind.NONE
            ? List.of()
            : List.of(SequenceOutput.step(pooling, name, number, rows.idColumn)),
        ModuleFeatures.source(calls, output, pooling));
  }

  /** The only column that may be a feature, for a function with one input of another name. */
  static @Nullable String only(ModuleSpec spec, Rows rows) {
    List<String> inputs =
        FunctionSignature.find(spec).inputs().stream().map(i -> i.name()).toList();
    List<String> columns =
        rows.columns.orElse(List.of()).stream().filter(c -> !rows.others.contains(c)).toList();
    boolean told = inputs.size() != 1 || columns.contains(inputs.get(0));
    return told || columns.size() != 1 ? null : columns.get(0);
  }

  private List<ModuleCalls> calls(Rows rows, PrintWriter err) {
    if (modules().findAny().isEmpty()) {
      throw new UsageException("--module=HANDLE is missing: the module that gives the features");
    }
    List<List<String>> chains = modules().map(m -> List.of(m.split(","))).toList();
    int count = chains.stream().mapToInt(List::size).sum();
    checkCount("--function", functions.size(), count);
    checkCount("--arguments", arguments.size(), count);
    List<ModuleCalls> calls = new ArrayList<>();
    int at = 0;
    for (List<String> chain : chains) {
      List<ModuleCalls.Link> links = new ArrayList<>();
      for (String handle : chain) {
        links.add(link(handle, at++, err));
      }
      ModuleCalls made = ModuleCalls.of(links).withRows(rows.batch);
      calls.add(rows.idColumn == null ? made : made.withIdColumn(rows.idColumn));
    }
    return calls;
  }

  private ModuleCalls.Link link(String handle, int number, PrintWriter err) {
    HubOptions hub = access.forHandle(handle, moduleCache);
    Hub.Resolved resolved = Fetch.resolve(handle, hub, err);
    String name =
        functions.isEmpty() || functions.get(number).isBlank() ? null : functions.get(number);
    FunctionChoice choice =
        new FunctionChoice(
            name, PythonArguments.parse(arguments.isEmpty() ? null : arguments.get(number)));
    return new ModuleCalls.Link(
        resolved,
        ModuleSpec.of(handle).withHub(hub).withOptions(loading.module()).withFunction(choice));
  }

  private static void checkCount(String option, int count, int modules) {
    if (count != 0 && count != modules) {
      throw new UsageException(
          option
              + " is given "
              + Formatting.of(count, "time")
              + " for "
              + Formatting.of(modules, "module")
              + "; repeat it once for each module, with an empty value for the default");
    }
  }
}
