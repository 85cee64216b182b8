package io.vfr.streams.ingest;

import io.vfr.schemas.RejectCode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One row of {@code bad-inputs.txt}: a record that must be refused, and the code it must be refused
 * with.
 */
record BadInput(
    int line,
    RejectCode code,
    String topic,
    byte @Nullable [] key,
    byte @Nullable [] value,
    String note) {
  private static final String TABLE = "bad-inputs.txt";
  private static final int COLUMNS = 5;
  private static final Pattern MACRO =
      Pattern.compile("\\{\\{hex:([0-9a-f ]+)}}|\\{\\{repeat:(.+?):([0-9]+)}}");

  /** Every row of the table. */
  static List<BadInput> all() {
    List<BadInput> rows = new ArrayList<>();
    int number = 0;
    for (String line : table().split("\n", -1)) {
      number++;
      if (!line.isBlank() && !line.startsWith("#")) {
        rows.add(parse(number, line));
      }
    }
    return rows;
  }

  private static BadInput parse(int number, String line) {
    String[] columns = line.split(" \\| ", -1);
    if (columns.length != COLUMNS) {
      throw new IllegalStateException(
          TABLE + " line " + number + " has " + columns.length + " columns instead of " + COLUMNS);
    }
    return new BadInput(
        number,
        RejectCode.valueOf(columns[0]),
        columns[1],
        bytes(columns[2]),
        bytes(columns[3]),
        columns[4]);
  }

  private static byte @Nullable [] bytes(String text) {
    if (text.equals("<null>")) {
      return null;
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    if (!text.equals("<none>")) {
      int from = 0;
      Matcher macro = MACRO.matcher(text);
      while (macro.find()) {
        out.writeBytes(utf8(text.substring(from, macro.start())));
        out.writeBytes(
            macro.group(1) != null
                ? HexFormat.ofDelimiter(" ").parseHex(macro.group(1))
                : utf8(macro.group(2).repeat(Integer.parseInt(macro.group(3)))));
        from = macro.end();
      }
      out.writeBytes(utf8(text.substring(from)));
    }
    return out.toByteArray();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String table() {
    try (InputStream in = BadInput.class.getResourceAsStream(TABLE)) {
      if (in == null) {
        throw new IllegalStateException("the class path lacks " + TABLE);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String toString() {
    return "line " + line + ": " + code + ", " + topic + ", " + note;
  }
}
