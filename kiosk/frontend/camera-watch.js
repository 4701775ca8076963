/* When a code that the camera sees counts as scanned (as hardware/watching.py): two pictures in a row agree on it, and it
   counts again only after it was out of sight for a second. */

const GONE_MS = 1000;
const name = ({ symbology, data }) => `${symbology} ${data.join(",")}`;

export function watch() {
  let before = new Set();
  let counted = new Map();
  return (readings, at) => {
    counted = new Map([...counted].filter(([, seen]) => at - seen <= GONE_MS));
    const now = new Map(readings.map((reading) => [name(reading), reading]));
    const fresh = [...now.keys()].filter((code) => before.has(code) && !counted.has(code));
    for (const code of now.keys()) if (counted.has(code) || fresh.includes(code)) counted.set(code, at);
    before = new Set(now.keys());
    return fresh.map((code) => now.get(code));
  };
}
