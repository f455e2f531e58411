// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package hubbeam;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.TreeSet;
import org.apache.beam.sdk.io.FileSystemRegistrar;
import org.apache.beam.sdk.options.ApplicationNameOptions;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.util.common.ReflectHelpers;
import org.junit.jupiter.api.Test;

class FileSystemOptionsTest {

  private static PipelineOptions bare() {
    PipelineOptions options = PipelineOptionsFactory.create();
    options.as(ApplicationNameOptions.class).setAppName("FlinkPipelineOptions");
    return options;
  }

  @Test
  void optionsOfTheFirstSourceGetThoseOfTheJob() {
    PipelineOptions job = PipelineOptionsFactory.fromArgs("--tempLocation=s3://b/tmp").create();
    FileSystemOptions registrar = new FileSystemOptions();
    registrar.fromOptions(job);
    PipelineOptions bare = bare();
    long id = bare.getOptionsId();

    assertThat(registrar.fromOptions(bare)).isEmpty();

    assertThat(bare.getTempLocation()).isEqualTo("s3://b/tmp");
    assertThat(bare.getOptionsId()).isEqualTo(id).isNotEqualTo(job.getOptionsId());
  }

  @Test
  void optionsOfAnotherJobAreLeftAsTheyAre() {
    FileSystemOptions registrar = new FileSystemOptions();
    registrar.fromOptions(PipelineOptionsFactory.fromArgs("--tempLocation=s3://b/tmp").create());
    PipelineOptions other = PipelineOptionsFactory.create();
    registrar.fromOptions(other);
    PipelineOptions bare = bare();
    registrar.fromOptions(bare);

    assertThat(other.getTempLocation()).isNull();
    assertThat(bare.getTempLocation()).isNull();
  }

  @Test
  void itIsAskedBeforeAnyFileSystem() {
    TreeSet<Object> order = new TreeSet<>(ReflectHelpers.ObjectsClassComparator.INSTANCE);
    ReflectHelpers.loadServicesOrdered(FileSystemRegistrar.class).forEach(order::add);
    assertThat(order.first()).isInstanceOf(FileSystemOptions.class);
    assertThat(order).hasSizeGreaterThan(1);
  }
}
