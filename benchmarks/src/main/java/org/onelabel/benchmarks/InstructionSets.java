package org.onelabel.benchmarks;

import org.onelabel.kernels.Kernels;

/** Prints the instruction sets of this machine as JMH takes a list. */
public final class InstructionSets {
  private InstructionSets() {}

  /** Takes no arguments. */
  public static void main(String[] arguments) {
    System.out.println(String.join(",", Kernels.instructionSets()));
  }
}
