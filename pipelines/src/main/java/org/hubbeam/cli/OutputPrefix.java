package org.hubbeam.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.hubbeam.files.BatchSink;

/**
 * Where the output goes.
 *
 * @param prefix the start of all names
 * @param shards how many TFRecord files; 0 as many as the engine likes
 */
record OutputPrefix(String prefix, int shards) {

  String manifest() {
    return prefix + ".manifest.json";
  }

  String schema() {
    return prefix + ".schema.pbtxt";
  }

  String failures() {
    return prefix + ".failures.jsonl";
  }

  private List<String> single() {
    return List.of(manifest(), schema(), failures());
  }

  /** What is there of an earlier run. */
  List<String> existing() {
    List<String> names = new ArrayList<>(BatchSink.existing(prefix));
    names.addAll(OutputFiles.existing(single()));
    return names;
  }

  /** Removes an earlier run, first the manifest, so that what remains never looks whole. */
  void delete() throws IOException {
    OutputFiles.delete(single());
    BatchSink.deleteExisting(prefix);
  }
}
