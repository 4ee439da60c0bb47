// An SVG tree as text: the same bytes for the same drawing. Numbers are rounded, paths are written in steps from point
// to point, and what a drawing library leaves for itself (styles, labels, empty groups) stays out.

/** What is read of a node; the DOM's own names. */
export interface TreeNode {
  readonly nodeType: number;
  readonly localName?: string;
  readonly data?: string;
  readonly attributes?: Iterable<{ readonly name: string; readonly value: string }>;
  readonly childNodes: Iterable<TreeNode>;
}

export type Attributes = Readonly<Record<string, string>>;

const ELEMENT = 1;
const TEXT = 3;
const LEFT_OUT = new Set(["aria-label", "aria-description", "aria-hidden", "style", "class"]);
/** Attributes that hold lengths and places. */
const MEASURES = new Set("x y x1 y1 x2 y2 cx cy r width height transform".split(" "));

/** `byClass`: attributes for elements that have this class, in place of it. */
export function writtenChildren(
  parent: TreeNode,
  byClass: ReadonlyMap<string, Attributes>,
  decimals: number,
): string {
  let text = "";
  for (const child of parent.childNodes) text += written(child, byClass, decimals);
  return text;
}

function written(node: TreeNode, byClass: ReadonlyMap<string, Attributes>, decimals: number): string {
  if (node.nodeType === TEXT) return escaped(node.data ?? "");
  const name = node.localName;
  if (node.nodeType !== ELEMENT || name === undefined || name === "style") return "";
  const inner = writtenChildren(node, byClass, decimals);
  if (inner === "" && (name === "g" || name === "text")) return "";
  const found: [string, string][] = [];
  let more: Attributes = {};
  for (const { name: key, value } of node.attributes ?? []) {
    if (key === "class") more = byClass.get(value) ?? {};
    if (LEFT_OUT.has(key) || Object.hasOwn(more, key)) continue;
    if (key === "d") found.push([key, stepped(value, decimals)]);
    else found.push([key, MEASURES.has(key) ? rounded(value, decimals) : value]);
  }
  return element(name, { ...Object.fromEntries(found.sort(byName)), ...more }, inner);
}

const byName = ([a]: readonly [string, string], [b]: readonly [string, string]): number =>
  a < b ? -1 : a > b ? 1 : 0;

/** `inner` is markup already. */
export function element(name: string, attributes: Attributes, inner: string): string {
  const said = Object.entries(attributes).map(([key, value]) => ` ${key}="${escaped(value)}"`);
  return inner === "" ? `<${name}${said.join("")}/>` : `<${name}${said.join("")}>${inner}</${name}>`;
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

export const escaped = (text: string): string => text.replaceAll(/[&<>"]/g, (found) => ENTITIES[found]!);

function rounded(text: string, decimals: number): string {
  return text.replaceAll(/-?\d*\.?\d+(?:e[-+]?\d+)?(?!\d|\.|em)/g, (found) => short(Number(found), decimals));
}

const short = (value: number, decimals: number): string =>
  unitsText(Math.round(value * 10 ** decimals), decimals);

/** Whole units of the last decimal: "-.5" for -50 of two decimals. No exponent: places are bounded. */
function unitsText(units: number, decimals: number): string {
  if (units === 0) return "0";
  const digits = String(Math.abs(units)).padStart(decimals, "0");
  let end = digits.length;
  const point = end - decimals;
  while (end > point && digits[end - 1] === "0") end--;
  const fraction = end > point ? `.${digits.slice(point, end)}` : "";
  return (units < 0 ? "-" : "") + digits.slice(0, point) + fraction;
}

/** "M1,2L3,2L3,5Z" as "M1 2h2v3z": what is on the way adds up, nothing drifts. */
export function stepped(path: string, decimals: number): string {
  const power = 10 ** decimals;
  let text = "";
  /** In the last decimal, as whole numbers. */
  let [x, y] = [0, 0];
  /** A run along one axis that may still grow. */
  let [across, down] = [0, 0];
  const number = (units: number) => unitsText(units, decimals);
  const pair = (a: number, b: number) => {
    const second = number(b);
    return `${number(a)}${second.startsWith("-") ? "" : " "}${second}`;
  };
  const flush = () => {
    if (across !== 0) text += `h${number(across)}`;
    if (down !== 0) text += `v${number(down)}`;
    [across, down] = [0, 0];
  };
  for (const [, command, at] of path.matchAll(/([MLZ])([^MLZ]*)/g)) {
    if (command === "Z") {
      flush();
      text += "z";
      continue;
    }
    const [toX = 0, toY = 0] = at!.split(",").map((value) => Math.round(Number(value) * power));
    const [dx, dy] = [toX - x, toY - y];
    [x, y] = [toX, toY];
    if (command === "M") {
      flush();
      text += `M${pair(toX, toY)}`;
    } else if (dy === 0) {
      if (down !== 0 || across * dx < 0) flush();
      across += dx;
    } else if (dx === 0) {
      if (across !== 0 || down * dy < 0) flush();
      down += dy;
    } else {
      flush();
      text += `l${pair(dx, dy)}`;
    }
  }
  flush();
  return text;
}
