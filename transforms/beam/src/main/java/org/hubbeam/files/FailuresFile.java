// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.files;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.windowing.GlobalWindows;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.hubbeam.batch.Failure;

/**
 * Writes failures to one file of JSON lines, {@code {"id", "column", "module", "function",
 * "reason"}}, with {@code "line"} where it is known. Without failures, the file is empty. Their
 * order is not fixed. The file is complete or does not exist. The result is its name, when it is
 * there.
 */
public final class FailuresFile extends PTransform<PCollection<Failure>, PCollection<String>> {
  private static final long serialVersionUID = 1;

  private static final KvCoder<Integer, String> LINES =
      KvCoder.of(VarIntCoder.of(), StringUtf8Coder.of());

  /** No line: with it there is something to write also where there are no failures. */
  private static final String NONE = "";

  private final String file;

  private FailuresFile(String file) {
    this.file = file;
  }

  /** Writes to this file. */
  public static FailuresFile of(String file) {
    return new FailuresFile(file);
  }

  /**
   * Writes the file.
   *
   * @throws IllegalArgumentException when the failures are not bounded
   */
  @Override
  public PCollection<String> expand(PCollection<Failure> failures) {
    if (failures.isBounded() == PCollection.IsBounded.UNBOUNDED) {
      throw new IllegalArgumentException(
          "the failures for " + file + " are unbounded: the file would never be whole");
    }
    PCollection<KV<Integer, String>> lines =
        failures
            .apply("Json", ParDo.of(new JsonFn()))
            .setCoder(LINES)
            .apply("Global", Window.into(new GlobalWindows()));
    return PCollectionList.of(lines)
        .and(failures.getPipeline().apply("None", Create.of(KV.of(0, NONE)).withCoder(LINES)))
        .apply("All", Flatten.pCollections())
        .apply("Together", GroupByKey.create())
        .apply("Write", ParDo.of(new WriteFn(file)))
        .setCoder(StringUtf8Coder.of());
  }

  static String json(Failure failure) {
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("id", failure.id())
            .put("column", failure.column())
            .put("module", failure.module())
            .put("function", failure.function())
            .put("reason", failure.reason());
    if (failure.line() > 0) {
      json.put("line", failure.line());
    }
    return json.toString();
  }

  private static final class JsonFn extends DoFn<Failure, KV<Integer, String>> {
    private static final long serialVersionUID = 1;

    @ProcessElement
    public void process(@Element Failure failure, OutputReceiver<KV<Integer, String>> out) {
      out.output(KV.of(0, json(failure)));
    }
  }

  private static final class WriteFn extends DoFn<KV<Integer, Iterable<String>>, String> {
    private static final long serialVersionUID = 1;
    private final String file;

    WriteFn(String file) {
      this.file = file;
    }

    @ProcessElement
    public void process(@Element KV<Integer, Iterable<String>> lines, OutputReceiver<String> out)
        throws IOException {
      WholeFile.writeLines(file, lines.getValue());
      out.output(file);
    }
  }
}
