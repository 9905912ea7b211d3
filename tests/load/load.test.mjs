// A thousand API calls, twenty at once, while tokens expire, Mautic is killed and restarted, and workers of PHP-FPM die: every
// call is answered or fails with a code, no token is lost, and each expiry costs one refresh. One moment is left out of what
// chance may hit: a worker that dies between Mautic's answer and the storing of it takes the new tokens along, and
// the old one is spent. A test of its own has that happen.
//
// A call goes the whole way: nginx, a worker of PHP-FPM, WordPress' REST API with an application password, the plugin,
// Mautic, and MariaDB for all of them. A token lives for LIFETIME real seconds, and is renewed when half of them are
// over. Only where everybody has to wait until a dead process is surely dead, the site's clock jumps that minute.
//
// The run is a round of chapters, in each of which something happens, and rounds follow until enough calls were answered.
//
//   LOAD_SEED=n     which workers die, and when: the seed of a run that failed stands in its output
//   LOAD_CALLS=n    a longer run: LOAD_CALLS=5000 takes five minutes, or ten on a busy machine
//   LOAD_FIGURES=f  writes calls per second and latencies to a file

import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { askMautic } from '../e2e/harness/inspection.mjs';
import { startMariadb } from '../e2e/harness/mariadb.mjs';
import { Mautic } from '../e2e/harness/mautic.mjs';
import { freePort, ROOT } from '../e2e/harness/processes.mjs';
import { Secrets } from '../e2e/harness/secrets.mjs';
import { WebServer } from '../stay/harness/servers.mjs';
import { Site } from '../stay/harness/site.mjs';
import { arrived, judge, sent } from './harness/books.mjs';
import { Calls, CONTACTS, written } from './harness/calls.mjs';
import { Deaths } from './harness/deaths.mjs';
import { figures } from './harness/figures.mjs';
import { random } from './harness/random.mjs';

const CALLS = Number(process.env.LOAD_CALLS ?? 1000);
const SEED = Number(process.env.LOAD_SEED ?? randomInt(2 ** 32));
const CALLERS = 20;
/** Answered calls of a round. */
const ROUND = 1000;
/** Seconds that an access token lives. */
const LIFETIME = 8;
/** Seconds after which a dead process' lock may be taken over, and its request counts as over. */
const OVER = 61;
/** Between two deaths, so many calls end at least and at most. */
const PEACE = [15, 45];
const TOKEN = '/oauth/v2/token';

