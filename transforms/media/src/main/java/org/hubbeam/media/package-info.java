// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

/**
 * Decodes images, clips and sound into the columns that a module takes, and encodes images. Start
 * with {@link org.hubbeam.media.ImageDecoder} and {@link org.hubbeam.media.ImageSpec}, {@link
 * org.hubbeam.media.ClipReader} and {@link org.hubbeam.media.ClipSpec}, or {@link
 * org.hubbeam.media.SoundReader} and {@link org.hubbeam.media.SoundSpec}.
 */
@NullMarked
package org.hubbeam.media;

import org.jspecify.annotations.NullMarked;
