// One private MariaDB for all stories of a test file, with a new database for each.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';

import { freePort, ROOT, run, Server } from './processes.mjs';

let started;

export function startMariadb() {
	started ??= start();
	return started;
}

async function start() {
	const folder = mkdtempSync(join(tmpdir(), 'connector-mariadb-'));
	const port = await freePort();
	const server = await Server.start(join(ROOT, 'scripts/mariadb.sh'), [join(folder, 'data'), String(port)], port, join(folder, 'log'));
	let databases = 0;
	return {
		async newDatabase() {
			const name = `wordpress_${++databases}`;
			await run('mariadb', ['--no-defaults', '-h127.0.0.1', `-P${port}`, '-uwordpress', '-pwordpress', '-e', `CREATE DATABASE ${name}`]);
			return `127.0.0.1:${port}:wordpress:wordpress:${name}`;
		},
		async stop() {
			await server.stop();
			rmSync(folder, { recursive: true });
		},
	};
}

after(async () => (await started)?.stop());
