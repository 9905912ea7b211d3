// How fast it was. Nothing is asserted of it: the machine may be busy.

import { writeFileSync } from 'node:fs';

/** Sentences about a run; the quiet chapters are told apart, since nobody dies in them. With LOAD_FIGURES they go into a file, as numbers. */
export function figures(calls, deaths, refreshes, quiet) {
	const said = {
		calls: calls.ended.length, answered: calls.answered.length, killed: calls.ended.filter(({ killed }) => killed).length, codes: calls.codes,
		refreshes: refreshes.length, workers_killed: deaths.workers.length, workers_spared: deaths.spared, mautic_killed: deaths.outages.length,
		all: speed([calls.ended]), quiet: speed(quiet.map(([from, to]) => calls.ended.slice(from, to))),
	};
	if (process.env.LOAD_FIGURES) {
		writeFileSync(process.env.LOAD_FIGURES, `${JSON.stringify(said, null, '\t')}\n`);
	}
	return Object.entries(said).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
}

/** Answers per second and the milliseconds of an answer, over some stretches of calls. */
function speed(stretches) {
	let nanoseconds = 0n;
	for (const calls of stretches) {
		nanoseconds += calls.at(-1).ended - calls[0].ended;
	}
	const taken = stretches.flat().filter(({ code, killed }) => !code && !killed).map(({ sent, ended }) => Number(ended - sent) / 1e6).toSorted((one, other) => one - other);
	const at = (part) => Math.round(taken[Math.floor(part * (taken.length - 1))]);
	return { per_second: Math.round(taken.length / (Number(nanoseconds) / 1e9) * 10) / 10, p50_ms: at(0.5), p95_ms: at(0.95), p99_ms: at(0.99) };
}
