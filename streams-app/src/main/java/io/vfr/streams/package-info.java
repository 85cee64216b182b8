/**
 * The application: {@link io.vfr.streams.Main} reads the command line; ingest, features, scoring
 * and emit are the flow; config, ops and cli stand around it.
 */
@NullMarked
package io.vfr.streams;

import org.jspecify.annotations.NullMarked;
