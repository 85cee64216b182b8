"""Training of the four models, one function each. What they share is in `Context`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from vfrtrain import fitting, lstm_graph, manifest, meta, onnx_models, splits, trees, volatility_graph
from vfrtrain.calibration import Calibration
from vfrtrain.dataset import DAY_MILLIS, FeatureSet
from vfrtrain.java import TrainedTrees
from vfrtrain.manifest import SelfTest
from vfrtrain.measure import Baselines
from vfrtrain.nets import LstmReturn, VolatilityTransformer
from vfrtrain.prepare import Preparation, Sequences, raw_sequences
from vfrtrain.progress import Progress
from vfrtrain.recipes import (
    SELF_TEST_TOLERANCE,
    SELF_TEST_TOLERANCE_NET,
    SELF_TESTS,
    SEQUENCE_LENGTH,
    STANDARDIZED_MAX,
    LstmRecipe,
    MetaRecipe,
    VolatilityRecipe,
)
from vfrtrain.splits import Plan

#: Rows of the training set on which the batch check of an exported network runs.
BATCH_CHECK_ROWS = 64


@dataclass(frozen=True)
class Context:
    """What every training step reads: the rows, the windows, the baselines, the schema's hash, a directory
    for files on the way."""

    data: FeatureSet
    plan: Plan
    baselines: Baselines
    schema: str
    work: Path

    def training(self, required: tuple[str, ...], until) -> np.ndarray:
        """Indices of the rows to learn from."""
        data = self.data
        wanted = data.usable() & data.has(required) & ~data.held_out & splits.until(data, until)
        return np.flatnonzero(wanted)

    def calibrating(self, scored: np.ndarray) -> np.ndarray:
        """Indices of the scored rows to calibrate on."""
        data, plan = self.data, self.plan
        window = splits.between(data, plan.train_until, plan.calibrate_until)
        return np.flatnonzero(data.usable() & ~data.held_out & window & np.isfinite(scored))

    def later_than(self, day, until=None) -> np.ndarray:
        """Rows whose bar is later than a day, up to another if that is given; bool [N]."""
        later = self.data.ts >= splits.millis_after(day)
        return later if until is None else later & (self.data.ts < splits.millis_after(until))


@dataclass(frozen=True)
class Trained:
    """A finished model.

    `outputs` is [N]: every row by a model that saw neither it nor anything after it, NaN where none
    scored it. `training` are the indices of the rows it was trained on, `facts` the sentences of its
    card that only training knows.
    """

    manifest: manifest.Manifest
    artifact: bytes
    outputs: np.ndarray
    training: np.ndarray
    facts: list[str]


def relative_to_market(day: np.ndarray, standardized: np.ndarray) -> np.ndarray:
    """Standardized returns, cut off, less their mean over the rows of the day, [N].

    What a day gave to all symbols is one observation, not one per symbol: it teaches nothing.
    """
    cut = np.clip(standardized, -STANDARDIZED_MAX, STANDARDIZED_MAX)
    _, inverse = np.unique(day, return_inverse=True)
    means = np.bincount(inverse, weights=cut) / np.bincount(inverse)
    return cut - means[inverse]


def _window(data: FeatureSet, rows: np.ndarray) -> tuple[str, str]:
    """First day of the rows and last day that a label of theirs was taken from, ISO dates."""
    days = data.ts[rows].min(), data.label_ts[rows].max()
    first, last = (datetime.fromtimestamp(d // DAY_MILLIS * 86_400, UTC).date() for d in days)
    return first.isoformat(), last.isoformat()


def _walk(
    context: Context,
    required: tuple[str, ...],
    train_one: Callable[[np.ndarray, Callable[[], None]], Callable[[np.ndarray], np.ndarray]],
    schedule: fitting.Schedule,
    task: str,
) -> tuple[np.ndarray, Callable[[np.ndarray], np.ndarray]]:
    """Trains once per fold and once on the whole window.

    `train_one` takes training rows and returns what scores rows. Returns the out-of-fold outputs [N]
    and the scorer of the whole window.
    """
    plan = context.plan
    outputs = np.full(len(context.data), np.nan)
    training = [context.training(required, fold.train_until) for fold in plan.folds()]
    whole = context.training(required, plan.train_until)
    steps = sum(schedule.steps(len(rows)) for rows in [*training, whole])
    scorable = context.data.has(required)
    with Progress(task, steps) as progress:
        for fold, rows in zip(plan.folds(), training):
            scorer = train_one(rows, progress.step)
            window = context.later_than(fold.train_until, fold.score_until)
            scored = np.flatnonzero(scorable & window)
            outputs[scored] = scorer(scored)
        return outputs, train_one(whole, progress.step)


def lstm(context: Context, recipe: LstmRecipe) -> Trained:
    """The LSTM: standardized returns relative to the market, squared error."""
    data = context.data
    standardized = data.standardized()
    nets: list[tuple[LstmReturn, Preparation]] = []

    def train_one(rows: np.ndarray, on_step: Callable[[], None]):
        fitting.make_deterministic(recipe.seed)
        preparation = Preparation.measure(data, recipe.inputs, rows)
        net = LstmReturn(preparation, recipe.hidden, recipe.dropout)
        sequences = Sequences.of(data, preparation, SEQUENCE_LENGTH)
        target = relative_to_market(data.day[rows], standardized[rows])
        loss = fitting.squared_error(net)
        fitting.fit(net, loss, sequences, rows, target, recipe.schedule, recipe.seed, on_step)
        nets.append((net, preparation))
        return lambda wanted: fitting.score(net, sequences, wanted)

    outputs, _ = _walk(context, recipe.required, train_one, recipe.schedule, recipe.id)
    net, preparation = nets[-1]
    walked = np.flatnonzero(np.isfinite(outputs) & data.usable() & ~data.held_out)
    came = relative_to_market(data.day[walked], standardized[walked])
    slope = float((outputs[walked] * came).sum() / (outputs[walked] ** 2).sum())
    shrinkage = round(min(max(slope, 0.0), 1.0), 2)
    net.shrinkage.fill_(shrinkage)
    facts = [
        f"An LSTM of {recipe.hidden} units over {SEQUENCE_LENGTH} bars and a linear head (PyTorch, exported to "
        f"ONNX); {_schedule(recipe.schedule)}, dropout {recipe.dropout}; squared error.",
        f"The mean of a day over all symbols was taken off the targets, which were cut off at {STANDARDIZED_MAX:g} "
        "volatilities: what the market did is one observation a day, too few to learn from. Its forecasts "
        "assume a flat market.",
        f"Its output is multiplied by {shrinkage:g}, the slope of what came on what was forecast in the walk forward.",
    ]
    return _net(
        context,
        lambda file: onnx_models.write(lstm_graph.build(net, SEQUENCE_LENGTH), file),
        preparation,
        outputs * shrinkage,
        recipe,
        facts,
        kind="return",
        target="standardized-return",
        fallback="mean-reversion-xgb-v2",
    )


def volatility(context: Context, recipe: VolatilityRecipe) -> Trained:
    """The transformer: the volatility of the next bar's return, by quasi-likelihood."""
    data = context.data
    squared = data.label_return**2
    nets: list[tuple[VolatilityTransformer, Preparation, Sequences]] = []

    def train_one(rows: np.ndarray, on_step: Callable[[], None]):
        fitting.make_deterministic(recipe.seed)
        preparation = Preparation.measure(data, recipe.inputs, rows)
        net = VolatilityTransformer(
            preparation,
            SEQUENCE_LENGTH,
            recipe.width,
            recipe.heads,
            recipe.layers,
            recipe.inner,
            recipe.dropout,
        )
        sequences = Sequences.of(data, preparation, SEQUENCE_LENGTH)
        loss = fitting.quasi_likelihood(net)
        fitting.fit(net, loss, sequences, rows, squared[rows], recipe.schedule, recipe.seed, on_step)
        nets.append((net, preparation, sequences))
        return lambda wanted: fitting.score(net, sequences, wanted)

    outputs, _ = _walk(context, recipe.required, train_one, recipe.schedule, recipe.id)
    net, preparation, sequences = nets[-1]
    scorable = np.where(data.has(recipe.required), 1.0, np.nan)
    rows = context.calibrating(scorable)
    unscaled = fitting.score(net, sequences, rows)
    factor = round(float(np.mean(squared[rows] / unscaled**2)), 3)
    net.log_scale.fill_(np.log(factor))
    facts = [
        f"A log-linear model of realized variances (HAR) plus a transformer over {SEQUENCE_LENGTH} bars, width "
        f"{recipe.width}, {recipe.layers} layers, {recipe.heads} heads (PyTorch, exported to ONNX); "
        f"{_schedule(recipe.schedule)}, dropout {recipe.dropout}; loss QLIKE of the squared return.",
        f"Its variance is multiplied by {factor:g}, which makes it right on average over the calibration rows.",
    ]
    return _net(
        context,
        lambda file: onnx_models.write(volatility_graph.build(net), file),
        preparation,
        outputs,
        recipe,
        facts,
        kind="volatility",
        target="volatility",
        fallback=None,
    )


