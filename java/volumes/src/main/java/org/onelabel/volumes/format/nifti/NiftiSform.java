package org.onelabel.volumes.format.nifti;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.onelabel.volumes.Affine;

/**
 * The sform of a NIfTI header as it stood in the file: an affine.
 *
 * @param code whether and of which space it is
 * @param rows the three rows, 12 values
 */
record NiftiSform(int code, List<Double> rows) {
  /** What a header without an sform holds. */
  static final NiftiSform NONE = new NiftiSform(0, Collections.nCopies(12, 0.0));

  /** The sform of an affine in the scanner's space. */
  static NiftiSform of(Affine affine) {
    return new NiftiSform(1, Arrays.stream(affine.values()).boxed().toList());
  }

  boolean isCoded() {
    return NiftiSpace.isCode(code);
  }

  /**
   * The affine in millimetres.
   *
   * @param unit millimetres of one unit of the rows
   */
  Affine affine(double unit) {
    return Affine.of(rows.stream().mapToDouble(value -> unit * value).toArray());
  }
}
