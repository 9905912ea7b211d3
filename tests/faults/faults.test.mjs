// Each fault of faults.json, one line of the core put wrong in a copy of the sources, breaks the test that is there
// to find it. A line that is no longer in its file is a failure too: then the fault has to be put into words anew.
//
//   SOURCES=COPY node --test faults.test.mjs

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const { SOURCES } = process.env;
const faults = JSON.parse(readFileSync(new URL('faults.json', import.meta.url), 'utf8'));

/** What the core's tests, or the one of that name, say of the sources as they are now. */
function coreTests(name) {
	const options = ['test', '--locked', '--package', 'mautic-connector', '--test', 'core', ...(name ? ['--', '--exact', name] : [])];
	const { status, stdout, stderr } = spawnSync('cargo', options, { cwd: SOURCES, encoding: 'utf8', maxBuffer: Infinity });
	return { status, output: stdout + stderr, failed: [...stdout.matchAll(/^test (\S+) \.\.\. FAILED$/gm)].map(([, name]) => name) };
}

test('without a fault nothing is found', () => {
	const { status, output } = coreTests();
	assert.equal(status, 0, output);
});

for (const { name, file, line, instead, found_by: finder } of faults) {
	test(name, () => {
		const path = join(SOURCES, file);
		const right = readFileSync(path, 'utf8');
		const pieces = right.split(`${line}\n`);
		assert.equal(pieces.length, 2, `${file} has this line ${pieces.length - 1} times: ${line}`);
		writeFileSync(path, pieces.join(`${instead}\n`));
		try {
			const { output, failed } = coreTests(finder);
			assert.deepEqual(failed, [finder], output);
		} finally {
			writeFileSync(path, right);
		}
	});
}
