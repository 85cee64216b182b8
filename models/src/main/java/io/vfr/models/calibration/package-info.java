/** From a model's raw output to an honest forecast: probabilities, expected return, interval. */
@NullMarked
package io.vfr.models.calibration;

import org.jspecify.annotations.NullMarked;
