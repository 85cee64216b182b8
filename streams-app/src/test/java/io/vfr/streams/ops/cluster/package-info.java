@NullMarked
package io.vfr.streams.ops.cluster;

import org.jspecify.annotations.NullMarked;
