"""Whether a run gave what is committed, and if not, what differs between the two machines."""

from __future__ import annotations

import json
import platform
from importlib import metadata
from pathlib import Path

COMMITTED = Path(__file__).resolve().parents[1] / "digests.json"

#: What decides the bits of trained weights, besides the data.
LIBRARIES = ("torch", "numpy", "lightgbm", "onnx", "onnxscript", "onnxruntime", "pandas")


def environment() -> dict[str, str]:
    """Versions and processor of this machine."""
    import torch

    found = {name: metadata.version(name).split("+")[0] for name in LIBRARIES}
    found["python"] = ".".join(platform.python_version_tuple()[:2])
    found["system"] = f"{platform.system()} {platform.machine()}"
    found["processor"] = _processor()
    found["instructions"] = torch.backends.cpu.get_cpu_capability()
    return found


def _processor() -> str:
    """The processor's vendor and model numbers: libraries choose their kernels by them."""
    file = Path("/proc/cpuinfo")
    if not file.is_file():
        return platform.processor() or "unknown"
    fields = dict(
        (part.strip() for part in line.split(":", 1))
        for line in file.read_text().split("\n\n")[0].splitlines()
        if ":" in line
    )
    names = ("vendor_id", "cpu family", "model")
    return " ".join(fields.get(name, "?") for name in names)


def compare(models: dict[str, dict[str, str]], here: dict[str, str]) -> tuple[bool, list[str]]:
    """Whether all digests equal the committed ones, and lines that say so or why not.

    `models` is by "id@version": {"artifact": sha256, "manifest": sha256}.
    """
    if not COMMITTED.is_file():
        return False, [f"no digests are committed ({COMMITTED.name} is not there)"]
    committed = json.loads(COMMITTED.read_text())
    lines = []
    same = True
    for key, digests in models.items():
        wanted = committed["models"].get(key)
        if wanted == digests:
            lines.append(f"{key}: equal to the committed one, artifact {digests['artifact'][:12]}…")
            continue
        same = False
        if wanted is None:
            lines.append(f"{key}: no digest is committed")
            continue
        parts = [part for part in digests if digests[part] != wanted.get(part)]
        lines.append(f"{key}: {' and '.join(parts)} not equal to the committed one")
    for key, made in committed.get("reexported", {}).items():
        if key in models and models[key] != committed["models"].get(key):
            lines.append(
                f"{key} was re-exported from {made['from']} on {made['environment']['processor']}: its manifest has the "
                "figures of that version and self-tests by that processor, and models that read its outputs were "
                "calibrated and tested with those of that version"
            )
    if not same:
        lines += explain(committed["environment"], here)
    return same, lines


def explain(committed: dict[str, str], here: dict[str, str]) -> list[str]:
    """Why trained bits may differ: what is another than where the committed models were made."""
    differing = [
        f"{name}: {committed.get(name)} there, {here.get(name)} here"
        for name in sorted(committed.keys() | here.keys())
        if committed.get(name) != here.get(name)
    ]
    if not differing:
        return [
            "libraries and processor are those of the committed models: then the input files, the feature schema or "
            "this program must be others"
        ]
    return [
        "sums of floating-point numbers depend on libraries and on vector instructions; other than where the "
        "committed models were made are:",
        *(f"  {line}" for line in differing),
    ]


def record_reexport(
    key: str, made: dict[str, str], source: str, source_artifact: str, here: dict[str, str]
) -> None:
    """Puts a re-exported model in its source's place among the committed digests, and says where it was made."""
    committed = json.loads(COMMITTED.read_text())
    models = committed["models"]
    committed["models"] = {
        key if known in (source, key) else known: made if known in (source, key) else digests
        for known, digests in models.items()
    }
    origin = {"from": source, "artifact": source_artifact, "environment": here}
    committed["reexported"] = committed.get("reexported", {}) | {key: origin}
    COMMITTED.write_text(json.dumps(committed, indent=2) + "\n")


def record(models: dict[str, dict[str, str]], here: dict[str, str]) -> None:
    """Makes these digests the committed ones."""
    COMMITTED.write_text(json.dumps({"environment": here, "models": models}, indent=2) + "\n")
