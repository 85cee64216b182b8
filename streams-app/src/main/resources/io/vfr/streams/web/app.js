// The page: what is known, where one is, and who shows it.

import { follow, get, onTokenWanted } from "./api.js";
import { recolor, sweep } from "./charts.js";
import { views } from "./views.js";

const POINTS_MAX = 60;
const ALERTS_MAX = 500;
const LETTERS_MAX = 200;
const RENDER_MILLIS = 500;
const POLL_MILLIS = 2_000;

/** All that has come, of every view. */
const state = {
  /** By symbol: the newest prediction and the points of earlier ones. */
  symbols: new Map(),
  /** Newest first. */
  alerts: [],
  deadLetters: [],
  cluster: undefined,
  /** Predictions a second between the last two looks. */
  rate: undefined,
  models: undefined,
  error: undefined,
};

let view;
let dirty = true;

function take(type, message) {
  switch (type) {
    case "prediction":
      takePrediction(message);
      break;
    case "history":
      takeHistory(message);
      break;
    case "alert":
      keepNew(state.alerts, message, ALERTS_MAX);
      if (message.severity === "critical" && message.state === "raised") {
        document.getElementById("announcer").textContent = `Critical alert: ${message.message}`;
      }
      break;
    case "deadLetter":
      keepNew(state.deadLetters, message, LETTERS_MAX);
      break;
    default:
      return;
  }
  dirty = true;
}

function takePrediction(prediction) {
  const known = state.symbols.get(prediction.symbol) ?? { points: [] };
  known.latest = prediction;
  known.arrived = Date.now();
  known.points.push({
    ts: prediction.ts,
    expectedReturn: prediction.expectedReturn,
    lower: prediction.interval?.lower,
    upper: prediction.interval?.upper,
  });
  if (known.points.length > POINTS_MAX) {
    known.points.shift();
  }
  state.symbols.set(prediction.symbol, known);
}

/** Comes after the newest prediction, which is its last point. */
function takeHistory({ symbol, points }) {
  const known = state.symbols.get(symbol);
  if (known && known.points.length <= 1) {
    known.points = points.map(([ts, expectedReturn]) => ({ ts, expectedReturn }));
  }
}

/** After a reconnection what is known comes again. */
function keepNew(list, one, most) {
  if (list.some((known) => known.id === one.id)) {
    return;
  }
  list.unshift(one);
  list.length = Math.min(list.length, most);
}

async function poll() {
  for (;;) {
    try {
      const cluster = await get("/v1/instances");
      state.rate = rate(state.cluster, cluster) ?? state.rate;
      state.cluster = cluster;
      if (view?.wantsModels) {
        state.models = await get("/v1/models");
      }
      state.error = undefined;
    } catch (error) {
      state.error = error.message;
    }
    dirty = true;
    await new Promise((resolve) => setTimeout(resolve, POLL_MILLIS));
  }
}

function rate(before, now) {
  if (!before || now.at <= before.at) {
    return undefined;
  }
  const sum = (cluster) => cluster.instances.reduce((all, one) => all + one.predictions, 0);
  const predictions = sum(now) - sum(before);
  // An instance came or went: there is nothing to compare.
  return predictions < 0 ? undefined : (1000 * predictions) / (now.at - before.at);
}

/** The view and what it is of: `#/symbol/AAPL` is ["symbol", "AAPL"]. */
function place() {
  const [, name = "live", ...rest] = location.hash.split("/");
  return [name in views ? name : "live", decodeURIComponent(rest.join("/"))];
}

function open(focus) {
  const [name, subject] = place();
  const main = document.getElementById("main");
  main.replaceChildren();
  view = views[name](main, state, subject);
  document.title = `${view.title} · VFR Streams`;
  for (const link of document.querySelectorAll("nav a")) {
    if (link.hash === `#/${name}`) {
      link.setAttribute("aria-current", "page");
    } else {
      link.removeAttribute("aria-current");
    }
  }
  sweep();
  view.update();
  if (focus) {
    main.focus();
  }
}

function render() {
  if (dirty && !document.hidden) {
    dirty = false;
    view.update();
  }
}

function theme() {
  const button = document.getElementById("theme");
  const set = (dark) => {
    document.documentElement.dataset.theme = dark ? "dark" : "light";
    button.setAttribute("aria-pressed", String(dark));
    recolor();
  };
  const wish = localStorage.getItem("vfr-theme");
  set(wish ? wish === "dark" : matchMedia("(prefers-color-scheme: dark)").matches);
  button.addEventListener("click", () => {
    const dark = document.documentElement.dataset.theme !== "dark";
    localStorage.setItem("vfr-theme", dark ? "dark" : "light");
    set(dark);
  });
}

onTokenWanted(
  () =>
    new Promise((resolve) => {
      const dialog = document.getElementById("token-dialog");
      document.getElementById("token-form").onsubmit = () => {
        const input = document.getElementById("token");
        resolve(input.value);
        input.value = "";
      };
      dialog.oncancel = (event) => event.preventDefault();
      dialog.showModal();
    }),
);

theme();
addEventListener("hashchange", () => open(true));
open(false);
setInterval(render, RENDER_MILLIS);
poll();

let following;

function connect() {
  following = new AbortController();
  follow(
    "/v1/stream?types=prediction,history,alert,deadLetter",
    take,
    (connection) => {
      document.getElementById("connection").textContent = connection;
    },
    following.signal,
  );
}

// A page that the browser keeps for the way back would hold one of its few connections.
addEventListener("pagehide", () => following.abort());
addEventListener("pageshow", (event) => {
  if (event.persisted) {
    connect();
  }
});
connect();
