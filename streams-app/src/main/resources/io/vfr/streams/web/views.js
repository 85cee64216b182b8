// What each view shows. A view is made once when it is opened, and updated when something has come.

import { get } from "./api.js";
import {
  draw,
  driverOption,
  intervalBar,
  lagOption,
  latencyOption,
  outcomeOption,
  priceOption,
  sparkline,
  weightOption,
} from "./charts.js";
import {
  age,
  element,
  mebibytes,
  millis,
  number,
  percent,
  severityTone,
  signedPercent,
  significant,
  tableHead,
  tag,
  time,
  tone,
} from "./format.js";

const ROWS_MAX = 200;
const BARS = 260;
const RELOAD_MILLIS = 5_000;

function table(caption, columns) {
  const body = element("tbody");
  const node = element(
    "div",
    { class: "scroll", tabindex: "0", role: "region", "aria-label": caption },
    element("table", {}, element("caption", {}, caption), tableHead(columns), body),
  );
  return { node, body };
}

function cell(content, className) {
  return element("td", { class: className }, content);
}

function panel(title, ...content) {
  return element("section", { class: "panel", "aria-label": title }, element("h3", {}, title), ...content);
}

function chart(label, tall) {
  return element("div", { class: tall ? "chart tall" : "chart", role: "img", "aria-label": label });
}

function tiles(entries) {
  return entries.map(([name, value]) =>
    element("div", {}, element("dt", {}, name), element("dd", {}, value)),
  );
}

function symbolLink(symbol) {
  return element("a", { href: `#/symbol/${encodeURIComponent(symbol)}` }, symbol);
}

const sorts = {
  symbol: (a, b) => (a.symbol < b.symbol ? -1 : 1),
  "expected return": (a, b) => b.expectedReturn - a.expectedReturn,
  confidence: (a, b) => b.confidence - a.confidence,
  newest: (a, b) => b.ts - a.ts || b.producedAt - a.producedAt,
};

function live(main, state) {
  const filter = element("input", { type: "search", placeholder: "AAPL", autocomplete: "off" });
  const sort = element("select", {}, ...Object.keys(sorts).map((name) => element("option", {}, name)));
  const count = element("p", { class: "muted", role: "status" });
  const summary = element("dl", { class: "tiles" });
  const { node, body } = table("The newest prediction of each symbol", [
    ["Symbol"],
    ["Signal"],
    ["Direction", "wide"],
    ["Expected return", "number"],
    ["Interval", "wide"],
    ["Last predictions", "wide"],
    ["Confidence", "number"],
    ["Consensus", "number wide"],
    ["Strongest driver", "wide"],
    ["Bar", "wide"],
  ]);
  main.append(
    element("h2", {}, "Live predictions"),
    summary,
    element(
      "div",
      { class: "bar" },
      element("label", {}, "Symbols that contain", filter),
      element("label", {}, "Sorted by", sort),
      count,
    ),
    element("div", { class: "panel" }, node),
  );
  const rows = new Map();
  const update = () => {
    const wanted = filter.value.trim().toUpperCase();
    const chosen = [...state.symbols.values()]
      .map((one) => one.latest)
      .filter((one) => one.symbol.toUpperCase().includes(wanted))
      .sort(sorts[sort.value]);
    const most = widest(chosen.slice(0, ROWS_MAX));
    arrange(
      body,
      chosen.slice(0, ROWS_MAX).map((one) => liveRow(rows, state.symbols.get(one.symbol), most)),
    );
    count.textContent =
      chosen.length > ROWS_MAX
        ? `${ROWS_MAX} of ${number(chosen.length)} symbols`
        : `${number(chosen.length)} symbols`;
    summary.replaceChildren(...tiles(liveTiles(state, [...state.symbols.values()].map((one) => one.latest))));
  };
  filter.addEventListener("input", update);
  sort.addEventListener("change", update);
  return { title: "Live predictions", update };
}

/** Puts rows into their order; whoever has the focus keeps it. */
function arrange(body, rows) {
  if (rows.length === body.children.length && rows.every((row, i) => row === body.children[i])) {
    return;
  }
  const focused = document.activeElement;
  body.replaceChildren(...rows);
  if (focused && focused !== document.activeElement && body.contains(focused)) {
    focused.focus({ preventScroll: true });
  }
}

