package org.hubbeam.model;

import java.util.List;
import java.util.Map;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Batch;

/** One function of a loaded module. Threads may call it at the same time. */
public final class ModuleFunction implements BatchFunction {

  /** The name, with its python arguments. */
  public FunctionChoice choice() {
    throw new UnsupportedOperationException();
  }

  /** What it takes, in the order of the names. */
  public List<ArraySpec> inputs() {
    throw new UnsupportedOperationException();
  }

  /** What it gives, in the order of the names. */
  public List<ArraySpec> outputs() {
    throw new UnsupportedOperationException();
  }

  /** One call with whole arrays, as Python would make it. */
  public Map<String, Array> call(Map<String, Array> inputs) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Batch call(Batch rows) {
    throw new UnsupportedOperationException();
  }
}
