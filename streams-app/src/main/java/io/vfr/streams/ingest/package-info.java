/**
 * Step 1 of 4: reads raw records, writes typed ones or rejects with a reason; takes event time from
 * the payload. Features at t use data known at t or before: side inputs are given a timestamp just
 * before the prices of the same time.
 */
@NullMarked
package io.vfr.streams.ingest;

import org.jspecify.annotations.NullMarked;
