// Everything on the page is made here, of the JSON texts in it.
//
// Names in them come from strangers, and records from workers that a file may have taken over: any
// text and any number may stand there. Text gets onto the page through `fill` alone, which makes
// text nodes and harmless attributes of it. A style, a class or a picture's address goes through
// one function each, which lets through what this page has, and nothing else.

const PHASES = ["demux", "decode", "filter", "encode", "mux", "checksum", "verify"];
const SHARES = ["startUp", "pool", "waiting", ...PHASES, "other", "idle"];
const PHASE_NAMES = { rest: "start-up and waiting", startUp: "start-up", idle: "idle CPU" };
const STATUSES = ["failed", "damaged", "cancelled", "skipped", "ok"];
const GROUPS = ["vidproc", "peer"];
const NONE = "\u2013";

// No text and no list on the page is longer, and no number of seconds larger.
const MOST_TEXT = 20000;
const MOST_ITEMS = 500;
const MOST_MEASURES = 50;
const MOST_SECONDS = 1e9;

const report = parse("report");
const bench = parse("bench");
const files = report?.files ?? [];
files.forEach(tidy);
bench?.modes.forEach(tidyMode);
let pictures = null;

// ---- Elements and text

function $(selector) { return document.querySelector(selector); }

function parse(id) { return JSON.parse(document.getElementById(id).textContent); }

function absent(value) { return value === null || value === undefined; }

// The attributes that `fill` sets. None of them loads, runs or styles anything.
const ATTRIBUTES = new Set(["alt", "class", "colspan", "cx", "cy", "d", "datetime", "decoding",
  "height", "points", "r", "role", "scope", "tabindex", "text-anchor", "title", "type", "viewBox",
  "width", "x", "x1", "x2", "y", "y1", "y2"]);

function fill(element, attributes, children = []) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (absent(value)) continue;
    if (!ATTRIBUTES.has(name) && !/^(aria|data)-[a-z]+$/.test(name)) throw new TypeError(name);
    element.setAttribute(name, visible(value));
  }
  element.append(...children.flat().filter((child) => !absent(child))
    .flatMap((child) => (child instanceof Node ? child : textNodes(visible(child)))));
  return element;
}

// A browser takes seconds to break a word of many thousand letters into lines; such a text gets
// places where it may be broken.
function textNodes(text) {
  const pieces = text.length > 1000 ? text.match(/[^]{1,200}/gu) : [text];
  return pieces.flatMap((piece, place) => [
    place ? document.createElement("wbr") : null, document.createTextNode(piece)]).filter(Boolean);
}

