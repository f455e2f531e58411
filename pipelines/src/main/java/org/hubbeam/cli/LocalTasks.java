// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import org.apache.beam.sdk.options.Default;
import org.apache.beam.sdk.options.Hidden;
import org.apache.beam.sdk.options.PipelineOptions;

/** How many tasks the engine runs at the same time in this process; {@link Engine} knows. */
@Hidden
public interface LocalTasks extends PipelineOptions {

  /** So many; 0 where the engine runs elsewhere, or is not known. */
  @Default.Integer(0)
  int getLocalTasks();

  void setLocalTasks(int value);
}
