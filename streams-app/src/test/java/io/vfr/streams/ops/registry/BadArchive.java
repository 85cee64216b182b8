package io.vfr.streams.ops.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vfr.models.load.ModelLoader;
import io.vfr.models.load.RejectionReason;
import io.vfr.models.load.Sha256;
import io.vfr.models.schema.FeatureSchema;
import io.vfr.streams.ops.registry.LinearModels.Flaw;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A registered model that must be refused: its archive, or what the manifest or the artifact in it
 * says.
 *
 * @param digest what it is registered with
 */
record BadArchive(String id, String note, RejectionReason reason, String digest, byte[] archive) {
  static final String VERSION = "1.0.0";
  private static final String MANIFEST = "manifest.json";
  private static final String ARTIFACT = "model.json";

  /** The manifest's part, what stands there instead, and why it must be refused. */
  private static final String MANIFESTS =
      """
      "file":"model.json"  | "file":"../../evil.json"        | BAD_MANIFEST
      "file":"model.json"  | "file":"/evil.json"             | BAD_MANIFEST
      "file":"model.json"  | "file":"..\\\\\\\\evil.json"    | BAD_MANIFEST
      "file":"model.json"  | "file":"model.json\\u0000"      | BAD_MANIFEST
      "file":"model.json"  | "file":"\\u001b[2Jmodel.json"   | BAD_MANIFEST
      "file":"model.json"  | "file":"manifest.json"          | BAD_MANIFEST
      "file":"model.json"  | "file":"MODEL_CARD.md"          | BAD_MANIFEST
      "file":"model.json"  | "file":".evil"                  | BAD_MANIFEST
      "file":"model.json"  | "file":"other.json"             | BAD_ARCHIVE
      "algorithm":"linear" | "algorithm":"pickle"            | BAD_MANIFEST
      "algorithm":"linear" | "algorithm":"xgboost"           | UNREADABLE_ARTIFACT
      "algorithm":"linear" | "algorithm":"lightgbm"          | UNREADABLE_ARTIFACT
      "algorithm":"linear" | "algorithm":"onnx"              | UNREADABLE_ARTIFACT
      "kind":"return"      | "kind":"root"                   | BAD_MANIFEST
      "kind":"return"      | "kind":"volatility"             | BAD_MANIFEST
      "task":"regression"  | "task":"multiclass"             | BAD_MANIFEST
      "horizon":"P1D"      | "horizon":"-P1D"                | BAD_MANIFEST
      "horizon":"P1D"      | "horizon":"P99999999999999999D" | BAD_MANIFEST
      "horizon":"P1D"      | "horizon":"P1D","h\\u009b\\u001b[2J":1,"h\\u009b\\u001b[2J":2 | BAD_MANIFEST
      "tolerance":1e-9     | "tolerance":1e400               | BAD_MANIFEST
      "tolerance":1e-9     | "tolerance":NaN                 | BAD_MANIFEST
      "tolerance":1e-9     | "tolerance":-1                  | BAD_MANIFEST
      "inputs":[10.0]      | "inputs":[1e400]                | BAD_MANIFEST
      "inputs":[10.0]      | "inputs":[Infinity]             | BAD_MANIFEST
      "inputs":[10.0]      | "inputs":["NaN"]                | BAD_MANIFEST
      "inputs":[10.0]      | "inputs":[10.0,10.0]            | BAD_MANIFEST
      "inputs":[10.0]      | "inputs":[null]                 | SELF_TEST_FAILED
      "expected":[10.3]    | "expected":[1e308]              | SELF_TEST_FAILED
      "expected":[10.3]    | "expected":[-1e400]             | BAD_MANIFEST
      "hitRate":0.5        | "hitRate":7                     | UNSUPPORTED
      "hitRate":0.5        | "hitRate":NaN                   | BAD_MANIFEST
      "hitRate":0.5        | "../evil":1                     | BAD_MANIFEST
      "inputs":["          | "inputs":["../evil","           | BAD_MANIFEST
      "inputs":["          | "inputs":["\\u009b31m","        | BAD_MANIFEST
      "inputs":["          | "inputs":["atr_14","            | BAD_MANIFEST
      "horizon":"P1D"      | "horizon":"P1D","sequence":{"length":2000000000,"features":["atr_14"]} | BAD_MANIFEST
      "version":"1.0.0"    | "version":"../1"                | BAD_MANIFEST
      "version":"1.0.0"    | "version":"1.0.1"               | BAD_ARCHIVE
      """;

  private static final Map<String, RejectionReason> NAMES = new LinkedHashMap<>();

