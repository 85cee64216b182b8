"""The command line behind scripts/train/run and scripts/train/report."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd

from vfrtrain import committed, dataset, digests, java, measure, pipeline, publish, reexport
from vfrtrain.java import REPOSITORY
from vfrtrain.measure import Baselines
from vfrtrain.onnx_models import ExportError
from vfrtrain.recipes import (
    LSTM_ID,
    META_ID,
    PLAN,
    TREES_ID,
    VOLATILITY_ID,
    LstmRecipe,
    MetaRecipe,
    VolatilityRecipe,
    feature_names,
)

REGISTRY = REPOSITORY / "models" / "registry"
ABOUT_DATA = REPOSITORY / "models" / "training-data.md"

#: In order of dependence: the meta model reads the others' outputs.
IDS = (LSTM_ID, TREES_ID, VOLATILITY_ID, META_ID)

#: What else is read from a feature set: the EWMA baseline needs the returns.
ALWAYS_READ = ("log_return_1d",)


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _arguments(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts/train/run",
        description="Trains the four shipped models, measures them and writes their directories.",
    )
    parser.add_argument(
        "--data",
        type=Path,
        metavar="DIR",
        help="directory with prices, fundamentals, sentiment and macro as .csv.gz or .csv",
    )
    parser.add_argument(
        "--features",
        type=Path,
        metavar="FILE",
        help="feature set of `scripts/vfr features export`, instead of making one from --data",
    )
    parser.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        default=REPOSITORY / "data" / "trained",
        help="registry directory to write (default: data/trained); <id>/<version> is replaced in it",
    )
    parser.add_argument(
        "--work",
        type=Path,
        metavar="DIR",
        default=REPOSITORY / "data" / "training",
        help="where files on the way are kept (default: data/training)",
    )
    parser.add_argument(
        "--record",
        action="store_true",
        help="make the digests of this run the committed ones (scripts/train/digests.json)",
    )
    parser.add_argument(
        "--reexport",
        type=Path,
        metavar="DIR",
        help=f"train nothing: read the weights of a network from a model directory that training wrote when graphs were "
        f"PyTorch's ({LSTM_ID} 3.0.0, {VOLATILITY_ID} 1.0.0), and write them in today's graph",
    )
    parser.add_argument(
        "--report-only",
        action="store_true",
        help="train nothing: print the tables of the models in --registry; with --features or --data measure "
        "them again and compare",
    )
    parser.add_argument(
        "--registry",
        type=Path,
        metavar="DIR",
        default=REGISTRY,
        help="registry to report on (default: models/registry)",
    )
    parser.add_argument(
        "--model", action="append", choices=IDS, help="report on this model only; may be repeated"
    )
    parsed = parser.parse_args(arguments)
    trains = not parsed.report_only and parsed.reexport is None
    if trains and parsed.data is None and parsed.features is None:
        parser.error("--data DIR or --features FILE is needed")
    for name in ("data", "features", "reexport"):
        given = getattr(parsed, name)
        if given is not None and not (given.is_file() if name == "features" else given.is_dir()):
            parser.error(f"--{name} {given} is no {'file' if name == 'features' else 'directory'}")
    return parsed


def _features(options: argparse.Namespace) -> Path:
    """The feature set: the one given, or a new one made by the topology."""
    if options.features is not None:
        return options.features
    options.work.mkdir(parents=True, exist_ok=True)
    file = options.work / "features.csv.gz"
    say("exporting features")
    java.export_features(options.data, file)
    return file


def train(options: argparse.Namespace) -> int:
    """Everything: features, four models, directories, verification, tables, digests."""
    started = time.monotonic()
    options.work.mkdir(parents=True, exist_ok=True)
    features = _features(options)
    java.train_trees(features, options.work / "trees", PLAN)
    say("reading features")
    summary = java.read_summary(options.work / "trees")
    data = dataset.read(features, feature_names(tuple(summary["inputs"])))
    context = pipeline.Context(
        data, PLAN, Baselines.of(data, PLAN), summary["featureSchema"], options.work
    )
    trained = {TREES_ID: pipeline.tree_model(context, java.read_trees(options.work / "trees", data))}
    trained[LSTM_ID] = pipeline.lstm(context, LstmRecipe())
    trained[VOLATILITY_ID] = pipeline.volatility(context, VolatilityRecipe())
    bases = {model_id: model.outputs for model_id, model in trained.items()}
    trained[META_ID] = pipeline.meta_model(context, MetaRecipe(), bases)
    _keep_outputs(data, {i: trained[i].outputs for i in IDS}, options.work / "outputs.csv.gz")
    about = ABOUT_DATA.read_text()
    results = {i: publish.publish(context, trained[i], options.out, about) for i in IDS}
    say("verifying")
    java.verify(options.out)
    for model, table in results.values():
        print(f"\n{model.key}\n\n{table}")
    print()
    return _digests(options, [model for model, _ in results.values()], started)


def _keep_outputs(data: dataset.FeatureSet, outputs: dict[str, np.ndarray], file: Path) -> None:
    """Writes symbol, ts and every model's out-of-sample output, empty where it has none: for studies of what is made
    from them."""
    frame = pd.DataFrame({"symbol": data.symbol, "ts": data.ts} | outputs)
    frame = frame[np.isfinite(frame[list(outputs)]).any(axis=1)]
    frame.to_csv(file, index=False, compression={"method": "gzip", "compresslevel": 1, "mtime": 0})


def _digests(options: argparse.Namespace, models: list[committed.Model], started: float) -> int:
    found = {model.key: model.digests for model in models}
    here = digests.environment()
    if options.record:
        digests.record(found, here)
        print(f"the digests of this run are now the committed ones ({digests.COMMITTED.name})")
    else:
        _, lines = digests.compare(found, here)
        print("\n".join(lines))
    print(f"\n{len(models)} models in {options.out}, {(time.monotonic() - started) / 60:.1f} minutes")
    return 0


def report(options: argparse.Namespace) -> int:
    """The tables of the cards; with a feature set, measured again. Returns 1 if one is not as its card says."""
    wanted = tuple(options.model or IDS)
    models = committed.newest(options.registry, IDS)
    if options.features is None and options.data is None:
        for model_id in wanted:
            print(f"{models[model_id].key}\n\n{_first_table(models[model_id].card())}\n")
        return 0
    features = _features(options)
    names = [n for m in models.values() for n in m.inputs + tuple(m.document["required"])]
    names = tuple(dict.fromkeys(n for n in names if not n.startswith("model.")))
    data = dataset.read(features, names + ALWAYS_READ)
    baselines = Baselines.of(data, PLAN)
    later = data.ts >= measure.splits.millis_after(PLAN.train_until)
    outputs: dict[str, np.ndarray] = {}
    differing = 0
    for model_id, model in models.items():
        scored = committed.score(model, data, outputs)
        outputs[model_id] = np.where(later, scored, np.nan)
        if model_id not in wanted:
            continue
        table, _ = publish.measured_table(
            model_id, data, PLAN, outputs[model_id], model.calibration, baselines
        )
        same = table in model.card()
        differing += not same
        verdict = "as its card says" if same else "NOT as its card says"
        print(f"{model.key}, measured again: {verdict}\n\n{table}\n")
    return 1 if differing else 0


def export_again(options: argparse.Namespace) -> int:
    """A model directory with the weights of another in today's graph, verified."""
    source = committed.read(options.reexport)
    made, said = reexport.again(source, options.out)
    say("verifying")
    java.verify(options.out)
    if options.record:
        digests.record_reexport(
            made.key, made.digests, source.key, source.digests["artifact"], digests.environment()
        )
    print(f"{made.directory}: {said} from {source.key}")
    return 0


def _first_table(card: str) -> str:
    """The first Markdown table of a text."""
    lines = card.splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith("|"))
    end = next((i for i in range(start, len(lines)) if not lines[i].startswith("|")), len(lines))
    return "\n".join(lines[start:end])


def main(arguments: list[str] | None = None) -> int:
    """Runs one command; errors that a user can mend are one line."""
    options = _arguments(sys.argv[1:] if arguments is None else arguments)
    try:
        if options.reexport is not None:
            return export_again(options)
        return report(options) if options.report_only else train(options)
    except (dataset.FeatureSetError, java.CommandError, committed.RegistryError, ExportError) as e:
        say(f"scripts/train: {e}")
        return 1
