package org.hubbeam.plan;

import java.io.Serializable;
import java.util.List;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.reducer.Reducer;

/** What an analyzer computes. */
public sealed interface Analysis extends Serializable {

  /** How {@code explain()} names it, with every setting. */
  String describe();

  /** A summary that is merged from parts; its results are arrays. */
  record Reduction(Reducer<?> reducer) implements Analysis {
    @Override
    public String describe() {
      return reducer.describe();
    }
  }

  /**
   * A summary by key whose results are kept in a file instead of the graph: {@code v1,v2 key} on
   * each line.
   *
   * @param reducer gives the keys, then vectors with one value a key
   * @param fileName the file's name
   */
  record KeyFile(Reducer<?> reducer, String fileName) implements Analysis {
    @Override
    public String describe() {
      return reducer.describe() + " -> " + fileName;
    }
  }

  /**
   * A whole transform of the user's, run by the engine only.
   *
   * @param transform what the engine knows to run
   * @param outputs what it gives
   */
  record External(Serializable transform, String name, List<ArraySpec> outputs)
      implements Analysis {
    public External {
      outputs = List.copyOf(outputs);
    }

    @Override
    public String describe() {
      return name;
    }
  }
}
