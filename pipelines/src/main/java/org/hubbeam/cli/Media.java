// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

/** What encoded bytes are; the names are what users write. */
enum Media {
  image,
  video,
  audio
}
