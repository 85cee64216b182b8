/** Writes tables of features to files: CSV and Parquet. It knows of neither Kafka nor the flow. */
@NullMarked
package io.vfr.streams.ops.table;

import org.jspecify.annotations.NullMarked;
