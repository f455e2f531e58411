/**
 * Encoded images and clips into pixel columns of the size a module wants, and pixels into images.
 * Start with {@link org.hubbeam.media.ImageDecoder} and {@link org.hubbeam.media.ImageSpec}.
 */
package org.hubbeam.media;
