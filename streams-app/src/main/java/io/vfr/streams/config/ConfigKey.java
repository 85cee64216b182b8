package io.vfr.streams.config;

import java.util.function.Function;

/**
 * One configuration key: its name, what it takes and what it is without being set.
 *
 * @param type kind of value: text, integer, decimal, boolean, duration, bytes, list, map, choice,
 *     path
 * @param defaultText the default as a user would write it
 * @param allowed what a value may be, in words
 * @param secret whether values are never shown
 * @param parser text to value; throws IllegalArgumentException for what is not allowed
 */
public record ConfigKey<T>(
    String name,
    String type,
    String defaultText,
    String allowed,
    String description,
    boolean secret,
    Function<String, T> parser) {

  /** The environment variable that sets this key. */
  public String environmentName() {
    return ConfigKeys.ENVIRONMENT_PREFIX + ConfigKeys.environmentForm(name);
  }

  /** The value as it may be shown. */
  String shown(String text) {
    return secret ? Secrets.MASK : text;
  }
}
