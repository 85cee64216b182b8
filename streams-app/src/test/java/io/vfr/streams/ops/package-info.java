@NullMarked
package io.vfr.streams.ops;

import org.jspecify.annotations.NullMarked;
