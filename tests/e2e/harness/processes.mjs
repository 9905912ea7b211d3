// Servers that the stories need, each in a process group of its own so that its workers end with it.

import { spawn } from 'node:child_process';
import { accessSync, constants, createWriteStream, readFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** A port of the loopback address that nothing listens on. */
export async function freePort() {
	const server = createServer();
	await new Promise((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
	const { port } = server.address();
	await new Promise((resolve) => server.close(resolve));
	return port;
}

function listens(port) {
	return new Promise((resolve) => {
		const socket = connect(port, '127.0.0.1');
		socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
		socket.once('connect', () => socket.destroy());
	});
}

/** A server in the background. */
export class Server {
	/** Starts it and waits until it listens. */
	static async start(command, args, port, log) {
		const server = new Server();
		server.process = spawn(command, args, { cwd: ROOT, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
		const output = createWriteStream(log, { flags: 'a' });
		server.process.stdout.pipe(output, { end: false });
		server.process.stderr.pipe(output, { end: false });
		server.ended = new Promise((resolve) => server.process.once('close', resolve).once('error', (error) => {
			output.write(`${error.message}\n`);
			resolve();
		}));
		let over = false;
		server.ended.then(() => { over = true; output.end(); });
		running.add(server);
		for (const deadline = Date.now() + 30_000; !(await listens(port)); await sleep(20)) {
			if (over || Date.now() > deadline) {
				await server.stop();
				throw new Error(`${command} ${args.join(' ')} did not start:\n${readFileSync(log, 'utf8').slice(-2000)}`);
			}
		}
		return server;
	}

	async stop() {
		this.kill('SIGTERM');
		const patience = setTimeout(() => this.kill('SIGKILL'), 10_000);
		await this.ended;
		clearTimeout(patience);
		running.delete(this);
	}

	kill(signal) {
		try {
			// A command that could not be started has no group.
			process.kill(-(this.process.pid ?? NaN), signal);
		} catch {
			// It has ended already.
		}
	}
}

const running = new Set();
process.once('exit', () => running.forEach((server) => server.kill('SIGKILL')));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
	process.once(signal, () => process.exit(1));
}

/** Runs a command to its end and returns what it printed. */
export async function run(command, args, env = {}) {
	const child = spawn(command, args, { cwd: ROOT, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
	let output = '';
	child.stdout.on('data', (data) => { output += data; });
	child.stderr.on('data', (data) => { output += data; });
	const status = await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
	if (status !== 0) {
		throw new Error(`${command} ${args.join(' ')} ended with ${status}:\n${output}`);
	}
	return output;
}

/** Where a program is, by the search path. */
export function executable(name) {
	for (const folder of process.env.PATH.split(delimiter)) {
		try {
			accessSync(join(folder, name), constants.X_OK);
			return join(folder, name);
		} catch {
			// Not in this folder.
		}
	}
	throw new Error(`${name} is not installed: run ./build.sh doctor`);
}
