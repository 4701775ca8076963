/* When a code that the camera sees counts as scanned (as hardware/watching.py): two pictures in a row agree on it, and it
   counts again only after it was out of sight for a second. */

const GONE_MS = 1000;
const name = ({ symbology, data }) => `${symbology} ${data.join(",")}`;

export function watch() {
  let before = new Set();
  let counted = new Map();
  return (readings, at) => {
    const now = new Map(readings.map((reading) => [name(reading), reading]));
    const held = (code) => before.has(code) && now.has(code); // however long the look took, it was never out of sight
    counted = new Map([...counted].filter(([code, seen]) => held(code) || at - seen <= GONE_MS));
    const fresh = [...now.keys()].filter((code) => before.has(code) && !counted.has(code));
    for (const code of now.keys()) if (counted.has(code) || fresh.includes(code)) counted.set(code, at);
    before = new Set(now.keys());
    return fresh.map((code) => now.get(code));
  };
}
