package io.vfr.streams.ops.replay;

import de.siegmar.fastcsv.reader.CloseableIterator;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/** One CSV file, plain or gzip, opened and with its header checked. */
final class CsvSource implements AutoCloseable {
  private static final int GZIP_MAGIC = 0x1f8b;
  private static final int READ_BYTES = 1 << 16;

  private final CsvKind kind;
  private final Path file;
  private final long fileBytes;
  private final CountingStream counted;
  private final CloseableIterator<CsvRecord> rows;
  private final RowEncoder encoder;

  private CsvSource(
      CsvKind kind,
      Path file,
      long fileBytes,
      CountingStream counted,
      CloseableIterator<CsvRecord> rows,
      RowEncoder encoder) {
    this.kind = kind;
    this.file = file;
    this.fileBytes = fileBytes;
    this.counted = counted;
    this.rows = rows;
    this.encoder = encoder;
  }

  /**
   * Opens a file and reads its header.
   *
   * @throws ReplayException if it cannot be read, is empty or has not the columns of its kind
   */
  static CsvSource open(CsvKind kind, Path file, Optional<Duration> interval) {
    CountingStream counted = null;
    try {
      long bytes = Files.size(file);
      counted = new CountingStream(Files.newInputStream(file));
      CloseableIterator<CsvRecord> rows = reader(counted).iterator();
      if (!rows.hasNext()) {
        throw new ReplayException("empty, a header is needed");
      }
      RowEncoder encoder = RowEncoder.of(kind, rows.next().getFields(), interval);
      return new CsvSource(kind, file, bytes, counted, rows, encoder);
    } catch (IOException | RuntimeException e) {
      if (counted != null) {
        closeAfter(counted, e);
      }
      throw named(file, e);
    }
  }

  CsvKind kind() {
    return kind;
  }

  RowEncoder encoder() {
    return encoder;
  }

  /** Size of the file as it lies on disk. */
  long fileBytes() {
    return fileBytes;
  }

  /** How much of the file has been read. */
  long readBytes() {
    return counted.count;
  }

  /** The next row, or nothing at the end. */
  Optional<List<String>> next() {
    try {
      return rows.hasNext() ? Optional.of(rows.next().getFields()) : Optional.empty();
    } catch (RuntimeException e) {
      throw named(file, e);
    }
  }

  @Override
  public void close() {
    try {
      rows.close();
    } catch (IOException e) {
      throw named(file, e);
    }
  }

  private static CsvReader<CsvRecord> reader(CountingStream counted) throws IOException {
    InputStream in = new BufferedInputStream(counted, READ_BYTES);
    in.mark(2);
    int magic = (in.read() << 8) | in.read();
    in.reset();
    // By its first bytes: files are renamed, and archives are unpacked under their old names.
    InputStream text = magic == GZIP_MAGIC ? new GZIPInputStream(in, READ_BYTES) : in;
    return CsvReader.builder()
        .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
        .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
        .detectBomHeader(true)
        .ofCsvRecord(text, StandardCharsets.UTF_8);
  }

  private static ReplayException named(Path file, Exception e) {
    String reason =
        switch (e) {
          case CsvParseException broken -> "no valid CSV: " + broken.getMessage();
          case UncheckedIOException unchecked -> "cannot be read: " + unchecked.getCause();
          case IOException unreadable -> "cannot be read: " + unreadable;
          default -> String.valueOf(e.getMessage());
        };
    return new ReplayException(file + ": " + reason, e);
  }

  private static void closeAfter(InputStream stream, Exception cause) {
    try {
      stream.close();
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  /** Counts what is read from the file. */
  private static final class CountingStream extends FilterInputStream {
    private long count;

    CountingStream(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int read = in.read();
      count += read < 0 ? 0 : 1;
      return read;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int read = in.read(bytes, offset, length);
      count += Math.max(read, 0);
      return read;
    }
  }
}
