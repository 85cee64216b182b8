package io.vfr.streams.ops.export;

/**
 * What an export wrote.
 *
 * @param file the file
 * @param format its format
 * @param rows rows: one for each symbol and bar
 * @param labelled rows that have a label
 * @param symbols symbols
 * @param features feature columns
 * @param schema the feature schema that the vectors are of
 * @param vectors vectors read: rows + those that a newer one of the same bar replaced + otherSchema
 * @param otherSchema vectors of another feature schema, which are left out
 * @param prices price records sent; 0 if an existing topic was read
 * @param deadLettered input records of all kinds that were refused; 0 if an existing topic was read
 * @param seconds from the start to the completed file
 */
public record ExportResult(
    String file,
    String format,
    long rows,
    long labelled,
    long symbols,
    int features,
    String schema,
    long vectors,
    long otherSchema,
    long prices,
    long deadLettered,
    double seconds) {}
