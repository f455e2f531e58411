package org.hubbeam.preprocessing;

/** The secret of a strong hash: two numbers, the same wherever hashes must agree. */
public record HashKey(long first, long second) {}
