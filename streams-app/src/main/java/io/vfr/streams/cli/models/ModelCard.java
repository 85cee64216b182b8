package io.vfr.streams.cli.models;

import io.vfr.models.manifest.Manifest;
import io.vfr.streams.cli.models.ModelTraining.Result;
import java.util.Locale;
import java.util.TreeMap;

/** The text that comes with a model: what it is, how it was made, how well it does, its limits. */
final class ModelCard {
  private ModelCard() {}

  /**
   * Writes a card.
   *
   * @param aboutData what the user says of the files: origin, licence, limits; Markdown
   */
  static String of(ModelRecipe recipe, Result result, PriceHistory prices, String aboutData) {
    Manifest manifest = result.manifest();
    StringBuilder card = new StringBuilder();
    line(card, "# %s %s", manifest.id(), manifest.version());
    line(card, "");
    line(card, "%s", recipe.purpose());
    line(card, "");
    line(
        card,
        "- Library: %s, %d rounds, %s",
        recipe.algorithm().jsonName(),
        recipe.rounds(),
        new TreeMap<>(recipe.parameters()));
    line(
        card,
        "- Inputs: %d, in the order of the manifest; missing values stay missing. Skipped without %s.",
        recipe.inputs().size(),
        String.join(", ", recipe.required()));
    line(
        card,
        "- Trained on %d symbol-days from %s to %s. Every fifth symbol (by hash) and everything"
            + " later was kept out. Targets beyond 5 volatilities were cut off for training only.",
        result.trainingRows(),
        manifest.trainingWindow() == null ? "" : manifest.trainingWindow().from(),
        manifest.trainingWindow() == null ? "" : manifest.trainingWindow().to());
    if (recipe.relativeToMarket()) {
      line(
          card,
          "- The mean of a day over all symbols was taken off the targets: what the market did is one"
              + " observation a day, too few to learn from. Its forecasts assume a flat market.");
    }
    line(
        card,
        "- Inputs, depth and number of rounds of this recipe were chosen by the error on the validation year"
            + " of the shipped model, symbols trained on. The test year had no say in it, though its figures"
            + " stood beside them; symbols never trained on share the validation year's days, so only their"
            + " test rows are independent of the choice.");
    line(
        card,
        "- Calibrated (residual quantiles) on the validation rows of symbols trained on. The shipped"
            + " model is the one that was measured; it was not trained again on more data.");
    line(card, "");
    line(card, "## How well it does");
    line(card, "");
    line(
        card,
        "| rows | n | days | rank IC | t | hit rate | RMSE | RMSE of zero | Brier | Brier of base rates"
            + " | P(up) − share up | P(down) − share down | %.0f %% interval holds |",
        100 * ModelTraining.COVERAGE);
    line(card, "|---|---|---|---|---|---|---|---|---|---|---|---|---|");
    result.segments().forEach(segment -> row(card, segment));
    line(card, "");
    line(
        card,
        "Rank IC: mean over days of Spearman's correlation across symbols between expected and realized"
            + " return; t: that mean over its standard error, days taken as independent. Hit rate: share of"
            + " forecasts with the sign of the return. RMSE in returns. Brier: sum over the three directions,"
            + " band %.2f volatilities; base rates are those of the training rows. Probabilities and intervals"
            + " are those the stream would state.",
        ModelTraining.NEUTRAL_BAND);
    line(card, "");
    verdict(card, result);
    line(card, "");
    limits(card, recipe, prices, aboutData);
    return card.toString();
  }

  private static void row(StringBuilder card, Segment segment) {
    var f = segment.forecasts();
    var p = segment.probabilities();
    line(
        card,
        "| %s | %d | %d | %s | %s | %s | %.6f | %.6f | %.5f | %.5f | %+.4f | %+.4f | %.3f |",
        segment.name(),
        f.rows(),
        f.days(),
        figure("%+.4f", f.rankIc()),
        figure("%+.1f", f.rankIcT()),
        figure("%.4f", f.hitRate()),
        f.rmse(),
        f.rmseZero(),
        p.brier(),
        p.brierBaseRates(),
        p.upError(),
        p.downError(),
        p.coverage());
  }

  /** A dash for what too few symbols or days leave unmeasured. */
  private static String figure(String format, double value) {
    return Double.isFinite(value) ? String.format(Locale.ROOT, format, value) : "–";
  }

  /** Says in words what the table shows, by fixed rules, so that no run can flatter itself. */
  private static void verdict(StringBuilder card, Result result) {
    long significant =
        result.segments().stream()
            .filter(s -> s.name().startsWith("test") && s.forecasts().rankIcT() > 2)
            .count();
    long tests = result.segments().stream().filter(s -> s.name().startsWith("test")).count();
    long beatsZero =
        result.segments().stream()
            .filter(
                s -> s.name().startsWith("test") && s.forecasts().rmse() < s.forecasts().rmseZero())
            .count();
    long beatsBase =
        result.segments().stream()
            .filter(s ->
                s.name().startsWith("test")
                    && s.probabilities().brier() < s.probabilities().brierBaseRates())
            .count();
    line(
        card,
        "In plain words: the skill is weak, as it is for anyone who forecasts tomorrow's return from"
            + " yesterday's prices. Of the %d test rows of the table the rank IC is above twice its standard error"
            + " in %d, the error is below that of always forecasting zero in %d, and the probabilities beat the"
            + " base rates in %d. Treat its output as one small input, not as advice.",
        tests,
        significant,
        beatsZero,
        beatsBase);
  }

  private static void limits(
      StringBuilder card, ModelRecipe recipe, PriceHistory prices, String aboutData) {
    line(card, "## Limits");
    line(card, "");
    line(
        card,
        "- Market-wide inputs (vix, yield curve) have one value a day, so as many independent samples as"
            + " there were days; other regimes are out of its experience. No trading costs are counted.");
    line(
        card,
        "- Other bar lengths, asset classes or years are extrapolation; its horizon is one daily bar.");
    line(
        card,
        "- %d of %d price rows were left out by the checks that the stream applies.",
        prices.rejected(),
        prices.rows());
    line(card, "");
    line(card, "## Data");
    line(card, "");
    line(card, "%s", aboutData.strip());
    line(card, "");
    line(card, "## Made with");
    line(card, "");
    line(
        card,
        "    scripts/vfr models train --prices prices.csv.gz --fundamentals fundamentals.csv.gz \\");
    line(card, "        --macro macro.csv.gz --about-data models/training-data.md \\");
    line(card, "        --out models/registry --model %s", recipe.id());
    line(card, "");
    line(card, "Seeds are fixed and one thread is used: the same files give the same bytes.");
  }

  private static void line(StringBuilder card, String format, Object... values) {
    card.append(String.format(Locale.ROOT, format, values)).append('\n');
  }
}
