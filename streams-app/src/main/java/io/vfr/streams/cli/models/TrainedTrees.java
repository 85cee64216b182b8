package io.vfr.streams.cli.models;

import io.vfr.models.manifest.Algorithm;
import io.vfr.models.trees.LightGbmTrees;
import io.vfr.models.trees.Softmax;
import io.vfr.models.trees.TreeEnsemble;
import io.vfr.models.trees.TreeFormatException;
import io.vfr.models.trees.XgboostTrees;
import java.nio.charset.StandardCharsets;

/**
 * A model just trained, evaluated on the heap. The native library checks the same outputs when the
 * written model is loaded with its self-test.
 */
record TrainedTrees(TreeEnsemble trees) {
  static TrainedTrees parse(Algorithm algorithm, byte[] artifact) {
    try {
      return new TrainedTrees(
          algorithm == Algorithm.XGBOOST
              ? XgboostTrees.parse(artifact)
              : LightGbmTrees.parse(new String(artifact, StandardCharsets.UTF_8)));
    } catch (TreeFormatException e) {
      throw new IllegalStateException("a model just trained cannot be read", e);
    }
  }

  /** The model's outputs: a regression's value, or class probabilities. */
  double[] score(double[] input) {
    double[] out = new double[trees.outputs()];
    trees.margins(input, out);
    if (out.length > 1) {
      Softmax.apply(out, 0, out.length);
    }
    return out;
  }
}
