@NullMarked
package io.vfr.streams.ops.peers;

import org.jspecify.annotations.NullMarked;
