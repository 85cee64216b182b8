@NullMarked
package io.vfr.bench;

import org.jspecify.annotations.NullMarked;