function make(tag, attributes, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

function draw(tag, attributes, ...children) {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

// Text of any letters that stands among other text, and does not turn the direction of that.
function apart(text) { return make("bdi", null, text); }

// A word of a closed list, for a class or a key; nothing where a record has another.
function known(list, word) { return list.includes(word) ? word : ""; }

// ---- Styles: numbers and the page's own colours. They are set one by one, because the page's
// policy lets no style attribute through.

function styled(element, styles) {
  Object.assign(element.style, styles);
  return element;
}

function pixels(value) { return `${between(value, -1e7, 1e7)}px`; }

function colour(key) { return `var(--${known(SHARES, key) || "rest"})`; }

// ---- What may be anything

function between(value, least, most) {
  return Number.isFinite(value) ? Math.min(Math.max(value, least), most) : 0;
}

// A record's numbers, so that every sum and every width of them is a number that can be shown.
function tidy(file) {
  const { seconds, cpuSeconds, frames } = file;
  for (const [numbers, most] of [[seconds, MOST_SECONDS], [cpuSeconds, MOST_SECONDS],
    [frames, Number.MAX_SAFE_INTEGER]]) {
    for (const key of Object.keys(numbers)) {
      if (!absent(numbers[key])) numbers[key] = between(numbers[key], 0, most);
      // So little would be nothing, divided into parts.
      if (numbers[key] < 1e-9) numbers[key] = 0;
    }
  }
  file.peakMemoryBytes = between(file.peakMemoryBytes, 0, Number.MAX_SAFE_INTEGER);
  file.framesPerSecond = between(file.framesPerSecond, 0, Number.MAX_SAFE_INTEGER);
}

// A time that no run can take is none.
function tidyMode(mode) {
  const { wall } = mode;
  if (!(wall?.low > 0 && wall.median > 0 && wall.high <= MOST_SECONDS)) delete mode.wall;
  mode.workers = between(mode.workers, 1, 1e4);
}

// Control characters, marks that turn the writing's direction, characters that are not seen and
// halves of surrogate pairs could break a line or make a name look like another; they are spelt
// out. Joiners and the marks of coloured pictures stay: words and flags are written with them.
const HIDDEN = /(?![\u200c\u200d\ufe0f])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{DI}\u2800]/gu;

function spelt(mark) {
  if (mark === "\n") return "\\n";
  const code = mark.codePointAt(0).toString(16);
  return code.length > 4 ? `\\u{${code}}` : `\\u${code.padStart(4, "0")}`;
}

// A path that is not UTF-8 comes as an array of its bytes.
function visible(value) {
  const text = Array.isArray(value)
    ? new TextDecoder().decode(Uint8Array.from(value)) : String(value);
  return cut(text, MOST_TEXT).replace(HIDDEN, spelt);
}

// Half a letter at the cut is spelt out.
function cut(text, most) {
  return text.length > most
    ? `${text.slice(0, most)}\u2026 (${fixed(text.length)} characters in all)` : text;
}

// The first ones of a list and how many follow.
function firstOf(list, most = MOST_ITEMS) {
  return list.length > most
    ? [...list.slice(0, most), `and ${fixed(list.length - most)} more`] : list;
}

const formats = new Map();

function fixed(value, digits = 0) {
  if (!Number.isFinite(value)) return NONE;
  if (Math.abs(value) > Number.MAX_SAFE_INTEGER) return value.toExponential(2);
  if (!formats.has(digits)) {
    formats.set(digits, new Intl.NumberFormat("en-GB", {
      minimumFractionDigits: digits, maximumFractionDigits: digits,
    }));
  }
  return formats.get(digits).format(value);
}

function significant(value) {
  const size = Math.abs(value);
  return fixed(value, size >= 100 || size === 0 ? 0 : size >= 10 ? 1 : 2);
}

function duration(seconds) {
  if (!Number.isFinite(seconds)) return NONE;
  if (seconds < 0) return `\u2212${duration(-seconds)}`;
  if (seconds > MOST_SECONDS) return `${fixed(seconds)} s`;
  if (seconds < 0.9995) return `${fixed(seconds * 1000, seconds < 0.00995 ? 1 : 0)} ms`;
  if (seconds < 600) return `${significant(seconds)} s`;
  const rounded = Math.round(seconds);
  const hours = Math.floor(rounded / 3600);
  const minutes = Math.floor(rounded / 60) % 60;
  return hours ? `${hours} h ${minutes} min` : `${minutes} min ${rounded % 60} s`;
}

function bytes(count) {
  if (!(count >= 1)) return NONE;
  const units = ["B", "kB", "MB", "GB", "TB"];
  const power = Math.min(Math.floor(Math.log10(count) / 3), 4);
  const value = count / 1000 ** power;
  return `${power < 3 || value >= 100 ? fixed(value) : fixed(value, 1)} ${units[power]}`;
}

function percent(share) {
  return Number.isFinite(share)
    ? `${fixed(share * 100, share > 0 && share < 0.0995 ? 1 : 0)} %` : NONE;
}

function times(factor) { return Number.isFinite(factor) ? `${fixed(factor, 2)}\u00d7` : NONE; }

function count(number, thing) {
  return `${fixed(number)} ${thing}${number === 1 ? "" : "s"}`;
}

function dimensions(stream) {
  return area(stream) ? `${stream.width}\u00d7${stream.height}` : NONE;
}

// Short texts side by side.
function items(texts) {
  return firstOf(texts.filter(Boolean)).map((text) => make("span", { class: "item" }, text));
}

function phaseName(key) { return PHASE_NAMES[key] ?? key; }

function moment(iso) {
  return make("time", { datetime: iso }, iso.replace("T", " ").replace(/(\.\d+)?Z$/, " UTC"));
}

// ---- Phases of a file, and bars of them

// Stages that run at the same time add up to more than the wall time; they are scaled to fit.
function partsOf({ seconds }) {
  const phases = PHASES.map((key) => [key, seconds[key] ?? 0]);
  const spent = sum(phases);
  const scale = spent > seconds.wall ? seconds.wall / spent : 1;
  return [["rest", Math.max(0, seconds.wall - spent)],
    ...phases.map(([key, value]) => [key, value * scale])].filter(([, value]) => value > 0);
}

function largest(parts) { return parts.reduce((most, part) => (part[1] > most[1] ? part : most)); }

function sum(parts) { return parts.reduce((total, [, value]) => total + value, 0); }

function spoken(parts) {
  const total = sum(parts) || 1;
  return parts.map(([key, value]) => `${phaseName(key)} ${percent(value / total)}`).join(", ");
}

function state(status) {
  return make("span", { class: `state ${known(STATUSES, status)}` }, status);
}

// One gradient in place of an element for each part: there may be many rows.
function miniBar(parts) {
  const total = sum(parts);
  if (!total) return make("span", { class: "mini empty" });
  let at = 0;
  const stops = parts.map(([key, value]) => {
    const from = at;
    at += (value / total) * 100;
    return `${colour(key)} ${from.toFixed(2)}% ${at.toFixed(2)}%`;
  });
  return styled(make("span", {
    class: "mini", role: "img", title: spoken(parts), "aria-label": spoken(parts),
  }), { background: `linear-gradient(to right,${stops.join(",")})` });
}

function fillBar(bar, parts) {
  const total = sum(parts) || 1;
  fill(bar, { role: "img", "aria-label": spoken(parts) });
  bar.replaceChildren(...parts.map(([key, value]) => styled(make("span", {
    class: key, title: `${phaseName(key)} ${percent(value / total)}`,
  }), { flex: `${between(value / total, 0, 1)} 1 0`, backgroundColor: colour(key) })));
  return bar;
}

function swatch(key) {
  return styled(make("i", { class: `swatch ${key}` }), { backgroundColor: colour(key) });
}

function fillLegend(list, parts, note) {
  list.replaceChildren(...parts.map(([key, value]) => make("li", null, swatch(key),
    make("span", null, phaseName(key)), ...(note ? note(value) : []))));
  return list;
}

// ---- Head and totals

function facts(list, entries) {
  list.append(...entries.filter(([, value]) => value).map(([name, value]) =>
    make("div", null, make("dt", null, name), make("dd", null, value))));
  return list;
}

function toolText({ version, libraries = {} }) {
  return items([`vidproc ${version}`,
    ...Object.entries(libraries).map(([name, number]) => `${name} ${number}`)]);
}

function machineText({ cpus, cpuSource, memoryBytes, workerStart }) {
  return items([
    count(cpus, "CPU") + (cpuSource ? ` (${cpuSource})` : ""),
    memoryBytes && `${bytes(memoryBytes)} of memory`, workerStart && `workers by ${workerStart}`,
  ]);
}

const DEFAULTS = new Set(["audio copy", "streams all", "subtitles copy", "verification ends",
  "existing fail", "pattern {name}", "video"]);

// Options as `name value`; what is off, empty or left to the program is not worth a word.
function settings(value, name) {
  if (absent(value) || value === false || value === "auto") return [];
  if (value === true) return [name];
  if (typeof value !== "object") return [`${name} ${visible(value)}`];
  if (Array.isArray(value)) return value.flatMap((item) => settings(item, name));
  if (value.denominator) return [`${name} ${value.numerator}/${value.denominator}`];
  // A choice without details comes as { choice: {} }.
  return Object.entries(value).flatMap(([key, inner]) =>
    JSON.stringify(inner) === "{}" ? [`${name} ${key}`] : settings(inner, key));
}

function optionItems(options) {
  const { filters = [], jobs, threadsPerJob, maxPixels, output, thumbnails, ...others } =
    options;
  const { directory, ...how } = output ?? {};
  const code = (text) => make("code", null, visible(text));
  return items([
    ...(filters.length ? filters.map(code) : ["no filter"]),
    directory && make("span", null, "output ", code(directory)),
    ...[...settings(how), ...settings(others)].filter((text) => !DEFAULTS.has(text)),
  ]);
}

function planText({ plan }) {
  return plan.reason ?? `${plan.jobs} at once, ${count(plan.threadsPerJob, "thread")} each`;
}

function showHead() {
  $("#title").textContent = document.title;
  $("#summary").hidden = true;
  const { tool, machine, startedAt } = report ?? bench;
  facts($("#facts"), [
    ["Started", startedAt && moment(startedAt)],
    ["Tool", toolText(tool)],
    ["Machine", machineText(machine)],
    ["Options", report && optionItems(report.options)],
    ["Plan", report && planText(report)],
  ]);
}

function figure(label, value, ...note) {
  return make("div", { class: "figure" },
    make("div", { class: "label" }, label), make("div", { class: "value" }, value),
    make("div", { class: "note" }, ...note));
}

function statusNotes(totals) {
  const shown = STATUSES.filter((status) => totals[status] > 0);
  return shown.map((status) => {
    const open = make("button", { type: "button", class: `state ${status}` },
      `${fixed(totals[status])} ${status}`);
    open.addEventListener("click", () => {
      chooseStatus(status);
      $("#files").scrollIntoView();
    });
    return open;
  });
}

// What no schedule can beat: the work shared evenly by the CPUs, or the longest video by itself.
function boundText(bound) {
  return `${duration(bound.seconds)}: ${bound.rule === "longest" ? "the longest video alone"
    : `${duration(bound.workSeconds)} of work on ${count(bound.cpus, "CPU")}`}`;
}

function showTotals() {
  const { totals, wallSeconds: wall, machine, explanation } = report;
  const bound = explanation?.bound;
  $("#totals").append(
    figure("Files", fixed(totals.files), ...statusNotes(totals)),
    figure("Wall time", duration(wall), `${significant(totals.files / wall)} files/s`),
    figure("Frames", fixed(totals.frames), `${significant(totals.framesPerSecond)} frames/s`),
    figure("CPU time", duration(totals.cpuSeconds),
      `${percent(totals.cpuSeconds / wall / machine.cpus)} of ${count(machine.cpus, "CPU")}`),
    figure("Speed-up", times(totals.workerSeconds / wall),
      `as fast as one after the other, ${duration(totals.workerSeconds)}`));
  if (bound?.seconds > 0) {
    $("#totals").append(figure("Times the bound", times(wall / bound.seconds), boundText(bound)));
  }
  $("#totals").hidden = false;
}

function showShares() {
  const explanation = report.explanation;
  if (!explanation) return;
  const offered = report.wallSeconds * report.machine.cpus;
  const section = $("#shares");
  const parts = SHARES.map((key) => [key, between(explanation.shares?.[key], 0, 1)])
    .filter(([, share]) => share > 0);
  section.querySelector(".sentences").append(...(explanation.sentences ?? []).map(
    (sentence) => make("li", null, sentence.text)));
  fillBar(section.querySelector(".bar"), parts);
  fillLegend(section.querySelector(".legend"), parts, (share) => [
    make("b", null, percent(share)), make("small", null, duration(share * offered))]);
  section.hidden = false;
}

// ---- Names

const paths = files.map((file) => visible(file.input));
const shared = sharedDirectory(paths);

function sharedDirectory(names) {
  const [first = ""] = names;
  let length = first.lastIndexOf("/") + 1;
  for (const name of names) {
    while (length > 1 && !name.startsWith(first.slice(0, length))) {
      length = first.lastIndexOf("/", length - 2) + 1;
    }
    if (!name.startsWith(first.slice(0, length))) return "";
  }
  return first.slice(0, length);
}

// For a line that has room for no more.
function shortText(text) { return visible(cut(String(text ?? ""), 300)); }

function shortName(index) { return paths[index].slice(shared.length); }

// The message begins with the path, which stands beside it already.
function reason(index) {
  const error = files[index].error;
  if (!error) return "";
  const text = visible(error.message);
  const path = paths[index];
  return text.startsWith(path) ? text.slice(path.length).replace(/^[:\s]+/, "") : text;
}

// ---- The table: all files in order, but only the rows near the window are in the page

const COLUMNS = [
  { key: "status", label: "Status", value: (file) => STATUSES.indexOf(file.status), up: true },
  { key: "file", label: "File", value: (file, index) => nameRanks()[index], up: true },
  { key: "codec", label: "Codec", value: (file) => file.stream?.codec ?? null, up: true },
  { key: "size", label: "Size", value: (file) => area(file.stream) },
  { key: "frames", label: "Frames", value: (file) => file.frames.decoded },
  { key: "rate", label: "Frames/s", value: (file) => file.framesPerSecond },
  { key: "wall", label: "Wall, s", value: (file) => file.seconds.wall },
  { key: "cpu", label: "CPU, s", value: (file) => cpuOf(file) },
  { key: "memory", label: "Memory", value: (file) => file.peakMemoryBytes },
  { key: "phases", label: "Phases", value: (file) => phaseOrder(file), up: true },
];

const MARGIN = 600;
const PRINTED_ROWS = 2000;
const table = {
  sort: { key: "status", up: true }, status: null, words: [], sorted: [], order: [], tops: [0],
  first: 0, last: 0, nodes: new Map(), open: new Set(), details: new Map(),
  heights: { plain: 34, error: 50 }, before: null, after: null, printing: false,
};
const cache = { ranks: null, digits: 0, texts: [] };

function area(stream) {
  return stream?.width > 0 && stream.height > 0 ? stream.width * stream.height : null;
}

function cpuOf(file) { return file.cpuSeconds.user + file.cpuSeconds.system; }

// By the largest phase, and within one by its share.
function phaseOrder(file) {
  const parts = partsOf(file);
  if (!parts.length) return null;
  const [key, value] = largest(parts);
  return PHASES.indexOf(key) + 1 - value / sum(parts);
}

function nameRanks() {
  if (!cache.ranks) {
    const compare = new Intl.Collator("en", { numeric: true }).compare;
    cache.ranks = new Float64Array(files.length);
    paths.map((_, index) => index).sort((a, b) => compare(paths[a], paths[b]))
      .forEach((index, rank) => { cache.ranks[index] = rank; });
  }
  return cache.ranks;
}

function columnDigits() {
  if (!cache.digits) {
    const most = files.reduce((longest, file) => Math.max(longest, file.seconds.wall), 0);
    cache.digits = most < 10 ? 3 : most < 1000 ? 2 : 1;
  }
  return cache.digits;
}

function searchText(index) {
  if (cache.texts[index] === undefined) {
    const { status, stream, error } = files[index];
    cache.texts[index] = [paths[index], status, stream?.codec, stream?.pixelFormat, error?.kind,
      error?.message].map((text) => visible(text ?? "")).join("\n").toLowerCase();
  }
  return cache.texts[index];
}

function sortFiles() {
  const order = files.map((_, index) => index);
  const column = COLUMNS.find(({ key }) => key === table.sort.key);
  if (column) {
    const values = files.map(column.value);
    const sign = table.sort.up ? 1 : -1;
    order.sort((a, b) => {
      const x = values[a];
      const y = values[b];
      if (x === y) return a - b;
      // What is not known comes last, whichever way it goes.
      if (x === null || y === null) return x === null ? 1 : -1;
      return x < y ? -sign : sign;
    });
  }
  table.sorted = order;
}

function matches(index) {
  if (table.status && files[index].status !== table.status) return false;
  return table.words.every((word) => searchText(index).includes(word));
}

function filterFiles() {
  table.order = table.status || table.words.length ? table.sorted.filter(matches) : table.sorted;
  const shown = table.order.length;
  $("#files .shown").textContent =
    shown === files.length ? "" : `${fixed(shown)} of ${fixed(files.length)}`;
  rebuildRows();
}

function kindOf(index) { return files[index].error ? "error" : "plain"; }

function layOut() {
  const tops = new Float64Array(table.order.length + 1);
  table.order.forEach((index, place) => {
    const detail = table.open.has(index) ? table.details.get(index) ?? 0 : 0;
    tops[place + 1] = tops[place] + table.heights[kindOf(index)] + detail;
  });
  table.tops = tops;
}

function placeAt(offset) {
  let low = 0;
  let high = table.order.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (table.tops[middle + 1] <= offset) low = middle + 1; else high = middle;
  }
  return low;
}

