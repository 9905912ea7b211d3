// A WordPress with the plugin that is driven without a browser: each process of it runs at a time that the
// test chooses, and can be told to die.

import { spawn } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { ROOT, run, Server } from '../../e2e/harness/processes.mjs';

const SITE = join(ROOT, 'scripts/site.sh');
const FIXTURES = join(ROOT, 'tests/stay/fixtures');
const WP_CLI = process.env.WP_CLI ?? fail('WP_CLI must name wp-cli.phar: run ./build.sh test');

export class Site {
	password = 'wordpress-password';
	/** Seconds that its clock is ahead. */
	ahead = 0;

	/** Installs one in `folder`/site, at an address where nobody listens unless the test does. */
	static async install(folder, database = 'sqlite', url = 'http://127.0.0.1:8080') {
		const site = new Site();
		site.url = url;
		site.folder = join(folder, 'site');
		mkdirSync(folder, { recursive: true });
		await run(SITE, ['install', site.folder, url, site.password, database, 'loopback-only']);
		site.equip();
		return site;
	}

	/** Puts must-use plugins of a folder into it. */
	addPlugins(folder) {
		cpSync(folder, join(this.folder, 'wp-content/mu-plugins'), { recursive: true });
	}

	/** What a test puts into a site beside the plugin. */
	equip() {
		this.addPlugins(join(FIXTURES, 'mu'));
		for (const script of ['call.php', 'idle.php', 'return.php']) {
			copyFileSync(join(FIXTURES, script), join(this.folder, script));
		}
	}

	/** The same site in another folder: same database, same keys, as on the next web server. */
	copy(folder) {
		const site = Object.assign(new Site(), this, { folder: join(folder, 'site') });
		cpSync(this.folder, site.folder, { recursive: true });
		return site;
	}

	/** Defines constants in wp-config.php: PHP's words for their values by name. */
	define(constants) {
		const config = join(this.folder, 'wp-config.php');
		const lines = Object.entries(constants).map(([name, value]) => `define( '${name}', ${value} );\n`);
		writeFileSync(config, readFileSync(config, 'utf8').replace('<?php\n', `<?php\n${lines.join('')}`));
	}

	/** From now on with a persistent object cache, in a Redis' database of its own. */
	useRedis({ socket }, database) {
		this.define({ OBJECT_CACHE_SOCKET: `'${socket}'`, OBJECT_CACHE_DATABASE: database });
		copyFileSync(join(ROOT, 'tests/php/object-cache.php'), join(this.folder, 'wp-content/object-cache.php'));
	}

	/** Enters what Mautic needs to know, and what it said. */
	async configure(mautic) {
		await mautic.register(`${this.url}/wp-admin/admin.php`);
		await this.wp(['mautic', 'configure', `--base-url=${mautic.url}`, `--client-id=${mautic.clientId}`, `--client-secret=${mautic.clientSecret}`]);
	}

	/** From the Authorize button to the query that Mautic sends the browser back with, the owner having accepted. */
	async authorization(mautic) {
		const { url } = JSON.parse((await this.wp(['mautic', 'authorize-url', '--user=admin', '--format=json'])).output);
		const code = Math.random().toString(36).slice(2);
		await mautic.control('POST', 'tokens', {
			kind: 'code', client_id: mautic.clientId, user: mautic.user, value: code, redirect_uri: new URL(url).searchParams.get('redirect_uri'),
		});
		return new URLSearchParams({ state: new URL(url).searchParams.get('state'), code }).toString();
	}

	async authorize(mautic) {
		await this.php(['return.php', await this.authorization(mautic)]);
	}

	/** The status object. */
	async status() {
		return JSON.parse((await this.wp(['mautic', 'status', '--format=json'])).output);
	}

	/** An API call: the answer's status, or the error's code. */
	async call(options) {
		const { output } = await this.wp(['mautic', 'request', 'GET', 'users/self', '--format=json'], { mayFail: true, ...options });
		const answer = JSON.parse(output);
		return answer.error?.code ?? answer.status;
	}

	/** When WordPress is to run the plugin's tick, in Unix seconds, if it is. */
	async scheduled() {
		const { output } = await this.wp(['cron', 'event', 'list', '--hook=connector_for_mautic_tick', '--field=time', '--format=json']);
		return JSON.parse(output)[0];
	}

	/** Runs WP-CLI; see `php`. */
	wp(args, options) {
		return this.php([WP_CLI, '--allow-root', ...args], options);
	}

