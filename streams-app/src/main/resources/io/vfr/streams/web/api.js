// Asks the instance that served the page. Its token, if it wants one, lives as long as the tab.

const TOKEN = "vfr-token";

/** Asks the user for the token; set by the page. */
let askForToken = async () => "";

export function onTokenWanted(ask) {
  askForToken = ask;
}

function headers() {
  const token = sessionStorage.getItem(TOKEN);
  return token ? { Authorization: `Bearer ${token}` } : {};
}

let asking;

/** Several requests that are refused at once ask once. */
async function renewToken() {
  asking ??= askForToken().finally(() => {
    asking = undefined;
  });
  sessionStorage.setItem(TOKEN, await asking);
}

async function authorized(path, options) {
  let response = await fetch(path, { ...options, headers: headers() });
  while (response.status === 401) {
    await renewToken();
    response = await fetch(path, { ...options, headers: headers() });
  }
  return response;
}

/** An answer as an object; throws the error's message. */
export async function get(path) {
  const response = await authorized(path, {});
  const body = await response.json();
  if (!response.ok) {
    throw new Error(body.error?.message ?? `HTTP ${response.status}`);
  }
  return body;
}

/**
 * Follows a stream of server-sent events until it is aborted. EventSource cannot send a token, so
 * the events are read from a plain answer.
 */
export async function follow(path, onEvent, onState, signal) {
  let delay = 500;
  while (!signal.aborted) {
    try {
      const response = await authorized(path, { signal });
      if (!response.ok) {
        throw new Error(`HTTP ${response.status}`);
      }
      onState("live");
      delay = 500;
      await readEvents(response.body, onEvent);
      onState("reconnecting");
    } catch {
      onState("reconnecting");
    }
    await new Promise((resolve) => setTimeout(resolve, delay));
    delay = Math.min(delay * 2, 10_000);
  }
}

async function readEvents(body, onEvent) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) {
      return;
    }
    const blocks = (rest + value).split(/\r?\n\r?\n/);
    rest = blocks.pop();
    for (const block of blocks) {
      dispatch(block, onEvent);
    }
  }
}

function dispatch(block, onEvent) {
  let type = "message";
  const data = [];
  for (const line of block.split(/\r?\n/)) {
    if (line.startsWith("event:")) {
      type = line.slice(6).trim();
    } else if (line.startsWith("data:")) {
      data.push(line.slice(5).trimStart());
    }
  }
  const text = data.join("\n");
  if (text !== "") {
    onEvent(type, JSON.parse(text));
  }
}