function spacer() {
  return make("tr", { class: "space", "aria-hidden": "true" },
    make("td", { colspan: COLUMNS.length }));
}

function rebuildRows() {
  layOut();
  table.nodes.clear();
  table.before = spacer();
  table.after = spacer();
  $("#files tbody").replaceChildren(table.before, table.after);
  table.first = table.last = 0;
  renderRows();
}

function wantedRange() {
  if (table.printing) return [0, Math.min(table.order.length, PRINTED_ROWS)];
  const top = $("#files tbody").getBoundingClientRect().top;
  const last = placeAt(innerHeight - top + MARGIN) + 1;
  return [placeAt(-top - MARGIN), Math.min(last, table.order.length)];
}

function removeRow(place) {
  const index = table.order[place];
  table.nodes.get(index).forEach((node) => node.remove());
  table.nodes.delete(index);
}

function addRow(place, next) {
  const index = table.order[place];
  const nodes = [makeRow(index, place)];
  if (table.open.has(index)) nodes.push(makeDetail(index));
  next.before(...nodes);
  table.nodes.set(index, nodes);
}

// Rows that stay are not touched: they may hold the focus or a selection.
function renderRows(again = true) {
  const [first, last] = wantedRange();
  for (let place = table.first; place < table.last; place += 1) {
    if (place < first || place >= last) removeRow(place);
  }
  const kept = [Math.max(first, table.first), Math.min(last, table.last)];
  if (kept[0] >= kept[1]) kept[0] = kept[1] = last;
  const next = kept[0] < last ? table.nodes.get(table.order[kept[0]])[0] : table.after;
  for (let place = first; place < kept[0]; place += 1) addRow(place, next);
  for (let place = kept[1]; place < last; place += 1) addRow(place, table.after);
  table.first = first;
  table.last = last;
  sizeSpacers();
  if (!measureRows()) return;
  layOut();
  if (again) renderRows(false); else sizeSpacers();
}

function sizeSpacers() {
  const size = (row, height) => {
    row.hidden = height <= 0;
    styled(row.firstChild, { height: pixels(height) });
  };
  const { tops, order } = table;
  size(table.before, tops[table.first]);
  size(table.after, table.printing ? 0 : tops[order.length] - tops[table.last]);
}

function measureRows() {
  let changed = false;
  const measured = (node, old = 0) => {
    const { height } = node.getBoundingClientRect();
    if (Math.abs(height - old) > 0.01) changed = true;
    return height;
  };
  const seen = {};
  for (const [index, [row, detail]] of table.nodes) {
    const kind = kindOf(index);
    if (!seen[kind]) seen[kind] = measured(row, table.heights[kind]);
    if (detail) table.details.set(index, measured(detail, table.details.get(index)));
  }
  Object.assign(table.heights, seen);
  return changed;
}

function cell(key, content) {
  const { label } = COLUMNS.find((column) => column.key === key);
  return make("td", { class: key, role: "cell", "data-label": label }, content);
}

function makeName(index) {
  const name = shortName(index);
  const cut = name.lastIndexOf("/") + 1;
  // They are laid out from the end, so that the folder goes first where there is no room for both.
  const open = make("button", {
    type: "button", class: "name", title: paths[index], "aria-label": name,
    "aria-expanded": table.open.has(index),
  }, make("bdi", { class: "base" }, name.slice(cut)),
  make("bdi", { class: "dir" }, name.slice(0, cut)));
  const why = reason(index);
  return [makeThumbnails(index), open, why ? make("span", { class: "why" }, shortText(why)) : null];
}