/** The half width that shows nine of ten intervals whole. */
function widest(predictions) {
  const widths = predictions
    .filter((one) => one.interval)
    .map((one) => Math.max(Math.abs(one.interval.lower), Math.abs(one.interval.upper)))
    .sort((a, b) => a - b);
  return widths[Math.floor(widths.length * 0.9)] || 0.05;
}

function liveTiles(state, predictions) {
  const of = (signal) => predictions.filter((one) => one.consensus.signal === signal).length;
  return [
    ["Bullish", element("span", { class: "up" }, number(of("BULLISH")))],
    ["Bearish", element("span", { class: "down" }, number(of("BEARISH")))],
    ["Neutral", number(of("NEUTRAL"))],
    ["Degraded", number(predictions.filter((one) => one.degraded).length)],
    ["Predictions a second", number(state.rate, state.rate < 10 ? 1 : 0)],
    ["Alerts raised", number(state.alerts.filter((one) => one.state === "raised").length)],
  ];
}

function sign(value) {
  return value > 0 ? "up" : value < 0 ? "down" : "neutral";
}

/** Rows that have not changed stay as they are, and keep the focus. */
function liveRow(rows, known, most) {
  const one = known.latest;
  const before = rows.get(one.symbol);
  if (before && before.id === one.id && before.most === most && before.points === known.points.length) {
    return before.row;
  }
  const driver = one.drivers[0];
  const cells = [
    cell(tag(one.consensus.signal, tone(one.consensus.signal))),
    cell(element("span", { class: tone(one.direction) }, one.direction), "wide"),
    cell(signedPercent(one.expectedReturn, 3), `number ${sign(one.expectedReturn)}`),
    cell(intervalBar(one, most), "wide"),
    cell(sparkline(known.points), "wide"),
    cell(percent(one.confidence, 1), "number"),
    cell(`${number(one.consensus.score)}${one.consensus.lowConsensus ? " (low)" : ""}`, "number wide"),
    cell(driver ? `${driver.feature} ${signedPercent(driver.contribution, 3)}` : "–", "wide"),
    cell(one.degraded ? tag(one.degradedReasons.join(", "), "warning") : time(one.ts), "wide"),
  ];
  let row = before?.row;
  if (row) {
    row.replaceChildren(row.firstElementChild, ...cells);
    row.classList.remove("changed");
    void row.offsetWidth;
    row.classList.toggle("changed", before.id !== one.id);
  } else {
    row = element("tr", {}, element("th", { scope: "row" }, symbolLink(one.symbol)), ...cells);
  }
  rows.set(one.symbol, { row, id: one.id, most, points: known.points.length });
  return row;
}

