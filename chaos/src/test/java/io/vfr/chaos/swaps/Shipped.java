package io.vfr.chaos.swaps;

import java.nio.file.Path;

/** Where the models lie that ship. */
final class Shipped {
  static final Path REGISTRY = Path.of("../models/registry");

  private Shipped() {}
}
