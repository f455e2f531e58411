// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.util.Map;
import java.util.Set;

/** Is told how far a job is that runs elsewhere. */
interface JobWatch {

  /** The counters of {@link RowCount} that are looked at. */
  Set<String> counters();

  /** What counters have seen so far, those that are known. */
  void counted(Map<String, RowCount.Seen> seen);

  /** Something that the user has to know while the job runs. */
  void say(String line);
}
