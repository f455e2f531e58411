// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package hubbeam;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.beans.IntrospectionException;
import java.beans.Introspector;
import java.beans.PropertyDescriptor;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.beam.sdk.io.FileSystem;
import org.apache.beam.sdk.io.FileSystemRegistrar;
import org.apache.beam.sdk.options.ApplicationNameOptions;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.util.common.ReflectHelpers;

/**
 * Keeps the file systems of a job on Flink set up by the job's options. Beam's Flink runner gives
 * the source that begins a pipeline options of its own, in which nothing is set; whenever one comes
 * to a task, all file systems of the process are set up by them, without region, endpoint or
 * Hadoop's configuration. Here such options get what the job's have, before any file system sees
 * them: file systems are asked in the order of the names of their classes, and this one is first.
 *
 * <p>Found by Beam; of no use to anyone else.
 */
public final class FileSystemOptions implements FileSystemRegistrar {

  private static final String BARE = "FlinkPipelineOptions";
  private static final AtomicReference<PipelineOptions> JOB = new AtomicReference<>();
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .registerModules(ObjectMapper.findModules(ReflectHelpers.findClassLoader()));

  /** As Beam makes it. */
  public FileSystemOptions() {}

  @Override
  public Iterable<FileSystem<?>> fromOptions(PipelineOptions options) {
    if (!BARE.equals(options.as(ApplicationNameOptions.class).getAppName())) {
      JOB.set(options);
    } else if (JOB.get() != null) {
      fill(options, JOB.get());
    }
    return List.of();
  }

  /** Sets what is set in others. */
  static void fill(PipelineOptions bare, PipelineOptions job) {
    Set<String> names = new TreeSet<>();
    JSON.valueToTree(job).path("options").fieldNames().forEachRemaining(names::add);
    names.removeAll(Set.of("appName", "optionsId", "runner"));
    for (Class<? extends PipelineOptions> type : PipelineOptionsFactory.getRegisteredOptions()) {
      try {
        for (PropertyDescriptor option : Introspector.getBeanInfo(type).getPropertyDescriptors()) {
          if (names.contains(option.getName()) && option.getWriteMethod() != null) {
            Object value = option.getReadMethod().invoke(job.as(type));
            option.getWriteMethod().invoke(bare.as(type), value);
          }
        }
      } catch (IntrospectionException | ReflectiveOperationException e) {
        throw new IllegalStateException("cannot take over the options " + type.getName(), e);
      }
    }
  }
}
