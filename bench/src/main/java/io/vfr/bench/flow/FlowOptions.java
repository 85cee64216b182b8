package io.vfr.bench.flow;

import java.util.List;
import picocli.CommandLine.Option;

/** Options that the measurements of whole flows share. */
final class FlowOptions {
  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = {
        "A setting of ours, as of `vfr run --set`; may be repeated. Those of its consumers and",
        "producers are the other contenders' as well."
      })
  private List<String> set = List.of();

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  /** Settings of ours beside those of the measurement. */
  List<String> set() {
    return set;
  }

  boolean json() {
    return json;
  }

  /** What a table's heading says of them; may be empty. */
  String heading() {
    return set.isEmpty() ? "" : "; with " + String.join(", ", set);
  }
}
