@NullMarked
package io.vfr.streams.features.window;

import org.jspecify.annotations.NullMarked;
