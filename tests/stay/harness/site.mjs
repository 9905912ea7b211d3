// A WordPress with the plugin that is driven without a browser: each process of it runs at a time that the
// test chooses, and can be told to die.

import { spawn } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { ROOT, run } from '../../e2e/harness/processes.mjs';

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
		await run(join(ROOT, 'scripts/site.sh'), ['install', site.folder, url, site.password, database, 'loopback-only']);
		site.equip();
		return site;
	}

	/** What a test puts into a site beside the plugin. */
	equip() {
		copyFileSync(join(FIXTURES, 'stay.php'), join(this.folder, 'wp-content/mu-plugins/stay.php'));
		for (const script of ['call.php', 'return.php']) {
			copyFileSync(join(FIXTURES, script), join(this.folder, script));
		}
	}

	/** The same site in another folder: same database, same keys, as on the next web server. */
	copy(folder) {
		const site = Object.assign(new Site(), this, { folder: join(folder, 'site') });
		cpSync(this.folder, site.folder, { recursive: true });
		return site;
	}

	/** From now on with a persistent object cache, in a Redis' database of its own. */
	useRedis({ socket }, database) {
		const config = join(this.folder, 'wp-config.php');
		const constants = `define( 'OBJECT_CACHE_SOCKET', '${socket}' );\ndefine( 'OBJECT_CACHE_DATABASE', ${database} );\n`;
		writeFileSync(config, readFileSync(config, 'utf8').replace('<?php\n', `<?php\n${constants}`));
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

	/** Runs WP-CLI; see `php`. */
	wp(args, options) {
		return this.php([WP_CLI, '--allow-root', ...args], options);
	}

	/**
	 * Runs PHP in the site's folder, at the site's time.
	 *
	 * `may`: a status other than 0 that is fine, or 'die' for a process that is to be killed. `rate`: how fast its
	 * time passes, so that waiting is short. `env`: more of its environment.
	 */
	async php(args, { may = 0, rate = 1, env = {} } = {}) {
		const child = spawn('php', args, { cwd: this.folder, env: { ...process.env, ...this.clock(rate), ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
		let output = '';
		let complaints = '';
		child.stdout.on('data', (data) => { output += data; });
		child.stderr.on('data', (data) => { complaints += data; });
		const [status, signal] = await new Promise((resolve, reject) => child.once('error', reject).once('close', (...end) => resolve(end)));
		const expected = may === 'die' ? signal === 'SIGKILL' : status === 0 || status === may;
		if (!expected) {
			throw new Error(`php ${args.join(' ')} ended with ${status ?? signal}:\n${output}${complaints}`);
		}
		return { status, output, complaints };
	}

	/** The environment in which PHP has the site's time, but measures with the machine's. */
	clock(rate) {
		return this.ahead === 0 && rate === 1 ? {} : {
			LD_PRELOAD: FAKETIME, FAKETIME: `+${this.ahead}s x${rate}`, FAKETIME_DONT_FAKE_MONOTONIC: '1', NO_FAKE_STAT: '1',
		};
	}

	/** Moves the site's time and Mautic's on. */
	async advance(seconds, mautic) {
		this.ahead += seconds;
		await mautic.control('POST', 'clock', { offset: this.ahead });
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

function fail(message) {
	throw new Error(message);
}
