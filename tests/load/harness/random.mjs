// Chance that can be had again: a seed decides it.

/** A generator by Tommy Ettinger's mulberry32: numbers from 0 to below 1. */
export function random(seed) {
	let state = seed >>> 0;
	const next = () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
	return {
		/** A whole number from `from` to `to`. */
		between: (from, to) => from + Math.floor(next() * (to - from + 1)),
		/** One of a list. */
		of: (list) => list[Math.floor(next() * list.length)],
	};
}
