// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

/** Reads and writes the records of TFRecord files. */
package org.hubbeam.tfrecord;
