package io.vfr.models.trees;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Ensembles of every shape that no trainer needs to make: leaves alone, stumps, combs, bushes. */
final class RandomTrees {
  static final int INPUTS = 5;
  private static final int DEPTH_MAX = 14;
  private static final int[] NO_SET = {};

  private final Random random;
  private final boolean floats;
  private final boolean sets;
  private final List<double[]> nodes = new ArrayList<>();

  private RandomTrees(Random random, boolean floats, boolean sets) {
    this.random = random;
    this.floats = floats;
    this.sets = sets;
  }

  /**
   * Makes an ensemble.
   *
   * @param floats whether it compares as XGBoost does, not as LightGBM
   * @param sets whether some splits are on sets of categories
   */
  static TreeEnsemble of(long seed, int trees, int outputs, boolean floats, boolean sets)
      throws TreeFormatException {
    Random random = new Random(seed);
    List<RawTree> raw = new ArrayList<>();
    int[] group = new int[trees];
    for (int t = 0; t < trees; t++) {
      raw.add(new RandomTrees(random, floats, sets).tree(t));
      group[t] = random.nextInt(outputs);
    }
    return TreeEnsemble.of(INPUTS, floats, new double[outputs], group, raw, "random");
  }

  /** Makes an ensemble of one output whose paths are all equally long. */
  static TreeEnsemble full(long seed, int trees, int depth) throws TreeFormatException {
    Random random = new Random(seed);
    List<RawTree> raw = new ArrayList<>();
    for (int t = 0; t < trees; t++) {
      RandomTrees made = new RandomTrees(random, true, false);
      made.grow(1, depth, 1);
      raw.add(made.tree());
    }
    return TreeEnsemble.of(INPUTS, true, new double[1], new int[trees], raw, "random");
  }

  /** Values around the thresholds, some of them missing or zero. */
  static double[] row(Random random) {
    double[] row = new double[INPUTS];
    for (int i = 0; i < INPUTS; i++) {
      int kind = random.nextInt(10);
      row[i] = kind == 0 ? Double.NaN : kind == 1 ? -0.0 : (float) (2 * random.nextGaussian());
    }
    return row;
  }

  private RawTree tree(int number) {
    // The first are a leaf, a stump and a comb; of the others no two branches are as long.
    int deepest = number == 0 ? 0 : number == 1 ? 1 : random.nextInt(DEPTH_MAX);
    grow(1 + random.nextInt(1000), deepest, number == 2 ? 0 : 0.6);
    return tree();
  }

  private RawTree tree() {
    int count = nodes.size();
    int[] feature = new int[count];
    double[] threshold = new double[count];
    byte[] missing = new byte[count];
    int[] left = new int[count];
    int[] right = new int[count];
    double[] leaf = new double[count];
    double[] cover = new double[count];
    int[][] categories = new int[count][];
    for (int n = 0; n < count; n++) {
      double[] node = nodes.get(n);
      left[n] = (int) node[0];
      right[n] = (int) node[1];
      cover[n] = node[2];
      leaf[n] = (float) random.nextGaussian();
      feature[n] = random.nextInt(INPUTS);
      threshold[n] = random.nextInt(10) == 0 ? 0 : (float) (2 * random.nextGaussian());
      boolean set = sets && left[n] >= 0 && random.nextInt(6) == 0;
      categories[n] = set ? new int[] {random.nextInt(16)} : NO_SET;
      missing[n] = set ? TreeEnsemble.CATEGORICAL : missing();
    }
    return new RawTree(feature, threshold, missing, left, right, leaf, cover, categories);
  }

  private byte missing() {
    int type = floats ? TreeEnsemble.MISSING_NAN : 2 * random.nextInt(3);
    return (byte) (type | random.nextInt(2));
  }

  /** Returns the node: its children and its cover. */
  private int grow(double cover, int deepest, double branching) {
    int at = nodes.size();
    double[] node = {-1, -1, cover};
    nodes.add(node);
    if (deepest > 0) {
      // Now and then no training row took a branch.
      double share = random.nextInt(12) == 0 ? random.nextInt(2) : random.nextDouble();
      boolean both = random.nextDouble() < branching;
      boolean heavyLeft = random.nextBoolean();
      node[0] = grow(cover * share, both || heavyLeft ? deepest - 1 : 0, branching);
      node[1] = grow(cover - cover * share, both || !heavyLeft ? deepest - 1 : 0, branching);
    }
    return at;
  }
}
