// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

// Colours of groups: one for each of up to twelve categories, a ramp for numbers.

const LIGHT = ['#2f7f78', '#c77d3a', '#5a6fb8', '#b0506a', '#7f9a3d', '#8a63a8', '#3e93bb', '#b99a2c', '#d27c98', '#4c9d6c', '#8c6c52', '#6f7f95'];
const DARK = ['#5cbdb2', '#e8a565', '#8fa2ea', '#e0859d', '#afc96c', '#bd98dc', '#70bfe6', '#e0c45e', '#f0a8c0', '#7fcf9d', '#c4a488', '#a3b3c9'];
const RAMPS = {light: [[203, 222, 217], [226, 178, 92], [140, 44, 52]], dark: [[44, 78, 84], [206, 152, 78], [255, 226, 190]]};
const dark = matchMedia('(prefers-color-scheme: dark)');

export const onSchemeChange = action => dark.addEventListener('change', action);

export const category = code => (dark.matches ? DARK : LIGHT)[code % LIGHT.length];

export const plain = () => category(0);

/** For what is in no group of its own. */
export const other = () => (dark.matches ? '#5b6069' : '#b9b7b1');

/** A colour for a place between 0 and 1. */
export function ramp(place) {
  const stops = RAMPS[dark.matches ? 'dark' : 'light'];
  const at = place * (stops.length - 1);
  const low = Math.min(Math.floor(at), stops.length - 2);
  const mixed = stops[low].map((c, i) => Math.round(c + (at - low) * (stops[low + 1][i] - c)));
  return `rgb(${mixed.join()})`;
}
