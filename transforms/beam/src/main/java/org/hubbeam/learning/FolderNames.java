// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.learning;

import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Internal;
import org.hubbeam.batch.Values;
import org.hubbeam.files.StandardColumns;

/**
 * Adds to files as rows the column {@code folder}: the name of the folder that a file is in, which
 * may be its label.
 */
@Internal
public final class FolderNames extends PTransform<PCollection<Batch>, PCollection<Batch>> {
  private static final long serialVersionUID = 1;

  /** The column. */
  public static final String FOLDER = "folder";

  private FolderNames() {}

  /** The transform. */
  public static FolderNames create() {
    return new FolderNames();
  }

  @Override
  public PCollection<Batch> expand(PCollection<Batch> batches) {
    return batches.apply(ParDo.of(new FolderFn())).setCoder(batches.getCoder());
  }

  private static final class FolderFn extends DoFn<Batch, Batch> {
    private static final long serialVersionUID = 1;

    @ProcessElement
    public void process(@Element Batch batch, OutputReceiver<Batch> out) {
      RowCells files = RowCells.of(batch.column(StandardColumns.FILE));
      String[] folders = new String[batch.rows()];
      for (int row = 0; row < folders.length; row++) {
        String file = ((Values.Strings) files.values()).text(files.from(row));
        folders[row] = name(parent(file));
      }
      out.output(batch.with(FOLDER, Array.Dense.vector(Values.of(folders))));
    }

    private static int slash(String path) {
      return Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\'));
    }

    private static String parent(String path) {
      return path.substring(0, Math.max(slash(path), 0));
    }

    private static String name(String path) {
      return path.substring(slash(path) + 1);
    }
  }
}
