// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.util.Optional;
import org.hubbeam.files.BatchSource;

/** What input files hold; the names are what users write. */
enum InputFormat {
  text,
  csv,
  jsonl,
  tfrecord,
  image,
  video,
  audio;

  BatchSource source(String glob) {
    return switch (this) {
      case text -> BatchSource.text(glob);
      case csv -> BatchSource.csv(glob);
      case jsonl -> BatchSource.jsonl(glob);
      case tfrecord -> BatchSource.tfrecord(glob);
      case image -> BatchSource.files(glob);
      case video, audio -> BatchSource.fileNames(glob);
    };
  }

  /** What each file is, where it is one record. */
  Optional<Media> media() {
    return switch (this) {
      case image -> Optional.of(Media.image);
      case video -> Optional.of(Media.video);
      case audio -> Optional.of(Media.audio);
      default -> Optional.empty();
    };
  }
}
