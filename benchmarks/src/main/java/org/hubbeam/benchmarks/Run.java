// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.benchmarks;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Map;

/**
 * The result of one contender in one round.
 *
 * @param contender its name
 * @param size see {@link Contender.Work}
 * @param rows rows that were read
 * @param rate rows a second that it printed, start-up excluded; null if it printed none
 * @param wall seconds from its start to its end; null where it did not run
 * @param cpu seconds of processor time, of all its processes; null where it did not run
 * @param peak the most bytes resident at a time, of all its processes; null where that is not known
 * @param measures further numbers that it printed, by name
 * @param note why it did not run, or what else was seen; empty for none
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Run(
    String contender,
    long size,
    long rows,
    Double rate,
    Double wall,
    Double cpu,
    Long peak,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, Double> measures,
    String note) {

  Run {
    measures = measures == null ? Map.of() : measures;
  }

  /** A contender that was left out or failed, or a remark. */
  static Run noted(String contender, Contender.Work work, String note) {
    return new Run(contender, work.size(), work.rows(), null, null, null, null, Map.of(), note);
  }

  /** The size of something that is not a process. */
  static Run sized(String what, long bytes) {
    return new Run(what, 0, 0, null, null, null, bytes, Map.of(), "");
  }
}
