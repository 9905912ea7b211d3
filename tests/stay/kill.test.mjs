// PHP is killed at each effect of a refresh, of a tick, of the return from Mautic and of a disconnect, as
// `kill -9`, a full memory or a deploy do it. Afterwards other processes find settings and account, can
// say what happened, send nothing while the dead one's request could still be under way, and mend it.
//
// fixtures/mu/kill.php says what an effect is, and why to die before each is to die after each too.

import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { startMariadb } from '../e2e/harness/mariadb.mjs';
import { Mautic } from '../e2e/harness/mautic.mjs';
import { Site } from './harness/site.mjs';

const HOUR = 3600;
const TOKEN = '/oauth/v2/token';
const STORE = 'UPDATE connector_for_mautic_connection_default';
const LOCK = 'INSERT connector_for_mautic_lock_refresh';
const UNLOCK = 'DELETE connector_for_mautic_lock_refresh';
// After that a dead process' request counts as over, and its lock may be taken over.
const OVER_SECONDS = 46;
const LOCK_SECONDS = 61;
// For calls that have to wait for somebody.
const WITHOUT_WAITING = { env: { STAY_WAITS: '1' } };

describe('PHP is killed at each effect of', { concurrency: true }, () => {
	onOneSite('a renewal, on SQLite', () => 'sqlite', {
		'an API call whose access token still serves': renewal(3310, true),
		'an API call whose access token has expired': renewal(2 * HOUR, false),
		'WP-Cron': tick(),
	});
	onOneSite('the owner, on SQLite', () => 'sqlite', {
		'the return from Mautic': authorization({ connected: false }),
		'the return from Mautic to a site that was connected': authorization({ connected: true }),
		'a disconnect': disconnect(),
	});
	// The database is the only difference, so the two with the most effects are enough.
	onOneSite('either, on MariaDB', async () => (await startMariadb()).newDatabase(), {
		'an API call whose access token has expired': renewal(2 * HOUR, false),
		'the return from Mautic to a site that was connected': authorization({ connected: true }),
	});
});

/**
 * Tests, by name, which have one site: in each the work dies at each of its effects, until it comes to its end.
 *
 * `prepare` brings the site to where the work begins and gives the work; `effects` are those that it must have in
 * this order, others between them; `judge` sees what comes after: it takes what the dead process had done, and leaves
 * the site connected.
 */
function onOneSite(name, database, tests) {
	describe(name, { concurrency: false }, () => {
		const folder = mkdtempSync(join(tmpdir(), 'stay-'));
		let mautic, site, known;
		before(async () => {
			mautic = await Mautic.start(folder);
			site = await Site.install(folder, await database());
			site.define({ DISABLE_WP_CRON: 'true' });
			await site.configure(mautic);
			await site.authorize(mautic);
			known = await site.status();
		});
		after(async () => {
			await mautic.down();
			rmSync(folder, { recursive: true });
		});
		for (const [name, work] of Object.entries(tests)) {
			test(name, () => dies(site, mautic, known, work));
		}
		test('with nothing for PHP to complain about', () => assert.deepEqual(site.complaints(), []));
	});
}

async function dies(site, mautic, known, { prepare, effects, judge }) {
	const file = join(site.folder, '../effects');
	for (let at = 0, died = true; died; at++) {
		// A day, so that nothing of the last death counts any more.
		await site.advance(25 * HOUR, mautic);
		const work = await prepare(site, mautic);
		rmSync(file, { force: true });
		await mautic.forgetRequests();
		({ died } = await work({ mayDie: true, env: { STAY_EFFECTS: file, STAY_KILL: String(at) } }));
		const done = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
		if (died) {
			assert.equal(done.length, at);
			await judge(site, mautic, done, known).catch((error) => {
				throw new Error(`killed after ${done.at(-1)}: ${error.message}`, { cause: error });
			});
		} else {
			assert.deepEqual(done.filter((effect) => effects.includes(effect)), effects);
		}
	}
}

/** An API call, `seconds` after the tokens came. `serves`: the access token is still good then. */
function renewal(seconds, serves) {
	return {
		effects: [LOCK, STORE, `POST ${TOKEN}`, `answer to POST ${TOKEN}`, STORE, UNLOCK, 'GET /api/users/self', 'end'],
		async prepare(site, mautic) {
			await site.wp(['mautic', 'refresh']);
			await site.advance(seconds, mautic);
			return (options) => site.wp(['mautic', 'request', 'GET', 'users/self'], options);
		},
		judge: (...given) => afterRefresh(serves, ...given),
	};
}

function tick() {
	return {
		effects: [LOCK, STORE, `POST ${TOKEN}`, `answer to POST ${TOKEN}`, STORE, UNLOCK, 'end'],
		async prepare(site, mautic) {
			await site.wp(['mautic', 'refresh']);
			await site.advance(13 * HOUR, mautic);
			return (options) => site.wp(['cron', 'event', 'run', 'connector_for_mautic_tick'], options);
		},
		async judge(site, mautic, done, known) {
			if (done.includes(LOCK)) {
				assert.ok(await site.scheduled(), 'nothing is scheduled');
			}
			await afterRefresh(false, site, mautic, done, known);
			assert.ok(await site.scheduled(), 'nothing is scheduled');
		},
	};
}

