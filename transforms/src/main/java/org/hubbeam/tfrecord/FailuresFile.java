package org.hubbeam.tfrecord;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import org.apache.beam.sdk.io.TextIO;
import org.apache.beam.sdk.transforms.MapElements;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PDone;
import org.apache.beam.sdk.values.TypeDescriptors;
import org.hubbeam.batch.Failure;

/**
 * Failures into one file of JSON lines, {@code {"id", "column", "module", "function", "reason"}};
 * an empty file where there are none. Their order is not fixed.
 */
public final class FailuresFile extends PTransform<PCollection<Failure>, PDone> {
  private static final long serialVersionUID = 1;

  private final String file;

  private FailuresFile(String file) {
    this.file = file;
  }

  /** The file of this name. */
  public static FailuresFile of(String file) {
    return new FailuresFile(file);
  }

  @Override
  public PDone expand(PCollection<Failure> failures) {
    return failures
        .apply("Json", MapElements.into(TypeDescriptors.strings()).via(FailuresFile::json))
        .apply("Write", TextIO.write().to(file).withoutSharding());
  }

  static String json(Failure failure) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("id", failure.id())
        .put("column", failure.column())
        .put("module", failure.module())
        .put("function", failure.function())
        .put("reason", failure.reason())
        .toString();
  }
}
