// All stories in one process, so that they share what takes long to start: a WordPress, a Chromium, a MariaDB.

import { readdirSync } from 'node:fs';

for (const file of readdirSync(import.meta.dirname).filter((name) => name.endsWith('.test.mjs')).sort()) {
	await import(`./${file}`);
}