function symbol(main, state, name) {
  const note = element("p", { class: "warning", role: "status" });
  const facts = element("dl", { class: "tiles" });
  const price = chart(`Prices of ${name}, with SMA and Bollinger bands over 20 bars`, true);
  const past = chart(`Predictions of ${name} and what became of them`);
  const drivers = chart(`What moved the prediction of ${name} most`);
  const models = table("Models behind the newest prediction", [
    ["Model"],
    ["Signal"],
    ["Output", "number"],
    ["Weight", "number"],
    ["Status"],
    ["Time", "number"],
  ]);
  const features = table("Features that the newest prediction was made from", [["Feature"], ["Value", "number"]]);
  const exact = element("button", { type: "button" }, "Exact drivers");
  main.append(
    element("h2", {}, name),
    note,
    facts,
    panel("Price", price),
    element(
      "div",
      { class: "grid" },
      panel("Past predictions against what happened", past),
      panel("Drivers", drivers, exact),
      panel("Models", models.node),
      panel("Indicators and other features", features.node),
    ),
  );
  let shown;
  let loadedAt = 0;
  const showDrivers = (prediction) => {
    exact.textContent = prediction.driversMethod === "shap" ? "Exact drivers (shown)" : "Exact drivers";
    draw(drivers, driverOption(prediction.drivers));
  };
  exact.addEventListener("click", async () => {
    try {
      showDrivers(await get(`/v1/predictions/${encodeURIComponent(name)}?explain=shap`));
    } catch (error) {
      note.textContent = error.message;
    }
  });
  const load = async () => {
    loadedAt = Date.now();
    const path = encodeURIComponent(name);
    const answers = await Promise.allSettled([
      get(`/v1/bars/${path}?limit=${BARS}`),
      get(`/v1/history/${path}`),
      get(`/v1/features/${path}`),
      get(`/v1/predictions/${path}`),
    ]);
    const [bars, history, vector, newest] = answers.map((one) => one.value);
    if (newest) {
      show(newest);
    }
    if (bars) {
      draw(price, priceOption(bars.bars));
    }
    if (history) {
      draw(past, outcomeOption(history.outcomes));
    }
    if (vector) {
      features.body.replaceChildren(
        ...Object.entries(vector.values).map(([feature, value]) =>
          element(
            "tr",
            {},
            element("th", { scope: "row" }, feature),
            cell(value === null ? "–" : significant(value), "number"),
          ),
        ),
      );
    }
    const failed = answers.find((one) => one.status === "rejected");
    note.textContent = failed ? failed.reason.message : bars?.stale ? "From a replica: it may lag behind." : "";
  };
  const show = (prediction) => {
    if (prediction.id !== shown) {
      shown = prediction.id;
      facts.replaceChildren(...tiles(symbolFacts(prediction)));
      showDrivers(prediction);
      models.body.replaceChildren(...prediction.models.map(modelRow));
    }
  };
  const update = () => {
    if (Date.now() - loadedAt > RELOAD_MILLIS) {
      load();
    }
    const known = state.symbols.get(name)?.latest;
    if (known) {
      show(known);
    }
  };
  return { title: name, update };
}

function symbolFacts(one) {
  const interval = one.interval;
  return [
    ["Signal", tag(one.consensus.signal, tone(one.consensus.signal))],
    ["Expected return", signedPercent(one.expectedReturn, 3)],
    [
      interval ? `${percent(interval.coverage, 0)} interval` : "Interval",
      interval ? `${signedPercent(interval.lower, 1)} … ${signedPercent(interval.upper, 1)}` : "–",
    ],
    ["Up, neutral, down", [one.probability.up, one.probability.neutral, one.probability.down].map((p) => percent(p, 0)).join(" / ")],
    ["Confidence", percent(one.confidence, 1)],
    ["Volatility", percent(one.volatility ?? NaN, 2)],
    ["Event time", time(one.ts)],
    ["Source", `${one.source.topic}-${one.source.partition}@${one.source.offset}`],
    ...(one.degraded ? [["Degraded", tag(one.degradedReasons.join(", "), "warning")]] : []),
  ];
}

function modelRow(model) {
  const output = Array.isArray(model.output) ? model.output.map((x) => significant(x)).join(", ") : significant(model.output);
  return element(
    "tr",
    {},
    element("th", { scope: "row", title: model.digest }, `${model.id} ${model.version}`),
    cell(tag(model.signal, tone(model.signal))),
    cell(output, "number"),
    cell(percent(model.weight, 1), "number"),
    cell(model.status),
    cell(`${number(model.latencyMicros)} µs`, "number"),
  );
}

function alerts(main, state) {
  const type = element("select", {}, element("option", { value: "" }, "all"));
  const severity = element(
    "select",
    {},
    ...["", "info", "warning", "critical"].map((one) => element("option", { value: one }, one || "all")),
  );
  const { node, body } = table("Alerts, newest first", [
    ["When"],
    ["Type"],
    ["Severity"],
    ["State"],
    ["Symbol"],
    ["What"],
  ]);
  main.append(
    element("h2", {}, "Alerts"),
    element("div", { class: "bar" }, element("label", {}, "Type", type), element("label", {}, "Severity", severity)),
    element("div", { class: "panel" }, node),
  );
  const update = () => {
    for (const name of new Set(state.alerts.map((one) => one.type))) {
      if (![...type.options].some((option) => option.value === name)) {
        type.append(element("option", { value: name }, name));
      }
    }
    const chosen = state.alerts.filter(
      (one) => (!type.value || one.type === type.value) && (!severity.value || one.severity === severity.value),
    );
    body.replaceChildren(...chosen.slice(0, ROWS_MAX).map(alertRow));
    if (chosen.length === 0) {
      body.replaceChildren(element("tr", {}, element("td", { colspan: "6" }, "No alert has come.")));
    }
  };
  type.addEventListener("change", update);
  severity.addEventListener("change", update);
  return { title: "Alerts", update };
}

