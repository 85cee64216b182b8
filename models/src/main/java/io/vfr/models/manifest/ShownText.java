package io.vfr.models.manifest;

/**
 * Text that may quote a hostile model, made fit for a log, an alert or a terminal: control and
 * format characters are escaped, and it is cut where nobody reads on.
 */
public final class ShownText {
  /** Longest text that is shown, characters before escaping. */
  static final int LENGTH_MAX = 2000;

  private ShownText() {}

  /** The text with <code>&#92;u001b</code> and the like in place of what moves a terminal. */
  public static String of(String text) {
    int shown = Math.min(text.length(), LENGTH_MAX);
    StringBuilder out = new StringBuilder(shown);
    for (int i = 0; i < shown; i++) {
      char c = text.charAt(i);
      switch (Character.getType(c)) {
        case Character.CONTROL,
            Character.FORMAT,
            Character.LINE_SEPARATOR,
            Character.PARAGRAPH_SEPARATOR,
            Character.SURROGATE,
            Character.PRIVATE_USE,
            Character.UNASSIGNED ->
            out.append(String.format("\\u%04x", (int) c));
        default -> out.append(c);
      }
    }
    return shown < text.length()
        ? out.append("… (").append(text.length()).append(" characters)").toString()
        : out.toString();
  }
}
