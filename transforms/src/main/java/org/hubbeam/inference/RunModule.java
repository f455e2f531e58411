package org.hubbeam.inference;

import java.util.Map;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TupleTagList;
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
 * <p>An output replaces an input column of the same name.
 */
public final class RunModule extends PTransform<PCollection<Batch>, RunModule.Result> {
  private static final long serialVersionUID = 1;

  private final ModuleSpec spec;
  private final ModuleLoader loader;
  private final RowIds ids;

  private RunModule(ModuleSpec spec, ModuleLoader loader, RowIds ids) {
    this.spec = spec;
    this.loader = loader;
    this.ids = ids;
  }

  /** The call that this spec describes. */
  public static RunModule of(ModuleSpec spec) {
    return new RunModule(spec, ModuleLoader.FromHub.INSTANCE, RowIds.OF_ORIGIN);
  }

  /** With failures named by this column's value, instead of by file and offset. */
  public RunModule withIdColumn(String column) {
    return new RunModule(spec, loader, new RowIds(column));
  }

  RunModule withLoader(ModuleLoader value) {
    return new RunModule(spec, value, ids);
  }

  /**
   * Looks at the module first, unless the spec says not to.
   *
   * @throws org.hubbeam.model.ModuleException when the module, the function, or an input or output
   *     of the mapping is not there, naming those that are
   */
  @Override
  public Result expand(PCollection<Batch> batches) {
    Called called = SpecCheck.batches(spec, loader);
    PCollectionTuple both =
        batches.apply(
            "Call",
            ParDo.of(new RunModuleFn(spec, loader, ids))
                .withOutputTags(RunModuleFn.BATCHES, TupleTagList.of(RunModuleFn.FAILURES)));
    both.get(RunModuleFn.BATCHES).setCoder(batches.getCoder());
    return new Result(both.get(RunModuleFn.BATCHES), both.get(RunModuleFn.FAILURES), called);
  }

  /**
   * What is called.
   *
   * @param function with its python arguments; as the spec says it where workers look at the module
   * @param outputs the function's outputs by the columns that keep them
   */
  public record Called(String function, Map<String, String> outputs) {
    public Called {
      outputs = Map.copyOf(outputs);
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

    /** The input columns with the outputs. */
    public PCollection<Batch> batches() {
      return both.output();
    }
  }
}
