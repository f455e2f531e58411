// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.util.Optional;
import org.hubbeam.files.BatchSource;
import org.hubbeam.files.FileKind;
import org.hubbeam.files.FileNames;
import org.hubbeam.files.TextOptions;

/** What input files hold; the names are what users write. */
enum InputFormat {
  text("txt|text|log|md"),
  /** Each file is one text; told by no name. */
  document("(?!)"),
  csv("csv|tsv|tab"),
  jsonl("jsonl|ndjson|jl|json"),
  tfrecord("tfrecords?([-_.].*)?"),
  image("png|jpe?g|jpe|jfif|gif|bmp|webp|tiff?|hei[cf]|avif|jp2|j2k|jxl"),
  video("mp4|m4v|mov|avi|mkv|webm|mpe?g|flv|wmv|3gp|ogv"),
  audio("wave?|wav|aiff?|aifc|au|snd|flac|ogg|oga|opus|mp3|aac|m4a|wma|caf|amr");

  private final String endings;

  InputFormat(String endings) {
    this.endings = endings;
  }

  BatchSource source(String glob, TextOptions options) {
    return switch (this) {
      case text -> BatchSource.text(glob, options);
      case document -> BatchSource.documents(glob, options);
      case csv -> BatchSource.csv(glob, options);
      case jsonl -> BatchSource.jsonl(glob, options);
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

  /** The format that the name of a file tells. */
  static Optional<InputFormat> byName(String file) {
    String name = FileNames.unpacked(file);
    for (InputFormat format : values()) {
      String pattern = format == tfrecord ? ".*" : ".*\\.";
      if (name.matches("(?i)" + pattern + "(" + format.endings + ")")) {
        return Optional.of(format);
      }
    }
    return Optional.empty();
  }

  /** The format that the bytes of a file tell; empty where there are none, or nothing reads it. */
  static Optional<InputFormat> byContent(FileKind kind) {
    return switch (kind.content()) {
      case TEXT -> Optional.of(text);
      case JSON_LINES -> Optional.of(jsonl);
      case TFRECORD -> Optional.of(tfrecord);
      case PICTURE -> Optional.of(image);
      case CLIP -> Optional.of(video);
      case SOUND -> Optional.of(audio);
      case NOTHING, BINARY, OTHER -> Optional.empty();
    };
  }

  /** Whether a file of this kind can be read so, as far as its first bytes tell. */
  boolean reads(FileKind kind, TextOptions options) {
    return switch (this) {
      case text, document, csv, jsonl ->
          kind.isText() || (kind.content() == FileKind.Content.BINARY && options.charset() != null);
      case tfrecord ->
          switch (kind.content()) {
            case TFRECORD, NOTHING, BINARY -> true;
            default -> false;
          };
      case image, video, audio -> true;
    };
  }
}
