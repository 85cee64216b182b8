package io.vfr.streams.config;

import java.util.List;

/**
 * Everything that is wrong with a configuration, one line an error; the message is for the user.
 */
public final class ConfigException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<String> errors;

  public ConfigException(List<String> errors) {
    super(
        errors.size() == 1
            ? "configuration: " + errors.getFirst()
            : "configuration: " + errors.size() + " errors\n  " + String.join("\n  ", errors));
    this.errors = List.copyOf(errors);
  }

  /** The errors, each naming the key, the value (masked if secret) and what is allowed. */
  public List<String> errors() {
    return errors;
  }
}
