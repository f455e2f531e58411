// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import java.util.List;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionView;
import org.hubbeam.batch.Batch;

/**
 * Calls a function of a module on batches: the output has the input columns and the outputs of the
 * function.
 *
 * <p>Rows keep their order within a batch, and a batch its window, timestamp and pane. A batch that
 * is larger than the spec's {@link Limits} is called in pieces; a batch comes out as several where
 * the outputs of the pieces do not fit together. Rows that the module refuses come out as failures
 * under their origin's id, the others of the batch go on. An empty batch gives nothing.
 *
 * <p>A function that takes one record, such as a sound or a batch of exactly one image, is called
 * once for each row; one that takes no column too. An output that is a list of its own length for
 * each record leaves as a ragged column. A function that changes variables or tables of its module
 * has a copy of the module in each instance of the step, so that nobody else's results change.
 *
 * <p>An output replaces an input column of the same name.
 */
public final class RunModule extends PTransform<PCollection<Batch>, CallResult> {
  private static final long serialVersionUID = 1;

  private final Settings settings;

  private RunModule(Settings settings) {
    this.settings = settings;
  }

  /** How the call is made. */
  private record Settings(ModuleSpec spec, Calling calling, CallModulesFn.HandleSource handles)
      implements BatchCaller.Factory {

    @Override
    public BatchCaller open(String handle) {
      return new SingleCaller(spec, handle.isEmpty() ? spec.handle() : handle, calling);
    }
  }

  /** The call that this spec describes. */
  public static RunModule of(ModuleSpec spec) {
    return new RunModule(new Settings(spec, Calling.DEFAULT, CallModulesFn.HandleSource.SPEC));
  }

  /** Names failures by the value of this column instead of by file and offset. */
  public RunModule withIdColumn(String column) {
    return with(settings.calling.withIdColumn(column));
  }

  /**
   * With a module that is written while the pipeline runs. The spec's handle is then only its name
   * in metrics and failures, and nothing is looked at before.
   *
   * @param handle the module's handle, known when the pipeline runs
   */
  public RunModule withHandle(PCollectionView<String> handle) {
    return with(new CallModulesFn.HandleSource(handle, null));
  }

  /**
   * The same for batches that come when the module is there: no worker then holds batches back. The
   * spec's handle is then only its name, too.
   *
   * @param file has the module's handle when the first batch comes
   */
  public RunModule withHandleIn(String file) {
    return with(new CallModulesFn.HandleSource(null, file));
  }

  private RunModule with(CallModulesFn.HandleSource handles) {
    return new RunModule(new Settings(settings.spec, settings.calling, handles));
  }

  /**
   * With a column of strings more: the digest of the module that made the outputs of a row, as
   * {@link HubEmbed#withDigest} has it.
   */
  public RunModule withDigest(String column) {
    return with(settings.calling.withDigest(column));
  }

  /** Keeps only these input columns; an empty list keeps none. */
  public RunModule withPassthrough(List<String> columns) {
    return with(settings.calling.withPassthrough(columns));
  }

  /** Sets which workers call the module. */
  public RunModule withPlacement(Placement value) {
    return with(settings.calling.withPlacement(value));
  }

  private RunModule with(Calling calling) {
    return new RunModule(new Settings(settings.spec, calling, settings.handles));
  }

  RunModule withLoader(ModuleLoader value) {
    return with(settings.calling.withLoader(value));
  }

  /** The DoFn that makes the calls. */
  CallModulesFn fn() {
    return new CallModulesFn(settings, settings.handles);
  }

  /**
   * Looks at the module first, unless the spec says not to.
   *
   * @throws org.hubbeam.model.ModuleException when the module, the function, or an input or output
   *     of the mapping is not there, naming those that are
   */
  @Override
  public CallResult expand(PCollection<Batch> batches) {
    if (!settings.handles.equals(CallModulesFn.HandleSource.SPEC)) {
      return fn().on(
              batches,
              settings.calling.placement(),
              CallResult.Called.unseen(List.of(settings.spec), Composition.BATCHES));
    }
    ModuleSpec spec = settings.spec.pinned(settings.calling.loader());
    return new RunModule(new Settings(spec, settings.calling, settings.handles))
        .fn()
        .on(
            batches,
            settings.calling.placement(),
            SpecCheck.batches(spec, settings.calling.loader()));
  }
}