function makeRow(index, place) {
  const file = files[index];
  const { stream } = file;
  const decoded = file.frames.decoded;
  const wall = file.seconds.wall;
  const digits = columnDigits();
  return make("tr", {
    class: `row ${kindOf(index)}`, role: "row", "data-index": index, "aria-rowindex": place + 2,
  },
  cell("status", state(file.status)),
  cell("file", makeName(index)),
  cell("codec", shortText(stream?.codec ?? NONE)),
  cell("size", dimensions(stream)),
  cell("frames", decoded ? fixed(decoded) : NONE),
  cell("rate", decoded ? fixed(file.framesPerSecond, 1) : NONE),
  cell("wall", wall ? fixed(wall, digits) : NONE),
  cell("cpu", wall ? fixed(cpuOf(file), digits) : NONE),
  cell("memory", bytes(file.peakMemoryBytes)),
  cell("phases", miniBar(partsOf(file))));
}

function toggle(index) {
  const opens = !table.open.delete(index);
  if (opens) table.open.add(index);
  const nodes = table.nodes.get(index);
  if (nodes) {
    if (opens) nodes.push(makeDetail(index)); else nodes.pop().remove();
    nodes[0].after(...nodes.slice(1));
    fill(nodes[0].querySelector(".name"), { "aria-expanded": opens });
    measureRows();
  }
  layOut();
  renderRows();
}

function chooseStatus(status) {
  table.status = status;
  for (const button of document.querySelectorAll("#files .choice button")) {
    fill(button, { "aria-pressed": (button.dataset.status || null) === status });
  }
  filterFiles();
}

function chooseSort(key) {
  const column = COLUMNS.find((each) => each.key === key);
  const first = column.up ?? false;
  if (table.sort.key !== key) table.sort = { key, up: first };
  else if (table.sort.up === first) table.sort = { key, up: !first };
  else table.sort = { key: null, up: true };
  showSort();
  sortFiles();
  filterFiles();
}

function showSort() {
  for (const head of document.querySelectorAll("#files th")) {
    const mine = head.dataset.key === table.sort.key;
    fill(head, { "aria-sort": !mine ? "none" : table.sort.up ? "ascending" : "descending" });
  }
}

function focusPlace(place) {
  if (place < 0 || place >= table.order.length) return;
  const name = table.nodes.get(table.order[place])?.[0].querySelector(".name");
  name?.focus({ preventScroll: true });
  name?.closest("tr").scrollIntoView({ block: "nearest" });
}

// Opens a file's row and brings it into sight, past any filter that hides it.
function reveal(index) {
  if (!table.order.includes(index)) {
    $("#files input").value = "";
    table.words = [];
    chooseStatus(null);
  }
  if (!table.open.has(index)) toggle(index);
  const place = table.order.indexOf(index);
  const top = $("#files tbody").getBoundingClientRect().top + scrollY + table.tops[place];
  scrollTo({ top: top - innerHeight / 4 });
  renderRows();
  focusPlace(place);
}

function onTableClick(event) {
  const row = event.target.closest("tr.row");
  if (!row || (!event.target.closest("button") && String(getSelection()))) return;
  toggle(Number(row.dataset.index));
}

function onTableKey(event) {
  const row = event.target.closest("tr.row");
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!row || !step) return;
  event.preventDefault();
  focusPlace(table.order.indexOf(Number(row.dataset.index)) + step);
}

function makeHeads() {
  $("#files thead tr").append(...COLUMNS.map(({ key, label }) => {
    const button = make("button", { type: "button" }, label);
    button.addEventListener("click", () => chooseSort(key));
    return make("th", { class: key, role: "columnheader", scope: "col", "data-key": key }, button);
  }));
}

function makeStatusButtons() {
  const button = (status, number) => {
    const name = status ? state(status) : "all";
    const element = make("button", {
      type: "button", "data-status": status ?? "", "aria-pressed": status === null,
    }, name, " ", make("b", null, fixed(number)));
    element.addEventListener("click", () => chooseStatus(status));
    return element;
  };
  const present = STATUSES.filter((status) => report.totals[status] > 0);
  $("#files .choice").append(button(null, files.length),
    ...present.map((status) => button(status, report.totals[status])));
}

function coalesced(action) {
  let asked = false;
  return () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      action();
    });
  };
}

// Paper shows rows that are not on the screen, and is white.
function prepareFor(printing) {
  table.printing = printing;
  document.documentElement.classList.toggle("printing", printing);
  const left = table.order.length - PRINTED_ROWS;
  $("#more").hidden = !printing || left <= 0;
  $("#more").textContent = `and ${count(left, "more file")}, not printed`;
  renderRows();
  resizeTimeline();
}

function showFiles() {
  $("#files").hidden = false;
  fill($("#files table"), { "aria-rowcount": files.length + 1 });
  if (shared) $("#files-title").append(make("small", null, "in ", apart(shared)));
  makeHeads();
  makeStatusButtons();
  showSort();
  sortFiles();
  filterFiles();
  $("#files tbody").addEventListener("click", onTableClick);
  $("#files tbody").addEventListener("keydown", onTableKey);
  $("#files input").addEventListener("input", (event) => {
    table.words = event.target.value.toLowerCase().split(/\s+/).filter(Boolean);
    filterFiles();
  });
  addEventListener("scroll", coalesced(() => renderRows()), { passive: true });
  addEventListener("resize", coalesced(() => renderRows()));
  addEventListener("beforeprint", () => prepareFor(true));
  addEventListener("afterprint", () => prepareFor(false));
}

// ---- Pictures

const MOST_BASE64 = 400000;
const MOST_PIXELS = 2048;

// What may stand in a JPEG file before its frame: tables, intervals, comments, a program's own.
function isBeforeFrame(mark) {
  return [0xffc4, 0xffdb, 0xffdd, 0xfffe].includes(mark) || (mark >= 0xffe0 && mark <= 0xffef);
}

// The rows and columns that a baseline JPEG file says it has; nothing for another file. It must not
// find other ones than the browser, so whatever is unusual is no picture.
function jpegSize(file) {
  const word = (at) => file.charCodeAt(at) * 256 + file.charCodeAt(at + 1);
  if (word(0) !== 0xffd8) return [];
  let at = 2;
  while (at + 9 < file.length && isBeforeFrame(word(at)) && word(at + 2) >= 2) {
    at += 2 + word(at + 2);
  }
  return word(at) === 0xffc0 ? [word(at + 5), word(at + 7)] : [];
}

