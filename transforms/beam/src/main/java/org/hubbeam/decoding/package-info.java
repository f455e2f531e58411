// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

/**
 * Encoded images, clips and sounds of a PCollection decoded into columns, and images written as
 * files. The only package of this artifact that needs {@code org.hubbeam:hubbeam-media}, which is
 * an optional dependency: add it, and FFmpeg's native libraries for clips and sounds, to use it.
 */
@NullMarked
package org.hubbeam.decoding;

import org.jspecify.annotations.NullMarked;