function alertRow(alert) {
  return element(
    "tr",
    {},
    cell(time(alert.ts)),
    element("th", { scope: "row" }, alert.type),
    cell(tag(alert.severity, severityTone(alert.severity))),
    cell(alert.state),
    cell(alert.symbol ? symbolLink(alert.symbol) : "–"),
    cell(alert.message, "wrap"),
  );
}

function models(main, state) {
  const facts = element("dl", { class: "tiles" });
  const weights = chart("Weights of the models in the ensemble over the last half hour");
  const { node, body } = table("Models", [
    ["Model"],
    ["Version"],
    ["Stage"],
    ["Role"],
    ["Kind", "wide"],
    ["Weight", "number"],
    ["Right lately", "number"],
    ["Right, decayed", "number"],
    ["Memory", "number wide"],
    ["Runs as", "wide"],
    ["Digest", "wide"],
  ]);
  main.append(
    element("h2", {}, "Models"),
    facts,
    element("div", { class: "panel" }, node),
    panel("Weights over time", weights),
  );
  const update = () => {
    if (!state.models) {
      return;
    }
    const { cache, coverage } = state.models;
    facts.replaceChildren(
      ...tiles([
        ["Intervals hold", `${percent(coverage.realised ?? NaN, 1)} of ${percent(coverage.nominal, 0)}`],
        ["Outcomes seen", number(coverage.outcomes)],
        ["Cache hit ratio", percent(cache.hitRatio ?? NaN, 1)],
        ["Models in memory", `${number(cache.models)}, ${mebibytes(cache.bytes)}`],
      ]),
    );
    body.replaceChildren(...state.models.models.map(registeredRow));
    if (state.models.weights.length > 0) {
      draw(weights, weightOption(state.models.weights));
    }
  };
  return { title: "Models", wantsModels: true, update };
}

function registeredRow(model) {
  const rightOf = (outcomes) => (outcomes ? `${percent(outcomes.hitRate, 1)} of ${number(outcomes.outcomes)}` : "–");
  return element(
    "tr",
    {},
    element("th", { scope: "row" }, model.id),
    cell(model.version),
    cell(model.stage),
    cell(model.caveat ? `${model.role}, ${model.caveat}` : model.role),
    cell(model.kind ?? "–", "wide"),
    cell(percent(model.weight ?? NaN, 1), "number"),
    cell(rightOf(model.lately), "number"),
    cell(rightOf(model.standing), "number"),
    cell(mebibytes(model.bytes), "number wide"),
    cell(model.execution ?? "–", "wide"),
    cell(element("code", { title: model.digest }, model.digest.slice(0, 12)), "wide"),
  );
}

