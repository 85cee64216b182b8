package io.vfr.models.manifest;

/** The format of a model's artifact, and so the evaluator that runs it. */
public enum Algorithm implements JsonName {
  XGBOOST,
  LIGHTGBM,
  ONNX,
  LINEAR
}
