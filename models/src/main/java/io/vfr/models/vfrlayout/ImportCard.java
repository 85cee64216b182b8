package io.vfr.models.vfrlayout;

import io.vfr.models.manifest.Manifest;
import io.vfr.models.manifest.Task;
import java.util.List;
import java.util.Locale;

/** The text that comes with an imported model: what is known of it, and above all what is not. */
final class ImportCard {
  private ImportCard() {}

  static String of(ImportedModel imported, VfrModel model) {
    Manifest manifest = imported.manifest();
    StringBuilder card = new StringBuilder();
    line(card, "# %s %s", manifest.id(), manifest.version());
    line(card, "");
    line(
        card,
        "Imported from VFR's own layout by `vfr models import`. Nobody measured it here: **its skill is"
            + " unknown**.");
    line(card, "");
    line(card, "## What is known");
    line(card, "");
    line(
        card,
        "- Library: lightgbm, %d trees, objective `%s`; a %s model. The artifact is the file that was"
            + " imported, untouched.",
        model.text().trees().size(),
        model.text().objective().split(" ", 2)[0],
        manifest.task().jsonName());
    line(card, "- %s", output(manifest));
    line(
        card,
        "- Inputs: %d, in the order of the manifest. %s Missing values stay missing, also after that. %s",
        manifest.inputs().size(),
        manifest.normalizer() == null
            ? "They go to the model as they are."
            : "They are standardized first: z = (x − mean) / std in double, 0 where std is 0.",
        manifest.required().isEmpty()
            ? "None is required: it scores whatever is there."
            : "Skipped without " + names(manifest.required()) + ".");
    line(
        card,
        "- Scores equal LightGBM's own `predict`; the self-test vectors in the manifest are such scores.");
    line(
        card,
        "- Computed by the stream (%d): %s",
        imported.computed().size(),
        names(imported.computed()));
    line(
        card,
        "- Not computed (%d), to come in under the same names as keys of `vfr.fundamentals` or series of"
            + " `vfr.macro`, and missing until they do: %s",
        imported.open().size(),
        names(imported.open()));
    for (String note : imported.notes()) {
      line(card, "- Note: %s.", note);
    }
    line(card, "");
    line(card, "## What is not known");
    line(card, "");
    line(
        card,
        "- What it was trained on, when, and how well it does. There are no metrics in the manifest.");
    line(
        card,
        "- Whether the features that the stream computes are those it was trained on: names are matched,"
            + " formulas cannot be.");
    line(
        card,
        "- Its horizon: the manifest says `%s` because the one who imported it did, or left the default.",
        days(manifest));
    line(card, "- %s", assumption(manifest));
    line(card, "");
    line(card, "## Calibration");
    line(card, "");
    line(
        card,
        "Not this model's: nothing is known of its errors. Probabilities and intervals use the distribution of"
            + " standardized next-day returns of %d US shares from %s (%d symbol-days, mean taken off), which is the"
            + " error of a forecast of zero. Volatility where unknown, class means and neutral band come from the same"
            + " rows. At another horizon or market they are an extrapolation.",
        DefaultCalibration.symbols(),
        DefaultCalibration.span(),
        DefaultCalibration.rows());
    return card.toString();
  }

  private static String output(Manifest manifest) {
    return manifest.task() == Task.REGRESSION
        ? "Output: one number, taken as the return over the horizon."
        : "Classes: "
            + manifest.classes()
            + (manifest.task() == Task.BINARY
                ? "; the output is the probability of the second."
                : "; the outputs are their probabilities, in this order.");
  }

  private static String assumption(Manifest manifest) {
    return manifest.task() == Task.REGRESSION
        ? "The unit of its output: the manifest says `return`, a simple return (0.01 is 1 %). If it forecasts"
            + " returns in volatilities, `target` must be `standardized-return`."
        : "Where its classes part: how large a move it calls up or down.";
  }

  private static String days(Manifest manifest) {
    long days = manifest.horizon().toDays();
    return manifest.horizon().equals(java.time.Duration.ofDays(days))
        ? "P" + days + "D"
        : manifest.horizon().toString();
  }

  private static String names(List<String> names) {
    return names.isEmpty() ? "none" : "`" + String.join("`, `", names) + "`";
  }

  private static void line(StringBuilder card, String format, Object... arguments) {
    card.append(String.format(Locale.ROOT, format, arguments)).append('\n');
  }
}
