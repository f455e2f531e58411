package org.hubbeam.inference;

import java.io.Serializable;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.PCollectionView;
import org.apache.beam.sdk.values.TupleTagList;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Failure;

/**
 * Calls a function of a module on batches: columns in, the same columns and the outputs out.
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
public final class RunModule extends PTransform<PCollection<Batch>, RunModule.Result> {
  private static final long serialVersionUID = 1;

  private final Settings settings;

  /**
   * How the call is made.
   *
   * @param place tells the handle when the pipeline runs; null where the spec or a file does
   * @param file has the handle when the first batch comes; null where the spec or a view does
   */
  record Settings(ModuleSpec spec, Calling calling, PCollectionView<String> place, String file)
      implements Serializable {

    /** Looked at before the job, called where the batches are, all columns kept. */
    static Settings of(ModuleSpec spec, ModuleLoader loader) {
      return new Settings(spec, Calling.DEFAULT.withLoader(loader), null, null);
    }

    Settings with(Calling value) {
      return new Settings(spec, value, place, file);
    }
  }

  private RunModule(Settings settings) {
    this.settings = settings;
  }

  /** The call that this spec describes. */
  public static RunModule of(ModuleSpec spec) {
    return new RunModule(Settings.of(spec, ModuleLoader.FromHub.INSTANCE));
  }

  /** With failures named by this column's value, instead of by file and offset. */
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
    return new RunModule(new Settings(settings.spec, settings.calling, handle, null));
  }

  /**
   * The same for batches that come when the module is there: no worker then holds batches back. The
   * spec's handle is then only its name, too.
   *
   * @param file has the module's handle when the first batch comes
   */
  public RunModule withHandleIn(String file) {
    return new RunModule(new Settings(settings.spec, settings.calling, null, file));
  }

  /** With these input columns only beside the outputs; none for the outputs alone. */
  public RunModule withPassthrough(List<String> columns) {
    return with(settings.calling.withPassthrough(columns));
  }

  /** With other workers that call the module. */
  public RunModule withPlacement(Placement value) {
    return with(settings.calling.withPlacement(value));
  }

  private RunModule with(Calling calling) {
    return new RunModule(settings.with(calling));
  }

  RunModule withLoader(ModuleLoader value) {
    return with(settings.calling.withLoader(value));
  }

  /**
   * Looks at the module first, unless the spec says not to.
   *
   * @throws org.hubbeam.model.ModuleException when the module, the function, or an input or output
   *     of the mapping is not there, naming those that are
   */
  @Override
  public Result expand(PCollection<Batch> batches) {
    ParDo.SingleOutput<Batch, Batch> call = ParDo.of(new RunModuleFn(settings));
    Called called;
    if (settings.place == null && settings.file == null) {
      called = SpecCheck.batches(settings.spec, settings.calling.loader());
    } else {
      called = SpecCheck.unseen(settings.spec);
      call = settings.place == null ? call : call.withSideInputs(settings.place);
    }
    PCollectionTuple both =
        settings
            .calling
            .placement()
            .of(batches)
            .apply(
                "Call",
                call.withOutputTags(RunModuleFn.BATCHES, TupleTagList.of(RunModuleFn.FAILURES)));
    both.get(RunModuleFn.BATCHES).setCoder(batches.getCoder());
    return new Result(both.get(RunModuleFn.BATCHES), both.get(RunModuleFn.FAILURES), called);
  }

  /**
   * What is called.
   *
   * @param function with its python arguments; as the spec says it where workers look at the module
   * @param outputs the function's outputs by the columns that keep them, in their order
   * @param constants inputs that are the same in every call
   */
  public record Called(String function, Map<String, String> outputs, Map<String, Array> constants) {
    public Called {
      outputs = Collections.unmodifiableMap(new LinkedHashMap<>(outputs));
      constants = Collections.unmodifiableMap(new LinkedHashMap<>(constants));
    }
  }

  /** The batches that went on, and the rows that did not. */
  public static final class Result extends ResultWithFailures<Batch> {
    private final Called called;

    private Result(PCollection<Batch> batches, PCollection<Failure> failures, Called called) {
      super(batches, failures);
      this.called = called;
    }

    /** What is called, by the names that were found. */
    public Called called() {
      return called;
    }

    /** The columns that stay, with the outputs. */
    public PCollection<Batch> batches() {
      return output();
    }
  }
}
