// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.files;

import org.apache.beam.sdk.options.Hidden;
import org.apache.beam.sdk.options.PipelineOptions;
import org.hubbeam.batch.Internal;
import org.jspecify.annotations.Nullable;

/** Where a run of the command line keeps what is not finished; nothing is set by other programs. */
@Hidden
@Internal
public interface RunOptions extends PipelineOptions {

  /** The {@link RunFolder} of the run, beside its output; null if there is none. */
  @Nullable String getRunFolder();

  void setRunFolder(@Nullable String value);

  /** Where steps put what later steps read; null if each analysis makes a folder of its own. */
  @Nullable String getRunTempFolder();

  void setRunTempFolder(@Nullable String value);
}
