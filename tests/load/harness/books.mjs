// What became of every refresh token: what the site's processes wrote down, what Mautic did, and what was killed, held
// against each other.

import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const TOKEN = '/oauth/v2/token';

/** As fixtures/mu/books.php makes it. */
export function fingerprint(token) {
	return createHash('sha256').update(token).digest('hex').slice(0, 16);
}

/**
 * The token requests that a site's processes have sent, oldest first: `process`, `token` (its fingerprint), `at` (nanoseconds);
 * and, once it is over, `ended` with the answer's `status` or the `error`.
 */
export function sent(folder) {
	const file = join(folder, 'tokens.jsonl');
	const requests = [];
	for (const line of existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : []) {
		const { what, at, ...entry } = JSON.parse(line);
		if (what === 'sent') {
			requests.push({ ...entry, at: BigInt(at) });
		} else {
			// Of a process the last one that it sent.
			Object.assign(requests.findLast(({ process }) => process === entry.process), entry, { ended: BigInt(at) });
		}
	}
	return requests;
}

/** What Mautic answered to each refresh token, by its fingerprint: the statuses, oldest first. */
export function arrived(mautic) {
	const tokens = new Map();
	for (const { path, body, status } of mautic.everyRequest()) {
		const parameters = new URLSearchParams(path === TOKEN ? body : '');
		if (parameters.get('grant_type') === 'refresh_token') {
			const token = fingerprint(parameters.get('refresh_token'));
			tokens.set(token, [...(tokens.get(token) ?? []), status]);
		}
	}
	return tokens;
}

/** What a token request was cut off by: the death of its process, or of Mautic. Undefined if it was not. */
export function cut({ process, at, ended, status }, deaths) {
	if (status !== undefined) {
		return undefined;
	}
	if (ended === undefined) {
		return deaths.workers.find((death) => death.process === process && death.at > at)?.where;
	}
	return deaths.outages.some(({ from, to }) => from < ended && at < to) ? 'Mautic was killed' : undefined;
}

/**
 * What is wrong in the books, as sentences. `live` is the refresh token that the site has stored.
 *
 * Each token but the live one bought exactly one pair of new ones, by the only request with it that reached Mautic. Beside that
 * it was sent only by requests that a death has cut off, and by none at the same time.
 */
export function judge(folder, mautic, deaths, live) {
	const requests = sent(folder);
	const statuses = arrived(mautic);
	const wrong = [];
	for (const token of new Set([...requests.map((request) => request.token), ...statuses.keys()])) {
		const all = requests.filter((request) => request.token === token);
		const whole = all.filter((request) => !cut(request, deaths));
		const told = `token ${token}, sent ${all.map((request) => request.status ?? cut(request, deaths) ?? request.error ?? 'without an end').join(', then ')}`;
		if (token === fingerprint(live)) {
			if (whole.length > 0 || statuses.has(token)) {
				wrong.push(`${told}: it is stored, and was spent`);
			}
		} else if (whole.length !== 1 || whole[0].status !== 200 || String(statuses.get(token)) !== '200') {
			wrong.push(`${told}, answered ${statuses.get(token) ?? 'never'}: one request more than the cut ones, and one that arrives`);
		}
	}
	const { access_tokens: access, refresh_tokens: refresh } = mautic.kept();
	const renewals = [...statuses.values()].flat().filter((status) => status === 200).length;
	if (access.length !== renewals + 1) {
		wrong.push(`Mautic gave out ${access.length} access tokens in an authorization and ${renewals} renewals`);
	}
	if (refresh.length !== 1 || refresh[0].value !== live) {
		wrong.push(`of Mautic's ${refresh.length} live refresh tokens the site has stored ${refresh.filter(({ value }) => value === live).length}`);
	}
	return wrong;
}