// The address of a picture: nothing but a small JPEG file that stands in the page itself. A larger
// one would cost the reader's memory: a few bytes can say that they are 65,535 pixels wide.
function pictureAddress(text) {
  if (typeof text !== "string" || text.length > MOST_BASE64 || text.length % 4 ||
    !/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return null;
  const size = jpegSize(atob(text));
  return size.length && size.every((pixels) => pixels >= 1 && pixels <= MOST_PIXELS)
    ? `data:image/jpeg;base64,${text}` : null;
}

function makePicture(index, which) {
  const address = pictureAddress(pictures?.[index]?.[which]);
  if (!address) return null;
  const image = make("img", {
    alt: `${which ? "after" : "before"}: ${shortName(index)}`, decoding: "async",
  });
  image.src = address;
  return image;
}

function makeThumbnails(index) {
  const images = [makePicture(index, 0), makePicture(index, 1)];
  return images[0] && make("span", { class: "thumbs" }, images);
}

// They may be many megabytes: the page is shown before they are read.
function loadPictures() {
  pictures = parse("pictures");
  if (!pictures) return;
  $("#files").classList.add("pictures");
  rebuildRows();
}

// ---- A file's full record

function plainValue(value, depth = 0) {
  if (depth > 8) return "\u2026";
  if (Array.isArray(value)) {
    return firstOf(value).map((item) => plainValue(item, depth + 1)).join(", ");
  }
  if (value !== null && typeof value === "object") {
    return firstOf(Object.entries(value)).map((entry) => (Array.isArray(entry)
      ? `${entry[0]} ${plainValue(entry[1], depth + 1)}` : entry)).join("; ");
  }
  return typeof value === "number" && !Number.isInteger(value)
    ? String(Number(value.toPrecision(6))) : String(value);
}

function block(title, entries, className) {
  const list = entries.filter(([, value]) => value && value.length !== 0);
  if (!list.length) return null;
  const left = list.length - MOST_ITEMS;
  return make("section", { class: className }, make("h3", null, title),
    facts(make("dl"), list.slice(0, MOST_ITEMS).map(([name, value]) => [name,
      Array.isArray(value) ? firstOf(value).map((item) => make("div", null, item)) : value])),
    left > 0 ? make("p", null, `and ${fixed(left)} more`) : null);
}

function errorBlock(file) {
  const { error } = file;
  if (!error) return null;
  const log = error.log ?? [];
  return make("section", { class: `problem ${known(STATUSES, file.status)}` },
    make("h3", null, `${file.status}: ${error.kind}`), make("p", null, error.message),
    facts(make("dl"), [
      ["signal", error.signal && String(error.signal)],
      ["last timestamp", !absent(error.lastTimestamp) && `${error.lastTimestamp} s`],
    ]),
    log.length ? make("pre", { tabindex: 0, "aria-label": "Log" },
      firstOf(log).map((line) => make("span", { class: "line" }, line))) : null);
}

function pictureBlock(index) {
  const figures = ["before", "after"].map((caption, which) => {
    const image = makePicture(index, which);
    return image && make("figure", null, image, make("figcaption", null, caption));
  });
  return figures.some(Boolean) ? make("section", { class: "images" }, figures) : null;
}

function timeBlock(file) {
  const parts = partsOf(file);
  if (parts.length < 2) return null;
  return make("section", { class: "times" }, make("h3", null, "Times"),
    fillBar(make("div", { class: "bar" }), parts),
    fillLegend(make("ul", { class: "legend" }), parts,
      (value) => [make("b", null, duration(value))]));
}

function streamBlock({ stream, startOffset }) {
  if (!stream) return null;
  const { frameRate: rate, variableFrameRate } = stream;
  return block("Stream", [
    ["index", String(stream.index)], ["codec", stream.codec ?? NONE],
    ["size", dimensions(stream)], ["pixel format", stream.pixelFormat],
    ["rate", rate && `${fixed(rate, Number.isInteger(rate) ? 0 : 3)} frames/s` +
      (variableFrameRate ? ", variable" : "")],
    ["rotation", stream.rotation && `${stream.rotation}\u00b0`],
    ["duration", stream.duration && duration(stream.duration)],
    ["first frame at", startOffset && `${startOffset} s`],
  ]);
}

function frameBlock({ frames }) {
  return block("Frames", [
    ["decoded", fixed(frames.decoded)],
    ["sampled", frames.sampled !== frames.decoded && fixed(frames.sampled)],
    ["filtered", fixed(frames.filtered)], ["written", frames.written && fixed(frames.written)],
    ["decode errors", frames.decodeErrors && fixed(frames.decodeErrors)],
  ]);
}

function workerBlock(file) {
  if (!file.attempts) return null;
  const { seconds, cpuSeconds } = file;
  return block("Worker", [
    ["host", file.host], ["pid", file.pid && String(file.pid)],
    ["attempts", file.attempts > 1 && String(file.attempts)],
    ["codec threads", file.threads && String(file.threads)],
    ["queued", duration(seconds.queued)],
    ["started after", !absent(seconds.start) && duration(seconds.start)],
    ["wall", duration(seconds.wall)],
    ["CPU", `${duration(cpuSeconds.user)} user, ${duration(cpuSeconds.system)} system`],
    ["memory", bytes(file.peakMemoryBytes)], ["sandbox", firstOf(file.sandbox ?? []).join(", ")],
  ]);
}

function outputBlock(file) {
  const names = (file.outputs?.length ? file.outputs : [file.output]).filter(Boolean).map(visible);
  return block("Output", [
    ["written", names], ["size", file.outputBytes && bytes(file.outputBytes)],
    ["checksum", file.checksum], ["note", file.notes ?? []], ["lost", file.losses ?? []],
    ["converted", file.conversions ?? []], ["formats", file.formats ?? []],
  ], "long");
}

function measureBlocks(file) {
  const list = file.measurements ?? [];
  const left = list.length - MOST_MEASURES;
  const blocks = list.slice(0, MOST_MEASURES).map(({ filter, values }) => block(
    `Measured by ${filter}`,
    Object.entries(values).map(([name, value]) => [name, plainValue(value)]), "long"));
  return left > 0 ? [...blocks, make("p", null, `and ${fixed(left)} more filters`)] : blocks;
}

function makeDetail(index) {
  const file = files[index];
  return make("tr", { class: "detail", role: "row" },
    make("td", { colspan: COLUMNS.length, role: "cell" }, make("div", { class: "record" },
      make("p", { class: "path" }, apart(paths[index])),
      errorBlock(file), pictureBlock(index), timeBlock(file), streamBlock(file), frameBlock(file),
      workerBlock(file), outputBlock(file), ...measureBlocks(file))));
}

// ---- The timeline

const time = {
  bars: [], lanes: [], span: 1, zoom: 1, width: 0, current: null, tapped: null,
  laneHeight: 0, barHeight: 0, markHeight: 0, left: 0, right: 12, top: 16, bottom: 22,
  colours: {}, font: "",
};

const MOST_LANES = 500;

// A lane is a place where one worker runs after the other. Clocks of the start and the end are
// not read at the same instant, so an overlap of a moment is none.
function assignLanes() {
  const slack = Math.max(0.002, report.wallSeconds * 1e-4);
  const bars = files
    .map(({ seconds }, index) => ({ index, from: seconds.start, wall: seconds.wall }))
    .filter(({ from, wall }) => !absent(from) && wall > 0)
    .sort((a, b) => a.from - b.from);
  const lanes = [];
  const isLocal = new Set(bars.map((bar) => files[bar.index].host)).size <= 1;
  for (const bar of bars) {
    let lane = lanes.find((each) => each.end <= bar.from + slack);
    // A worker that has given its result is followed at once, and its end takes a moment yet.
    if (!lane && lanes.length >= (isLocal ? Math.min(report.plan.jobs, MOST_LANES) : MOST_LANES)) {
      lane = lanes.reduce((one, other) => (other.end < one.end ? other : one));
      const before = lane.bars[lane.bars.length - 1];
      before.to = Math.min(before.to, bar.from);
    }
    if (!lane) lanes.push(lane = { number: lanes.length, bars: [], end: 0 });
    Object.assign(bar, {
      lane: lane.number, place: lane.bars.length, to: bar.from + bar.wall,
      parts: partsOf(files[bar.index]), status: files[bar.index].status,
    });
    lane.bars.push(bar);
    lane.end = bar.to;
  }
  time.bars = bars;
  time.lanes = lanes;
  time.span = Math.max(between(report.wallSeconds, 0, MOST_SECONDS),
    ...lanes.map((lane) => lane.end)) || 1;
}

function readColours() {
  const style = getComputedStyle(document.documentElement);
  for (const key of ["rest", ...PHASES, "ink", "muted", "line", "bad", "warn", "paper"]) {
    time.colours[key] = style.getPropertyValue(`--${key}`).trim();
  }
  time.font = `11px ${getComputedStyle(document.body).fontFamily}`;
}

function laneTop(number) { return time.top + number * time.laneHeight + 2; }

function scaleOf() { return ((time.width - time.left - time.right) * time.zoom) / time.span; }

function scroller() { return $("#timeline .scroll"); }

function sizeTimeline() {
  const canvas = $("#timeline canvas");
  const many = time.lanes.length;
  time.width = scroller().clientWidth;
  [time.laneHeight, time.barHeight, time.markHeight] = many <= 4 ? [32, 22, 5]
    : many <= 12 ? [24, 15, 5] : many <= 24 ? [16, 9, 4] : many <= 80 ? [9, 6, 2] : [5, 4, 0];
  time.left = many <= 24 ? 22 : 8;
  const height = time.top + many * time.laneHeight + time.bottom;
  const ratio = devicePixelRatio || 1;
  canvas.width = Math.round(time.width * ratio);
  canvas.height = Math.round(height * ratio);
  for (const element of [canvas, $("#timeline .stage")]) {
    styled(element, { width: pixels(time.width), height: pixels(height) });
  }
  styled($("#timeline .extent"),
    { width: pixels(time.left + scaleOf() * time.span + time.right) });
}

// A step of zero, or of no number, would never come to an end.
function niceStep(rough) {
  if (!(rough > 0 && rough < Infinity)) return Infinity;
  const power = 10 ** Math.floor(Math.log10(rough));
  return power * [1, 2, 5, 10].find((factor) => factor * power >= rough);
}

function drawAxis(context, from, scale, height) {
  const step = niceStep(84 / scale);
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const end = time.top + time.lanes.length * time.laneHeight;
  context.textAlign = "center";
  context.textBaseline = "top";
  const first = Math.max(0, Math.ceil(from / step - 1e-9));
  for (let tick = first; tick * step <= time.span * 1.000001; tick += 1) {
    const x = time.left + (tick * step - from) * scale;
    if (x > time.width - 4) break;
    context.fillStyle = time.colours.line;
    context.fillRect(Math.round(x), time.top, 1, end - time.top + 4);
    context.fillStyle = time.colours.muted;
    context.fillText(fixed(tick * step, digits) + (tick ? "" : " s"),
      Math.min(Math.max(x, 10), time.width - 14), height - 14);
  }
}

function drawBound(context, from, scale) {
  const seconds = report.explanation?.bound?.seconds;
  if (!Number.isFinite(seconds) || seconds <= 0) return;
  const x = Math.round(time.left + (seconds - from) * scale) + 0.5;
  if (x < time.left || x > time.width) return;
  for (const [colour, width, dash] of [["paper", 3, []], ["ink", 1, [4, 3]]]) {
    context.strokeStyle = time.colours[colour];
    context.lineWidth = width;
    context.setLineDash(dash);
    context.beginPath();
    context.moveTo(x, 2);
    context.lineTo(x, laneTop(time.lanes.length));
    context.stroke();
  }
  context.setLineDash([]);
  const before = x > time.width / 2;
  context.fillStyle = time.colours.ink;
  context.textAlign = before ? "right" : "left";
  context.fillText("bound", x + (before ? -5 : 5), 1);
}

function drawLaneNames(context) {
  if (time.laneHeight < 12) return;
  context.fillStyle = time.colours.muted;
  context.textBaseline = "middle";
  context.textAlign = "right";
  for (const { number } of time.lanes) {
    context.fillText(number + 1, time.left - 7, laneTop(number) + time.barHeight / 2 + 1);
  }
  context.textBaseline = "top";
}

function hatch(context) {
  const tile = document.createElement("canvas");
  tile.width = tile.height = 6;
  const pen = tile.getContext("2d");
  pen.strokeStyle = time.colours.bad;
  pen.lineWidth = 1.5;
  for (const shift of [-6, 0, 6]) {
    pen.moveTo(shift - 1, 7);
    pen.lineTo(shift + 7, -1);
  }
  pen.stroke();
  return context.createPattern(tile, "repeat");
}

// Below the bar: high for a video that failed, low for one that is damaged, so that a video too
// short to be seen is, and not by its colour alone.
function drawMark(context, status, x, width, bottom) {
  const failed = status === "failed";
  if (!failed && status !== "damaged") return;
  context.fillStyle = failed ? time.colours.bad : time.colours.warn;
  context.fillRect(x, bottom, Math.max(width, 2), failed ? time.markHeight : time.markHeight / 2);
}

function drawHollow(context, bad, x, width, y, height, pattern) {
  context.fillStyle = time.colours.paper;
  context.fillRect(x, y, width, height);
  context.fillStyle = bad ? pattern : time.colours.paper;
  context.fillRect(x, y, width, height);
  context.lineWidth = 1;
  context.strokeStyle = bad ? time.colours.bad : time.colours.muted;
  context.strokeRect(x + 0.5, y + 0.5, width - 1, height - 1);
}

function drawPhases(context, parts, x, width, y, height) {
  const total = sum(parts);
  let seconds = 0;
  let done = 0;
  for (const [key, value] of parts) {
    seconds += value;
    const end = Math.round((seconds / total) * width);
    if (end === done) continue;
    context.fillStyle = time.colours[key];
    context.fillRect(x + done, y, end - done, height);
    done = end;
  }
}

function drawBar(context, { status, parts }, x, width, y, height, pattern) {
  const failed = status === "failed";
  // Between bars is a gap of a pixel, where there is room for one.
  const inner = width > 7 ? width - 1 : width;
  if (width < 3) {
    context.fillStyle = failed ? time.colours.bad : time.colours[largest(parts)[0]];
    context.fillRect(x, y, width, height);
  } else if (failed || status === "cancelled") {
    drawHollow(context, failed, x, inner, y, height, pattern);
  } else {
    drawPhases(context, parts, x, inner, y, height);
  }
}

function drawLane(context, lane, from, scale, pattern) {
  const y = laneTop(lane.number);
  const height = time.barHeight;
  let covered = -Infinity;
  for (const bar of lane.bars) {
    const start = Math.round(time.left + (bar.from - from) * scale);
    const end = Math.max(Math.round(time.left + (bar.to - from) * scale), start + 1);
    if (end < time.left) continue;
    if (start > time.width) break;
    drawMark(context, bar.status, start, end - start - 1, y + height + 1);
    // Where many videos share a pixel, the first is drawn, and those that failed.
    if (end <= covered && bar.status !== "failed") continue;
    drawBar(context, bar, start, end - start, y, height, pattern);
    covered = end;
  }
}

function drawTimeline() {
  const canvas = $("#timeline canvas");
  const context = canvas.getContext("2d");
  const ratio = devicePixelRatio || 1;
  const height = canvas.height / ratio;
  const scale = scaleOf();
  const from = scroller().scrollLeft / scale;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, time.width, height);
  context.font = time.font;
  drawAxis(context, from, scale, height);
  const pattern = hatch(context);
  context.save();
  context.beginPath();
  context.rect(time.left, 0, time.width - time.left, height);
  context.clip();
  for (const lane of time.lanes) drawLane(context, lane, from, scale, pattern);
  context.restore();
  drawLaneNames(context);
  drawBound(context, from, scale);
  placeMark();
}

