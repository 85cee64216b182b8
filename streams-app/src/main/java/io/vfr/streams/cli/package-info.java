@NullMarked
package io.vfr.streams.cli;

import org.jspecify.annotations.NullMarked;
