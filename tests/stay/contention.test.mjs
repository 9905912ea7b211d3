// Twenty processes ask at the moment when the access token has expired: Mautic gets one token request,
// and everybody gets an answer. As commands and as pages, on both databases, with and without a persistent
// object cache, and from two web servers that share a database.

import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { askMautic } from '../e2e/harness/inspection.mjs';
import { Mautic } from '../e2e/harness/mautic.mjs';
import { startMariadb } from '../e2e/harness/mariadb.mjs';
import { ROOT } from '../e2e/harness/processes.mjs';
import { Secrets } from '../e2e/harness/secrets.mjs';
import { startRedis, WebServer } from './harness/servers.mjs';
import { Site } from './harness/site.mjs';

const PROCESSES = 20;
// So long that all of them come while the first one waits.
const TOKEN_MILLISECONDS = 2000;

const folder = mkdtempSync(join(tmpdir(), 'stay-'));
const started = [];
const secrets = new Secrets();
let mautic, redis;

before(async () => {
	mautic = await start(Mautic.start(folder));
	secrets.add('client secret', mautic.clientSecret);
	mautic.remember = () => askMautic(mautic, secrets);
	redis = await start(startRedis(folder));
});
after(async () => {
	for (const what of started.reverse()) {
		await (what.stop?.() ?? what.down());
	}
	rmSync(folder, { recursive: true });
});

let databases = 0;
for (const database of ['sqlite', 'mariadb']) {
	describe(`on ${database}`, () => {
		let site, pages;
		before(async () => {
			const home = join(folder, database);
			site = await Site.install(home, database === 'sqlite' ? database : await (await startMariadb()).newDatabase());
			await connect(site);
			pages = await start(WebServer.start(home));
		});
		for (const cache of ['', ', with a persistent object cache']) {
			test(`twenty commands, one token request${cache}`, async () => {
				if (cache) {
					site.useRedis(redis, databases++);
				}
				await oneRefresh(site, cache, commands(site));
			});
			test(`twenty pages, one token request${cache}`, () => oneRefresh(site, cache, requests(pages)));
		}
		test('processes that write into log and history at once lose nothing of each other’s', () => linesOfAll(site));
		test('PHP had nothing to complain about', () => assert.deepEqual(site.complaints(), []));
		test('no secret in the logs', () => noSecretInLogs(pages));
	});
}

describe('two web servers that share a database', () => {
	let sites, servers;
	before(async () => {
		const first = await Site.install(join(folder, 'first'), await (await startMariadb()).newDatabase());
		await connect(first);
		sites = [first, first.copy(join(folder, 'second'))];
		servers = [await start(WebServer.start(join(folder, 'first'))), await start(WebServer.start(join(folder, 'second')))];
	});
	for (const cache of ['', ', with a persistent object cache']) {
		test(`ten pages from each, one token request${cache}`, async () => {
			if (cache) {
				sites.forEach((site) => site.useRedis(redis, databases));
			}
			const answers = await oneRefresh(sites[0], cache, requests(...servers));
			assert.equal(new Set(answers.map((answer) => answer.folder)).size, 2);
		});
	}
	test('PHP had nothing to complain about', () => assert.deepEqual(sites.flatMap((site) => site.complaints()), []));
	test('no secret in the logs', () => noSecretInLogs(...servers));
});

async function start(what) {
	started.push(await what);
	return started.at(-1);
}

async function connect(site) {
	await site.configure(mautic);
	await site.authorize(mautic);
	assert.equal((await site.status()).status, 'connected');
}

/** The twenty as commands. */
function commands(site) {
	return (gate) => all(async () => JSON.parse((await site.php(['call.php', gate])).output));
}

/** The twenty as pages, from each of the servers as many. */
function requests(...servers) {
	return (gate) => all(async (i) => {
		const { status, text } = await servers[i % servers.length].get(`/call.php?gate=${gate}`);
		assert.equal(status, 200, text);
		return JSON.parse(text);
	});
}

function all(one) {
	return Promise.all(Array.from({ length: PROCESSES }, (_, i) => one(i)));
}

/** Has the access token expire, twenty processes ask, and sees what came of it. */
async function oneRefresh(site, cache, ask) {
	await mautic.fault('/oauth/v2/token', 'patch', { members: { expires_in: 1 } });
	await site.wp(['mautic', 'refresh']);
	await sleep(1500);
	await mautic.forgetRequests();
	await mautic.fault('/oauth/v2/token', 'delay', { milliseconds: TOKEN_MILLISECONDS });

	const gate = mkdtempSync(join(folder, 'gate-'));
	const asked = ask(gate);
	while (readdirSync(gate).length < PROCESSES) {
		await Promise.race([asked, sleep(20)]);
	}
	writeFileSync(join(gate, 'open'), '');
	const answers = await asked;

	assert.deepEqual((await mautic.requests('/oauth/v2/token')).map((request) => request.status), [200]);
	assert.deepEqual(answers.map((answer) => answer.status), Array(PROCESSES).fill(200));
	assert.deepEqual(answers.map((answer) => answer.email), Array(PROCESSES).fill(mautic.email));
	assert.deepEqual(answers.map((answer) => answer.cache), Array(PROCESSES).fill(cache !== ''));
	// Twenty processes, most of which came while the one token request was under way; all, unless the machine has more to do.
	assert.equal(new Set(answers.map((answer) => answer.process)).size, PROCESSES);
	assert.ok(answers.filter((answer) => answer.seconds > 1).length > PROCESSES / 2, JSON.stringify(answers));
	return answers;
}

/** Has eight processes write, from the first line on, and looks for the lines of each. */
async function linesOfAll(site) {
	const [WRITERS, LINES] = [8, 20];
	const kinds = `array_count_values( array_column( Connector_For_Mautic\\History::since( 0, time() ), 'kind' ) )`;
	await site.wp(['eval', "delete_option( 'connector_for_mautic_log' ); delete_option( 'connector_for_mautic_history' );"]);
	const script = join(ROOT, 'tests/php/fixtures/write-log.php');
	const ended = await Promise.all(Array.from({ length: WRITERS }, (_, i) => site.php([script, site.folder, String(1000 * i), String(LINES)])));
	assert.deepEqual(ended.map(({ output }) => output), Array(WRITERS).fill(''));
	const { output } = await site.wp(['eval', `echo wp_json_encode( array( 'log' => array_column( Connector_For_Mautic\\Log::entries(), 'value' ), 'history' => ${kinds} ) );`]);
	const { log, history } = JSON.parse(output);
	const expected = Array.from({ length: WRITERS }, (_, i) => Array.from({ length: LINES }, (__, line) => 1000 * i + line)).flat();
	assert.deepEqual(log.toSorted((one, other) => one - other), expected);
	assert.equal(history.r, WRITERS * LINES);
	assert.ok(history.t <= 2, `one renewal an hour, not ${history.t}`);
}

/** Fails if web servers have logged anything that is secret. */
async function noSecretInLogs(...servers) {
	await mautic.remember();
	assert.ok(secrets.counts['access token'] > 1 && secrets.counts['refresh token'] > 1, JSON.stringify(secrets.counts));
	for (const server of servers) {
		const logs = server.logs();
		assert.match(logs, /GET \/call\.php/);
		secrets.saw('the logs of nginx and PHP-FPM', logs);
	}
	assert.deepEqual(secrets.findings(), []);
}
