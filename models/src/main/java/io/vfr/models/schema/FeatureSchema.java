package io.vfr.models.schema;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * The computed features, in the order of every vector, with a hash that changes whenever a model
 * trained on one schema must not be fed by another. Names of open maps (fundamentals keys, macro
 * series, per-source sentiment) are not part of it; {@link FeatureSlots} places those behind it.
 */
public final class FeatureSchema {
  /** Part of the hash: raise it when a formula changes while names, units and warm-up do not. */
  private static final int FORMULA_VERSION = 1;

  private static final int ID_HEX_DIGITS = 12;
  private static final FeatureSchema CURRENT = new FeatureSchema(FeatureDefinitions.all());

  private final List<FeatureDefinition> features;
  private final List<String> names;
  private final Map<String, Integer> indices = new HashMap<>();
  private final int barFeatures;
  private final String hash;

  private FeatureSchema(List<FeatureDefinition> features) {
    this.features = List.copyOf(features);
    names = features.stream().map(FeatureDefinition::name).toList();
    for (int i = 0; i < names.size(); i++) {
      if (indices.put(names.get(i), i) != null) {
        throw new IllegalStateException("feature declared twice: " + names.get(i));
      }
    }
    barFeatures = (int) this.features.stream().takeWhile(FeatureDefinition::fromBars).count();
    if (this.features.stream().skip(barFeatures).anyMatch(FeatureDefinition::fromBars)) {
      throw new IllegalStateException("features from bars must come before all others");
    }
    hash = hashOf(this.features);
  }

  /** The schema of this build. */
  public static FeatureSchema current() {
    return CURRENT;
  }

  /** The definitions in vector order. */
  public List<FeatureDefinition> features() {
    return features;
  }

  /** The names in vector order. */
  public List<String> names() {
    return names;
  }

  /** How many features the schema has. */
  public int size() {
    return features.size();
  }

  /** How many features are made from bars; they fill the indices below this number. */
  public int barFeatures() {
    return barFeatures;
  }

  /** The index of a feature, or -1 for a name that is not in the schema. */
  public int indexOf(String name) {
    Integer index = indices.get(name);
    return index == null ? -1 : index;
  }

  /** The name of this schema in messages and manifests: version, colon, start of the hash. */
  public String id() {
    return "vfr-features/1:" + hash.substring(0, ID_HEX_DIGITS);
  }

  /**
   * SHA-256, hex, over name, unit and warm-up of every feature in order and the formula version.
   */
  public String hash() {
    return hash;
  }

  private static String hashOf(List<FeatureDefinition> features) {
    StringBuilder lines = new StringBuilder("formulas|").append(FORMULA_VERSION).append('\n');
    for (FeatureDefinition feature : features) {
      lines
          .append(feature.name())
          .append('|')
          .append(feature.unit())
          .append('|')
          .append(feature.warmupBars())
          .append('\n');
    }
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of()
          .formatHex(digest.digest(lines.toString().getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
