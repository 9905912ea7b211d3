// Redis, and web servers as hosts run them: nginx in front of twenty workers of PHP-FPM.

import { mkdirSync, readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { userInfo } from 'node:os';
import { join } from 'node:path';

import { ROOT, Server } from '../../e2e/harness/processes.mjs';
import { tidy } from './site.mjs';

const HERE = join(ROOT, 'tests/stay');

/** A private Redis, which keeps nothing. The folder's path has to be short: a socket is in it. */
export async function startRedis(folder) {
	const socket = join(folder, 'redis.sock');
	const server = await Server.start('redis-server', ['--port', '0', '--unixsocket', socket, '--save', '', '--dir', folder], socket, join(folder, 'redis.log'));
	return { socket, stop: () => server.stop() };
}

/** A web server of its own for the site in its folder. */
export class WebServer {
	/**
	 * Serves `folder`/site. The folder's path has to be short: sockets are in it. `environment` is PHP's, as the
	 * command `env` takes it.
	 */
	static async start(folder, environment = []) {
		const user = userInfo().username;
		const server = new WebServer();
		server.folder = folder;
		mkdirSync(join(folder, 'nginx-temp'), { recursive: true });
		server.fpm = await Server.start('env', [
			`FPM_USER=${user}`, ...environment, 'php-fpm8.2', '--allow-to-run-as-root', '--prefix', folder, '--fpm-config', join(HERE, 'php-fpm.conf'),
			'-d', 'opcache.enable=1', '-d', 'opcache.jit=disable',
		], join(folder, 'php-fpm.sock'), join(folder, 'php-fpm.out'));
		// It takes its sockets' paths from where it is started.
		server.nginx = await Server.start('env', [
			'-C', folder, 'nginx',
			'-p', folder, '-e', 'nginx.log', '-c', join(HERE, 'nginx.conf'), '-g', `user ${user};`,
		], join(folder, 'nginx.sock'), join(folder, 'nginx.out'));
		server.agent = new Agent();
		return server;
	}

	/** What a page answers: its status and text. */
	get(path) {
		return this.ask('GET', path);
	}

	/** What a request is answered: its status and text. */
	ask(method, path, headers = {}, body = undefined) {
		const options = { agent: this.agent, socketPath: join(this.folder, 'nginx.sock'), method, path, headers: { Host: '127.0.0.1', ...headers } };
		return new Promise((resolve, reject) => {
			request(options, (response) => {
				let text = '';
				response.setEncoding('utf8');
				response.on('data', (data) => { text += data; });
				response.on('error', reject);
				response.on('end', () => resolve({ status: response.statusCode, text }));
			}).on('error', reject).end(body);
		});
	}

	/** The processes that serve pages, by their ids. */
	workers() {
		const { pid } = this.fpm.process;
		return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number);
	}

	/** What nginx and PHP-FPM have logged. */
	logs() {
		return ['access.log', 'nginx.log', 'nginx.out', 'php-fpm.log', 'php-fpm.out'].map((name) => readFileSync(join(this.folder, name), 'utf8')).join('\n');
	}

	async stop() {
		await this.nginx.stop();
		await this.fpm.stop();
		tidy(this.fpm.process.pid);
	}
}
