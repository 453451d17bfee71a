// The page: the pool at the left, the scan in the middle, the brushes at the right.
import { ask, read } from "./server.js";

const STATES = { predicted: "", saved: "saved", learnt: "learnt from" };
const POLL_MILLISECONDS = 1000;

// It is large: the server is asked for what it shows meanwhile.
const viewing = import("./viewer.js");
const element = (id) => document.getElementById(id);
let viewer;
let run;
let scans = [];
let shown = "";
let brush = null;
let isChanged = false;
let isBusy = true;
let isContinuing = false;

function say(line, isRefusal = false) {
  element("message").textContent = line;
  element("message").classList.toggle("refusal", isRefusal);
}

// Does one thing at a time; what goes wrong is said.
async function doing(work) {
  isBusy = true;
  update();
  try {
    await work();
  } catch (error) {
    say(error.message, true);
  } finally {
    isBusy = false;
    update();
  }
}

function update() {
  const scan = scans.find((s) => s.id === shown);
  element("title").textContent = shown;
  element("state").textContent =
    (scan?.estimate === undefined ? "" : `estimated Dice ${scan.estimate.toFixed(3)}\n`) +
    (isChanged ? "changed, not saved" : (scan ? STATES[scan.state] : ""));
  element("accept").disabled = isBusy || isContinuing || isChanged || !scan;
  element("save").disabled = isBusy || isContinuing || !isChanged || !scan;
  element("undo").disabled = isBusy || !scan;
  element("next").disabled = isBusy || scans.length < 2;
  element("continue").disabled =
    isBusy || isContinuing || isChanged || !scans.some((s) => s.state === "saved");
  for (const button of document.querySelectorAll("button.brush")) {
    button.setAttribute("aria-pressed", button.dataset.brush === String(brush));
  }
  for (const button of document.querySelectorAll("#scans button")) {
    button.setAttribute("aria-current", button.dataset.id === shown);
    button.disabled = isBusy;
  }
}

async function list() {
  scans = await ask("scans");
  element("scans").replaceChildren(...scans.map((scan) => {
    const item = document.createElement("li");
    const button = document.createElement("button");
    const state = document.createElement("span");
    button.dataset.id = scan.id;
    button.append(scan.id, state);
    state.className = "state";
    state.textContent = STATES[scan.state] || (scan.estimate?.toFixed(2) ?? "");
    item.className = scan.state;
    item.append(button);
    button.onclick = () => go(scan.id);
    return item;
  }));
}

async function show(id, reading) {
  say(`${id} …`);
  // Where it fails, nothing can be saved under another scan's name.
  shown = "";
  await viewer.show(id, reading);
  shown = id;
  isChanged = false;
  use(brush);
  say("");
  // Drawn by now: what was asked of the graphics card is done before the next picture.
  requestAnimationFrame(() => {
    document.body.dataset.shown = id;
    document.body.dataset.milliseconds ??= Math.round(performance.now());
  });
  await showUncertainty();
}

async function showUncertainty() {
  try {
    await viewer.showUncertainty(element("uncertainty").checked);
  } catch (error) {
    element("uncertainty").checked = false;
    throw error;
  }
}

function go(id) {
  if (isBusy || (isChanged && !confirm(`Leave ${shown} without saving its correction?`))) return;
  doing(() => show(id));
}

// The next one whose labels nobody looked at; else the next of all.
function next() {
  const at = scans.findIndex((s) => s.id === shown);
  const after = [...scans.slice(at + 1), ...scans.slice(0, at)];
  const scan = after.find((s) => s.state === "predicted") ?? after[0];
  if (scan) go(scan.id);
}

function save() {
  doing(async () => {
    const labels = await viewer.labels();
    const wasChanged = isChanged;
    isChanged = false; // what is painted from here on is not saved
    try {
      await ask(`label/${encodeURIComponent(shown)}.nii`, { method: "POST", body: labels });
    } catch (error) {
      isChanged ||= wasChanged;
      throw error;
    }
    await list();
    say(`${shown} is saved`);
  });
}

function use(value) {
  brush = value;
  viewer.use(value, element("fill").checked);
  update();
}

function changed() {
  isChanged = true;
  update();
}

function looked(millimetres, value) {
  const place = millimetres.map((at) => at.toFixed(1)).join(" ");
  element("place").textContent = `${place} mm: ${value?.toPrecision(4)}`;
}

