package io.vfr.streams.config;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The keys that one source sets.
 *
 * @param origin the source as an error names it
 * @param ordinal higher overrides lower
 */
record ConfigLayer(String origin, int ordinal, SequencedMap<String, String> values) {
  /** Variables that scripts/vfr and the logging read; they set no key. */
  private static final Set<String> RESERVED_VARIABLES =
      Set.of(
          "VFR_AOT",
          "VFR_HOME",
          "VFR_JAVA_HOME",
          "VFR_JAVA_OPTS",
          "VFR_LOG_LEVEL",
          "VFR_MAVEN",
          "VFR_TERMINAL");

  /** What Kubernetes puts into every container for a service whose name begins with vfr. */
  private static final Pattern SERVICE_LINK =
      Pattern.compile(
          "VFR_([A-Z0-9_]+_)?"
              + "(SERVICE_HOST|SERVICE_PORT(_[A-Z0-9_]+)?|PORT_\\d+_(TCP|UDP|SCTP)(_[A-Z]+)?)");

  private static final Pattern SERVICE_ADDRESS = Pattern.compile("(tcp|udp|sctp)://.*");

  /** What a profile sets. */
  static ConfigLayer profile(Profile profile) {
    return new ConfigLayer("profile " + ConfigTypes.choiceText(profile), 100, profile.settings());
  }

  static ConfigLayer file(Path file, List<String> errors) {
    SequencedMap<String, String> values = new LinkedHashMap<>();
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      properties.load(reader);
    } catch (IOException e) {
      errors.add("--config " + file + ": cannot be read (" + e + "); a properties file is needed");
    } catch (IllegalArgumentException e) {
      errors.add("--config " + file + ": " + e.getMessage() + "; a properties file is needed");
    }
    new TreeMap<>(properties).forEach((key, value) -> values.put((String) key, (String) value));
    return new ConfigLayer(file.toString(), 200, values);
  }

  static ConfigLayer environment(Map<String, String> environment) {
    SequencedMap<String, String> values = new LinkedHashMap<>();
    new TreeMap<>(environment)
        .forEach((variable, value) -> {
          if (variable.startsWith(ConfigKeys.ENVIRONMENT_PREFIX)
              && !RESERVED_VARIABLES.contains(variable)
              && !SERVICE_LINK.matcher(variable).matches()
              && !SERVICE_ADDRESS.matcher(value).matches()) {
            values.put(keyOf(variable), value);
          }
        });
    return new ConfigLayer("environment", 300, values);
  }

  /** {@code key=value} arguments of {@code --set}. */
  static ConfigLayer arguments(List<String> arguments, List<String> errors) {
    SequencedMap<String, String> values = new LinkedHashMap<>();
    List<String> malformed = new ArrayList<>();
    for (String argument : arguments) {
      int equals = argument.indexOf('=');
      if (equals <= 0) {
        malformed.add("--set " + argument + ": expected key=value");
      } else {
        values.put(argument.substring(0, equals).strip(), argument.substring(equals + 1).strip());
      }
    }
    errors.addAll(malformed);
    return new ConfigLayer("--set", 400, values);
  }

  /** Keys that options of a command set, such as {@code --bootstrap-servers}. */
  static ConfigLayer options(Map<String, String> options) {
    return new ConfigLayer("command line", 500, new LinkedHashMap<>(options));
  }

  /**
   * The key that an environment variable sets. Underscores stand for dots and dashes alike, so the
   * known names decide; an unknown one is shown with dots.
   */
  private static String keyOf(String variable) {
    String form = variable.substring(ConfigKeys.ENVIRONMENT_PREFIX.length());
    for (ConfigKey<?> key : ConfigKeys.all()) {
      if (key.environmentName().equals(variable)) {
        return key.name();
      }
    }
    String dotted = form.toLowerCase(Locale.ROOT).replace('_', '.');
    if (!dotted.startsWith(ConfigKeys.KAFKA_PREFIX)) {
      return dotted;
    }
    String name =
        KafkaPropertyNames.fromEnvironmentForm(form.substring(ConfigKeys.KAFKA_PREFIX.length()));
    return name == null ? dotted : ConfigKeys.KAFKA_PREFIX + name;
  }
}