	/**
	 * Runs PHP in the site's folder, at the site's time.
	 *
	 * `mayFail`: it may end with status 1; `mayDie`: it may be killed. `env`: more of its environment, which
	 * fixtures/mu reads.
	 */
	async php(args, { mayFail = false, mayDie = false, env = {} } = {}) {
		// Compiled files are kept, since most of the time of a command goes into compiling WordPress.
		const cache = join(this.folder, '../opcache');
		mkdirSync(cache, { recursive: true });
		const options = ['opcache.enable_cli=1', 'opcache.file_cache_only=1', `opcache.file_cache=${cache}`].flatMap((option) => ['-d', option]);
		const child = spawn('php', [...options, ...args], { cwd: this.folder, env: { ...process.env, ...this.clock(), ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
		let output = '';
		let complaints = '';
		child.stdout.on('data', (data) => { output += data; });
		child.stderr.on('data', (data) => { complaints += data; });
		const [status, signal] = await new Promise((resolve, reject) => child.once('error', reject).once('close', (...end) => resolve(end)));
		tidy(child.pid);
		const died = signal === 'SIGKILL';
		if (status !== 0 && !(mayFail && status === 1) && !(mayDie && died)) {
			throw new Error(`php ${args.join(' ')} ended with ${status ?? signal}:\n${output}${complaints}`);
		}
		return { output, died };
	}

	/** The environment in which PHP has the site's time, and still measures by the machine's. */
	clock() {
		return this.ahead === 0 ? {} : {
			LD_PRELOAD: FAKETIME, FAKETIME: `+${this.ahead}s`, FAKETIME_DONT_FAKE_MONOTONIC: '1', NO_FAKE_STAT: '1',
		};
	}

	/** Moves the site's time on, and Mautic's if it is given and up. */
	async advance(seconds, mautic) {
		this.ahead += seconds;
		this.setClock();
		if (mautic?.server) {
			await mautic.control('POST', 'clock', { offset: this.ahead });
		}
	}

	/** Serves it at its address, at its time, to some at once. */
	async serve() {
		const { host, port } = new URL(this.url);
		const settings = join(this.folder, '../php');
		mkdirSync(settings);
		writeFileSync(join(settings, 'opcache.ini'), 'opcache.enable_cli=1\nopcache.jit=disable\n');
		this.server = await Server.start('env', [
			...this.movingClock(), `PHP_INI_SCAN_DIR=:${settings}`, SITE, 'serve', this.folder, host,
		], Number(port), join(this.folder, '../server.log'));
	}

	/** The environment, as the command `env` takes it, of a server whose clock `advance` moves while it runs. */
	movingClock() {
		const file = this.setClock();
		return [
			`LD_PRELOAD=${FAKETIME}`, `FAKETIME_TIMESTAMP_FILE=${file}`, 'FAKETIME_NO_CACHE=1', 'FAKETIME_DONT_FAKE_MONOTONIC=1', 'NO_FAKE_STAT=1',
		];
	}

	/** Says in a file what time it is, at once and whole: somebody may be reading. */
	setClock() {
		const file = join(this.folder, '../clock');
		writeFileSync(`${file}.new`, `+${this.ahead}s\n`);
		renameSync(`${file}.new`, file);
		return file;
	}

	/** The text of a page that is served. */
	async get(path) {
		const response = await fetch(this.url + path);
		const text = await response.text();
		if (!response.ok) {
			throw new Error(`${path}: ${response.status} ${text.slice(0, 500)}`);
		}
		return text;
	}

	async stop() {
		await this.server.stop();
		tidy(this.server.process.pid);
	}

	/** The mails that it would have sent, oldest first: `to`, `subject`, `message`. */
	mails() {
		return this.lines('mails.jsonl').map((line) => JSON.parse(line));
	}

	/** What PHP complained about, nobody knowing of it. */
	complaints() {
		return this.lines('debug.log');
	}

	lines(name) {
		const file = join(this.folder, 'wp-content', name);
		return existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : [];
	}
}

/** The library that moves a process' clock. */
const FAKETIME = readdirSync('/usr/lib').map((folder) => `/usr/lib/${folder}/faketime/libfaketime.so.1`).find(existsSync)
	?? fail('libfaketime is not installed: run ./build.sh doctor');

/** Takes away what that library leaves in memory of a process that has ended. */
export function tidy(pid) {
	for (const name of ['faketime_shm', 'sem.faketime_sem']) {
		rmSync(`/dev/shm/${name}_${pid}`, { force: true });
	}
}

function fail(message) {
	throw new Error(message);
}
