// A real WordPress with the plugin from dist/, on SQLite or MariaDB.

import { copyFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { newDatabase } from './database.mjs';
import { freePort, ROOT, run, Server } from './processes.mjs';

const SITE = join(ROOT, 'scripts/site.sh');
// The newest one, or with `oldest` the oldest that the plugin supports.
const VERSION = process.env.E2E_WORDPRESS ?? '';
// Not PHP, a change of which OPcache would notice seconds later.
const DEFINE = "foreach ( json_decode( file_get_contents( __DIR__ . '/constants.json' ), true ) as $name => $value ) { define( $name, $value ); }";

export class WordPress {
	user = 'admin';
	password = 'wordpress-password';

	static async start(folder) {
		const wordpress = new WordPress();
		wordpress.folder = join(folder, 'site');
		wordpress.database = await newDatabase();
		const port = await freePort();
		wordpress.home = `http://127.0.0.1:${port}`;
		wordpress.url = wordpress.home;
		await run(SITE, ['install', wordpress.folder, wordpress.url, wordpress.password, wordpress.database.address, 'loopback-only', VERSION]);
		const file = join(wordpress.folder, 'wp-config.php');
		const configuration = readFileSync(file, 'utf8').replace(/^define\( 'DB_NAME'.*\n/m, '');
		writeFileSync(file, configuration.replace('<?php', `<?php\n${DEFINE}`));
		wordpress.define({});
		for (const plugin of ['direction.php', 'lean.php', 'mails.php', 'policy.php']) {
			copyFileSync(join(ROOT, 'tests/e2e/harness', plugin), join(wordpress.folder, 'wp-content/mu-plugins', plugin));
		}
		wordpress.serverLog = join(folder, 'wordpress.log');
		wordpress.server = await Server.start(SITE, ['serve', wordpress.folder, `127.0.0.1:${port}`], port, wordpress.serverLog);
		return wordpress;
	}

	/** Keeps the database as it is when what a new site has to do is done, for `renew`. */
	async keep() {
		await (await fetch(`${this.url}/wp-cron.php`)).text();
		await this.database.keep(this.folder);
	}

	/** Makes a new site of it: what was kept, at the first address, and nothing of what was since. */
	async renew() {
		await this.database.renew();
		this.url = this.home;
		this.define({});
		for (const left of ['mails.jsonl', 'debug.log']) {
			rmSync(join(this.folder, 'wp-content', left), { force: true });
		}
	}

	/** The plugin's page. */
	get page() {
		return `${this.redirectUri}?page=connector-for-mautic`;
	}

	get redirectUri() {
		return `${this.url}/wp-admin/admin.php`;
	}

	get dashboard() {
		return `${this.url}/wp-admin/index.php`;
	}

	/** Gives the site another address, as a copy or a site that has moved has; the server is the same. */
	async moveTo(url) {
		await this.php(`update_option('siteurl', '${url}'); update_option('home', '${url}');`);
		this.url = url;
	}

	/** Runs a line of PHP in this WordPress, and returns what it printed. */
	async php(code) {
		return run('php', ['-r', `$_SERVER['HTTP_HOST'] = '127.0.0.1'; require '${this.folder}/wp-load.php'; ${code}`]);
	}

	/** What connector_for_mautic_request() gives a plugin: the response, or an error with `code` and `data`. */
	async request(method, path, args = {}) {
		return JSON.parse(await this.php(`
			$answer = connector_for_mautic_request( ${quoted(method)}, ${quoted(path)}, json_decode( ${quoted(JSON.stringify(args))}, true ) );
			echo wp_json_encode( is_wp_error( $answer ) ? array( 'code' => $answer->get_error_code(), 'data' => $answer->get_error_data() ) : $answer );
		`));
	}

	/** The connection as it is stored, decrypted. */
	async document() {
		return this.php('echo ( new Connector_For_Mautic\\Storage( Connector_For_Mautic\\Cipher::of_site() ) )->read();');
	}

	/** Lets time pass for the connection: whatever it knows is that much longer ago. */
	async passTime(seconds) {
		await this.php(`
			$storage  = new Connector_For_Mautic\\Storage( Connector_For_Mautic\\Cipher::of_site() );
			$document = preg_replace_callback( '/(?<=[:,\\[])1[0-9]{9}(?=[,}\\]])/', fn( $time ) => $time[0] - ${seconds}, $storage->read() );
			$storage->write( $document, json_decode( $document )->revision );
			$alert = get_option( 'connector_for_mautic_alert' );
			if ( $alert ) {
				update_option( 'connector_for_mautic_alert', array( 'since' => $alert['since'] - ${seconds}, 'from' => $alert['from'] - ${seconds} ) + $alert );
			}
		`);
	}

	/** Lets the next tick be due, so that a visit runs it. */
	async makeTickDue() {
		await this.php("wp_clear_scheduled_hook('connector_for_mautic_tick'); wp_schedule_single_event(time() - 1, 'connector_for_mautic_tick');");
	}

	/** Defines constants as wp-config.php does, in place of those that were defined so before. */
	define(constants) {
		writeFileSync(join(this.folder, 'constants.json'), JSON.stringify({ DB_NAME: 'wordpress', ...this.database.constants, ...constants }));
	}

	/** The e-mails so far, each with `to`, `subject`, `message`. */
	mails() {
		const file = join(this.folder, 'wp-content/mails.jsonl');
		return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n').map((line) => JSON.parse(line)) : [];
	}

	/** What PHP complained about. */
	debugLog() {
		const file = join(this.folder, 'wp-content/debug.log');
		return existsSync(file) ? readFileSync(file, 'utf8') : '';
	}

	async stop() {
		await this.server.stop();
	}
}

/** A text as PHP writes it. */
function quoted(text) {
	return `'${text.replace(/[\\']/g, '\\$&')}'`;
}
