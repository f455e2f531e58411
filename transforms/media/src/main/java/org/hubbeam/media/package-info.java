/**
 * Encoded images, clips and sound into columns as a module wants them, and pixels into images.
 * Start with {@link org.hubbeam.media.ImageDecoder} and {@link org.hubbeam.media.ImageSpec}, {@link
 * org.hubbeam.media.ClipReader} and {@link org.hubbeam.media.ClipSpec}, or {@link
 * org.hubbeam.media.SoundReader} and {@link org.hubbeam.media.SoundSpec}.
 */
package org.hubbeam.media;
