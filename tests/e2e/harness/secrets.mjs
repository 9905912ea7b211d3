// What nobody may see, and all that somebody could have seen: a search for the one in the other.

/** Shorter ones stand in texts by chance. */
export const SHORTEST = 8;

export class Secrets {
	/** What each is, by its value. */
	#kinds = new Map();
	/** What was seen: where, the text, and the kinds that belong there. */
	#seen = [];

	/** Something secret; `kind` says what, for findings and exceptions. */
	add(kind, ...values) {
		for (const value of values) {
			if (value.length < SHORTEST) {
				throw new Error(`a ${kind} of ${value.length} characters is too short to be looked for`);
			}
			this.#kinds.set(value, kind);
		}
	}

	/** Something that could be seen; `belonging` are the kinds that the protocol wants there. */
	saw(where, text, belonging = []) {
		this.#seen.push({ where, text, belonging });
	}

	/** How many secrets of each kind there are. */
	get counts() {
		const counts = {};
		for (const kind of this.#kinds.values()) {
			counts[kind] = (counts[kind] ?? 0) + 1;
		}
		return counts;
	}

	/** The secrets that were seen, each as a sentence that does not tell it. */
	findings() {
		const found = new Set();
		for (const [value, kind] of this.#kinds) {
			const spellings = spell(value);
			for (const { where, text, belonging } of this.#seen) {
				if (!belonging.includes(kind) && spellings.some((spelling) => text.includes(spelling))) {
					found.add(`the ${kind} stands in ${where}`);
				}
			}
		}
		return [...found];
	}
}

/** The ways in which a text writes a value: as it is, for addresses, for JSON, for HTML, and as base64. */
export function spell(value) {
	const json = JSON.stringify(value).slice(1, -1);
	const address = encodeURIComponent(value);
	const spellings = [
		value, address, address.replaceAll('%20', '+'), encodeURIComponent(address),
		json, json.replaceAll('/', '\\/'),
		value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll("'", '&#039;'),
		Buffer.from(value).toString('hex'),
	];
	// In the middle of something that is written in base64, it begins at any third of a group.
	for (const before of [0, 1, 2]) {
		const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(value)]);
		// Neither the group that it begins in nor the one that it ends in is of its own.
		const whole = bytes.subarray(before === 0 ? 0 : 3, bytes.length - bytes.length % 3);
		spellings.push(whole.toString('base64'), whole.toString('base64url'));
	}
	return [...new Set(spellings)];
}
