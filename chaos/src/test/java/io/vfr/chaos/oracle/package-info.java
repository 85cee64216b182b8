@NullMarked
package io.vfr.chaos.oracle;

import org.jspecify.annotations.NullMarked;
