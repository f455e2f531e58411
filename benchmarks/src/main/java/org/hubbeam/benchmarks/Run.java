package org.hubbeam.benchmarks;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * What was seen of one contender in one round.
 *
 * @param contender its name
 * @param size what tells its works apart, see {@link Contender.Work}
 * @param rows rows that were read
 * @param rate rows a second as it says itself, start-up excluded; null where it says none
 * @param wall seconds from its start to its end; null where it did not run
 * @param cpu seconds of processor time, of all its processes; null where it did not run
 * @param peak the most bytes resident at a time, of all its processes; null where that is not known
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
    String note) {

  /** One that was left out, failed, or is a remark and no measurement. */
  static Run noted(String contender, Contender.Work work, String note) {
    return new Run(contender, work.size(), work.rows(), null, null, null, null, note);
  }

  /** A size of something, beside those of processes. */
  static Run sized(String what, long bytes) {
    return new Run(what, 0, 0, null, null, null, bytes, "");
  }
}
