// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.batch;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * Which class loader of this JVM has the native libraries: one and the same for all that JavaCPP
 * binds, for as long as the JVM runs. A second copy of them, or one that is bound to another copy
 * of JavaCPP, would end the process, so it is refused before anything of it is loaded. Engines load
 * the jars of a job with a class loader of their own for each job. Threads may share it.
 */
@Internal
public final class NativeHolder {

  /** The properties of the JVM that tell the holder of each library, by its name. */
  private static final String PROPERTY = "hubbeam.natives.";

  private static final String JAVACPP = "JavaCPP";
  private static final String FOLDER = "org.bytedeco.javacpp.cachedir";
  private static final String NO_FOLDER_FOR_EACH_JAR = FOLDER + ".nosubdir";

  /** What differs between versions of the natives. */
  private static final List<String> VERSIONED =
      List.of(
          "org/bytedeco/javacpp/Loader.class",
          "org/bytedeco/ffmpeg/global/avutil.class",
          "org/tensorflow/internal/c_api/global/tensorflow.class");

  private static final String REMEDY =
      "put the jars of TensorFlow, FFmpeg and JavaCPP (tensorflow-core-*, ndarray, protobuf-java,"
          + " ffmpeg, javacpp) into the cluster's lib folder, send none of them with the job, and"
          + " restart the workers (task managers, executors)";

  private NativeHolder() {}

  /**
   * Makes the class loader of a library its holder. To be called before a class of it is
   * initialised.
   *
   * @param library its name, for messages
   * @param natives a class of it with native methods
   * @param javaCpp JavaCPP's class {@code Loader}
   * @return whether nobody has called this before in this JVM, so that what is to be set once in a
   *     process is to be set
   * @throws IllegalStateException when another class loader holds the library or JavaCPP, or the
   *     library and JavaCPP are in different ones, saying what to do
   */
  public static boolean hold(String library, Class<?> natives, Class<?> javaCpp) {
    ClassLoader loader = natives.getClassLoader();
    if (loader != javaCpp.getClassLoader()) {
      throw new IllegalStateException(
          library
              + "'s jars and JavaCPP's were loaded by two class loaders of this JVM, one of them"
              + " that of the job: "
              + REMEDY);
    }
    requireOne(JAVACPP, javaCpp);
    requireOne(library, natives);
    claim(JAVACPP, loader);
    boolean first = claim(library, loader);
    if (loader != ClassLoader.getSystemClassLoader() && System.getProperty(FOLDER) == null) {
      shareFolder(loader);
    }
    return first;
  }

  /** Refuses a copy beside one that the other jobs of this JVM have, before it is the holder. */
  private static void requireOne(String library, Class<?> copy) {
    String resource = copy.getName().replace('.', '/') + ".class";
    ClassLoader loader = copy.getClassLoader();
    ClassLoader parent = loader == null ? null : loader.getParent();
    if (parent != null && parent.getResource(resource) != null) {
      throw new IllegalStateException(
          library + " is among the jars of the job, and in the cluster, too: " + REMEDY);
    }
  }

  private static boolean claim(String library, @Nullable ClassLoader loader) {
    String mine = String.valueOf(System.identityHashCode(loader));
    Object holder = System.getProperties().putIfAbsent(PROPERTY + library, mine);
    if (holder != null && !holder.equals(mine)) {
      throw new IllegalStateException(
          "another class loader of this JVM has loaded "
              + library
              + ", which can be there only once: "
              + REMEDY);
    }
    return holder == null;
  }

  /**
   * Makes JavaCPP unpack the libraries into one folder for each version of them. By itself it takes
   * one for each jar, and engines give the jars of each job other names.
   */
  private static void shareFolder(ClassLoader loader) {
    CRC32 version = new CRC32();
    for (String name : VERSIONED) {
      try (InputStream in = loader.getResourceAsStream(name)) {
        version.update(in == null ? new byte[0] : in.readAllBytes());
      } catch (IOException e) {
        // JavaCPP reads the same jars next, and says what is wrong with them.
        return;
      }
    }
    Path cache = Path.of(System.getProperty("user.home", "."), ".javacpp", "cache");
    String folder = "job-" + Long.toHexString(version.getValue());
    System.setProperty(FOLDER, cache.resolve(folder).toString());
    System.setProperty(NO_FOLDER_FOR_EACH_JAR, "true");
  }
}
