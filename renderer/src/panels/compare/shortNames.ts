// Names of runs where there is little room: at a line's end, in a column's head. Two that are named apart stay apart:
// what would look alike is cut before the place where they differ. The whole name stands elsewhere, on hover too.

/** A name that fits beside a line: of one that was changed, what is other; else its beginning. */
export function shortened(name: string, most: number): string {
  if (name.length <= most) return name;
  const other = name.lastIndexOf(" → ");
  const rest = other < 0 ? name : name.slice(other + 1);
  return rest.length <= most ? rest : cutAt(rest, most);
}

/** One a name, in their order. Names that are the same to the letter stay so: their markers tell them apart. */
export function shortNames(names: readonly string[], most: number): readonly string[] {
  let short = names.map((name) => shortened(name, most));
  // A middle cut says most where it is enough; what differs far inside is shown itself; the last resort is a number.
  for (const cut of [middleCut, differenceCut, numbered])
    for (const alike of alikeIn(names, short)) {
      const texts = cut(
        alike.map((place) => names[place]!),
        most,
        alike,
      );
      short = short.map((text, place) => texts[alike.indexOf(place)] ?? text);
    }
  return short;
}

type Cut = (names: readonly string[], most: number, places: readonly number[]) => readonly string[];

/** "Xavier…seed 12": the end is where many names differ. */
const middleCut: Cut = (names, most) => {
  const tail = Math.floor((most - 1) * TAIL);
  return names.map((name) =>
    name.length <= most ? name : `${name.slice(0, most - 1 - tail)}…${name.slice(-tail)}`,
  );
};

/** "He no…tanh, 7…": the beginning, and what follows from the word in which they differ. */
const differenceCut: Cut = (names, most) => {
  const from = differenceOf([...new Set(names)]);
  return names.map((name) => {
    const head = Math.min(from, Math.floor(most * (1 - TAIL)));
    const room = most - head - 1;
    if (name.length <= most || head === 0) return cutAt(name, most);
    const word = name.lastIndexOf(" ", from - 1) + 1;
    const rest = name.slice(Math.max(head, from - word <= room / 2 ? word : from));
    return `${name.slice(0, head)}…${cutAt(rest, room)}`;
  });
};

/** "2 A rather l…": by its place among all. */
const numbered: Cut = (names, most, places) =>
  names.map((name, i) => cutAt(`${places[i]! + 1} ${name}`, most));

/** The share of the room that the end of a name has. */
const TAIL = 0.6;

/** Places of other names with the same text, text by text. */
function alikeIn(names: readonly string[], short: readonly string[]): readonly (readonly number[])[] {
  const places = new Map<string, number[]>();
  short.forEach((text, i) => places.set(text, [...(places.get(text) ?? []), i]));
  return [...places.values()].filter((alike) => new Set(alike.map((place) => names[place])).size > 1);
}

/** How many letters all of them begin with. */
function differenceOf([first = "", ...others]: readonly string[]): number {
  let from = 0;
  while (from < first.length && others.every((other) => other[from] === first[from])) from++;
  return from;
}

const cutAt = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, most - 1)}…`;
