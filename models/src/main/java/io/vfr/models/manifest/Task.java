package io.vfr.models.manifest;

/** The learning task, and so the number and meaning of a model's outputs. */
public enum Task implements JsonName {
  /** One output: the target's value. */
  REGRESSION,
  /** One output: the probability of the second class. */
  BINARY,
  /** One output per class: its probability. */
  MULTICLASS
}
