// A real WordPress with the plugin from dist/, on SQLite or MariaDB.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { startMariadb } from './mariadb.mjs';
import { freePort, ROOT, run, Server } from './processes.mjs';

const SITE = join(ROOT, 'scripts/site.sh');
const DATABASE = process.env.E2E_DATABASE ?? 'sqlite';

export class WordPress {
	user = 'admin';
	password = 'wordpress-password';

	static async start(folder) {
		const wordpress = new WordPress();
		wordpress.folder = join(folder, 'site');
		const port = await freePort();
		wordpress.url = `http://127.0.0.1:${port}`;
		wordpress.page = `${wordpress.url}/wp-admin/admin.php?page=connector-for-mautic`;
		wordpress.redirectUri = `${wordpress.url}/wp-admin/admin.php`;
		await run(SITE, ['install', wordpress.folder, wordpress.url, wordpress.password, await database(), 'loopback-only']);
		wordpress.server = await Server.start(SITE, ['serve', wordpress.folder, `127.0.0.1:${port}`], port, join(folder, 'wordpress.log'));
		return wordpress;
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

async function database() {
	switch (DATABASE) {
		case 'sqlite': return 'sqlite';
		case 'mariadb': return (await startMariadb()).newDatabase();
		default: throw new Error(`E2E_DATABASE is "${DATABASE}", neither "sqlite" nor "mariadb"`);
	}
}
