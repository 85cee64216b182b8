@NullMarked
package io.vfr.streams.ops.registry;

import org.jspecify.annotations.NullMarked;
