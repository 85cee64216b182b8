@NullMarked
package io.vfr.streams.ops.table;

import org.jspecify.annotations.NullMarked;
