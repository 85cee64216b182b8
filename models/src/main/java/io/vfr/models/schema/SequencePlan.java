package io.vfr.models.schema;

import io.vfr.models.manifest.Sequence;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Which features of how many last bars are kept for models that read sequences: one plan that
 * serves all models of a set. Immutable; the features stand in the order of the schema, so that
 * equal needs make equal plans.
 */
public final class SequencePlan {
  /** The most bars that a sequence may have, the forming one included. */
  public static final int LENGTH_MAX = Sequence.LENGTH_MAX;

  /** Nothing is kept: no model reads a sequence. */
  public static final SequencePlan NONE = new SequencePlan(0, new int[0]);

  private final int length;
  private final int[] indices;
  private final List<String> features;

  private SequencePlan(int length, int[] indices) {
    this.length = length;
    this.indices = indices;
    features =
        Arrays.stream(indices)
            .mapToObj(index -> FeatureSchema.current().names().get(index))
            .toList();
  }

  /**
   * The smallest plan that serves every one of these sequences; {@link #NONE} if there are none.
   *
   * @throws IllegalArgumentException if one is longer than {@link #LENGTH_MAX} or has a feature
   *     that is not made from bars
   */
  public static SequencePlan of(Collection<Sequence> sequences) {
    int length = 0;
    TreeSet<Integer> indices = new TreeSet<>();
    for (Sequence sequence : sequences) {
      length = Math.max(length, checkedLength(sequence.length()));
      sequence.features().forEach(name -> indices.add(barFeature(name)));
    }
    return length == 0
        ? NONE
        : new SequencePlan(length, indices.stream().mapToInt(Integer::intValue).toArray());
  }

  private static int checkedLength(int length) {
    if (length < 1 || length > LENGTH_MAX) {
      throw new IllegalArgumentException(
          "a sequence must have 1.." + LENGTH_MAX + " bars, got " + length);
    }
    return length;
  }

  private static int barFeature(String name) {
    FeatureSchema schema = FeatureSchema.current();
    int index = schema.indexOf(name);
    if (index < 0 || index >= schema.barFeatures()) {
      throw new IllegalArgumentException(
          "a sequence has only features that are made from bars, and "
              + name
              + (index < 0 ? " is no feature of the schema" : " is not"));
    }
    return index;
  }

  /** Whether nothing is kept. */
  public boolean isNone() {
    return length == 0;
  }

  /** How many bars a sequence has at most, the forming one included; 0 if nothing is kept. */
  public int length() {
    return length;
  }

  /** How many features of each bar are kept. */
  public int width() {
    return indices.length;
  }

  /** Names of the features in the order of their columns. */
  public List<String> features() {
    return features;
  }

  /** The index in the schema of the feature in a column. */
  public int index(int column) {
    return indices[column];
  }

  /** The column of a feature, or -1 if it is not kept. */
  public int columnOf(String feature) {
    return features.indexOf(feature);
  }

  /** Whether sequences made by this plan hold all that the other asks for. */
  public boolean covers(SequencePlan other) {
    return length >= other.length && features.containsAll(other.features);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return this == other
        || (other instanceof SequencePlan that
            && length == that.length
            && Arrays.equals(indices, that.indices));
  }

  @Override
  public int hashCode() {
    return 31 * length + Arrays.hashCode(indices);
  }

  @Override
  public String toString() {
    return isNone() ? "no sequences" : length + " bars of " + features;
  }
}
