package io.vfr.streams.cli;

import io.vfr.streams.config.AppConfig;
import io.vfr.streams.ops.validate.InstanceClient;
import java.net.URI;
import picocli.CommandLine.Option;

/** Which instance a command asks. */
final class InstanceOptions {
  @Option(
      names = "--url",
      paramLabel = "URL",
      defaultValue = "http://127.0.0.1:8080",
      description =
          "An instance to ask; it asks the others (default: http://127.0.0.1:8080). Its token is"
              + " http.token of the configuration.")
  private URI url = URI.create("http://127.0.0.1:8080");

  /** A client of the instance. */
  InstanceClient connect(AppConfig config) {
    if (!"http".equals(url.getScheme()) && !"https".equals(url.getScheme())
        || url.getHost() == null) {
      throw CliException.usage("--url must be like http://127.0.0.1:8080, got '" + url + "'");
    }
    return new InstanceClient(url, config.http().token());
  }
}
