// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.sinks;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Serializable;
import java.nio.channels.Channels;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.io.fs.ResourceId;
import org.apache.beam.sdk.util.MimeTypes;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Values;
import org.hubbeam.files.RunFolder;
import org.jspecify.annotations.Nullable;

/**
 * Where the parts of a set of files are until all are there: each worker writes the vectors of its
 * rows to one file, and what is said of the rows to another.
 *
 * @param name of the files
 * @param run the run that this belongs to; null if there is none
 * @param own names the folder if it belongs to no run
 */
record VectorParts(String name, @Nullable RunFolder run, String own) implements Serializable {

  /**
   * Rows of one batch in a part.
   *
   * @param part names its files
   * @param origin of the first row
   * @param vectorsAt where the vectors begin
   * @param textAt where the text begins
   * @param textBytes its length
   */
  record Chunk(
      String part,
      Origin origin,
      int rows,
      VectorSchema schema,
      long vectorsAt,
      long textAt,
      long textBytes)
      implements Serializable {}

  /** Where a row comes from, in the order of the sources and their records. */
  record Origin(String source, long record) implements Serializable, Comparable<Origin> {
    @Override
    public int compareTo(Origin other) {
      int order = source.compareTo(other.source);
      return order != 0 ? order : Long.compare(record, other.record);
    }
  }

  /** The folder of the parts. */
  String folder() {
    if (run != null) {
      return run.child("parts-vectors");
    }
    int slash = name.lastIndexOf('/');
    return (slash < 0 ? "." : name.substring(0, slash)) + "/" + RunFolder.PREFIX + own;
  }

  /** Sees to it that this worker writes to where the others do. */
  void checkShared() {
    if (run != null) {
      run.checkShared();
    }
  }

  /** Removes the folder, if it is not one of a run. */
  void clean() throws IOException {
    if (run == null) {
      RunFolder.delete(folder());
    }
  }

  ResourceId vectors(String part) {
    return FileSystems.matchNewResource(folder() + "/" + part + ".vectors", false);
  }

  ResourceId text(String part) {
    return FileSystems.matchNewResource(folder() + "/" + part + ".text", false);
  }

  /** Writes one part. For one thread. */
  static final class Writer implements Closeable {
    private final String part = UUID.randomUUID().toString();
    private final OutputStream vectors;
    private final OutputStream text;
    private long vectorBytes;
    private long textBytes;

    Writer(VectorParts parts) throws IOException {
      vectors = Channels.newOutputStream(FileSystems.create(parts.vectors(part), MimeTypes.BINARY));
      text = Channels.newOutputStream(FileSystems.create(parts.text(part), MimeTypes.BINARY));
    }

    /** Writes the rows of a batch, with what is said of them. */
    Chunk write(Batch rows, VectorSchema schema, byte[] said) throws IOException {
      byte[] numbers = ((Values.Numbers) rows.column(schema.vector().name()).values()).bytes();
      Chunk chunk =
          new Chunk(
              part,
              new Origin(rows.origin().source(), rows.origin().records()[0]),
              rows.rows(),
              schema,
              vectorBytes,
              textBytes,
              said.length);
      vectors.write(numbers);
      text.write(said);
      vectorBytes += numbers.length;
      textBytes += said.length;
      return chunk;
    }

    @Override
    public void close() throws IOException {
      try (vectors;
          text) {
        vectors.flush();
        text.flush();
      }
    }
  }

  /** The chunks in the order of their rows. */
  static List<Chunk> ordered(Iterable<Chunk> chunks) {
    List<Chunk> all = new ArrayList<>();
    chunks.forEach(all::add);
    all.sort(Comparator.comparing(Chunk::origin).thenComparing(Chunk::part));
    return all;
  }
}
