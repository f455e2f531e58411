// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.files;

import org.hubbeam.batch.Internal;

/** Names of columns that several transforms agree on. */
@Internal
public final class StandardColumns {

  /** The name of the file that a row comes from. */
  public static final String FILE = "file";

  /** The contents of that file. */
  public static final String BYTES = "bytes";

  /** A record of a TFRecord file, as its bytes. */
  public static final String RECORD = "record";

  /** When the first frame of a clip is shown; float32. */
  public static final String START_SECONDS = "start_seconds";

  /** When the last frame of a clip is shown; float32. */
  public static final String END_SECONDS = "end_seconds";

  /** The samples of a sound; lists of float32, each of which is a record by itself. */
  public static final String WAVEFORM = "waveform";

  private StandardColumns() {}
}
