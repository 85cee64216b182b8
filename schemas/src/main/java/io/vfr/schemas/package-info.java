/**
 * The wire: every message's JSON Schema (as a resource), Java record, streaming codec and topic.
 * Times are epoch milliseconds, UTC; absent or null means unknown, NaN is written nowhere.
 */
@NullMarked
package io.vfr.schemas;

import org.jspecify.annotations.NullMarked;
