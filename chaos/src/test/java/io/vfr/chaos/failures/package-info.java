@NullMarked
package io.vfr.chaos.failures;

import org.jspecify.annotations.NullMarked;
