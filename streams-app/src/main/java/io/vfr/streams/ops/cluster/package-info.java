/** The instances of the application as one of them sees them, and how it asks another. */
@NullMarked
package io.vfr.streams.ops.cluster;

import org.jspecify.annotations.NullMarked;
