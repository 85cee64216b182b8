@NullMarked
package io.vfr.streams.ops.vitals;

import org.jspecify.annotations.NullMarked;