function resizeTimeline() {
  if (!time.bars.length) return;
  sizeTimeline();
  readColours();
  drawTimeline();
}

function barAt(x, y) {
  const lane = time.lanes[Math.floor((y - time.top) / time.laneHeight)];
  if (!lane) return null;
  const scale = scaleOf();
  const seconds = (scroller().scrollLeft + x - time.left) / scale;
  let low = 0;
  let high = lane.bars.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (lane.bars[middle].from <= seconds) low = middle; else high = middle - 1;
  }
  const near = [lane.bars[low], lane.bars[low + 1]].filter(Boolean);
  const distance = (bar) => Math.max(bar.from - seconds, seconds - bar.to, 0) * scale;
  return near.filter((bar) => distance(bar) <= 4)
    .sort((a, b) => distance(a) - distance(b))[0] ?? null;
}

function placeMark() {
  const mark = $("#timeline .mark");
  const bar = time.current;
  mark.hidden = !bar;
  if (!bar) return;
  const scale = scaleOf();
  const x = time.left + bar.from * scale - scroller().scrollLeft;
  mark.hidden = x > time.width || x + bar.wall * scale < time.left;
  styled(mark, {
    left: pixels(Math.round(x) - 2), top: pixels(laneTop(bar.lane) - 2),
    width: pixels(Math.max(Math.round(bar.wall * scale), 2) + 3),
    height: pixels(time.barHeight + 4),
  });
}

