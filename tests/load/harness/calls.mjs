// The load: calls of Mautic's API that go through WordPress, many at once, each judged when its answer comes.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { ROOT } from '../../e2e/harness/processes.mjs';

const ROUTE = `/index.php?rest_route=${encodeURIComponent('/connector-for-mautic/v1/request')}`;
const PREFIX = 'connector_for_mautic.';
/** Contacts that Mautic has before the first call. */
export const CONTACTS = 100;
/** One call in so many writes. */
const WRITES = 10;
/** Milliseconds that a test waits for anything: far more than it takes on a busy machine. */
const PATIENCE = 180_000;

/** The codes that the documentation lists. */
const DOCUMENTED = new Set([...readFileSync(join(ROOT, 'docs/messages.md'), 'utf8').matchAll(/^### `([\w.]+)`/gm)].map(([, code]) => code));

/** The e-mail address that a call writes; undefined if it reads. */
export function written(number) {
	return number % WRITES === 0 ? `call-${number}@example.test` : undefined;
}

export class Calls {
	/** Each call that has ended: `number`, `sent` and `ended` (nanoseconds), `code` if it failed with one, `killed` if nobody answered. */
	ended = [];
	/** Kinds of errors that a call may end with. */
	kinds = new Set(['transient']);
	#number = 0;
	#running = false;
	#callers = [];
	/** What went wrong first. */
	#wrong;

	/** `login` is a user name with an application password. */
	constructor(server, login) {
		this.server = server;
		this.headers = { Authorization: `Basic ${Buffer.from(login).toString('base64')}`, 'Content-Type': 'application/json' };
	}

	/** Begins to call, so many at once. */
	start(callers) {
		this.#running = true;
		this.#callers = Array.from({ length: callers }, () => this.#caller());
	}

	/** Lets the calls that are under way end. */
	async stop() {
		this.#running = false;
		await Promise.all(this.#callers);
	}

	/** Fails if a call has ended as none may. */
	check() {
		if (this.#wrong) {
			throw this.#wrong;
		}
	}

	get answered() {
		return this.ended.filter(({ code, killed }) => !code && !killed);
	}

	/** How many calls failed with each code. */
	get codes() {
		const codes = {};
		for (const { code } of this.ended) {
			if (code) {
				codes[code] = (codes[code] ?? 0) + 1;
			}
		}
		return codes;
	}

	/** Waits until something is so, while calls go on. */
	async until(what, isSo) {
		for (const deadline = Date.now() + PATIENCE; !isSo(); await sleep(10)) {
			this.check();
			if (Date.now() > deadline) {
				throw new Error(`this has not come in ${PATIENCE / 1000} s: ${what}; ${this.ended.length} calls ended, lately ${JSON.stringify(this.ended.slice(-3), plain)}`);
			}
		}
	}

	/** Waits until so many more have ended. */
	async more(count) {
		const all = this.ended.length + count;
		await this.until(`${count} more calls`, () => this.ended.length >= all);
	}

	async #caller() {
		while (this.#running) {
			const number = this.#number++;
			const sent = process.hrtime.bigint();
			const outcome = await this.#call(number).catch((error) => ({ wrong: error }));
			const ended = { number, sent, ended: process.hrtime.bigint(), ...outcome };
			this.ended.push(ended);
			if (ended.wrong) {
				this.#wrong ??= new Error(`call ${number}: ${ended.wrong.message}`);
				this.#running = false;
			}
		}
	}

	async #call(number) {
		const [email, id] = [written(number), 1 + number % CONTACTS];
		const order = email ? { method: 'POST', path: 'contacts/new', body: { email } } : { method: 'GET', path: `contacts/${id}` };
		// A web server whose worker dies has no answer, or half of one.
		const { status, text } = await this.server.ask('POST', ROUTE, this.headers, JSON.stringify(order)).catch(() => ({ status: 502 }));
		const answer = status === 502 ? undefined : parsed(text);
		if (answer === undefined) {
			return { killed: true };
		}
		if (status === 200) {
			const right = email ? [201, email] : [200, `contact-${id}@example.test`];
			const got = [answer.status, answer.body?.contact?.fields?.all?.email];
			if (String(got) !== String(right)) {
				throw new Error(`${JSON.stringify(order)} was answered with ${got} and not with ${right}: ${text.slice(0, 200)}`);
			}
			return {};
		}
		const code = answer.code?.startsWith(PREFIX) ? answer.code.slice(PREFIX.length) : undefined;
		if (!DOCUMENTED.has(code) || !this.kinds.has(answer.data?.kind)) {
			throw new Error(`${JSON.stringify(order)} failed as it may not: ${status} ${text.slice(0, 500)}`);
		}
		return { code };
	}
}

/** JSON, or undefined for what is not whole. */
function parsed(text) {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

/** For JSON, which has no large numbers. */
function plain(key, value) {
	return typeof value === 'bigint' ? Number(value) : value;
}
