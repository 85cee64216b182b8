/** How models are judged by what became of their forecasts. Pure functions and small states. */
@NullMarked
package io.vfr.models.evaluation;

import org.jspecify.annotations.NullMarked;
