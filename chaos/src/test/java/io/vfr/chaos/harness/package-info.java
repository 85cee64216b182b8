@NullMarked
package io.vfr.chaos.harness;

import org.jspecify.annotations.NullMarked;
