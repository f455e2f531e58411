// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.files;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.nio.channels.ReadableByteChannel;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.TreeMap;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.io.fs.MatchResult;
import org.hubbeam.batch.Internal;
import org.hubbeam.tfrecord.Corruption;
import org.hubbeam.tfrecord.TFRecordReader;
import org.tensorflow.proto.Example;
import org.tensorflow.proto.Feature;
import org.tensorflow.proto.Features;
import org.tensorflow.proto.SequenceExample;

/** Prints records of a TFRecord file as JSON; each feature is a list of values. */
@Internal
public final class RecordText {

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private RecordText() {}

  /**
   * How much of a file is shown.
   *
   * @param records how many records
   * @param values how many values of a feature; then follows how many there are
   */
  public record Extent(int records, int values) {
    public Extent {
      if (records < 0 || values < 1) {
        throw new IllegalArgumentException(
            "cannot show " + records + " records with " + values + " values of a feature");
      }
    }
  }

  /**
   * The first records of a file; {@code tf.SequenceExample} is known by its feature lists.
   *
   * @throws IllegalArgumentException when the file is not there or a record is neither
   */
  public static List<String> head(String file, Extent extent) throws IOException {
    List<MatchResult.Metadata> files = FileGlob.match(file);
    if (files.size() != 1) {
      throw new IllegalArgumentException(
          files.isEmpty()
              ? "there is no file " + file
              : file + " means " + files.size() + " files");
    }
    MatchResult.Metadata found = files.get(0);
    List<String> texts = new ArrayList<>();
    try (ReadableByteChannel channel = FileSystems.open(found.resourceId());
        TFRecordReader in =
            TFRecordReader.open(channel, file, found.sizeBytes(), Corruption.FAIL, failure -> {})) {
      while (texts.size() < extent.records() && in.next()) {
        texts.add(text(file + "@" + in.offset(), in.record(), extent.values()));
      }
    }
    return texts;
  }

  private static String text(String id, byte[] record, int values) {
    try {
      Example example = Example.parseFrom(record);
      if (example.getUnknownFields().asMap().isEmpty()) {
        return features(example.getFeatures(), values).toString();
      }
      SequenceExample sequence = SequenceExample.parseFrom(record);
      ObjectNode both = JSON.objectNode();
      both.set("context", features(sequence.getContext(), values));
      ObjectNode lists = both.putObject("feature_lists");
      new TreeMap<>(sequence.getFeatureLists().getFeatureListMap())
          .forEach(
              (name, list) -> {
                ArrayNode steps = lists.putArray(name);
                list.getFeatureList().stream()
                    .limit(values)
                    .forEach(step -> steps.add(feature(step, values)));
                more(steps, list.getFeatureCount(), values);
              });
      return both.toString();
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException(
          id + " is neither a tf.Example nor a tf.SequenceExample: " + e.getMessage(), e);
    }
  }

  private static ObjectNode features(Features features, int values) {
    ObjectNode object = JSON.objectNode();
    new TreeMap<>(features.getFeatureMap())
        .forEach((name, feature) -> object.set(name, feature(feature, values)));
    return object;
  }

  private static ArrayNode feature(Feature feature, int values) {
    ArrayNode list = JSON.arrayNode();
    switch (feature.getKindCase()) {
      case BYTES_LIST -> {
        feature.getBytesList().getValueList().stream()
            .limit(values)
            .forEach(
                v ->
                    list.add(
                        v.isValidUtf8()
                            ? JSON.textNode(v.toStringUtf8())
                            : JSON.objectNode()
                                .put(
                                    "base64",
                                    Base64.getEncoder().encodeToString(v.toByteArray()))));
        more(list, feature.getBytesList().getValueCount(), values);
      }
      case FLOAT_LIST -> {
        feature.getFloatList().getValueList().stream().limit(values).forEach(list::add);
        more(list, feature.getFloatList().getValueCount(), values);
      }
      case INT64_LIST -> {
        feature.getInt64List().getValueList().stream().limit(values).forEach(list::add);
        more(list, feature.getInt64List().getValueCount(), values);
      }
      default -> {}
    }
    return list;
  }

  private static void more(ArrayNode list, int count, int shown) {
    if (count > shown) {
      list.add("... " + count + " in all");
    }
  }
}
