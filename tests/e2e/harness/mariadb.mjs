// One private MariaDB for all tests of a process, with new databases for them.

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
	const query = (sql) => run('mariadb', ['--no-defaults', '-h127.0.0.1', `-P${port}`, '-uwordpress', '-pwordpress', '--skip-column-names', '-e', sql]);
	let databases = 0;
	return {
		/** Makes a database, with the tables of another one if it is named. Returns its address as site.sh takes it. */
		async newDatabase(other) {
			const name = `wordpress_${++databases}`;
			await query(`CREATE DATABASE ${name}`);
			if (other) {
				const tables = (await query(`SHOW TABLES FROM ${other}`)).trim().split('\n');
				await query(tables.map((table) => `CREATE TABLE ${name}.${table} LIKE ${other}.${table}; INSERT INTO ${name}.${table} SELECT * FROM ${other}.${table}`).join('; '));
			}
			return `127.0.0.1:${port}:wordpress:wordpress:${name}`;
		},
		async stop() {
			await server.stop();
			rmSync(folder, { recursive: true });
		},
	};
}

after(async () => (await started)?.stop());