function health(main, state) {
  const note = element("p", { class: "warning", role: "status" });
  const facts = element("dl", { class: "tiles" });
  const latency = chart("Predictions by the time from the price's append to the emission");
  const lag = chart("Price records that are still to be read, by partition");
  const instances = table("Instances", [
    ["Address"],
    ["State"],
    ["Partitions"],
    ["Replicas"],
    ["Predictions", "number"],
    ["p95", "number"],
    ["Heap", "number"],
    ["Memory", "number"],
    ["Up for", "number"],
  ]);
  const topics = table("What became of input records: in = accepted + refused + sent on", [
    ["Topic"],
    ["In", "number"],
    ["Accepted", "number"],
    ["Refused", "number"],
    ["Sent on", "number"],
  ]);
  const letters = table("Refused records, newest first", [
    ["When"],
    ["Code"],
    ["Reason"],
    ["Source"],
    ["Key"],
  ]);
  main.append(
    element("h2", {}, "Pipeline health"),
    note,
    facts,
    element("div", { class: "grid" }, panel("Latency", latency), panel("Lag", lag)),
    element("div", { class: "panel" }, instances.node),
    element("div", { class: "panel" }, topics.node),
    element("div", { class: "panel" }, letters.node),
  );
  const update = () => {
    note.textContent = state.error ?? "";
    letters.body.replaceChildren(...state.deadLetters.slice(0, ROWS_MAX).map(letterRow));
    if (state.deadLetters.length === 0) {
      letters.body.replaceChildren(element("tr", {}, element("td", { colspan: "5" }, "None.")));
    }
    if (!state.cluster) {
      return;
    }
    const all = state.cluster.instances;
    facts.replaceChildren(...tiles(healthTiles(state, all)));
    draw(latency, latencyOption(sum(all.map((one) => one.latency.buckets)), all.reduce((n, one) => n + one.latency.count, 0)));
    draw(lag, lagOption(sum(all.map((one) => one.lag))));
    instances.body.replaceChildren(
      ...all.map(instanceRow),
      ...state.cluster.silent.map((address) =>
        element(
          "tr",
          {},
          element("th", { scope: "row" }, address),
          element("td", { colspan: "8", class: "warning" }, "does not answer"),
        ),
      ),
    );
    topics.body.replaceChildren(...topicRows(all));
  };
  return { title: "Pipeline health", update };
}

function sum(maps) {
  const total = {};
  for (const map of maps) {
    for (const [key, value] of Object.entries(map)) {
      total[key] = (total[key] ?? 0) + value;
    }
  }
  return total;
}

function healthTiles(state, all) {
  const total = (figure) => all.reduce((value, one) => value + figure(one), 0);
  const worst = (figure) => Math.max(...all.map(figure).filter(Number.isFinite));
  const predictions = total((one) => one.predictions);
  const refused = total((one) => Object.values(one.deadLetters).reduce((a, b) => a + b, 0));
  return [
    ["Predictions a second", number(state.rate, state.rate < 10 ? 1 : 0)],
    ["Predictions", number(predictions)],
    ["Degraded", percent(predictions ? total((one) => one.degraded) / predictions : NaN, 1)],
    ["p50 (last half minute)", millis(worst((one) => one.latency.p50Millis))],
    ["p95", millis(worst((one) => one.latency.p95Millis))],
    ["p99", millis(worst((one) => one.latency.p99Millis))],
    ["Records to read", number(total((one) => Object.values(one.lag).reduce((a, b) => a + b, 0)))],
    ["Refused records", number(refused)],
    ["Instances", number(all.length + state.cluster.silent.length)],
  ];
}

function instanceRow(one) {
  const memory = one.memory;
  return element(
    "tr",
    {},
    element("th", { scope: "row", title: one.instance }, one.address),
    cell(memory.shedding ? tag("sheds load", "warning") : one.state),
    cell(one.partitions.join(", ") || "–"),
    cell(one.standbys.join(", ") || "–"),
    cell(number(one.predictions), "number"),
    cell(millis(one.latency.p95Millis), "number"),
    cell(`${mebibytes(memory.heapUsed)} of ${mebibytes(memory.heapMax)}`, "number"),
    cell(mebibytes(memory.resident), "number"),
    cell(age(one.startedAt), "number"),
  );
}

function topicRows(all) {
  const topics = {};
  for (const one of all) {
    for (const [topic, counts] of Object.entries(one.topics)) {
      topics[topic] = sum([topics[topic] ?? {}, counts]);
    }
  }
  return Object.entries(topics)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([topic, counts]) =>
      element(
        "tr",
        {},
        element("th", { scope: "row" }, topic),
        cell(number(counts.in), "number"),
        cell(number(counts.accepted), "number"),
        cell(number(counts.deadLettered), "number"),
        cell(number(counts.rerouted), "number"),
      ),
    );
}

function letterRow(letter) {
  return element(
    "tr",
    {},
    cell(time(letter.ts)),
    element("th", { scope: "row" }, letter.code),
    cell(letter.message, "wrap"),
    cell(`${letter.topic}-${letter.partition}@${letter.offset}`),
    cell(letter.key ?? "–"),
  );
}

export const views = { live, symbol, alerts, models, health };
