// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The section of {@code --help} that an option, or all options of a class, are shown in. The
 * section of an option comes before that of its class; without either it is {@link Heading#OTHER}.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.FIELD})
@interface Section {

  Heading value();

  /** The sections in the order they are shown. */
  enum Heading {
    INPUT("Input"),
    FUNCTION("Preprocessing function"),
    MODULE("Module"),
    LABELS("Labels"),
    HEAD("Head"),
    ENSEMBLE("Ensemble"),
    TRAINING("Training"),
    OUTPUT("Output"),
    EVALUATION("Evaluation"),
    FAILURES("Failures"),
    CHUNKS("Long texts"),
    VECTORS("Vectors"),
    STORE("Store of the vectors"),
    IMAGES("Images, also the frames of video"),
    VIDEO("Video"),
    AUDIO("Audio"),
    LOADING("Loading and running of modules"),
    RUNNER("Execution"),
    OTHER("Other options");

    final String text;

    Heading(String text) {
      this.text = text;
    }
  }
}
