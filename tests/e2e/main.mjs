// All stories in one process, so that they share what takes long to start: a WordPress, a Chromium, a MariaDB.
//
// No `await import()` of what is in the folder: tests begin as soon as one is known, and the hooks for after the
// last one run as soon as none is left, which may be before the next file is there.

import { readdirSync, readFileSync } from 'node:fs';

import './clock.test.mjs';
import './connect.test.mjs';
import './constants.test.mjs';
import './languages.test.mjs';
import './look.test.mjs';
import './doctor.test.mjs';
import './guide.test.mjs';
import './methods.test.mjs';
import './month.test.mjs';
import './policy.test.mjs';
import './refusals.test.mjs';
import './renewal.test.mjs';
import './requests.test.mjs';
import './return.test.mjs';
import './secrets.test.mjs';
import './surfaces.test.mjs';
import './told.test.mjs';

const source = readFileSync(import.meta.filename, 'utf8');
const forgotten = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.test.mjs') && !source.includes(`'./${name}'`));
if (forgotten.length > 0) {
	throw new Error(`not in main.mjs: ${forgotten.join(', ')}`);
}
