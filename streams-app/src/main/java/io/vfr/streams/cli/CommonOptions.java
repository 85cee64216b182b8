package io.vfr.streams.cli;

import io.vfr.streams.config.AppConfig;
import io.vfr.streams.config.ConfigLoader;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options that commands share, and the configuration that they give. */
public final class CommonOptions {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec command = CommandSpec.create();

  @Option(
      names = "--bootstrap-servers",
      paramLabel = "HOST:PORT,...",
      description = "Kafka brokers to connect to (default: 127.0.0.1:9092).")
  private @Nullable String bootstrapServers;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Properties file with configuration keys.")
  private @Nullable Path configFile;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Any configuration key; repeatable. Overrides file and environment.")
  private List<String> settings = new ArrayList<>();

  @Option(names = "--json", description = "Print the result as JSON.")
  private boolean json;

  /** Whether the result is wanted as JSON: nothing else goes to standard output then. */
  public boolean json() {
    return json;
  }

  /** Whether brokers are named by the option. */
  boolean namesBrokers() {
    return bootstrapServers != null;
  }

  /** Where results go. */
  public PrintWriter out() {
    return command.commandLine().getOut();
  }

  /** Where progress, warnings and errors go. */
  public PrintWriter err() {
    return command.commandLine().getErr();
  }

  /** The configuration; warnings go to standard error. */
  public AppConfig load() {
    return load(Map.of());
  }

  /**
   * The configuration with keys that further options of the command set.
   *
   * @throws io.vfr.streams.config.ConfigException with every error
   */
  public AppConfig load(Map<String, String> options) {
    Map<String, String> all = new HashMap<>(options);
    if (bootstrapServers != null) {
      all.put("bootstrap.servers", bootstrapServers);
    }
    ConfigLoader.Loaded loaded =
        ConfigLoader.load(
            new ConfigLoader.Sources(configFile, System.getenv(), settings, all, home()));
    loaded.warnings().forEach(warning -> err().println("warning: " + warning));
    err().flush();
    return loaded.config();
  }

  /** The installation: what default paths are relative to. */
  static Path home() {
    return Path.of(System.getProperty("vfr.home", ""));
  }
}