function brushes() {
  const all = run.structures.map((name, i) => ({ value: i + 1, name, key: i < 9 ? i + 1 : "" }));
  all.push({ value: run.unknown, name: "nobody looked", key: "" });
  all.push({ value: 0, name: "eraser", key: 0 });
  all.push({ value: null, name: "look", key: "l" });
  element("brushes").replaceChildren(...all.map(({ value, name, key }) => {
    const button = document.createElement("button");
    button.className = "brush";
    button.dataset.brush = String(value);
    if (value) {
      const colour = document.createElementNS("http://www.w3.org/2000/svg", "svg");
      const circle = document.createElementNS("http://www.w3.org/2000/svg", "circle");
      colour.setAttribute("viewBox", "0 0 2 2");
      colour.setAttribute("class", "colour");
      for (const at of ["cx", "cy", "r"]) circle.setAttribute(at, 1);
      circle.setAttribute("fill", `rgb(${viewer.colour(value, run.unknown)})`);
      colour.append(circle);
      button.append(colour);
    }
    button.append(name);
    if (key !== "") {
      const hint = document.createElement("kbd");
      hint.textContent = key;
      button.append(hint);
    }
    button.onclick = () => use(value);
    return button;
  }));
}

function resize(step) {
  if (step) element("size").valueAsNumber += step;
  viewer.brush = element("size").valueAsNumber;
  element("width").textContent = element("size").value;
}

// Follows the run until it is done.
async function follow() {
  isContinuing = true;
  update();
  for (;;) {
    const state = await ask("progress");
    const stage = state.stage && `${state.stage} ${state.done}/${state.all}`;
    element("progress").textContent = state.working ? [...state.lines, stage].join("\n") : "";
    if (!state.working) {
      isContinuing = false;
      update();
      if (state.failure) throw new Error(state.failure);
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MILLISECONDS));
  }
}

async function followed() {
  try {
    await follow();
    await doing(async () => {
      await list();
      await show(scans[0].id);
      say("The run has learnt from the saved labels. These are its new results.");
    });
  } catch (error) {
    isContinuing = false;
    update();
    say(error.message, true);
  }
}

function goOn() {
  doing(async () => {
    await ask("continue", { method: "POST" });
    isContinuing = true;
  }).then(() => isContinuing && followed());
}

function press(key) {
  const digit = /^[0-9]$/.test(key) ? Number(key) : -1;
  const buttons = { z: "undo", a: "accept", s: "save", n: "next", f: "fill", u: "uncertainty" };
  if (digit >= 0 && digit <= run.structures.length) use(digit);
  else if (key === "l") use(null);
  else if (key === "[") resize(-2);
  else if (key === "]") resize(2);
  else if (key in buttons) element(buttons[key]).click();
  else return false;
  return true;
}

function listen() {
  element("undo").onclick = () => viewer.undo();
  element("accept").onclick = save;
  element("save").onclick = save;
  element("next").onclick = next;
  element("continue").onclick = goOn;
  element("size").oninput = () => resize(0);
  element("fill").onchange = () => use(brush);
  element("opacity").oninput = () => (viewer.labelOpacity = element("opacity").valueAsNumber / 100);
  element("uncertainty").onchange = () => doing(showUncertainty);
  // Before NiiVue, which has keys of its own.
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (press(event.key)) {
      event.stopPropagation();
      event.preventDefault();
    }
  }, { capture: true });
  addEventListener("beforeunload", (event) => {
    if (isChanged) event.preventDefault();
  });
}

// The first picture of a browser waits for its graphics process. NiiVue, which asks for the same
// later, is given what the canvas has.
function warmUp(canvas) {
  canvas.getContext("webgl2", { alpha: true, antialias: navigator.hardwareConcurrency > 6 });
}

doing(async () => {
  const [answer, progress] = await Promise.all([ask("run"), ask("progress")]);
  run = answer;
  let reading;
  if (!progress.working) {
    await list();
    if (scans.length > 0) reading = read(scans[0].id);
    reading?.catch(() => {}); // said when it is shown
  }
  warmUp(element("volume"));
  viewer = new (await viewing).Viewer();
  await viewer.open(element("volume"), run, changed, looked);
  viewer.labelOpacity = element("opacity").valueAsNumber / 100;
  brushes();
  resize(0);
  listen();
  brush = 1;
  if (progress.working) followed();
  else if (reading) await show(scans[0].id, reading);
});