def _schedule(schedule: fitting.Schedule) -> str:
    return (
        f"AdamW, {schedule.epochs} epochs in batches of {schedule.batch}, one-cycle learning rate up to "
        f"{schedule.rate_max:g}, weight decay {schedule.decay:g}"
    )


def _net(
    context: Context,
    export: Callable[[Path], None],
    preparation: Preparation,
    outputs: np.ndarray,
    recipe: LstmRecipe | VolatilityRecipe,
    facts: list[str],
    kind: str,
    target: str,
    fallback: str | None,
) -> Trained:
    """Exports a network, scores what is later than its training window with the file, and describes it."""
    data, plan = context.data, context.plan
    file = context.work / f"{recipe.id}.onnx"
    export(file)
    opened = onnx_models.session(file)
    sequences = Sequences.of(data, preparation, SEQUENCE_LENGTH)
    training = context.training(recipe.required, plan.train_until)
    spread = training[np.linspace(0, len(training) - 1, BATCH_CHECK_ROWS).astype(int)]
    onnx_models.check_batches(opened, sequences.batch(spread))
    later = np.flatnonzero(data.has(recipe.required) & context.later_than(plan.train_until))
    outputs = outputs.copy()
    outputs[later] = onnx_models.score(opened, sequences.batch(later))
    rows = context.calibrating(outputs)
    calibration = calibrate(data, kind, outputs, rows, training)
    tests = spread_rows(data, recipe.inputs, np.union1d(training, rows))
    raw = raw_sequences(data, recipe.inputs, tests, SEQUENCE_LENGTH)
    expected = onnx_models.run(opened, sequences.batch(tests))
    described = manifest.Manifest(
        id=recipe.id,
        version=recipe.version,
        algorithm="onnx",
        kind=kind,
        target=target,
        artifact="model.onnx",
        schema=context.schema,
        inputs=recipe.inputs,
        required=recipe.required,
        calibration=calibration,
        metrics={},
        window=_window(data, training),
        reference=manifest.reference(recipe.inputs, data.matrix(recipe.inputs, training)),
        self_tests=[
            SelfTest(row, float(value), SELF_TEST_TOLERANCE_NET) for row, value in zip(raw, expected)
        ],
        length=SEQUENCE_LENGTH,
        preparation=preparation,
        fallback=fallback,
    )
    return Trained(described, file.read_bytes(), outputs, training, facts)