describe(`${CALLS} calls, ${CALLERS} at once; again with LOAD_SEED=${SEED} ./build.sh test load`, () => {
	const folder = mkdtempSync(join(tmpdir(), 'load-'));
	const books = join(folder, 'books');
	const chance = random(SEED);
	let mautic, site, server, login, calls, deaths;
	/** How many of all calls had ended at the beginning and at the end of the quiet chapters. */
	const quiet = [];

	before(async () => {
		mkdirSync(books);
		mautic = await Mautic.start(folder);
		await mautic.control('PATCH', 'settings', { access_token_minutes: LIFETIME / 60 });
		await mautic.control('POST', 'contacts', { count: CONTACTS });
		site = await Site.install(folder, await (await startMariadb()).newDatabase(), `http://127.0.0.1:${await freePort()}`);
		site.addPlugins(join(ROOT, 'tests/load/fixtures/mu'));
		site.define({ LOAD_BOOKS: `'${books}'`, DISABLE_WP_CRON: 'true' });
		await site.configure(mautic);
		await site.authorize(mautic);
		login = `admin:${(await site.wp(['user', 'application-password', 'create', 'admin', 'load', '--porcelain'])).output.trim()}`;
		server = await WebServer.start(folder, site.movingClock());
		calls = new Calls(server, login);
		deaths = new Deaths(server, mautic, books, chance);
	});
	after(async () => {
		await server?.stop();
		await mautic?.stop();
		rmSync(folder, { recursive: true });
	});

	/** What happens. Each is over when the token has been renewed. */
	const chapters = {
		async 'nobody calls until the token has ended, and then all at once'() {
			await calls.stop();
			await sleep((LIFETIME + 1) * 1000);
			calls.start(CALLERS);
			await renewed();
		},
		async 'nobody dies'() {
			quiet.push([calls.ended.length]);
			await renewed();
			await calls.more(ROUND / 20);
			quiet.at(-1).push(calls.ended.length);
		},
		async 'a worker dies that has the lock, and all wait for it until they may wait no longer'() {
			const busy = () => calls.codes['lock.busy'] ?? 0;
			const before = busy();
			deaths.ofWorker(await halted('locked'), 'with the lock');
			await calls.until('calls that have waited in vain', () => busy() > before);
			await over();
		},
		async 'a worker sleeps over its lock, and wakes when another has renewed'() {
			const worker = await halted('locked');
			await over();
			await renewed();
			deaths.wake(worker);
			await calls.more(CALLERS);
		},
		async 'Mautic is killed and restarted'() {
			const refused = () => calls.codes['transport.refused'] ?? 0;
			const before = refused();
			await deaths.ofMautic(() => calls.until('calls that Mautic’s port refuses', () => refused() >= before + 10));
			await over();
		},
		async 'Mautic is killed while it thinks about a token request'() {
			await thinking();
			await deaths.ofMautic(() => calls.more(10), { inside: true });
			await over();
		},
		async 'a worker dies while Mautic thinks about its token request'() {
			await thinking();
			deaths.ofWorker(sent(books).at(-1).process, 'in a token request');
			await calls.more(CALLERS);
			await over();
		},
		async 'a worker dies that has stored new tokens, and still has the lock'() {
			deaths.ofWorker(await halted('stored'), 'after it stored');
			await calls.more(CALLERS);
			await over();
		},
		async 'an hour goes by at once'() {
			await site.advance(3600);
			await renewed();
		},
	};

	test('every call is answered, or fails with a code that is documented and passes', async (context) => {
		const names = Object.keys(chapters);
		let [goal, round] = [0, 0];
		while (calls.answered.length < CALLS) {
			calls.start(CALLERS);
			const peace = disturb();
			try {
				for (const name of names) {
					goal = Math.min(goal + ROUND / names.length, CALLS);
					await told(name, async () => {
						const before = renewals();
						await chapters[name]();
						await calls.until('the next renewal', () => renewals() > before);
						await calls.until(`${goal} answers`, () => calls.answered.length >= goal);
						for (const [token, statuses] of arrived(mautic)) {
							assert.deepEqual(statuses, [200], `what Mautic answered to the refresh token ${token}`);
						}
					});
				}
			} finally {
				await peace();
				await calls.stop();
			}
			await told(`the end of round ${++round}`, async () => {
				calls.check();
				await connected();
				assert.deepEqual(judge(books, mautic, deaths, await live()), []);
			});
		}
		for (const line of figures(calls, deaths, sent(books), quiet)) {
			context.diagnostic(line);
		}
	});

	test('only calls of workers that were killed have no answer', () => {
		const kills = [...deaths.workers];
		const unanswered = calls.ended.filter(({ killed }) => killed);
		assert.ok(unanswered.length > 0 && kills.some(({ where }) => where === 'by chance'), 'nobody was killed');
		// Each death takes one call with it, that of those under way which ended first.
		for (const { at } of kills) {
			const under = unanswered.filter((call) => call.sent < at && at < call.ended).toSorted((one, other) => Number(one.ended - other.ended));
			if (under.length > 0) {
				unanswered.splice(unanswered.indexOf(under[0]), 1);
			}
		}
		assert.deepEqual(unanswered.map(({ number }) => number), [], 'calls that ended without an answer, and without the death of a worker');
	});

	test('no worker died but those that were killed', () => {
		const exits = [...server.logs().matchAll(/child (\d+) exited (.*?) after/g)].map(([, process, how]) => `${process} ${how}`);
		assert.deepEqual(exits.toSorted(), deaths.workers.map(({ process }) => `${process} on signal 9 (SIGKILL)`).toSorted());
	});

	test('every expiry has cost one refresh, and one more for each that a death has cut off', async () => {
		const cuts = sent(books).filter(({ status }) => status === undefined);
		assert.ok(cuts.length >= 2 && renewals() >= Object.keys(chapters).length, `${renewals()} renewals, ${cuts.length} cut off`);
		assert.deepEqual(judge(books, mautic, deaths, await live()), []);
	});

	test('what was written is written once', () => {
		const found = {};
		for (const { fields } of mautic.kept().contacts) {
			found[fields.email] = (found[fields.email] ?? 0) + 1;
		}
		for (const { number, code, killed, wrong } of calls.ended) {
			const times = found[written(number)] ?? 0;
			// What failed may have been written, and only its answer lost.
			const least = code || killed || wrong || !written(number) ? 0 : 1;
			assert.ok(least <= times && times <= 1, `call ${number} was written ${times} times`);
		}
	});

	test('an answer that dies with its worker is asked for once more, and then only the owner can help', async () => {
		await told('the lost answer', async () => {
			calls.kinds.add('user');
			calls.start(CALLERS);
			try {
				const worker = await halted('answered');
				const { token } = sent(books).findLast(({ process }) => process === worker);
				deaths.ofWorker(worker, 'with new tokens');
				await calls.more(CALLERS);
				await over();
				await calls.until('calls that need an authorization', () => calls.codes['connection.needs_authorization'] >= CALLERS);
				assert.deepEqual(arrived(mautic).get(token), [200, 400]);
				assert.equal(sent(books).at(-1).token, token);
			} finally {
				await calls.stop();
			}
			assert.ok(calls.codes['token.refresh_answer_lost'] >= 1);
			assert.equal((await site.status()).status, 'needs_authorization');
			await site.authorize(mautic);
			calls.start(CALLERS);
			await renewed().finally(() => calls.stop());
			await connected();
		});
	});

	test('PHP had nothing to complain about', () => assert.deepEqual(site.complaints(), []));

	test('no secret in the logs', async () => {
		const secrets = new Secrets();
		secrets.add('client secret', mautic.clientSecret);
		secrets.add('application password', login.split(':')[1]);
		await askMautic(mautic, secrets, mautic.everyRequest());
		assert.ok(secrets.counts['access token'] > 3 && secrets.counts['refresh token'] > 3, JSON.stringify(secrets.counts));
		const logs = server.logs();
		assert.match(logs, /POST \/index\.php\?rest_route=/);
		secrets.saw('the logs of nginx and PHP-FPM', logs);
		assert.deepEqual(secrets.findings(), []);
	});

	/** Kills workers by chance and has WP-Cron run, until the function that it returns is called. */
	function disturb() {
		let isOn = true;
		const rest = () => calls.ended.length + chance.between(...PEACE);
		const work = (async () => {
			for (let [next, cron] = [rest(), rest()]; isOn; await sleep(10)) {
				if (calls.ended.length >= next && quiet.at(-1)?.length !== 1) {
					await deaths.ofSomeWorker();
					next = rest();
				}
				if (calls.ended.length >= cron) {
					// Its worker may be the one that dies.
					await server.get('/wp-cron.php').catch(() => {});
					cron = rest();
				}
			}
		})();
		work.catch(() => {});
		return () => {
			isOn = false;
			return work;
		};
	}

	/** How many refreshes have succeeded. */
	function renewals() {
		return sent(books).filter(({ status }) => status === 200).length;
	}

	async function renewed() {
		const before = renewals();
		await calls.until('a renewal', () => renewals() > before);
	}

	/** Has the next worker that comes to a point sleep there, and gives its id. */
	async function halted(point) {
		writeFileSync(join(books, `halt-${point}`), '');
		await calls.until(`a worker at the point "${point}"`, () => deaths.halted().length > 0);
		return deaths.halted()[0];
	}

	/** Has the next token request wait at Mautic, and comes back when it does. */
	async function thinking() {
		await mautic.fault(TOKEN, 'delay', { milliseconds: 60_000 });
		for (let waits = false; !waits; await calls.more(1)) {
			waits = (await mautic.control('GET', 'faults')).length === 0;
		}
	}

	/** Time goes by until what a dead process left is over. */
	function over() {
		return site.advance(OVER);
	}

	/** The refresh token that the site has stored. */
	async function live() {
		const document = '( new Connector_For_Mautic\\Storage( Connector_For_Mautic\\Cipher::of_site() ) )->read()';
		return (await site.wp(['eval', `echo json_decode( ${document} )->grant->refresh_token;`])).output;
	}

	/** Fails unless the connection is as good as ever. */
	async function connected() {
		const status = await site.status();
		assert.equal(status.status, 'connected', JSON.stringify(status));
	}

	/** Does something, and says of what goes wrong in it where, and how it can be had again. */
	async function told(what, something) {
		try {
			await something();
		} catch (error) {
			throw new Error(`${what}: ${error.message}\nLOAD_SEED=${SEED} LOAD_CALLS=${CALLS} ./build.sh test load; the deaths: ${JSON.stringify(deaths.workers.map(({ where }) => where))}`, { cause: error });
		}
	}
});
