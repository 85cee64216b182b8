@NullMarked
package io.vfr.streams.ops.broker;

import org.jspecify.annotations.NullMarked;
