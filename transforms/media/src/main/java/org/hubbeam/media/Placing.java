// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.media;

/**
 * Which part of an image goes to which part of another.
 *
 * @param source the size of the part that is taken
 * @param target the size of the part that is filled; the rest is black
 */
record Placing(
    ImageSize source,
    int sourceTop,
    int sourceLeft,
    ImageSize target,
    int targetTop,
    int targetLeft) {

  static Placing of(ImageSize from, ImageSize to, Fit fit) {
    return switch (fit) {
      case STRETCH -> new Placing(from, 0, 0, to, 0, 0);
      case CROP_CENTER -> crop(from, to);
      case PAD -> pad(from, to);
    };
  }

  private static Placing crop(ImageSize from, ImageSize to) {
    double scale =
        Math.min((double) from.height() / to.height(), (double) from.width() / to.width());
    ImageSize part =
        new ImageSize(
            clamp(Math.round(to.height() * scale), from.height()),
            clamp(Math.round(to.width() * scale), from.width()));
    int top = (from.height() - part.height()) / 2;
    int left = (from.width() - part.width()) / 2;
    return new Placing(part, top, left, to, 0, 0);
  }

  private static Placing pad(ImageSize from, ImageSize to) {
    double ratio =
        Math.max((double) from.height() / to.height(), (double) from.width() / to.width());
    double height = from.height() / ratio;
    double width = from.width() / ratio;
    ImageSize part =
        new ImageSize(
            clamp((long) Math.floor(height), to.height()),
            clamp((long) Math.floor(width), to.width()));
    int top = (int) Math.max(0, Math.floor((to.height() - height) / 2));
    int left = (int) Math.max(0, Math.floor((to.width() - width) / 2));
    return new Placing(from, 0, 0, part, top, left);
  }

  private static int clamp(long value, int most) {
    return (int) Math.max(1, Math.min(most, value));
  }
}
