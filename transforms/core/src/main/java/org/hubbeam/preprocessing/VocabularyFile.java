// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.preprocessing;

import org.hubbeam.model.TableLines;
import org.hubbeam.model.TableRecords;
import org.hubbeam.plan.TableNode;
import org.hubbeam.plan.VocabularyFormat;
import org.tensorflow.Operand;
import org.tensorflow.types.TString;

/**
 * A vocabulary of a preprocessing function: a file of tokens. The id of a token is its index in the
 * file.
 *
 * @param tracing the trace that it belongs to
 * @param file its placeholder
 * @param format of the file
 */
public record VocabularyFile(Tracing tracing, Tracing.FileResult file, VocabularyFormat format) {

  /** The path of the file on the machine that runs the function: a string scalar. */
  public Operand<TString> path() {
    return file.path();
  }

  /** Whether an analyzer computes it; otherwise it is an existing file. */
  public boolean isAnalyzed() {
    return !tracing.isGiven(file);
  }

  /** The table from whole lines or records to their places. */
  TableNode.Content whole() {
    return format == VocabularyFormat.TEXT
        ? new TableNode.Lines(file.nodeName(), TableLines.VOCABULARY)
        : new TableNode.Records(file.nodeName(), TableRecords.WHOLE);
  }

  /** The table from the tokens behind their frequencies to their places. */
  TableNode.Content behindFrequency() {
    return format == VocabularyFormat.TEXT
        ? new TableNode.Lines(file.nodeName(), TableLines.BEHIND_BLANK)
        : new TableNode.Records(file.nodeName(), TableRecords.BEHIND_BLANK);
  }
}
