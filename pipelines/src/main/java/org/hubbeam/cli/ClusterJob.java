// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import org.apache.beam.sdk.options.Hidden;
import org.apache.beam.sdk.options.PipelineOptions;
import org.jspecify.annotations.Nullable;

/** The job of a pipeline on a cluster that is asked about it; its {@link Engine} sets these. */
@Hidden
public interface ClusterJob extends PipelineOptions {

  /** The address of the cluster, {@code HOST:PORT}; null if none can be asked. */
  @Nullable String getCluster();

  void setCluster(@Nullable String value);

  /** The id that the job has there, chosen before it is submitted; null if that is not possible. */
  @Nullable String getClusterJobId();

  void setClusterJobId(@Nullable String value);

  /** The folder of the configuration that the job is submitted with; null if there is none. */
  @Nullable String getClusterConfiguration();

  void setClusterConfiguration(@Nullable String value);
}
