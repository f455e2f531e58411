// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.files;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.io.fs.MatchResult;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.hubbeam.batch.Failure;
import org.hubbeam.batch.Internal;

/** The failures of an earlier run, which {@link FailuresFile} has written. */
@Internal
public final class FailuresSource extends PTransform<PBegin, PCollection<Failure>> {
  private static final long serialVersionUID = 1;

  private static final ObjectMapper JSON = new ObjectMapper();

  private final String file;

  private FailuresSource(String file) {
    this.file = file;
  }

  /** Reads this file; none where it is not there. */
  public static FailuresSource of(String file) {
    return new FailuresSource(file);
  }

  @Override
  public PCollection<Failure> expand(PBegin begin) {
    return begin
        .apply("File", Create.of(file).withCoder(StringUtf8Coder.of()))
        .apply("Read", ParDo.of(new ReadFn()))
        .setCoder(FailureCoder.of());
  }

  private static final class ReadFn extends DoFn<String, Failure> {
    private static final long serialVersionUID = 1;

    @ProcessElement
    public void process(@Element String name, OutputReceiver<Failure> out) throws IOException {
      for (MatchResult.Metadata found : FileGlob.match(name)) {
        try (BufferedReader lines =
            new BufferedReader(
                Channels.newReader(FileSystems.open(found.resourceId()), StandardCharsets.UTF_8))) {
          for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            out.output(failure(JSON.readTree(line)));
          }
        }
      }
    }

    private static Failure failure(JsonNode json) {
      return new Failure(
          json.path("id").asText(),
          json.path("column").asText(),
          json.path("module").asText(),
          json.path("function").asText(),
          json.path("reason").asText(),
          json.path("line").asLong());
    }
  }
}
