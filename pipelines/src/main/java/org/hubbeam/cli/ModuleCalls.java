// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PCollection;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Failure;
import org.hubbeam.hub.Hub;
import org.hubbeam.inference.CallResult;
import org.hubbeam.inference.HubChain;
import org.hubbeam.inference.Limits;
import org.hubbeam.inference.ModuleChain;
import org.hubbeam.inference.ModuleSpec;
import org.hubbeam.inference.RunModule;
import org.hubbeam.inference.Seeding;
import org.hubbeam.model.ModuleOptions;
import org.jspecify.annotations.Nullable;

/**
 * The modules of a job, one after the other.
 *
 * @param links in the order they are called
 * @param idColumn the column that names a row in failures; null for file and offset
 * @param seed what the seeds of rows are made of; null where there is none
 * @param kept columns of modules before the last that are needed behind it
 */
record ModuleCalls(
    List<Link> links, @Nullable String idColumn, @Nullable Long seed, List<String> kept) {
  ModuleCalls {
    links = List.copyOf(links);
    kept = List.copyOf(kept);
  }

  /** The modules, and nothing else. */
  static ModuleCalls of(List<Link> links) {
    return new ModuleCalls(links, null, null, List.of());
  }

  /** With these seeds of rows; null for none. */
  ModuleCalls withSeed(@Nullable Long value) {
    return new ModuleCalls(links, idColumn, value, kept);
  }

  /** With a column kept that a module before the last gives. */
  ModuleCalls keeping(String column) {
    return new ModuleCalls(links, idColumn, seed, List.of(column));
  }

  /**
   * One module.
   *
   * @param module as it was resolved here
   * @param spec how it is called
   */
  record Link(Hub.Resolved module, ModuleSpec spec) {
    Link with(ModuleSpec value) {
      return new Link(module, value);
    }
  }

  /** A call in a pipeline, and what it calls. */
  record Called(PCollection<Batch> batches, List<ModuleManifest.Source> sources) {}

  /** The handles with commas between. */
  String name() {
    return links.stream().map(l -> l.module.handle()).collect(Collectors.joining(","));
  }

  /** The call that the rows come to first. */
  ModuleSpec first() {
    return links.get(0).spec;
  }

  /** The call that gives what is written. */
  ModuleSpec last() {
    return links.get(links.size() - 1).spec;
  }

  /** Without the last module, of several. */
  ModuleCalls withoutLast() {
    return new ModuleCalls(links.subList(0, links.size() - 1), idColumn, seed, kept);
  }

  /** With another first call. */
  ModuleCalls withFirst(ModuleSpec spec) {
    return with(0, spec);
  }

  /** With another last call. */
  ModuleCalls withLast(ModuleSpec spec) {
    return with(links.size() - 1, spec);
  }

  private ModuleCalls with(int number, ModuleSpec spec) {
    List<Link> changed = new ArrayList<>(links);
    changed.set(number, links.get(number).with(spec));
    return new ModuleCalls(changed, idColumn, seed, kept);
  }

  /** With so many rows in a call at most. */
  ModuleCalls withRows(int rows) {
    Limits limits = Limits.DEFAULT.withRows(rows);
    return new ModuleCalls(
        links.stream().map(l -> l.with(l.spec.withLimits(limits))).toList(), idColumn, seed, kept);
  }

  /**
   * With the threads inside ops that so many tasks, which call at the same time in this process,
   * leave each of them, unless others were asked for.
   */
  ModuleCalls withTasks(int tasks) {
    if (tasks < 2) {
      return this;
    }
    int threads = Math.max(1, Runtime.getRuntime().availableProcessors() / tasks);
    List<Link> shared = new ArrayList<>();
    for (Link link : links) {
      ModuleOptions options = link.spec.loading().options();
      ModuleOptions.Devices devices = options.devices();
      shared.add(
          devices.intraOp() > 0
              ? link
              : link.with(
                  link.spec.withOptions(options.withDevices(devices.withIntraOp(threads)))));
    }
    return new ModuleCalls(shared, idColumn, seed, kept);
  }

  /** With rows named by this column. */
  ModuleCalls withIdColumn(String column) {
    return new ModuleCalls(links, column, seed, kept);
  }

  /** Calls the modules on batches; the rows that one refuses are added to the failures. */
  Called on(PCollection<Batch> batches, List<PCollection<Failure>> failures) {
    return on("Embed", batches, failures);
  }

  /**
   * The same, where a job calls several.
   *
   * @param step the name of the step
   */
  Called on(String step, PCollection<Batch> batches, List<PCollection<Failure>> failures) {
    CallResult result = batches.apply(step, call());
    List<ModuleManifest.Source> sources = new ArrayList<>();
    for (int i = 0; i < links.size(); i++) {
      boolean last = i == links.size() - 1;
      sources.add(
          source(
              i,
              result.called().links().get(i).function(),
              last ? result.called().outputs() : Map.of()));
    }
    return new Called(result.failuresTo(failures), sources);
  }

  private PTransform<PCollection<Batch>, CallResult> call() {
    if (links.size() == 1 && seed == null) {
      RunModule call = RunModule.of(first());
      return idColumn == null ? call : call.withIdColumn(idColumn);
    }
    ModuleChain modules = ModuleChain.of(links.stream().map(Link::spec).toList());
    for (String column : kept) {
      modules = modules.keeping(column);
    }
    HubChain chain = HubChain.of(modules);
    chain = idColumn == null ? chain : chain.withIdColumn(idColumn);
    return seed == null ? chain : chain.withSeeds(Seeding.PER_RECORD, seed);
  }

  private ModuleManifest.Source source(int link, String function, Map<String, String> outputs) {
    Hub.Resolved module = links.get(link).module;
    return new ModuleManifest.Source(
        module.handle(), module.url(), module.digest(), function, outputs);
  }
}