async function afterRefresh(serves, site, mautic, done, known) {
	const [locked, sent] = [LOCK, `POST ${TOKEN}`].map((effect) => done.indexOf(effect));
	const begun = locked >= 0 && done.indexOf(STORE, locked) > 0;
	const stored = sent >= 0 && done.indexOf(STORE, sent) > 0;

	const tolerated = serves || stored ? ['connected'] : ['connected', 'attention'];
	await seesStatus(site, known, tolerated);
	await mautic.forgetRequests();
	if (locked >= 0 && !stored) {
		// The dead process may still be sending, for all that the others know.
		assert.equal(await site.call(WITHOUT_WAITING), serves ? 200 : 'lock.busy');
		assert.equal((await mautic.requests(TOKEN)).length, 0);
		await site.advance(OVER_SECONDS, mautic);
		const { last_error: error } = await seesStatus(site, known, tolerated);
		assert.equal(error?.code, begun ? 'token.refresh_unanswered' : undefined);
		await site.advance(LOCK_SECONDS - OVER_SECONDS, mautic);
	}

	const mails = site.mails().length;
	const answer = await site.call(WITHOUT_WAITING);
	const refreshes = (await mautic.requests(TOKEN)).map((request) => request.status);
	if (sent < 0 || stored) {
		assert.equal(answer, 200);
		assert.deepEqual(refreshes, stored ? [] : [200]);
		await seesStatus(site, known, ['connected']);
		assert.equal(site.mails().length, mails);
		return;
	}
	// The new tokens died with the process, and Mautic has deleted the old one: only the owner can help.
	assert.deepEqual(refreshes, [400]);
	assert.equal(answer, serves ? 200 : 'token.refresh_answer_lost');
	if (serves) {
		const lost = await seesStatus(site, known, ['attention']);
		assert.equal(lost.last_error.code, 'token.refresh_answer_lost');
		await site.advance(HOUR, mautic);
		assert.equal(await site.call(), 'connection.needs_authorization');
	}
	const lost = await seesStatus(site, known, ['needs_authorization']);
	assert.equal(lost.last_error.code, 'token.refresh_answer_lost');
	assert.equal(site.mails().length, mails + 1);
	await site.authorize(mautic);
	await seesStatus(site, known, ['connected']);
}

/** The browser comes back from Mautic. `connected`: there was a connection, which a new one replaces. */
function authorization({ connected }) {
	return {
		effects: [STORE, `POST ${TOKEN}`, `answer to POST ${TOKEN}`, STORE, 'GET /api/users/self', STORE, 'end'],
		async prepare(site, mautic) {
			if (!connected) {
				await site.wp(['mautic', 'disconnect']);
			}
			const query = await site.authorization(mautic);
			return (options) => site.php(['return.php', query], options);
		},
		async judge(site, mautic, done, known) {
			const granted = done.lastIndexOf(STORE) > done.indexOf(STORE);
			const { account_email, account_name, account_role, mautic_version, ...rest } = known;
			if (connected) {
				await seesStatus(site, granted ? rest : known, ['connected']);
			} else {
				await seesStatus(site, rest, granted ? ['connected'] : ['pending', 'ready']);
			}
			assert.equal(await site.call(), connected || granted ? 200 : 'connection.needs_authorization');
			await site.authorize(mautic);
			await seesStatus(site, known, ['connected']);
		},
	};
}

function disconnect() {
	return {
		effects: [STORE, 'end'],
		async prepare(site) {
			return (options) => site.wp(['mautic', 'disconnect'], options);
		},
		async judge(site, mautic, done, known) {
			const { account_email, account_name, account_role, mautic_version, ...rest } = known;
			const over = done.includes(STORE);
			await seesStatus(site, over ? rest : known, [over ? 'ready' : 'connected']);
			await site.wp(['mautic', 'disconnect']);
			await seesStatus(site, rest, ['ready']);
			await site.authorize(mautic);
			await seesStatus(site, known, ['connected']);
		},
	};
}

/** Fails unless settings and account are the known ones, the status one of those, and what is wrong is explained. */
async function seesStatus(site, known, statuses) {
	const status = await site.status();
	assert.ok(statuses.includes(status.status), JSON.stringify(status));
	for (const name of ['auth_method', 'base_url', 'mautic_version', 'account_email', 'account_name', 'account_role']) {
		if (name in known) {
			assert.equal(status[name], known[name], name);
		}
	}
	if (['attention', 'needs_authorization'].includes(status.status)) {
		assert.ok(status.last_error?.message, 'it does not say what is wrong');
	}
	if (status.last_error) {
		assert.ok(status.last_error.message && status.last_error.fix && status.last_error.at, JSON.stringify(status.last_error));
	}
	return status;
}
