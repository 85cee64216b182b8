/** CSV files to topics: what has happened, sent again. */
@NullMarked
package io.vfr.streams.ops.replay;

import org.jspecify.annotations.NullMarked;
