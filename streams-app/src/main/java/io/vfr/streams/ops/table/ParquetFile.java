package io.vfr.streams.ops.table;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.CompressionCodec;
import org.apache.parquet.format.ConvertedType;
import org.apache.parquet.format.DataPageHeader;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.FieldRepetitionType;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.LogicalType;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.PageType;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.Statistics;
import org.apache.parquet.format.StringType;
import org.apache.parquet.format.Type;
import org.apache.parquet.format.Util;

/**
 * The layout of a flat Parquet file: the magic, row groups with one GZIP page a column, the footer.
 * Headers and footer are written by Apache's own structures.
 */
final class ParquetFile implements AutoCloseable {
  private static final byte[] MAGIC = "PAR1".getBytes(StandardCharsets.US_ASCII);
  private static final int FORMAT_VERSION = 1;
  private static final int BUFFER_BYTES = 1 << 16;

  private final CountingStream out;
  private final List<SchemaElement> columns = new ArrayList<>();
  private final List<RowGroup> groups = new ArrayList<>();
  private long rows;
  private RowGroup group = new RowGroup();

  ParquetFile(Path path) throws IOException {
    out = new CountingStream(new BufferedOutputStream(Files.newOutputStream(path), BUFFER_BYTES));
    out.write(MAGIC);
  }

  /** Declares the next column. All are declared before the first group begins. */
  void column(String name, Type type, boolean required) {
    SchemaElement column = new SchemaElement(name);
    column.setType(type);
    column.setRepetition_type(
        required ? FieldRepetitionType.REQUIRED : FieldRepetitionType.OPTIONAL);
    if (type == Type.BYTE_ARRAY) {
      column.setConverted_type(ConvertedType.UTF8);
      column.setLogicalType(LogicalType.STRING(new StringType()));
    }
    columns.add(column);
  }

  /** Begins a row group; one page for each column follows. */
  void beginGroup(int rowsOfGroup) {
    group = new RowGroup(new ArrayList<>(columns.size()), 0, rowsOfGroup);
    group.setFile_offset(out.count);
    rows += rowsOfGroup;
  }

  /** Writes the page of the next column of the group. */
  void write(ParquetPage page) throws IOException {
    SchemaElement column = columns.get(group.getColumnsSize());
    ByteBuffer bytes = page.bytes();
    byte[] plain = new byte[bytes.remaining()];
    bytes.get(plain);
    byte[] compressed = compress(plain);
    long offset = out.count;
    PageHeader header = new PageHeader(PageType.DATA_PAGE, plain.length, compressed.length);
    header.setData_page_header(
        new DataPageHeader(page.rows(), Encoding.PLAIN, Encoding.RLE, Encoding.RLE));
    Util.writePageHeader(header, out);
    long headerBytes = out.count - offset;
    out.write(compressed);
    ColumnMetaData data =
        new ColumnMetaData(
            column.getType(),
            List.of(Encoding.PLAIN, Encoding.RLE),
            List.of(column.getName()),
            CompressionCodec.GZIP,
            page.rows(),
            headerBytes + plain.length,
            headerBytes + compressed.length,
            offset);
    data.setStatistics(new Statistics().setNull_count(page.nulls()));
    ColumnChunk chunk = new ColumnChunk(0);
    chunk.setMeta_data(data);
    group.addToColumns(chunk);
    group.setTotal_byte_size(group.getTotal_byte_size() + data.getTotal_uncompressed_size());
  }

  private static byte[] compress(byte[] plain) throws IOException {
    ByteArrayOutputStream compressed = new ByteArrayOutputStream(plain.length);
    try (OutputStream gzip = new FastGzip(compressed)) {
      gzip.write(plain);
    }
    return compressed.toByteArray();
  }

  /** Ends the row group. */
  void endGroup() {
    if (group.getColumnsSize() != columns.size()) {
      throw new IllegalStateException(
          "a row group has " + group.getColumnsSize() + " of " + columns.size() + " columns");
    }
    group.setTotal_compressed_size(out.count - group.getFile_offset());
    groups.add(group);
  }

  /** Writes the footer. */
  void finish() throws IOException {
    List<SchemaElement> schema = new ArrayList<>();
    SchemaElement root = new SchemaElement("row");
    root.setNum_children(columns.size());
    schema.add(root);
    schema.addAll(columns);
    FileMetaData footer = new FileMetaData(FORMAT_VERSION, schema, rows, groups);
    footer.setCreated_by("vfr-streams");
    long offset = out.count;
    Util.writeFileMetaData(footer, out);
    int footerBytes = Math.toIntExact(out.count - offset);
    out.write(
        ByteBuffer.allocate(Integer.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(footerBytes)
            .array());
    out.write(MAGIC);
  }

  @Override
  public void close() throws IOException {
    out.close();
  }

  /** Knows how much has been written. */
  private static final class CountingStream extends FilterOutputStream {
    private long count;

    CountingStream(OutputStream out) {
      super(out);
    }

    @Override
    public void write(int value) throws IOException {
      out.write(value);
      count++;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      out.write(bytes, offset, length);
      count += length;
    }
  }
}
