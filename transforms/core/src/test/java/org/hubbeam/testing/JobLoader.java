// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.testing;

import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;

/** The class loader of a job, as Flink makes one: the job's own jars come before the cluster's. */
final class JobLoader extends URLClassLoader {

  /** What Flink takes from the cluster always, as far as it matters here. */
  private static final List<String> CLUSTER =
      List.of("java.", "javax.xml.", "org.xml.", "org.w3c.", "org.slf4j.");

  static {
    registerAsParallelCapable();
  }

  JobLoader(List<String> jars) {
    super(urls(jars), JobLoader.class.getClassLoader());
  }

  private static URL[] urls(List<String> jars) {
    URL[] urls = new URL[jars.size()];
    for (int i = 0; i < urls.length; i++) {
      try {
        urls[i] = Path.of(jars.get(i)).toUri().toURL();
      } catch (MalformedURLException e) {
        throw new IllegalArgumentException(e);
      }
    }
    return urls;
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    synchronized (getClassLoadingLock(name)) {
      Class<?> found = findLoadedClass(name);
      if (found == null && CLUSTER.stream().noneMatch(name::startsWith)) {
        try {
          found = findClass(name);
        } catch (ClassNotFoundException e) {
          found = null;
        }
      }
      return found == null ? super.loadClass(name, resolve) : found;
    }
  }

  @Override
  public URL getResource(String name) {
    URL own = findResource(name);
    return own == null ? super.getResource(name) : own;
  }
}
