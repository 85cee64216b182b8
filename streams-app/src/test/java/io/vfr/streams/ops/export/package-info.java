@NullMarked
package io.vfr.streams.ops.export;

import org.jspecify.annotations.NullMarked;
