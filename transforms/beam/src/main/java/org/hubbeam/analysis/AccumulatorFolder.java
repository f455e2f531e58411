// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.analysis;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.Serializable;
import java.nio.channels.Channels;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiConsumer;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.io.fs.EmptyMatchTreatment;
import org.apache.beam.sdk.io.fs.MatchResult.Metadata;
import org.apache.beam.sdk.io.fs.MoveOptions.StandardMoveOptions;
import org.apache.beam.sdk.util.MimeTypes;
import org.hubbeam.files.WholeFile;
import org.hubbeam.plan.Phase;
import org.hubbeam.reducer.TokenStats;
import org.hubbeam.reducer.TokenSums;
import org.hubbeam.tfrecord.Compression;
import org.hubbeam.tfrecord.Corruption;
import org.hubbeam.tfrecord.TFRecordReader;
import org.hubbeam.tfrecord.TFRecordWriter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder of saved accumulators: for each data set {@code KEY.json} and files of tokens.
 *
 * @param location a folder of this machine or of one of Beam's file systems
 */
record AccumulatorFolder(String location) implements Serializable {

  private static final Logger LOG = LoggerFactory.getLogger(AccumulatorFolder.class);

  /**
   * The saved accumulators of a data set, if they are complete for a phase. Otherwise a warning is
   * logged.
   */
  Optional<SavedAccumulators> find(String dataset, Phase phase, List<String> keys) {
    String file = index(dataset);
    try {
      if (FileSystems.match(file, EmptyMatchTreatment.ALLOW).metadata().isEmpty()) {
        return Optional.empty();
      }
      SavedAccumulators saved = SavedAccumulators.parse(WholeFile.read(file));
      saved.summary(phase, keys);
      for (String key : SavedAccumulators.vocabularyKeys(phase, keys)) {
        FileSystems.matchSingleFileSpec(location + "/" + saved.tokens(key).file());
      }
      return Optional.of(saved);
    } catch (IOException e) {
      LOG.warn(
          "the saved accumulators of the data set {} in {} are not used: {}",
          dataset,
          file,
          e.getMessage());
      return Optional.empty();
    }
  }

  private String index(String dataset) {
    return location + "/" + dataset + ".json";
  }

  /** The saved accumulators of a data set. */
  SavedAccumulators read(String dataset) throws IOException {
    return SavedAccumulators.parse(WholeFile.read(index(dataset)));
  }

  /** Saves the accumulators of a data set, replacing earlier ones. */
  void write(String dataset, SavedAccumulators saved) throws IOException {
    WholeFile.write(index(dataset), saved.toJson());
    List<String> names = saved.tokens().values().stream().map(t -> t.file()).toList();
    List<Metadata> stale =
        FileSystems.match(location + "/" + dataset + ".tokens-*", EmptyMatchTreatment.ALLOW)
            .metadata()
            .stream()
            .filter(m -> !names.contains(m.resourceId().getFilename()))
            .toList();
    FileSystems.delete(
        stale.stream().map(Metadata::resourceId).toList(),
        StandardMoveOptions.IGNORE_MISSING_FILES);
  }

  /**
   * Writes counts of tokens into a new file.
   *
   * @param blocks those of {@link TokenSums}, which have each token once
   * @return its name
   */
  String writeTokens(String dataset, Iterable<byte[]> blocks) throws IOException {
    String name = dataset + ".tokens-" + UUID.randomUUID() + ".tfrecord.gz";
    try (TFRecordWriter out =
        new TFRecordWriter(
            Channels.newOutputStream(
                FileSystems.create(
                    FileSystems.matchNewResource(location + "/" + name, false), MimeTypes.BINARY)),
            Compression.GZIP)) {
      for (byte[] block : blocks) {
        TokenSums.forEach(block, (token, stats) -> out.write(record(token, stats)));
      }
    }
    return name;
  }

  private static byte[] record(byte[] token, TokenStats stats) throws IOException {
    ByteArrayOutputStream record = new ByteArrayOutputStream();
    DataOutputStream data = new DataOutputStream(record);
    data.writeInt(token.length);
    data.write(token);
    stats.encode(data);
    return record.toByteArray();
  }

  /** Reads what {@link #writeTokens} wrote. */
  void readTokens(String name, BiConsumer<byte[], TokenStats> action) throws IOException {
    Metadata file = FileSystems.matchSingleFileSpec(location + "/" + name);
    try (TFRecordReader in =
        TFRecordReader.open(
            FileSystems.open(file.resourceId()),
            name,
            file.sizeBytes(),
            Corruption.FAIL,
            failure -> {
              throw new IllegalStateException(failure.reason());
            })) {
      while (in.next()) {
        DataInputStream data =
            new DataInputStream(
                new ByteArrayInputStream(in.buffer(), in.start(), in.end() - in.start()));
        byte[] token = data.readNBytes(data.readInt());
        action.accept(token, TokenStats.decode(data));
      }
    }
  }
}