def calibrate(
    data: FeatureSet, kind: str, outputs: np.ndarray, rows: np.ndarray, training: np.ndarray
) -> Calibration:
    """Residual quantiles over the calibration rows, in units of volatility_20d, or for a volatility model in
    units of its own forecast."""
    if kind == "volatility":
        residuals = data.label_return[rows] / outputs[rows]
    else:
        residuals = data.standardized()[rows] - outputs[rows]
    return Calibration.measure(residuals, data.sigma[training])


def spread_rows(data: FeatureSet, names: tuple[str, ...], rows: np.ndarray) -> np.ndarray:
    """Real rows for self-tests: half of them those with the most missing values, the others spread out."""
    half = SELF_TESTS // 2
    absent = np.isnan(data.matrix(names, rows)).sum(axis=1)
    # Bars before a symbol's first are missing altogether.
    short = np.maximum(0, SEQUENCE_LENGTH - 1 - (rows - data.first[rows]))
    sparse = rows[np.argsort(-(absent * SEQUENCE_LENGTH + short), kind="stable")[:half]]
    spread = rows[((np.arange(half) + 0.5) * len(rows) / half).astype(int)]
    return np.concatenate([sparse, spread])


def tree_model(context: Context, trained: TrainedTrees) -> Trained:
    """The XGBoost model that `vfr models train` made: checks its outputs, describes it."""
    data, plan = context.data, context.plan
    summary = trained.summary
    inputs, required = tuple(summary["inputs"]), tuple(summary["required"])
    training = context.training(required, plan.train_until)
    if summary["rows"] != len(training):
        raise ValueError(f"Java trained on {summary['rows']} rows; here they are {len(training)}")
    later = np.flatnonzero(data.has(required) & context.later_than(plan.train_until))
    again = trees.xgboost_margins(trained.artifact, data.matrix(inputs, later))
    if not np.array_equal(again.astype(np.float64), trained.outputs[later]):
        raise ValueError("the tree model's outputs by Java and by this program differ")
    rows = context.calibrating(trained.outputs)
    tests = spread_rows(data, inputs, rows)
    parameters = ", ".join(f"{k} {v}" for k, v in summary["parameters"].items())
    described = manifest.Manifest(
        id=summary["id"],
        version=summary["version"],
        algorithm="xgboost",
        kind="return",
        target="standardized-return",
        artifact="model.json",
        schema=context.schema,
        inputs=inputs,
        required=required,
        calibration=calibrate(data, "return", trained.outputs, rows, training),
        metrics={},
        window=_window(data, training),
        reference=manifest.reference(inputs, data.matrix(inputs, training)),
        self_tests=[
            SelfTest(data.matrix(inputs, np.array([row]))[0], float(trained.outputs[row]), SELF_TEST_TOLERANCE)
            for row in tests
        ],
    )
    facts = [
        f"XGBoost, {summary['rounds']} rounds, {parameters}; trained by `scripts/vfr models train`.",
        "The mean of a day over all symbols was taken off the targets, which were cut off at 5 volatilities: what "
        "the market did is one observation a day, too few to learn from. Its forecasts assume a flat market.",
    ]
    return Trained(described, trained.artifact, trained.outputs, training, facts)