function tipContent({ index, from, wall, parts }) {
  const file = files[index];
  const total = sum(parts) || 1;
  return [
    make("p", null, make("b", null, apart(shortName(index)))),
    make("p", null, state(file.status), `: ${duration(wall)}, from ${duration(from)}`,
      ...(file.stream ? [", ", apart(shortText(file.stream.codec))] : [])),
    file.error ? make("p", { class: "why" }, shortText(reason(index))) : null,
    fillLegend(make("ul", { class: "legend" }), parts, (value) => [
      make("b", null, percent(value / total)), make("small", null, duration(value))]),
  ].filter(Boolean);
}

function showTip(bar) {
  const tip = $("#tip");
  if (bar !== time.current) {
    time.current = bar;
    placeMark();
    tip.hidden = !bar;
    if (bar) tip.replaceChildren(...tipContent(bar));
  }
  styled($("#timeline canvas"), { cursor: bar ? "pointer" : "" });
  if (bar) placeTip(tip, bar);
}

function placeTip(tip, bar) {
  const box = $("#timeline canvas").getBoundingClientRect();
  const middle = time.left + (bar.from + bar.wall / 2) * scaleOf() - scroller().scrollLeft;
  const x = box.left + Math.min(Math.max(middle, 0), time.width) - tip.offsetWidth / 2;
  const most = document.documentElement.clientWidth - tip.offsetWidth - 8;
  const lane = box.top + laneTop(bar.lane);
  const below = lane + time.laneHeight + 4;
  const fits = below + tip.offsetHeight < innerHeight;
  styled(tip, {
    left: pixels(Math.max(8, Math.min(x, most))),
    top: pixels(fits ? below : Math.max(4, lane - tip.offsetHeight - 8)),
  });
}

// Zooms so that the instant under x stays where it is.
function zoomBy(factor, x = time.width / 2) {
  const most = Math.min(4096, 4e6 / time.width);
  const zoom = factor ? Math.min(Math.max(time.zoom * factor, 1), most) : 1;
  const seconds = (scroller().scrollLeft + x - time.left) / scaleOf();
  time.zoom = zoom;
  sizeTimeline();
  scroller().scrollLeft = seconds * scaleOf() - x + time.left;
  drawTimeline();
}

function stepTo(bar) {
  if (!bar) return;
  const scale = scaleOf();
  const view = scroller();
  const middle = (bar.from + bar.wall / 2) * scale;
  if (middle < view.scrollLeft || middle > view.scrollLeft + time.width - time.left) {
    view.scrollLeft = middle - time.width / 2;
    drawTimeline();
  }
  showTip(bar);
}

function neighbour(bar, key) {
  const { bars } = time.lanes[bar.lane];
  if (key === "ArrowRight") return bars[bar.place + 1];
  if (key === "ArrowLeft") return bars[bar.place - 1];
  const other = time.lanes[bar.lane + (key === "ArrowDown" ? 1 : -1)]?.bars ?? [];
  return other.find((each) => each.to > bar.from) ?? other[other.length - 1];
}

function onTimelineKey(event) {
  const bar = time.current;
  if (event.key === "Escape") showTip(null);
  else if (event.key === "Enter" && bar) reveal(bar.index);
  else if (event.key === "+" || event.key === "-") zoomBy(event.key === "+" ? 2 : 0.5);
  else if (event.key.startsWith("Arrow")) stepTo(bar ? neighbour(bar, event.key) : time.bars[0]);
  else return;
  event.preventDefault();
}

// A finger's first tap shows what a pointer would see before the click.
function onTimelineClick(event) {
  const bar = barAt(event.offsetX, event.offsetY);
  const seen = bar === time.tapped;
  time.tapped = bar;
  if (event.pointerType === "touch" && !seen) showTip(bar);
  else if (bar) {
    showTip(null);
    reveal(bar.index);
  }
}

function listenToTimeline() {
  const canvas = $("#timeline canvas");
  canvas.addEventListener("pointermove", (event) => {
    if (event.pointerType !== "touch") showTip(barAt(event.offsetX, event.offsetY));
  });
  canvas.addEventListener("pointerleave", (event) => {
    if (event.pointerType !== "touch") showTip(null);
  });
  canvas.addEventListener("blur", () => showTip(null));
  canvas.addEventListener("click", onTimelineClick);
  canvas.addEventListener("keydown", onTimelineKey);
  canvas.addEventListener("wheel", (event) => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    zoomBy(2 ** (-event.deltaY / 120), event.offsetX);
  }, { passive: false });
  for (const button of document.querySelectorAll("#timeline [data-zoom]")) {
    button.addEventListener("click", () => zoomBy(Number(button.dataset.zoom)));
  }
  scroller().addEventListener("scroll", coalesced(() => {
    drawTimeline();
    if (time.current) showTip(time.current);
  }), { passive: true });
  addEventListener("scroll", () => showTip(null), { passive: true });
  new ResizeObserver(coalesced(resizeTimeline)).observe(scroller());
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", resizeTimeline);
}

function timelineSummary() {
  const longest = time.bars.reduce((most, bar) => (bar.wall > most.wall ? bar : most));
  return `${count(time.bars.length, "video")} on ${count(time.lanes.length, "lane")} over ` +
    `${duration(time.span)}; the longest, ${shortName(longest.index)}, took ` +
    `${duration(longest.wall)}; ${report.totals.failed} failed, ${report.totals.damaged} damaged.`;
}

function showTimeline() {
  assignLanes();
  if (!time.bars.length) return;
  const section = $("#timeline");
  section.hidden = false;
  fill(section.querySelector("canvas"), { "aria-label": timelineSummary() });
  const used = new Set(time.bars.flatMap((bar) => bar.parts.map(([key]) => key)));
  const legend = section.querySelector(".legend");
  fillLegend(legend, ["rest", ...PHASES].filter((key) => used.has(key)).map((key) => [key, 0]));
  for (const status of ["damaged", "failed"]) {
    if (!report.totals[status]) continue;
    legend.append(make("li", null, make("i", { class: `sign ${status}` }),
      make("span", null, status)));
  }
  resizeTimeline();
  listenToTimeline();
}

// ---- The benchmark

function text(x, y, content, anchor = "start", className = null) {
  return draw("text", { x, y, "text-anchor": anchor, class: className }, content);
}

function line(x1, y1, x2, y2, className) {
  return draw("line", { x1, y1, x2, y2, class: className });
}

function curve(points, className) {
  const list = points.map((point) => point.join()).join(" ");
  return draw("polyline", { points: list, class: className });
}

function chart(width, height, label, ...children) {
  return draw("svg", {
    width, height, viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label,
  }, ...children);
}

// The modes of the program itself, then other tools.
function modesInOrder() {
  const isPeer = (mode) => mode.group === "peer";
  return [...bench.modes.filter((mode) => !isPeer(mode)), ...bench.modes.filter(isPeer)];
}

function poolModes() {
  return bench.modes.filter((mode) => /^pool-\d+$/.test(mode.name) && mode.wall && mode.speedUp > 0)
    .sort((a, b) => a.workers - b.workers);
}

function speedScale(width, pools) {
  const base = bench.modes[0].wall.median;
  const limit = between(base / bench.bound?.seconds, 0, 1e6);
  const most = Math.max(2, ...pools.map((mode) => mode.workers));
  const knee = Math.min(most, bench.machine.cpus);
  const top = Math.max(limit, knee, ...pools.map((mode) => base / mode.wall.low)) * 1.08;
  const height = Math.round(Math.min(Math.max(width * 0.6, 230), 340));
  const [left, right, bottom] = [40, width - 22, height - 42];
  return {
    base, limit, most, knee, top, height, left, right, bottom,
    every: Math.ceil(most / Math.max(4, right / 40)),
    x: (workers) => left + 10 + ((workers - 1) / (most - 1)) * (right - left - 20),
    y: (speed) => bottom - 6 - (speed / top) * (bottom - 24),
  };
}

