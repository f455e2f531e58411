// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.beam.sdk.io.FileSystemRegistrar;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.util.common.ReflectHelpers;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said of file systems that come by a profile of the build. */
class LocationsTest {

  @BeforeEach
  void knowTheFileSystems() {
    FileSystems.setDefaultPipelineOptions(PipelineOptionsFactory.create());
  }

  @ParameterizedTest
  @CsvSource({
    "gs, gs://bucket/texts/*.txt, Gcs",
    "s3, s3://bucket/texts/*.txt, S3",
    "hdfs, hdfs://host/texts/*.txt, Hadoop"
  })
  void theProfileThatBringsAFileSystemIsNamed(String profile, String path, String registrar) {
    assumeFalse(
        registrars().stream().anyMatch(name -> name.startsWith(registrar)),
        "this build has the profile " + profile);
    assertThatThrownBy(() -> Locations.check(List.of(path)))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "%s: %s: paths are not part of this build; build it with HUBBEAM_PROFILES=%s",
            path, profile, profile);
  }

  private static Set<String> registrars() {
    Set<String> names = new TreeSet<>();
    ReflectHelpers.loadServicesOrdered(FileSystemRegistrar.class)
        .forEach(registrar -> names.add(registrar.getClass().getSimpleName()));
    return names;
  }
}
