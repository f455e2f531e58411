// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package hubbeam;

import com.google.api.services.dataflow.model.DataflowPackage;
import java.util.List;
import org.apache.beam.runners.dataflow.util.GcsStager;
import org.apache.beam.runners.dataflow.util.PackageUtil.StagedFile;
import org.apache.beam.runners.dataflow.util.Stager;
import org.apache.beam.sdk.options.FileStagingOptions;
import org.apache.beam.sdk.options.PipelineOptions;

/**
 * Stages files as Beam does, and forgets where they were on this machine: Beam would send these
 * paths with the options of the job, where everybody who sees the job could read them.
 *
 * <p>Found by its name, in {@code --stagerClass}; of no use to anyone else.
 */
public final class DataflowStager implements Stager {
  private final FileStagingOptions options;
  private final Stager stager;

  private DataflowStager(PipelineOptions options) {
    this.options = options.as(FileStagingOptions.class);
    this.stager = GcsStager.fromOptions(options);
  }

  /** As Beam makes it. */
  public static DataflowStager fromOptions(PipelineOptions options) {
    return new DataflowStager(options);
  }

  @Override
  public List<DataflowPackage> stageFiles(List<StagedFile> files) {
    List<DataflowPackage> packages = stager.stageFiles(files);
    // The names in the store are in the packages; workers do not look here.
    options.setFilesToStage(List.of());
    return packages;
  }

  @Override
  public DataflowPackage stageToFile(byte[] bytes, String baseName) {
    return stager.stageToFile(bytes, baseName);
  }
}
