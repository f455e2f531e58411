package org.hubbeam.cli;

import java.io.IOException;
import java.util.List;

/** Where pictures go, and the files that tell of them. */
record OutputFolder(String folder) {

  OutputFolder {
    folder = folder.replaceFirst("(?<=.)/+$", "");
  }

  String manifest() {
    return folder + "/manifest.json";
  }

  String failures() {
    return folder + "/failures.jsonl";
  }

  /** What is there of an earlier run, without its pictures. */
  List<String> existing() {
    return OutputFiles.existing(List.of(manifest(), failures()));
  }

  /** Removes the files of an earlier run; its pictures stay until others of their names come. */
  void delete() throws IOException {
    OutputFiles.delete(List.of(manifest(), failures()));
  }
}
