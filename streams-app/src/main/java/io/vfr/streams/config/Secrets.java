package io.vfr.streams.config;

import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Which values are never shown. */
final class Secrets {
  static final String MASK = "***";

  private static final Pattern NAME =
      Pattern.compile(
          "(?i).*(passw|secret|token|jaas|credential|passphrase|private|keystore\\.key|api[._-]?key)"
              + ".*");

  private Secrets() {}

  /** Whether a key of this name probably holds a secret. */
  static boolean looksSecret(String name) {
    return NAME.matcher(name).matches();
  }

  /** The properties as they may be printed, in the order of their names. */
  static Map<String, String> masked(Map<String, String> properties) {
    Map<String, String> shown = new TreeMap<>(properties);
    shown.replaceAll(
        (name, value) -> looksSecret(name) || KafkaPropertyNames.isPassword(name) ? MASK : value);
    return shown;
  }
}
