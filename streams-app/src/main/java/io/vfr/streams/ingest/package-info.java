/**
 * Step 1 of 4: reads the raw input topics, writes typed records with their event time, or dead letters with their reason.
 */
@NullMarked
package io.vfr.streams.ingest;

import org.jspecify.annotations.NullMarked;
