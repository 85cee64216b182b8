@NullMarked
package io.vfr.streams.features;

import org.jspecify.annotations.NullMarked;
