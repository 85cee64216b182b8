package io.vfr.streams.ops.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vfr.schemas.Codecs;
import io.vfr.schemas.ModelRegistration;
import io.vfr.schemas.ModelStage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A record of {@code vfr.models} that must be skipped and told.
 *
 * @param words what the refusal says
 */
record BadRegistration(String note, byte[] key, byte[] value, String words) {
  private static final String KEY = "zz@1.0.0";

  /** A part of a good registration, what stands there instead, and what must be said of it. */
  private static final String TABLE =
      """
      "id":"zz"          | "id":"../../evil"          | INVALID_NAME
      "id":"zz"          | "id":"/evil/evil"          | INVALID_NAME
      "id":"zz"          | "id":".."                  | INVALID_NAME
      "id":"zz"          | "id":"..\\\\\\\\evil"      | INVALID_NAME
      "id":"zz"          | "id":"zz\\u0000"           | INVALID_NAME
      "id":"zz"          | "id":"\\u001b[2Jzz"        | INVALID_NAME
      "id":"zz"          | "id":"\\u202ezz"           | INVALID_NAME
      "id":"zz"          | "id":"Zz"                  | the key is not
      "id":"zz"          | "id":"alpha"               | the key is not
      "id":"zz"          | "id":""                    | INVALID_NAME
      "id":"zz"          | "id":7                     | WRONG_TYPE
      "id":"zz"          | "id":null                  | id
      "id":"zz"          | "idd":"zz"                 | MISSING_FIELD
      "version":"1.0.0"  | "version":"../1"           | INVALID_NAME
      "version":"1.0.0"  | "version":"1.0"            | the key is not
      "version":"1.0.0"  | "version":"1.0.0\\u001b[m" | INVALID_NAME
      "version":"1.0.0"  | "version":1.0              | WRONG_TYPE
      "bytes":10         | "bytes":9000000000000      | bytes is 9000000000000
      "bytes":10         | "bytes":0                  | bytes is 0
      "bytes":10         | "bytes":-1                 | NEGATIVE
      "bytes":10         | "bytes":1e99               | bytes
      "bytes":10         | "bytes":1e400              | bytes
      "bytes":10         | "bytes":"10"               | WRONG_TYPE
      "bytes":10         | "bytes":NaN                | WRONG_TYPE
      "chunks":1         | "chunks":0                 | chunks is 0
      "chunks":1         | "chunks":11                | chunks is 11
      "chunks":1         | "chunks":2147483647        | chunks is 2147483647
      "chunks":1         | "chunks":4294967297        | chunks
      "chunks":1         | "chunks":-5                | NEGATIVE
      "stage":"champion" | "stage":"boss"             | stage
      "stage":"champion" | "stage":"CHAMPION"         | stage
      "stage":"champion" | "stage":3                  | stage
      "stage":"champion" | "stage":"\\u001b]0;x"      | stage
      "digest":"         | "digest":"z                | digest
      "digest":"         | "digest":"../              | digest
      "registeredAt":1   | "registeredAt":-1          | registeredAt
      "changedAt":1      | "changedAt":99999999       | changedAt
      "changedBy":"test" | "changedBy":""             | changedBy
      "changedBy":"test" | "changedBy":["test"]       | WRONG_TYPE
      "changedBy":"test" | "changedBy":"test","predecessor":"../1" | INVALID_NAME
      "changedBy":"test" | "changedBy":"test","predecessor":"1.x"  | is not a version
      "changedBy":"test" | "changedBy":"test","artifactOffset":-1  | artifactOffset
      "changedBy":"test" | "changedBy":"test","changedBy":"me"     | DUPLICATE_FIELD
      """;

  /** Every row. */
  static List<BadRegistration> all() {
    List<BadRegistration> rows = new ArrayList<>();
    String good = good();
    for (String line : TABLE.split("\n")) {
      String[] columns = line.split(" *\\| ", -1);
      String bad = good.replace(columns[0], columns[1]);
      if (columns.length != 3 || bad.equals(good)) {
        throw new IllegalStateException(line + " changes nothing of " + good);
      }
      rows.add(new BadRegistration(line, KEY.getBytes(UTF_8), bad.getBytes(UTF_8), columns[2]));
    }
    byte[] whole = good.getBytes(UTF_8);
    rows.add(value("empty", new byte[0], "EMPTY"));
    rows.add(value("null", "null".getBytes(UTF_8), "NOT_AN_OBJECT"));
    rows.add(value("array", "[]".getBytes(UTF_8), "NOT_AN_OBJECT"));
    rows.add(value("junk", "junk".getBytes(UTF_8), "NOT_JSON"));
    rows.add(value("cut", Arrays.copyOf(whole, whole.length / 2), "TRUNCATED"));
    rows.add(value("not UTF-8", new byte[] {'{', '"', (byte) 0xff, '"'}, "NOT_UTF8"));
    rows.add(value("two", (good + good).getBytes(UTF_8), "NOT_JSON"));
    rows.add(
        value(
            "deep",
            good.replace("{", "{\"x\":" + "[".repeat(9000) + "]".repeat(9000) + ",")
                .getBytes(UTF_8),
            "TOO_DEEP"));
    rows.add(
        value(
            "900 kB",
            good.replace("{", "{\"reason\":\"" + "x".repeat(900_000) + "\",").getBytes(UTF_8),
            ""));
    for (String key : List.of("", "zz", "../../evil@1.0.0", "zz@1.0.0\u001b[2J", "zz@1.0.1")) {
      rows.add(new BadRegistration("key " + key, key.getBytes(UTF_8), whole, "the key is not"));
    }
    rows.add(
        new BadRegistration("key not UTF-8", new byte[] {(byte) 0xff}, whole, "the key is not"));
    return rows;
  }

  private static BadRegistration value(String note, byte[] value, String words) {
    return new BadRegistration(note, KEY.getBytes(UTF_8), value, words);
  }

  private static String good() {
    return new String(
        Codecs.MODEL_REGISTRATION.write(
            new ModelRegistration(
                "zz",
                "1.0.0",
                ModelStage.CHAMPION,
                "0".repeat(64),
                10,
                1,
                Registrations.TS,
                Registrations.TS,
                "test",
                null,
                null,
                null)),
        UTF_8);
  }
}
