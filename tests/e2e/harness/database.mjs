// What a WordPress keeps its data in, and how one gets the data of another moment again.

import { copyFileSync } from 'node:fs';
import { join } from 'node:path';

import { startMariadb } from './mariadb.mjs';
import { run } from './processes.mjs';

/** A file in the site's folder. */
class Sqlite {
	/** What site.sh calls it. */
	address = 'sqlite';
	/** The constants of wp-config.php that say where it is. */
	constants = {};
	#kept;
	#copies = 0;

	/** Keeps what is in it, for `renew`. */
	async keep(site) {
		const folder = join(site, 'wp-content/database');
		this.#kept = { folder, file: join(folder, '.ht.kept') };
		await run('php', ['-r', `( new PDO( 'sqlite:${join(folder, '.ht.sqlite')}' ) )->exec( "VACUUM INTO '${this.#kept.file}'" );`]);
	}

	/** Goes on with another one that has what was kept. Who still works on the old one changes nothing in it. */
	async renew() {
		const name = `.ht.${++this.#copies}.sqlite`;
		copyFileSync(this.#kept.file, join(this.#kept.folder, name));
		this.constants = { DB_FILE: name };
	}
}

/** A database of the one server. */
class Mariadb {
	#server;
	#kept;

	static async create() {
		const database = new Mariadb();
		database.#server = await startMariadb();
		database.#take(await database.#server.newDatabase());
		return database;
	}

	#take(address) {
		this.address = address;
		this.constants = { DB_NAME: nameIn(address) };
	}

	async keep() {
		this.#kept = nameIn(await this.#server.newDatabase(nameIn(this.address)));
	}

	async renew() {
		this.#take(await this.#server.newDatabase(this.#kept));
	}
}

function nameIn(address) {
	return address.split(':').at(-1);
}

/** A new one of the kind that E2E_DATABASE says. */
export async function newDatabase() {
	const kind = process.env.E2E_DATABASE ?? 'sqlite';
	switch (kind) {
		case 'sqlite': return new Sqlite();
		case 'mariadb': return Mariadb.create();
		default: throw new Error(`E2E_DATABASE is "${kind}", neither "sqlite" nor "mariadb"`);
	}
}
