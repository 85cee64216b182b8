package io.vfr.chaos.harness;

import io.vfr.streams.ops.broker.ClusterNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * One broker in a process of its own: says {@code ready} when it serves, and ends when whoever
 * started it is gone.
 */
final class BrokerMain {
  private BrokerMain() {}

  /**
   * Starts it.
   *
   * @param arguments directory, cluster id, index, client ports, controller ports (separated by
   *     commas), then broker properties as {@code key=value}
   */
  public static void main(String[] arguments) throws IOException {
    Map<String, String> properties = new HashMap<>();
    for (String property : List.of(arguments).subList(5, arguments.length)) {
      int at = property.indexOf('=');
      properties.put(property.substring(0, at), property.substring(at + 1));
    }
    ClusterNode.start(
        new ClusterNode.Place(
            Path.of(arguments[0]),
            arguments[1],
            Integer.parseInt(arguments[2]),
            ports(arguments[3]),
            ports(arguments[4]),
            properties));
    System.out.println("ready");
    System.out.flush();
    while (System.in.read() >= 0) {
      // Nothing is written to it; it ends with its writer.
    }
    Runtime.getRuntime().halt(0);
  }

  private static List<Integer> ports(String text) {
    return Stream.of(text.split(",", -1)).map(Integer::valueOf).toList();
  }
}
