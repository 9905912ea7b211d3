// A site's life in fast motion: pages, API calls and WP-Cron of a real WordPress behind PHP's server, whose clock
// and Mautic's go on together from one visit to the next.

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { Mautic } from '../e2e/harness/mautic.mjs';
import { freePort } from '../e2e/harness/processes.mjs';
import { Site } from './harness/site.mjs';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const TOKEN = '/oauth/v2/token';

describe('a site lives on', () => {
	const folder = mkdtempSync(join(tmpdir(), 'stay-'));
	/** Token requests that reached Mautic: `at` (seconds since the start), and whether they `renewed` the token. */
	const refreshes = [];
	let tokens = 1;
	let mautic, site, known, began;

	before(async () => {
		mautic = await Mautic.start(folder);
		site = await Site.install(folder, 'sqlite', `http://127.0.0.1:${await freePort()}`);
		await site.serve();
		await site.configure(mautic);
		await site.authorize(mautic);
		known = await site.status();
		began = Date.now() / 1000;
		await mautic.forgetRequests();
	});
	after(async () => {
		await site.stop();
		await mautic.down();
		rmSync(folder, { recursive: true });
	});

	test('for a week, whatever happens to Mautic', async () => {
		const at = (day, hour, minute = 0) => day * DAY + hour * HOUR + minute * MINUTE;
		const events = [
			[at(1, 11), () => mautic.down()],
			[at(1, 12), () => restarted()],
			[at(2, 10), () => mautic.fault(TOKEN, 'respond', { status: 429, headers: { 'retry-after': '900' }, body: 'Too many requests' })],
			[at(2, 15), () => mautic.fault('/api/', 'respond', { status: 429, body: '{"errors":[{"code":429,"message":"You exceeded the rate limit"}]}' })],
			[at(3, 9, 10), () => mautic.down()],
			[at(3, 9, 30), () => restarted()],
			[at(4, 10), () => mautic.fault(TOKEN, 'drop')],
			[at(4, 14), () => mautic.fault('/api/', 'lose_answer')],
			[at(5, 13), () => mautic.fault(TOKEN, 'respond', { headers: { 'content-type': 'text/html' }, body: '<title>Maintenance</title>' })],
			[at(5, 17), () => mautic.fault(TOKEN, 'respond', { status: 500, body: 'Internal server error', times: 1000 })],
			[at(5, 18), () => mautic.control('DELETE', 'faults')],
		];
		const answers = [];
		for (let day = 0; day < 7; day++) {
			// Nobody comes at night, and many come in the hour in which Mautic refuses to renew.
			for (let minute = 7 * 60; minute < 23 * 60; minute += day === 5 && Math.floor(minute / 60) === 17 ? 2 : 20) {
				const now = at(day, 0, minute);
				while (events.length && events[0][0] <= now) {
					const [moment, happens] = events.shift();
					await until(moment);
					await happens();
				}
				await until(now);
				if (minute % 60 === 0) {
					await visit();
				}
				// On the last day no plugin calls Mautic.
				if (day < 6) {
					answers.push(await call());
				}
			}
		}
		assert.equal(events.length, 0);
		await connected();

		const refused = answers.filter((answer) => answer !== 200).map((code) => code.replace('connector_for_mautic.', ''));
		assert.deepEqual(refused.splice(0, 9), [
			...['transport.refused', 'transport.refused', 'transport.refused'], 'token.rate_limited', 'api.rate_limited',
			'transport.refused', 'transport.failed', 'transport.failed', 'token.html',
		]);
		// In the hour of refusals the access token served for its last minutes.
		assert.ok(refused.length < 30 && refused.every((code) => ['token.server_error', 'token.retry_later'].includes(code)), refused.join());

		// Mautic in use gets one token request an hour, at night none, and in the background two a day.
		const between = (from, to, renewed) => refreshes.filter((refresh) => from <= refresh.at && refresh.at < to && refresh.renewed === renewed).length;
		const inUse = between(0, at(6, 0), true);
		assert.ok(80 < inUse && inUse <= 6 * 16 + 3, `${inUse} in six days`);
		const inBackground = between(at(6, 0), at(7, 0), true);
		assert.ok(1 <= inBackground && inBackground <= 2, `${inBackground} in a day`);
		// Three single faults, and as many attempts in the hour of refusals as the rules allow at most.
		assert.equal(between(0, at(5, 17), false), 3);
		const inVain = between(at(5, 17), at(5, 18), false);
		assert.ok(4 <= inVain && inVain <= 12, `${inVain} in an hour`);
		assert.equal(between(at(5, 18), at(7, 0), false), 0);

		// Two mails for each of the two hours: when the failure was verified, and an hour after the last.
		assert.deepEqual(site.mails().map((mail) => /works again$/.test(mail.subject)), [false, true, false, true]);
		const [first, , second] = site.mails().map((mail) => mail.at - began);
		assert.ok(at(1, 11) + 10 * MINUTE <= first && first < at(1, 12), `told at ${first}`);
		assert.ok(at(5, 17) + 10 * MINUTE <= second && second < at(5, 18), `told at ${second}`);
	});

	test('without a visitor for 13 days', async () => {
		await advance(13 * DAY);
		assert.equal((await site.status()).last_error.code, 'cron.silent');
		await visit();
		await connected();
	});

	test('but not for 15: then only the owner can help, and nothing else is lost', async () => {
		const mails = site.mails().length;
		await advance(15 * DAY);
		await visit();
		const status = await site.status();
		assert.equal(status.status, 'needs_authorization');
		assert.equal(status.last_error.code, 'token.invalid_grant');
		for (const name of ['base_url', 'auth_method', 'account_email', 'account_name', 'account_role', 'mautic_version']) {
			assert.equal(status[name], known[name], name);
		}
		assert.deepEqual(site.mails().slice(mails).map((mail) => /is lost$/.test(mail.subject)), [true]);
		await site.authorize(mautic);
		await connected();
	});

	test('renewing no sooner than needed', () => {
		const renewals = refreshes.filter(({ renewed }) => renewed);
		renewals.slice(1).forEach(({ at }, i) => {
			assert.ok(at - renewals[i].at >= 55 * MINUTE, `after ${at - renewals[i].at} seconds`);
		});
	});

	test('with nothing for PHP to complain about', () => assert.deepEqual(site.complaints(), []));

	test('with no secret in a mail or, unencrypted, in the database', async () => {
		const { access_tokens, refresh_tokens } = await mautic.control('GET', 'tokens');
		const secrets = [...access_tokens, ...refresh_tokens].map((token) => token.value).concat(mautic.clientSecret);
		assert.ok(secrets.length > 80, `${secrets.length}`);
		for (const file of ['mails.jsonl', 'database/.ht.sqlite']) {
			const text = readFileSync(join(site.folder, 'wp-content', file), 'latin1');
			assert.deepEqual(secrets.filter((secret) => text.includes(secret)), [], file);
		}
	});

	/** Mautic starts anew, with its clock set again. */
	async function restarted() {
		await mautic.up();
		await mautic.control('POST', 'clock', { offset: site.ahead });
	}

	async function until(moment) {
		await advance(moment - site.ahead);
	}

	/** Time goes on, for Mautic too if it is up. */
	async function advance(seconds) {
		await site.advance(seconds, mautic);
	}

	/** Somebody looks at the front page. */
	async function visit() {
		assert.match(await site.get('/'), /<\/html>/);
		await settled();
	}

	/** A plugin asks Mautic something, on a page of its own: the answer's status, or the error's code. */
	async function call() {
		const { status } = JSON.parse(await site.get('/call.php'));
		await settled();
		return status;
	}

	/** WP-Cron has done what was due when the page came, and what Mautic was asked is written down. */
	async function settled() {
		assert.equal(await site.get('/idle.php'), 'idle');
		await note();
	}

	/** Writes down what Mautic was asked. The status does not tell: an answer that is lost had one too. */
	async function note() {
		if (mautic.server) {
			const asked = await mautic.requests(TOKEN);
			const { counts } = await mautic.control('GET', 'tokens');
			for (const request of asked) {
				refreshes.push({ at: site.ahead, renewed: request === asked.at(-1) && counts.access_tokens > tokens });
			}
			tokens = counts.access_tokens;
			await mautic.forgetRequests();
		}
	}

	async function connected() {
		const status = await site.status();
		assert.equal(status.status, 'connected', JSON.stringify(status));
		assert.equal(status.last_error, null);
		assert.equal(status.account_email, known.account_email);
	}
});
