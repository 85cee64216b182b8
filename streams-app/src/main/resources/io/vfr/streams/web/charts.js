// Charts: small ones as SVG of our own, large ones by Apache ECharts, which is loaded when the
// first of them is shown.

import { percent, signedPercent, svgElement, time } from "./format.js";

let loading;

function library() {
  loading ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = "/web/echarts.js";
    script.onload = () => resolve(window.echarts);
    script.onerror = () => reject(new Error("the chart library could not be loaded"));
    document.head.append(script);
  });
  return loading;
}

function color(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

const SERIES = ["--series-1", "--series-2", "--series-3", "--series-4", "--series-5"];

const shown = new Map();

const observer = new ResizeObserver((entries) => {
  for (const entry of entries) {
    shown.get(entry.target)?.chart?.resize();
  }
});

/**
 * Shows a chart in an element; called again it changes it. `option` makes ECharts' option when it
 * is needed, so that a change of theme can make it anew.
 */
export async function draw(node, option) {
  const known = shown.get(node);
  if (known) {
    known.option = option;
    known.chart?.setOption(complete(option()), { notMerge: false, lazyUpdate: true });
    return;
  }
  const entry = { option, chart: undefined };
  shown.set(node, entry);
  const echarts = await library();
  if (!node.isConnected) {
    shown.delete(node);
    return;
  }
  entry.chart = echarts.init(node, undefined, { renderer: "svg" });
  entry.chart.setOption(complete(entry.option()));
  observer.observe(node);
}

/** Lets go of the charts whose elements have left the page. */
export function sweep() {
  for (const [node, entry] of shown) {
    if (!node.isConnected) {
      observer.unobserve(node);
      entry.chart?.dispose();
      shown.delete(node);
    }
  }
}

/** After the theme has changed. */
export function recolor() {
  for (const entry of shown.values()) {
    entry.chart?.setOption(complete(entry.option()));
  }
}

function complete(option) {
  const line = { lineStyle: { color: color("--line") } };
  const axis = (one) => ({
    ...one,
    axisLabel: { color: color("--muted"), ...one.axisLabel },
    axisLine: line,
    nameTextStyle: { color: color("--muted") },
    splitLine: { show: one.type !== "time" && one.type !== "category", ...line },
  });
  const axes = (given) => (Array.isArray(given) ? given.map(axis) : axis(given));
  return {
    ...option,
    animation: false,
    aria: { enabled: true },
    color: SERIES.map(color),
    textStyle: { color: color("--text") },
    legend: { top: 0, textStyle: { color: color("--text") }, ...option.legend },
    grid: option.grid ?? { left: 64, right: 24, top: 40, bottom: 36 },
    tooltip: {
      renderMode: "richText",
      backgroundColor: color("--surface"),
      borderColor: color("--line"),
      textStyle: { color: color("--text") },
      ...option.tooltip,
    },
    xAxis: axes(option.xAxis),
    yAxis: axes(option.yAxis),
  };
}

/** Simple mean and population standard deviation of the last n closes, as `bollinger_20` has them. */
function bands(closes, n) {
  return closes.map((_, i) => {
    if (i + 1 < n) {
      return [null, null, null];
    }
    const window = closes.slice(i + 1 - n, i + 1);
    const mean = window.reduce((sum, x) => sum + x, 0) / n;
    const sigma = Math.sqrt(window.reduce((sum, x) => sum + (x - mean) ** 2, 0) / n);
    return [mean, mean + 2 * sigma, mean - 2 * sigma];
  });
}

export function priceOption(bars) {
  return () => {
    const days = bars.map((bar) => time(bar.ts));
    const around = bands(
      bars.map((bar) => bar.close),
      20,
    );
    const band = (name, at) => ({
      name,
      type: "line",
      symbol: "none",
      data: around.map((one) => one[at]),
      lineStyle: { width: at === 0 ? 1.5 : 1, type: at === 0 ? "solid" : "dashed", color: color("--series-1") },
      itemStyle: { color: color("--series-1") },
    });
    return {
      legend: { data: ["price", "SMA 20", "Bollinger upper", "Bollinger lower"] },
      tooltip: { trigger: "axis" },
      grid: [
        { left: 64, right: 24, top: 40, height: "58%" },
        { left: 64, right: 24, top: "76%", bottom: 56 },
      ],
      xAxis: [
        { type: "category", data: days, gridIndex: 0 },
        { type: "category", data: days, gridIndex: 1, axisLabel: { show: false } },
      ],
      yAxis: [
        { type: "value", scale: true, gridIndex: 0 },
        { type: "value", gridIndex: 1, name: "volume", axisLabel: { show: false }, splitNumber: 2 },
      ],
      dataZoom: [{ type: "slider", xAxisIndex: [0, 1], start: 50, end: 100, bottom: 8, height: 22 }],
      series: [
        {
          name: "price",
          type: "candlestick",
          data: bars.map((bar) => [bar.open, bar.close, bar.low, bar.high]),
          itemStyle: {
            color: color("--up"),
            borderColor: color("--up"),
            color0: color("--down"),
            borderColor0: color("--down"),
          },
        },
        band("SMA 20", 0),
        band("Bollinger upper", 1),
        band("Bollinger lower", 2),
        {
          name: "volume",
          type: "bar",
          xAxisIndex: 1,
          yAxisIndex: 1,
          data: bars.map((bar) => bar.volume),
          itemStyle: { color: color("--band") },
        },
      ],
    };
  };
}

export function outcomeOption(outcomes) {
  return () => ({
    tooltip: { trigger: "axis", valueFormatter: (value) => signedPercent(value) },
    xAxis: { type: "time" },
    yAxis: { type: "value", axisLabel: { formatter: (value) => percent(value, 1) } },
    series: [
      { name: "predicted", type: "line", symbol: "none", data: outcomes.map((one) => [one.ts, one.predicted]) },
      {
        name: "realised, inside the interval",
        type: "scatter",
        symbolSize: 6,
        data: outcomes.filter((one) => one.insideInterval !== false).map((one) => [one.ts, one.realized]),
      },
      {
        name: "realised, outside",
        type: "scatter",
        symbol: "diamond",
        symbolSize: 10,
        itemStyle: { color: color("--down") },
        data: outcomes.filter((one) => one.insideInterval === false).map((one) => [one.ts, one.realized]),
      },
    ],
  });
}

export function driverOption(drivers) {
  return () => ({
    legend: { show: false },
    grid: { left: 190, right: 24, top: 8, bottom: 32 },
    tooltip: { valueFormatter: (value) => signedPercent(value, 4) },
    xAxis: { type: "value", splitNumber: 4, axisLabel: { formatter: (value) => percent(value, 3), hideOverlap: true } },
    yAxis: { type: "category", inverse: true, data: drivers.map((one) => one.feature) },
    series: [
      {
        name: "contribution",
        type: "bar",
        data: drivers.map((one) => ({
          value: one.contribution,
          itemStyle: { color: color(one.contribution >= 0 ? "--up" : "--down") },
        })),
      },
    ],
  });
}

export function weightOption(samples) {
  return () => {
    const models = [...new Set(samples.flatMap((sample) => Object.keys(sample.weights)))].sort();
    return {
      tooltip: { trigger: "axis", valueFormatter: (value) => percent(value, 1) },
      xAxis: { type: "time" },
      yAxis: { type: "value", min: 0, axisLabel: { formatter: (value) => percent(value, 0) } },
      series: models.map((model) => ({
        name: model,
        type: "line",
        symbol: samples.length > 1 ? "none" : "circle",
        data: samples.map((sample) => [sample.at, sample.weights[model] ?? null]),
      })),
    };
  };
}

/** Buckets are cumulative counts by upper bound; what is shown is how many fell between two, and beyond the last. */
export function latencyOption(buckets, total) {
  return () => {
    const bounds = Object.keys(buckets)
      .map(Number)
      .sort((a, b) => a - b);
    const counts = bounds.map((bound, i) => buckets[bound] - (i > 0 ? buckets[bounds[i - 1]] : 0));
    const beyond = bounds.length > 0 ? [total - buckets[bounds.at(-1)]] : [];
    return {
      legend: { show: false },
      tooltip: { trigger: "axis" },
      xAxis: { type: "category", name: "ms", data: [...bounds.map((bound) => `≤ ${bound}`), ...bounds.slice(-1).map((bound) => `> ${bound}`)] },
      yAxis: { type: "value" },
      series: [{ name: "predictions", type: "bar", data: [...counts, ...beyond] }],
    };
  };
}

export function lagOption(lag) {
  return () => {
    const partitions = Object.keys(lag).filter((name) => name.startsWith("vfr.prices-"));
    return {
      legend: { show: false },
      tooltip: { trigger: "axis" },
      xAxis: { type: "category", data: partitions.map((name) => name.replace("vfr.prices-", "")), name: "partition" },
      yAxis: { type: "value", minInterval: 1 },
      series: [{ name: "records to read", type: "bar", data: partitions.map((name) => lag[name]) }],
    };
  };
}

/** Expected returns of a symbol as they came. */
export function sparkline(points, width = 120, height = 28) {
  const svg = svgElement("svg", { class: "spark", width, height, role: "img" });
  svg.setAttribute(
    "aria-label",
    points.length === 0
      ? "no predictions yet"
      : `expected return over the last ${points.length} predictions, now ${signedPercent(points.at(-1).expectedReturn)}`,
  );
  if (points.length < 2) {
    return svg;
  }
  const values = points.map((point) => point.expectedReturn);
  const low = Math.min(0, ...values);
  const high = Math.max(0, ...values);
  const x = (i) => (i / (points.length - 1)) * (width - 2) + 1;
  const y = (value) => height - 2 - ((value - low) / (high - low || 1)) * (height - 4);
  svg.append(svgElement("line", { class: "zero", x1: 0, x2: width, y1: y(0), y2: y(0) }));
  const line = values.map((value, i) => `${x(i).toFixed(1)},${y(value).toFixed(1)}`).join(" ");
  svg.append(
    svgElement("polygon", { class: "area", points: `${x(0)},${y(0)} ${line} ${x(values.length - 1)},${y(0)}` }),
    svgElement("polyline", { class: "trace", points: line }),
  );
  return svg;
}

/** The interval as a bar over ± `most`, with the expected return as a point. */
export function intervalBar(prediction, most, width = 130, height = 18) {
  const interval = prediction.interval;
  const svg = svgElement("svg", { class: "spark", width, height, role: "img" });
  if (!interval) {
    svg.setAttribute("aria-label", "no interval");
    return svg;
  }
  svg.setAttribute(
    "aria-label",
    `${percent(interval.coverage, 0)} interval from ${signedPercent(interval.lower)} to ${signedPercent(interval.upper)}`,
  );
  const x = (value) => width / 2 + (Math.max(-most, Math.min(most, value)) / most) * (width / 2 - 4);
  const middle = height / 2;
  svg.append(
    svgElement("line", { class: "zero", x1: width / 2, x2: width / 2, y1: 0, y2: height }),
    svgElement("line", { class: "span", x1: x(interval.lower), x2: x(interval.upper), y1: middle, y2: middle }),
    svgElement("circle", {
      class: `point ${prediction.expectedReturn > 0 ? "up" : prediction.expectedReturn < 0 ? "down" : "neutral"}`,
      cx: x(prediction.expectedReturn),
      cy: middle,
      r: 4,
    }),
  );
  return svg;
}
