/**
 * Loads, inspects, calls, composes and writes modules. This package and {@code preprocessing} are
 * the only ones that use the TensorFlow runtime; no public type exposes a tensor. Start with {@link
 * org.hubbeam.model.Module}.
 */
package org.hubbeam.model;
