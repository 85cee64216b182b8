// How numbers, times and words are shown.

const EM_DASH = "–";

export function percent(value, digits = 2) {
  return Number.isFinite(value) ? `${(100 * value).toFixed(digits)} %` : EM_DASH;
}

export function signedPercent(value, digits = 2) {
  return Number.isFinite(value) ? `${value > 0 ? "+" : ""}${percent(value, digits)}` : EM_DASH;
}

export function number(value, digits = 0) {
  return Number.isFinite(value)
    ? value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits })
    : EM_DASH;
}

export function significant(value) {
  return Number.isFinite(value) ? Number(value.toPrecision(5)).toLocaleString("en", { maximumSignificantDigits: 5 }) : EM_DASH;
}

export function millis(value) {
  if (!Number.isFinite(value)) {
    return EM_DASH;
  }
  return value >= 10_000 ? `${number(value / 1000, 1)} s` : `${number(value, value < 10 ? 1 : 0)} ms`;
}

export function mebibytes(bytes) {
  return Number.isFinite(bytes) ? `${number(bytes / 1048576)} MiB` : EM_DASH;
}

/** Event times are often whole days: then the time of day says nothing. */
export function time(epochMillis) {
  const iso = new Date(epochMillis).toISOString();
  return epochMillis % 86_400_000 === 0 ? iso.slice(0, 10) : `${iso.slice(0, 10)} ${iso.slice(11, 19)}`;
}

export function age(epochMillis, now = Date.now()) {
  const seconds = Math.max(0, (now - epochMillis) / 1000);
  if (seconds < 90) {
    return `${Math.round(seconds)} s`;
  }
  if (seconds < 5400) {
    return `${Math.round(seconds / 60)} min`;
  }
  return seconds < 172_800 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86_400)} d`;
}

/** The class that colours a direction, a signal or a sign. */
export function tone(word) {
  switch (word) {
    case "UP":
    case "BULLISH":
      return "up";
    case "DOWN":
    case "BEARISH":
      return "down";
    default:
      return "neutral";
  }
}

export function severityTone(severity) {
  return severity === "critical" ? "down" : severity === "warning" ? "warning" : "neutral";
}

/** An element with attributes and children; text is never read as markup. */
export function element(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== null && value !== false) {
      node.setAttribute(key, value === true ? "" : value);
    }
  }
  node.append(...children.filter((child) => child !== undefined && child !== null));
  return node;
}

const SVG = "http://www.w3.org/2000/svg";

export function svgElement(name, attributes = {}, ...children) {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) {
    node.setAttribute(key, value);
  }
  node.append(...children);
  return node;
}

export function tag(word, className) {
  return element("span", { class: `tag ${className}` }, word);
}

/** A table head: columns are [title, class]. */
export function tableHead(columns) {
  return element(
    "thead",
    {},
    element(
      "tr",
      {},
      ...columns.map(([title, className]) => element("th", { scope: "col", class: className }, title)),
    ),
  );
}
