package io.vfr.models.load;

import io.vfr.models.trees.TreeEnsemble;

/** A tree ensemble in its library: the reference for the same trees on the heap. */
interface NativeTrees extends Backend {
  /** The library's name. */
  String library();

  /** The trees as they were parsed. */
  TreeEnsemble trees();

  /** The margins of prepared rows, row-major, by the library. */
  void margins(double[] rows, int rowCount, double[] out);

  /** Replaces margins, row-major, by what the library makes of them, on the heap. */
  void link(double[] margins, int rowCount);
}
