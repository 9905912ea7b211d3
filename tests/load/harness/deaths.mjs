// Processes that are killed as `kill -9`, a full memory or a deploy do it.
//
// A process is stopped first, and looked at: what it does then is known, and killed it dies at that point. A worker that
// may have tokens which nobody else knows is let go again: with those the connection is lost, as with every client
// of a server that ends a refresh token when it gives out the next. One of the tests of load.test.mjs does that.

import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export class Deaths {
	/** The workers that were killed: `process` (its id), `at` (nanoseconds), `where`. */
	workers = [];
	/** When Mautic was away: `from` and `to` (nanoseconds). */
	outages = [];
	/** Workers that were let go again, since they might have had tokens. */
	spared = 0;

	/** `books` is the folder of fixtures/mu/books.php. */
	constructor(server, mautic, books, random) {
		Object.assign(this, { server, mautic, books, random });
	}

	/** A worker by chance, unless it may have tokens. */
	async ofSomeWorker() {
		const worker = this.random.of(this.server.workers());
		if (!(await stop(worker))) {
			return;
		}
		if (existsSync(join(this.books, `inside-${worker}`)) || existsSync(join(this.books, `halted-${worker}`))) {
			this.spared++;
			if (!existsSync(join(this.books, `halted-${worker}`))) {
				process.kill(worker, 'SIGCONT');
			}
		} else {
			this.ofWorker(worker, 'by chance');
		}
	}

	/** Kills a worker, wherever it is. */
	ofWorker(worker, where) {
		this.workers.push({ process: worker, at: process.hrtime.bigint(), where });
		process.kill(worker, 'SIGKILL');
		rmSync(join(this.books, `inside-${worker}`), { force: true });
		rmSync(join(this.books, `halted-${worker}`), { force: true });
	}

	/** Wakes a worker that sleeps where it was to. */
	wake(worker) {
		rmSync(join(this.books, `halted-${worker}`));
		process.kill(worker, 'SIGCONT');
	}

	/**
	 * Kills Mautic, and has it away until `meanwhile` is done. Without `inside`: while it has no token request, so that it never
	 * gives out tokens that nobody gets.
	 */
	async ofMautic(meanwhile, { inside = false } = {}) {
		const { pid } = this.mautic.server.process;
		while ((await stop(pid)) && !inside && this.inside().length > 0) {
			process.kill(pid, 'SIGCONT');
			await sleep(5);
		}
		const outage = { from: process.hrtime.bigint() };
		this.outages.push(outage);
		this.mautic.server.kill('SIGKILL');
		await this.mautic.stop();
		await meanwhile();
		await this.mautic.up();
		outage.to = process.hrtime.bigint();
	}

	/** The workers that may have the lock or tokens, by their ids. */
	inside() {
		return this.named('inside');
	}

	/** The workers that sleep at a point where they were to. */
	halted() {
		return this.named('halted');
	}

	named(what) {
		return readdirSync(this.books).filter((name) => name.startsWith(`${what}-`)).map((name) => Number(name.split('-')[1]));
	}
}

/** Stops a process, and waits until all of it stands. False if there is none any more. */
export async function stop(pid) {
	try {
		process.kill(pid, 'SIGSTOP');
		while (!stands(pid)) {
			await sleep(1);
		}
		return true;
	} catch (error) {
		if (['ESRCH', 'ENOENT'].includes(error.code)) {
			return false;
		}
		throw error;
	}
}

/** Whether each of its threads is stopped; what is written of one is `PID (NAME) STATE …`. */
function stands(pid) {
	return readdirSync(`/proc/${pid}/task`).every((thread) => readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8').split(') ').at(-1).startsWith('T'));
}
