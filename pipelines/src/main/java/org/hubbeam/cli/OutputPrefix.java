// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.values.PCollection;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.ExampleCodec;
import org.hubbeam.files.BatchSink;
import org.hubbeam.files.RunFolder;
import org.hubbeam.files.SchemaFile;
import org.hubbeam.files.WrittenFiles;

/**
 * TFRecord files with a common prefix, and the files beside them.
 *
 * @param path the start of all names
 * @param shards how many TFRecord files; 0 lets the engine choose
 */
record OutputPrefix(String path, int shards) implements Output {

  OutputPrefix {
    if (path.isEmpty() || path.endsWith("/")) {
      throw new UsageException(
          "--output="
              + path
              + " must be the start of file names, such as "
              + (path.isEmpty() ? "out/" : path)
              + "vectors");
    }
  }

  @Override
  public String folder() {
    int slash = path.lastIndexOf('/');
    return slash < 0 ? "." : slash == 0 ? "/" : path.substring(0, slash);
  }

  @Override
  public String names() {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  @Override
  public String manifest() {
    return path + ".manifest.json";
  }

  /** The file of the schema. */
  String schema() {
    return path + ".schema.pbtxt";
  }

  @Override
  public String failures() {
    return path + ".failures.jsonl";
  }

  private List<String> single() {
    return List.of(manifest(), schema(), failures());
  }

  @Override
  public List<String> existing() {
    List<String> names = new ArrayList<>(BatchSink.existing(path));
    names.addAll(OutputFiles.existing(single()));
    return names;
  }

  @Override
  public void delete() throws IOException {
    OutputFiles.delete(single());
    BatchSink.deleteExisting(path);
  }

  /**
   * Adds the steps that count batches and write them and their schema.
   *
   * @param packed columns written as bytes
   * @return tells of each file, when it is there
   */
  List<PCollection<String>> write(PCollection<Batch> batches, String counter, List<String> packed) {
    return write("", batches, counter, packed);
  }

  /**
   * The same, where a job writes several.
   *
   * @param name what these batches are called in the names of steps
   */
  List<PCollection<String>> write(
      String name, PCollection<Batch> batches, String counter, List<String> packed) {
    PCollection<Batch> counted = batches.apply(name + "Count", RowCount.of(counter));
    return List.of(
        counted.apply(
            name + "Write",
            BatchSink.tfrecord(path)
                .withShards(shards)
                .withPacked(packed)
                .withDoubles(ExampleCodec.Doubles.ROUND)),
        counted.apply(name + "Schema", SchemaFile.of(schema()).withPacked(packed)));
  }

  /** The TFRecord files that a run has written. */
  WrittenFiles written(RunFolder run) throws IOException {
    return WrittenFiles.read(run, path);
  }
}
