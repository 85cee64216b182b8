@NullMarked
package io.vfr.streams.ops.backtest;

import org.jspecify.annotations.NullMarked;