  static {
    for (String name :
        List.of(
            "../../evil",
            "/evil",
            "..\\evil",
            "a/../../../evil",
            "./model.json",
            "sub/model.json",
            "model.json/",
            "model.json\u0000.evil",
            "\u001b[2J\u009b31m",
            "nested.zip",
            ".unfinished-evil")) {
      NAMES.put(name, RejectionReason.BAD_ARCHIVE);
    }
  }

  /** Every row; the directory is for what is made on the way. */
  static List<BadArchive> all(Path work) throws IOException {
    List<BadArchive> rows = new ArrayList<>();
    manifests(rows, work);
    artifacts(rows, work);
    archives(rows, work);
    return rows;
  }

  /** A sound model of the next row. */
  private record Model(String id, String manifest, byte[] artifact) {
    static Model next(List<BadArchive> rows, Path work) throws IOException {
      String id = "bad-%03d".formatted(rows.size());
      Path dir = LinearModels.write(work, id, VERSION, 0.3, Flaw.NONE);
      return new Model(
          id, Files.readString(dir.resolve(MANIFEST)), Files.readAllBytes(dir.resolve(ARTIFACT)));
    }

    BadArchive bad(String note, RejectionReason reason, String manifest, byte[] archive) {
      return new BadArchive(id, note, reason, Sha256.hex(manifest.getBytes(UTF_8)), archive);
    }
  }

  private static void manifests(List<BadArchive> rows, Path work) throws IOException {
    for (String line : MANIFESTS.split("\n")) {
      String[] columns = line.split(" *\\| ", -1);
      replaced(rows, work, columns[0], columns[1], RejectionReason.valueOf(columns[2]));
    }
    String schema = FeatureSchema.current().hash();
    replaced(rows, work, schema, "1".repeat(64), RejectionReason.WRONG_SCHEMA);
    replaced(rows, work, schema, "../evil", RejectionReason.BAD_MANIFEST);
    replaced(rows, work, "\"id\":\"bad-", "\"id\":\"../bad-", RejectionReason.BAD_MANIFEST);
    replaced(rows, work, "\"id\":\"bad-", "\"id\":\"alpha-", RejectionReason.BAD_ARCHIVE);
    replaced(
        rows,
        work,
        "{\"hitRate\":0.5}",
        "[".repeat(100_000) + "]".repeat(100_000),
        RejectionReason.BAD_MANIFEST);
    replaced(
        rows,
        work,
        "\"inputs\":[\"",
        "\"inputs\":[" + "\"x\",".repeat(1025) + "\"",
        RejectionReason.BAD_MANIFEST);
    replaced(
        rows, work, "\"P1D\"", "\"" + "9".repeat(900_000) + "\"", RejectionReason.BAD_MANIFEST);
    replaced(rows, work, "}", "", RejectionReason.BAD_MANIFEST);
    replaced(rows, work, "{\"id\"", " ".repeat(1 << 20) + "{\"id\"", RejectionReason.TOO_LARGE);
  }

  private static void replaced(
      List<BadArchive> rows, Path work, String part, String instead, RejectionReason reason)
      throws IOException {
    Model model = Model.next(rows, work);
    String manifest = model.manifest().replace(part, instead);
    if (manifest.equals(model.manifest())) {
      throw new IllegalStateException(part + " is not in " + manifest);
    }
    String note = instead.length() > 60 ? instead.substring(0, 60) : instead;
    rows.add(model.bad(note, reason, manifest, zip(manifest, ARTIFACT, model.artifact())));
  }

  private static void artifacts(List<BadArchive> rows, Path work) throws IOException {
    Map<String, RejectionReason> artifacts = new LinkedHashMap<>();
    String row = "{\"coefficients\":[[%s]],\"intercepts\":[0.3]}";
    for (String weight : List.of("1e400", "NaN", "Infinity", "\"1\"", "null", "[1]")) {
      artifacts.put(row.formatted(weight), RejectionReason.UNREADABLE_ARTIFACT);
    }
    artifacts.put(row.formatted(""), RejectionReason.WRONG_SHAPE);
    artifacts.put(row.formatted("1,1,1"), RejectionReason.WRONG_SHAPE);
    artifacts.put(row.formatted("1" + ",0".repeat(400_000)), RejectionReason.WRONG_SHAPE);
    artifacts.put(row.formatted("1e308"), RejectionReason.SELF_TEST_FAILED);
    for (String text :
        List.of(
            "",
            "junk",
            "null",
            "{\"coefficients\":{\"a\":[1.0]},\"intercepts\":[0.3]}",
            "[".repeat(100_000),
            "{\"coefficients\":[[1.0]],\"intercepts\":[0.3")) {
      artifacts.put(text, RejectionReason.UNREADABLE_ARTIFACT);
    }
    for (Map.Entry<String, RejectionReason> entry : artifacts.entrySet()) {
      Model model = Model.next(rows, work);
      byte[] artifact = entry.getKey().getBytes(UTF_8);
      String manifest =
          model.manifest().replace(Sha256.hex(model.artifact()), Sha256.hex(artifact));
      String note = entry.getKey();
      rows.add(
          model.bad(
              "artifact " + (note.length() > 60 ? note.substring(0, 60) : note),
              entry.getValue(),
              manifest,
              zip(manifest, ARTIFACT, artifact)));
    }
  }