function speedAxes({ most, every, top, height, left, right, bottom, x, y }) {
  const parts = [text((left + right) / 2, height - 4, "workers", "middle")];
  const step = niceStep(top / 6);
  for (let tick = 0; tick <= top; tick += step) {
    parts.push(line(left, y(tick), right, y(tick), "grid"),
      text(left - 6, y(tick) + 4, `${Number(tick.toFixed(2))}\u00d7`, "end"));
  }
  for (let workers = 1; workers <= most; workers += every) {
    parts.push(text(x(workers), bottom + 18, workers, "middle"));
  }
  return parts;
}

function speedLimits({ limit, most, knee, left, right, x, y }) {
  const at = 1 + (knee - 1) * 0.55;
  const ideal = [1, knee, most].map((workers) => [x(workers), y(Math.min(workers, knee))]);
  const parts = [curve(ideal, "ideal"), text(x(at) - 8, y(at) - 6, "ideal", "end")];
  if (limit) {
    parts.push(line(left, y(limit), right, y(limit), "bound"),
      text(left + 6, y(limit) - 6, `bound ${times(limit)}`, "start", "strong"));
  }
  return parts;
}

function speedPoints({ base, every, x, y }, pools) {
  return pools.flatMap((mode, place) => {
    const at = x(mode.workers);
    const lowest = y(base / mode.wall.high);
    const last = place === pools.length - 1;
    const anchor = place === 0 ? "start" : last ? "end" : "middle";
    const labelled = last || every === 1 ||
      (place > 0 && place % every === 0 && place + every < pools.length);
    return [
      line(at, lowest, at, y(base / mode.wall.low), "whisker"),
      draw("circle", { cx: at, cy: y(mode.speedUp), r: every > 1 ? 2.5 : 4, class: "point" },
        draw("title", null, `${mode.label}: ${times(mode.speedUp)}`)),
      labelled ? text(at, lowest + 18, fixed(mode.speedUp, 2), anchor, "strong") : null,
    ];
  });
}

function speedChart(width) {
  const pools = poolModes();
  const scale = speedScale(width, pools);
  const speeds = pools.map((mode) => `${mode.workers}: ${times(mode.speedUp)}`).join(", ");
  return chart(width, scale.height, `Speed-up by workers: ${speeds}`,
    ...speedAxes(scale), ...speedLimits(scale),
    curve(pools.map((mode) => [scale.x(mode.workers), scale.y(mode.speedUp)]), "speed"),
    ...speedPoints(scale, pools));
}

function wallBar({ label, group, wall: { median, low, high } }, x, y) {
  return [
    draw("rect", {
      x: x(0), y, width: Math.max(1, x(median) - x(0)), height: 16, class: known(GROUPS, group),
    }, draw("title", null, `${label}: ${duration(median)}, ${duration(low)} to ${duration(high)}`)),
    draw("path", { class: "whisker", d: `M${x(low)} ${y + 4}v8m0-4H${x(high)}m0-4v8` }),
  ];
}

function wallChart(width) {
  const modes = modesInOrder().filter((mode) => mode.wall);
  const widest = Math.max(...modes.map((mode) => mode.label.length)) * 6.6 + 12;
  const beside = widest < width * 0.45;
  const left = beside ? widest : 1;
  const limit = bench.bound?.seconds ?? 0;
  const most = Math.max(limit, ...modes.map((mode) => mode.wall.high));
  const x = (seconds) => left + (seconds / most) * (width - 66 - left);
  const bars = [];
  const words = [];
  let top = 22;
  modes.forEach((mode, place) => {
    if (mode.group === "peer" && modes[place - 1]?.group !== "peer") {
      bars.push(line(0, top + 6, width, top + 6, "grid"));
      words.push(text(0, top + 24, "other tools", "start", "group"));
      top += 30;
    }
    const y = top + (beside ? 5 : 20);
    bars.push(...wallBar(mode, x, y));
    words.push(
      beside ? text(left - 8, y + 12, mode.label, "end") : text(0, y - 6, mode.label),
      text(x(mode.wall.high) + 6, y + 12,
        duration(mode.wall.median) + (mode.same === false ? " \u2260" : ""), "start", "strong"));
    top += beside ? 26 : 42;
  });
  if (limit) {
    bars.push(line(x(limit), 16, x(limit), top + 2, "bound"));
    words.push(text(x(limit), 11, `bound ${duration(limit)}`,
      x(limit) > width / 2 ? "end" : "start", "strong"));
  }
  const walls = modes.map((mode) => `${mode.label} ${duration(mode.wall.median)}`).join(", ");
  return chart(width, top + 6, `Wall times: ${walls}`, ...bars, ...words);
}

const SAME = { true: "yes", false: "no", null: "cannot be shown" };

const MODE_COLUMNS = [
  ["Mode", (mode) => mode.label, "text"],
  ["Workers", (mode) => fixed(mode.workers)],
  ["Threads", (mode) => fixed(mode.threads)],
  ["Wall, s", (mode) => fixed(mode.wall?.median, 2)],
  ["Low to high", ({ wall }) => `${fixed(wall?.low, 2)}\u2013${fixed(wall?.high, 2)}`],
  ["CPU, s", (mode) => fixed(mode.cpuSeconds, 2)],
  ["Memory", (mode) => bytes(mode.peakMemoryBytes)],
  ["Speed-up", (mode) => times(mode.speedUp)],
  ["Efficiency", (mode) => percent(mode.efficiency)],
  ["Times bound", (mode) => times(mode.ofBound)],
  ["Same work", ({ same = null, proof }) => [
    make("span", { class: same === false ? "same-false" : null }, SAME[same]),
    proof ? make("small", null, proof) : null], "text proof"],
];

function showModes() {
  $(".modes thead").append(make("tr", null, MODE_COLUMNS.map(([name, , kind]) =>
    make("th", { scope: "col", class: kind }, name))));
  const row = (mode) => make("tr", { class: known(GROUPS, mode.group) },
    MODE_COLUMNS.map(([, value, kind], place) =>
      make(place ? "td" : "th", { class: kind, scope: place ? null : "row" }, value(mode))));
  $(".modes tbody").append(...modesInOrder().map(row));
}

function benchText({ inputs, filter, rounds, coldCache, bound }) {
  const size = inputs.reduce((total, input) => total + (input.bytes ?? 0), 0);
  return items([
    `${count(inputs.length, "video")}, ${bytes(size)}`,
    filter ? `filter ${filter}` : "no filter", `median of ${count(rounds, "round")}`,
    coldCache ? "cold file cache" : "warm file cache", bound && `bound ${boundText(bound)}`,
  ]);
}

function drawCharts() {
  for (const [id, drawn] of [["#speed-up", speedChart], ["#walls", wallChart]]) {
    const plot = $(`${id} .plot`);
    if (plot.clientWidth) plot.replaceChildren(drawn(plot.clientWidth));
  }
}

function showBench() {
  const differ = bench.modes.some((mode) => mode.same === false);
  $("#benchmark").hidden = false;
  $("#benchmark .facts").append(...benchText(bench));
  $("#speed-up figcaption span").textContent = `against ${bench.modes[0]?.label}`;
  $("#walls figcaption span").textContent =
    `median, low to high${differ ? "; \u2260 not the same work" : ""}`;
  $("#speed-up").hidden = poolModes().length < 2 || !bench.modes[0].wall;
  $("#walls").hidden = !bench.modes.some((mode) => mode.wall);
  drawCharts();
  showModes();
  $("#benchmark .notes").append(...(bench.notes ?? []).map((note) =>
    make("li", null, note)));
  new ResizeObserver(coalesced(drawCharts)).observe($("#benchmark .charts"));
}

// ---- Start

// What goes wrong in one section does not hide the others.
function attempt(show) {
  try {
    show();
  } catch (error) {
    reportError(error);
  }
}

if (report || bench) attempt(showHead);
if (report) [showTotals, showShares, showTimeline, showFiles].forEach(attempt);
if (bench) attempt(showBench);
performance.mark("shown");
if (report) requestAnimationFrame(() => setTimeout(loadPictures));
