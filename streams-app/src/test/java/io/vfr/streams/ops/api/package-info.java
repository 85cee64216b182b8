@NullMarked
package io.vfr.streams.ops.api;

import org.jspecify.annotations.NullMarked;