  private static void archives(List<BadArchive> rows, Path work) throws IOException {
    for (Map.Entry<String, RejectionReason> entry : NAMES.entrySet()) {
      Model model = Model.next(rows, work);
      String name = entry.getKey();
      rows.add(
          model.bad(
              "entry " + name,
              entry.getValue(),
              model.manifest(),
              zip(model.manifest(), name, name.endsWith("/") ? new byte[0] : model.artifact())));
    }
    Model model = Model.next(rows, work);
    byte[] whole = zip(model.manifest(), ARTIFACT, model.artifact());
    rows.add(
        model.bad(
            "cut",
            RejectionReason.BAD_ARCHIVE,
            model.manifest(),
            Arrays.copyOf(whole, whole.length / 2)));
    model = Model.next(rows, work);
    rows.add(
        model.bad("no zip", RejectionReason.BAD_ARCHIVE, model.manifest(), "junk".getBytes(UTF_8)));
    model = Model.next(rows, work);
    rows.add(
        model.bad(
            "another manifest than registered",
            RejectionReason.BAD_DIGEST,
            model.manifest() + " ",
            zip(model.manifest(), ARTIFACT, model.artifact())));
    model = Model.next(rows, work);
    rows.add(
        model.bad(
            "another artifact, as of a symbolic link",
            RejectionReason.BAD_DIGEST,
            model.manifest(),
            zip(model.manifest(), ARTIFACT, "../../evil".getBytes(UTF_8))));
    model = Model.next(rows, work);
    byte[] once = zip(model.manifest(), ARTIFACT, model.artifact());
    ByteArrayOutputStream twice = new ByteArrayOutputStream();
    int second = indexOfSecondEntry(once);
    int end = indexOf(once, new byte[] {'P', 'K', 1, 2}, second);
    twice.write(once, 0, end);
    twice.write(once, second, once.length - second);
    rows.add(
        model.bad(
            "artifact twice", RejectionReason.BAD_ARCHIVE, model.manifest(), twice.toByteArray()));
    bombs(rows, work);
  }

  private static void bombs(List<BadArchive> rows, Path work) throws IOException {
    Model model = Model.next(rows, work);
    rows.add(
        model.bad(
            "card bomb",
            RejectionReason.TOO_LARGE,
            model.manifest(),
            zip(model.manifest(), "MODEL_CARD.md", new byte[8 << 20])));
    model = Model.next(rows, work);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      entry(zip, MANIFEST, model.manifest().getBytes(UTF_8));
      zip.putNextEntry(new ZipEntry(ARTIFACT));
      byte[] zeros = new byte[1 << 20];
      for (long written = 0; written <= ModelLoader.ARTIFACT_BYTES_MAX; written += zeros.length) {
        zip.write(zeros);
      }
    }
    rows.add(model.bad("bomb", RejectionReason.TOO_LARGE, model.manifest(), bytes.toByteArray()));
  }

  private static byte[] zip(String manifest, String name, byte[] content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      entry(zip, MANIFEST, manifest.getBytes(UTF_8));
      entry(zip, name, content);
    }
    return bytes.toByteArray();
  }

  private static void entry(ZipOutputStream zip, String name, byte[] content) throws IOException {
    zip.putNextEntry(new ZipEntry(name));
    zip.write(content);
  }

  private static int indexOfSecondEntry(byte[] zip) {
    return indexOf(zip, new byte[] {'P', 'K', 3, 4}, 4);
  }

  private static int indexOf(byte[] bytes, byte[] wanted, int from) {
    for (int i = from; i <= bytes.length - wanted.length; i++) {
      if (Arrays.equals(bytes, i, i + wanted.length, wanted, 0, wanted.length)) {
        return i;
      }
    }
    throw new IllegalStateException("not found");
  }
}
