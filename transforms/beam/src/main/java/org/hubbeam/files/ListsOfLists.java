// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.files;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.io.fs.MatchResult;
import org.hubbeam.batch.Internal;
import org.hubbeam.tfrecord.Corruption;
import org.hubbeam.tfrecord.TFRecordReader;
import org.tensorflow.proto.SequenceExample;

/** Which columns are lists of lists, as the first records of the first file with data have them. */
@Internal
public final class ListsOfLists {

  private static final int RECORDS = 100;
  private static final ObjectMapper JSON = new ObjectMapper();

  private ListsOfLists() {}

  /**
   * Those of these columns that are lists of lists, in TFRecords or JSON lines. A file that is
   * neither, or cannot be read, has none; whoever reads it reports that.
   *
   * @param glob the names of the files
   */
  public static Set<String> among(Collection<String> columns, String glob) {
    Set<String> found = new LinkedHashSet<>();
    if (columns.isEmpty()) {
      return found;
    }
    for (MatchResult.Metadata file : FileGlob.match(glob)) {
      if (file.sizeBytes() > 0) {
        try {
          found.addAll(ofRecords(file));
        } catch (IOException e) {
          found.addAll(ofLines(file, columns));
        }
        break;
      }
    }
    found.retainAll(columns);
    return found;
  }

  private static Set<String> ofRecords(MatchResult.Metadata file) throws IOException {
    String name = file.resourceId().toString();
    Set<String> lists = new LinkedHashSet<>();
    try (ReadableByteChannel channel = FileSystems.open(file.resourceId());
        TFRecordReader in =
            TFRecordReader.open(channel, name, file.sizeBytes(), Corruption.FAIL, failure -> {})) {
      for (int i = 0; i < RECORDS && in.next(); i++) {
        add(in.record(), lists);
      }
    }
    return lists;
  }

  /** The feature lists of a {@code tf.SequenceExample} whose names are not in its context, too. */
  private static void add(byte[] record, Set<String> lists) {
    try {
      SequenceExample example = SequenceExample.parseFrom(record);
      lists.addAll(example.getFeatureLists().getFeatureListMap().keySet());
      lists.removeAll(example.getContext().getFeatureMap().keySet());
    } catch (InvalidProtocolBufferException e) {
      // Whoever reads the record reports it.
      return;
    }
  }

  private static Set<String> ofLines(MatchResult.Metadata file, Collection<String> columns) {
    Set<String> lists = new LinkedHashSet<>();
    try (ReadableByteChannel channel = FileSystems.open(file.resourceId());
        BufferedReader in =
            new BufferedReader(
                new InputStreamReader(
                    TextStream.open(Channels.newInputStream(channel), TextOptions.DEFAULT),
                    StandardCharsets.UTF_8))) {
      String line = in.readLine();
      for (int i = 0; i < RECORDS && line != null; i++) {
        add(line, columns, lists);
        line = in.readLine();
      }
    } catch (IOException e) {
      return Set.of();
    }
    return lists;
  }

  private static void add(String line, Collection<String> columns, Set<String> lists) {
    JsonNode row;
    try {
      row = JSON.readTree(line);
    } catch (JsonProcessingException e) {
      return;
    }
    for (String column : columns) {
      for (JsonNode item : row.path(column)) {
        if (row.path(column).isArray() && item.isArray()) {
          lists.add(column);
        }
      }
    }
  }
}
