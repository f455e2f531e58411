// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.files;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.tensorflow.proto.Feature;

/**
 * The fields of a {@code tf.Example} or {@code tf.SequenceExample}, whose keys need not be UTF-8:
 * TensorFlow does not check them, and generated Java classes refuse them.
 *
 * @param features of the example, or of the context
 * @param lists the feature lists; null for an example
 */
record RecordFields(
    Map<ByteString, Feature> features, @Nullable Map<ByteString, List<Feature>> lists) {

  private static final int MESSAGE = WireFormat.WIRETYPE_LENGTH_DELIMITED;
  private static final int FIRST = 1 << 3 | MESSAGE;
  private static final int SECOND = 2 << 3 | MESSAGE;

  /** Takes a field of a message. */
  private interface Field {
    /** Takes it, or returns false. */
    boolean take(int tag, CodedInputStream in) throws IOException;
  }

  /** What an entry of a map is made of. */
  private interface Entry {
    void put(ByteString key, List<ByteString> values) throws IOException;
  }

  /**
   * Parses a record.
   *
   * @throws IOException when it is neither
   */
  static RecordFields parse(byte[] record) throws IOException {
    Map<ByteString, Feature> features = map();
    Map<ByteString, List<Feature>> lists = map();
    boolean[] sequence = {false};
    fields(
        CodedInputStream.newInstance(record),
        (tag, in) -> {
          if (tag == FIRST) {
            entries(in.readBytes(), (key, values) -> features.put(key, feature(values)));
          } else if (tag == SECOND) {
            sequence[0] = true;
            entries(in.readBytes(), (key, values) -> lists.put(key, list(values)));
          }
          return tag == FIRST || tag == SECOND;
        });
    return new RecordFields(features, sequence[0] ? lists : null);
  }

  private static <T> Map<ByteString, T> map() {
    return new TreeMap<>(
        Comparator.comparing(key -> key, ByteString.unsignedLexicographicalComparator()));
  }

  private static void fields(CodedInputStream in, Field field) throws IOException {
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (!field.take(tag, in)) {
        in.skipField(tag);
      }
    }
  }

  private static void entries(ByteString message, Entry entry) throws IOException {
    fields(
        message.newCodedInput(),
        (tag, in) -> {
          if (tag != FIRST) {
            return false;
          }
          ByteString[] key = {ByteString.EMPTY};
          List<ByteString> values = new ArrayList<>();
          fields(
              in.readBytes().newCodedInput(),
              (part, inner) -> {
                if (part == FIRST) {
                  key[0] = inner.readBytes();
                } else if (part == SECOND) {
                  values.add(inner.readBytes());
                }
                return part == FIRST || part == SECOND;
              });
          entry.put(key[0], values);
          return true;
        });
  }

  private static Feature feature(List<ByteString> values) throws IOException {
    Feature.Builder feature = Feature.newBuilder();
    for (ByteString value : values) {
      feature.mergeFrom(value);
    }
    return feature.build();
  }

  private static List<Feature> list(List<ByteString> values) throws IOException {
    List<Feature> steps = new ArrayList<>();
    for (ByteString value : values) {
      fields(
          value.newCodedInput(),
          (tag, in) -> {
            if (tag == FIRST) {
              steps.add(Feature.parseFrom(in.readBytes()));
            }
            return tag == FIRST;
          });
    }
    return steps;
  }
}
