package io.vfr.streams.ops.validate;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.List;

/**
 * What a look at a running application has shown.
 *
 * @param status {@code READY} if every check passed, else {@code NEEDS_OPTIMIZATION}
 */
public record Validation(String status, List<Check> checks) {
  static final String READY = "READY";
  static final String NEEDS_OPTIMIZATION = "NEEDS_OPTIMIZATION";

  static Validation of(List<Check> checks) {
    boolean ready = checks.stream().allMatch(Check::passed);
    return new Validation(ready ? READY : NEEDS_OPTIMIZATION, List.copyOf(checks));
  }

  /** Whether every check passed. */
  @JsonIgnore
  public boolean isReady() {
    return status.equals(READY);
  }
}
