package org.onelabel.kernels;

/**
 * What the machine does at best with the threads and the instruction set of some kernels, measured
 * by loops that do nothing else.
 *
 * @param floatOperations float32 multiplications and additions a second
 * @param halfOperations the same on bfloat16 pairs; 0 where there is no instruction for them
 * @param readBytes bytes read from memory a second
 */
public record Bounds(double floatOperations, double halfOperations, double readBytes) {}
