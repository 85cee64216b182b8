package io.vfr.chaos.swaps;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Changes LightGBM's text models. */
final class LightGbmText {
  private static final Pattern LEAVES = Pattern.compile("(?m)^leaf_value=(.*)$");
  private static final Pattern FIRST_SIZE = Pattern.compile("(?m)^tree_sizes=(\\d+)");

  private LightGbmText() {}

  /** The model with every leaf of its first tree moved, so that every margin is. */
  static byte[] shifted(byte[] model, double by) {
    String text = new String(model, StandardCharsets.US_ASCII);
    Matcher leaves = LEAVES.matcher(text);
    Matcher size = FIRST_SIZE.matcher(text);
    if (!leaves.find() || !size.find() || size.start() > leaves.start()) {
      throw new IllegalArgumentException("no LightGBM text model");
    }
    String moved =
        Arrays.stream(leaves.group(1).strip().split(" "))
            .map(leaf -> Double.toString(Double.parseDouble(leaf) + by))
            .collect(Collectors.joining(" "));
    // The header states the length of each tree's text.
    long bytes = Long.parseLong(size.group(1)) + moved.length() - leaves.group(1).length();
    return (text.substring(0, size.start(1))
            + bytes
            + text.substring(size.end(1), leaves.start(1))
            + moved
            + text.substring(leaves.end(1)))
        .getBytes(StandardCharsets.US_ASCII);
  }
}