def meta_inputs(data: FeatureSet, recipe: MetaRecipe, bases: dict[str, np.ndarray]) -> np.ndarray:
    """The meta model's inputs for all rows, float64 [N, F]."""
    columns = [bases[base] for base in recipe.bases] + [data.features[n] for n in recipe.context]
    return np.column_stack(columns)


def meta_model(context: Context, recipe: MetaRecipe, bases: dict[str, np.ndarray]) -> Trained:
    """The meta model, trained on out-of-fold outputs of the bases [N] only."""
    data, plan = context.data, context.plan
    values = meta_inputs(data, recipe, bases)
    whole = np.isfinite(values[:, : len(recipe.bases)]).all(axis=1)
    walked = context.later_than(plan.fold_starts[0])
    candidates = context.training(recipe.required, plan.train_until)
    training = candidates[(whole & walked)[candidates]]
    target = relative_to_market(data.day[training], data.standardized()[training])
    with Progress(recipe.id, recipe.rounds) as progress:
        artifact = meta.train(recipe, values[training], target, progress.step)
    outputs = np.full(len(data), np.nan)
    later = np.flatnonzero(data.has(recipe.required) & whole & context.later_than(plan.train_until))
    outputs[later] = meta.score(artifact, values[later])
    rows = context.calibrating(outputs)
    tests = values[spread_rows(data, recipe.context, rows)]
    # Two self-tests show a base that failed.
    tests[0, 0] = tests[1, 1] = np.nan
    expected = meta.score(artifact, tests)
    described = manifest.Manifest(
        id=recipe.id,
        version=recipe.version,
        algorithm="lightgbm",
        kind="meta",
        target="standardized-return",
        artifact="model.txt",
        schema=context.schema,
        inputs=recipe.inputs,
        required=recipe.required,
        calibration=calibrate(data, "meta", outputs, rows, training),
        metrics={},
        window=_window(data, training),
        reference=manifest.reference(recipe.inputs, values[training]),
        self_tests=[SelfTest(x, float(y), SELF_TEST_TOLERANCE) for x, y in zip(tests, expected)],
        fallback="mean-reversion-xgb-v2",
    )
    parameters = ", ".join(f"{k} {v}" for k, v in recipe.parameters)
    facts = [
        f"LightGBM, {recipe.rounds} rounds, {parameters}.",
        "Trained only on outputs of its bases for rows that came after the ones they were trained on (walk forward). "
        f"In {recipe.masked:.0%} of the rows an output of a base was taken away, so that a failed base is something "
        "it has seen.",
        f"Targets as those of the LSTM: relative to the market, cut off at {STANDARDIZED_MAX:g} volatilities.",
    ]
    return Trained(described, artifact, outputs, training, facts)
