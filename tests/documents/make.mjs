// Makes the documents of one version, by that version's own code: see README.md.
//
//     node tests/documents/make.mjs COMMIT

import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const HERE = import.meta.dirname;
const SITE = 'https://site.example';
const [commit] = process.argv.slice(2);
if (!commit) {
	console.error('Usage: node tests/documents/make.mjs COMMIT');
	process.exit(2);
}

const run = (command, args, options = {}) => execFileSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 30, stdio: ['pipe', 'pipe', 'inherit'], ...options });
const short = run('git', ['rev-parse', '--short=7', commit], { cwd: HERE }).trim();
const folder = mkdtempSync(join(tmpdir(), 'documents-'));
const sources = join(folder, 'sources');
run('git', ['worktree', 'add', '--quiet', '--detach', sources, commit], { cwd: HERE });
try {
	const states = different(written());
	const rows = encrypted(states.map(({ document }) => document));
	const lines = states.map((state, index) => JSON.stringify({ ...state, row: rows[index] }));
	writeFileSync(join(HERE, `${short}.json`), `[\n${lines.join(',\n')}\n]\n`);
	console.log(`${short}.json: ${states.length} documents`);
} finally {
	run('git', ['worktree', 'remove', '--force', sources], { cwd: HERE });
	rmSync(folder, { recursive: true });
}

/** What that core writes in the stories of its own tests, each with what it says of it. */
function written() {
	const core = coreOf(sources);
	const messages = [];
	const vectors = join(sources, 'tests/vectors');
	for (const file of readdirSync(vectors).sort()) {
		for (const { name, message } of JSON.parse(readFileSync(join(vectors, file), 'utf8'))) {
			const { overrides, site = SITE } = JSON.parse(message);
			if (Object.keys(overrides ?? {}).length === 0 && site === SITE) {
				messages.push({ name: `${file.slice(0, -5)} ${name}`, message });
			}
		}
	}
	const stored = core(messages.map(({ message }) => message))
		.map((answer, index) => ({ ...messages[index], document: answer.connection }))
		.filter(({ document }) => document);
	const views = core(stored.map(({ message, document }) => JSON.stringify({
		...JSON.parse(message), connection: document, event: { type: 'view', redirect_uri: `${SITE}/wp-admin/admin.php` }, task: undefined,
	})));
	return stored.map(({ name, message, document }, index) => ({
		name, now: JSON.parse(message).now, status: views[index].effects.at(-1).status.status, document: JSON.stringify(document),
	}));
}

/** The core of a version, from messages to answers. */
function coreOf(sources) {
	mkdirSync(join(sources, 'examples'), { recursive: true });
	cpSync(join(HERE, 'replay.rs'), join(sources, 'examples/replay.rs'));
	return (messages) => run('cargo', ['run', '--quiet', '--locked', '--example', 'replay'], { cwd: sources, input: messages.join('\n') })
		.trim().split('\n').map((answer) => JSON.parse(answer));
}

/** As few as have every member in every status in which there is one, and of each status the one with the fewest. */
function different(states) {
	const shaped = states.map((state) => ({ state, shape: members(JSON.parse(state.document)) }));
	shaped.sort((one, other) => other.shape.length - one.shape.length);
	const seen = new Set();
	const kept = shaped.filter(({ state, shape }) => {
		const fresh = shape.map((path) => `${state.status} ${path}`).filter((one) => !seen.has(one));
		fresh.forEach((one) => seen.add(one));
		return fresh.length > 0;
	});
	const fewest = new Map(shaped.map((one) => [one.state.status, one]));
	return [...new Set([...kept, ...fewest.values()])].map(({ state }) => state);
}

function members(value, path = '') {
	if (value === null || typeof value !== 'object') {
		return [path];
	}
	const inner = Object.entries(value).flatMap(([name, member]) => members(member, Array.isArray(value) ? `${path}[]` : `${path}.${name}`));
	return [...new Set([path, ...inner])].sort();
}

/** The rows that the version's PHP makes of documents, under the key of the tests. */
function encrypted(documents) {
	const includes = join(sources, 'wp-plugin/includes');
	if (!existsSync(join(includes, 'class-cipher.php'))) {
		throw new Error('that version stores nothing');
	}
	return JSON.parse(run('php', [join(HERE, 'encrypt.php'), includes], { input: JSON.stringify(documents) }));
}
