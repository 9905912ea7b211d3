// What a story leaves behind, for the search for its secrets.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { SHORTEST } from './secrets.mjs';

/** The return address has them, and so has whatever repeats it: the login page on the way, a web server's log. */
const OF_RETURN = ['code', 'state'];

/** Keeps every answer that a page gets from an address of interest. What it returns resolves when all so far is kept. */
export function watch(page, isOfInterest, secrets) {
	const pending = new Set();
	page.on('response', (response) => {
		if (isOfInterest(response.url())) {
			const kept = keep(response, secrets).finally(() => pending.delete(kept));
			pending.add(kept);
		}
	});
	return () => Promise.all(pending);
}

async function keep(response, secrets) {
	const { origin, pathname } = new URL(response.url());
	const where = `${response.request().method()} ${pathname}`;
	const belonging = pathname.endsWith('/wp-login.php') ? OF_RETURN : pathname.endsWith('/v1/authorize') ? ['state'] : [];
	secrets.saw(`the address of ${where}`, response.url(), OF_RETURN);
	for (const { name, value } of await response.headersArray()) {
		// Who is sent to Mautic, or to log in first, takes along what is meant for there.
		const leaves = name.toLowerCase() === 'location' && new URL(value, origin).pathname !== '/wp-admin/admin.php';
		secrets.saw(`the header ${name} of ${where}`, value, leaves ? OF_RETURN : []);
	}
	const { 'content-type': type = '', 'content-disposition': disposition = '' } = response.headers();
	// Chromium gives no body of a file that it saves; the test that has it saved reads it.
	if (/^(text\/(html|plain)|application\/(json|x-ndjson))/.test(type) && !disposition.startsWith('attachment')) {
		// A redirect has none, and that of a page which was left at once is gone.
		const body = await response.text().catch(() => '');
		secrets.saw(`the answer to ${where}`, body, belonging);
	}
}

/** Adds what Mautic has given out, and was sent since it was last asked or in those requests. */
export async function askMautic(mautic, secrets, requests) {
	const { codes, access_tokens: access, refresh_tokens: refresh } = await mautic.control('GET', 'tokens');
	for (const [kind, list] of Object.entries({ code: codes, 'access token': access, 'refresh token': refresh })) {
		secrets.add(kind, ...list.map((token) => token.value));
	}
	for (const { uri, headers, body } of requests ?? (await mautic.control('GET', 'requests'))) {
		const { searchParams } = new URL(uri, mautic.url);
		const authorization = Object.fromEntries(headers).authorization ?? '';
		const [scheme, ...credentials] = authorization.split(' ');
		for (const [name, value] of [...searchParams, ...new URLSearchParams(body ?? ''), [scheme.toLowerCase(), credentials.join(' ')]]) {
			// A shorter one is no token: it asks whether the header arrives at all.
			if (KINDS[name] && value.length >= SHORTEST) {
				secrets.add(KINDS[name], value);
			}
		}
	}
}

/** What is sent to Mautic by names that are secrets, and by the scheme of an Authorization header. */
const KINDS = {
	state: 'state', code: 'code', access_token: 'access token', refresh_token: 'refresh token', client_secret: 'client secret',
	bearer: 'access token', basic: 'Basic header',
};

/** The keys, and all that a site stores, logs and shows without a browser. */
export async function askWordPress(wordpress, secrets) {
	const { keys, tables, shown } = JSON.parse(await wordpress.php(readFileSync(new URL('inspect.php', import.meta.url), 'utf8').replace('<?php', '')));
	secrets.add('key', ...keys);
	for (const [name, rows] of [...Object.entries(tables), ...Object.entries(shown)]) {
		secrets.saw(name, rows);
	}
	secrets.saw('debug.log', wordpress.debugLog());
	secrets.saw('an e-mail', JSON.stringify(wordpress.mails()));
	secrets.saw('the log of the web server', readFileSync(wordpress.serverLog, 'utf8'), OF_RETURN);
	for (const file of databaseFiles(wordpress)) {
		secrets.saw(`the file ${file}`, readFileSync(file, 'latin1'));
	}
}

/** The database itself, where it is a file: it may keep what no row has any more. */
function databaseFiles(wordpress) {
	const { DB_FILE } = wordpress.database.constants;
	const folder = join(wordpress.folder, 'wp-content/database');
	return DB_FILE ? readdirSync(folder).filter((name) => name.startsWith(DB_FILE)).map((name) => join(folder, name)) : [];
}
