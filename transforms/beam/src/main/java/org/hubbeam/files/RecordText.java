// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.files;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.channels.ReadableByteChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.io.fs.MatchResult;
import org.hubbeam.batch.Internal;
import org.hubbeam.tfrecord.Corruption;
import org.hubbeam.tfrecord.TFRecordReader;
import org.tensorflow.proto.Feature;

/** Prints records of a TFRecord file as JSON; each feature is a list of values. */
@Internal
public final class RecordText {

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  /** How many bytes of a record that is neither are shown for each value that may be. */
  private static final int SHOWN = 8;

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
   * The first records of a file; {@code tf.SequenceExample} is known by its feature lists. A key
   * that is no UTF-8 is shown as Python shows bytes; a record that is neither, as base64.
   *
   * @param corruption whether damage is an error, or ends what is shown
   * @throws IllegalArgumentException when the file is not there, or is of another kind
   */
  public static List<String> head(String file, Extent extent, Corruption corruption)
      throws IOException {
    List<MatchResult.Metadata> files = FileGlob.existing(file);
    if (files.size() != 1) {
      throw new IllegalArgumentException(file + " means " + files.size() + " files");
    }
    MatchResult.Metadata found = files.get(0);
    checkKind(found.resourceId().toString());
    List<String> texts = new ArrayList<>();
    try (ReadableByteChannel channel = FileSystems.open(found.resourceId());
        TFRecordReader in =
            TFRecordReader.open(channel, file, found.sizeBytes(), corruption, failure -> {})) {
      while (texts.size() < extent.records() && in.next()) {
        texts.add(text(in.record(), extent.values()));
      }
    }
    return texts;
  }

  private static void checkKind(String file) throws IOException {
    FileKind kind = FileKind.of(file);
    switch (kind.content()) {
      case NOTHING, BINARY, TFRECORD -> {}
      case TEXT, JSON_LINES ->
          throw new IllegalArgumentException(
              file + " is " + kind.name() + ", no file of TFRecords; any pager shows it");
      default ->
          throw new IllegalArgumentException(
              file + " is " + kind.name() + ", no file of TFRecords");
    }
  }

  private static String text(byte[] record, int values) {
    RecordFields fields;
    try {
      fields = RecordFields.parse(record);
    } catch (IOException e) {
      ObjectNode neither = JSON.objectNode();
      neither.put("error", "neither tf.Example nor tf.SequenceExample: " + e.getMessage());
      byte[] shown = Arrays.copyOf(record, Math.min(record.length, SHOWN * values));
      neither.put("bytes", record.length);
      neither.put("base64", Base64.getEncoder().encodeToString(shown));
      return neither.toString();
    }
    if (fields.lists() == null) {
      return features(fields.features(), values).toString();
    }
    ObjectNode both = JSON.objectNode();
    both.set("context", features(fields.features(), values));
    ObjectNode lists = both.putObject("feature_lists");
    fields
        .lists()
        .forEach(
            (name, list) -> {
              ArrayNode steps = lists.putArray(key(name));
              list.stream().limit(values).forEach(step -> steps.add(feature(step, values)));
              more(steps, list.size(), values);
            });
    return both.toString();
  }

  private static ObjectNode features(Map<ByteString, Feature> features, int values) {
    ObjectNode object = JSON.objectNode();
    features.forEach((name, feature) -> object.set(key(name), feature(feature, values)));
    return object;
  }

  private static String key(ByteString key) {
    if (key.isValidUtf8()) {
      return key.toStringUtf8();
    }
    StringBuilder text = new StringBuilder("b'");
    for (byte one : key.toByteArray()) {
      boolean plain = one >= ' ' && one < 0x7f && one != '\'' && one != '\\';
      text.append(plain ? String.valueOf((char) one) : String.format("\\x%02x", one & 0xff));
    }
    return text.append("'").toString();
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
