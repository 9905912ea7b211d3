// The stand-in for Mautic, and what a test may change in it while it runs.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { freePort, ROOT, Server } from './processes.mjs';

const BINARY = process.env.E2E_STAND_IN ?? join(ROOT, 'target/debug/mautic-stand-in');

export class Mautic {
	user = 'admin';
	password = 'mautic-password';
	email = 'ada@mautic.example.test';
	clientId = '1_3bcbxd9e24g0gk4swg0kwgcwg4o8k8g4g888kwc44gcc0gwwk4';
	clientSecret = '4ok2x70rlfokc8g0wws8c8kwcokw80k44sg48goc0ok4w0so0k';
	/** Called before it forgets what it was sent. */
	remember = async () => {};

	/** Starts one whose only client has a redirect URI that nobody uses yet. */
	static async start(folder, version = '7.0.0') {
		const mautic = new Mautic();
		mautic.version = version;
		mautic.folder = folder;
		mautic.port = await freePort();
		// Another site than WordPress, which is at 127.0.0.1.
		mautic.url = `http://localhost:${mautic.port}`;
		await mautic.up();
		await mautic.control('PATCH', 'users/admin', { email: mautic.email });
		return mautic;
	}

	/** Starts it, with what it knew when it went down, but for the clock. `server` is there while it is up. */
	async up() {
		this.server = await Server.start(BINARY, [
			'--listen', `127.0.0.1:${this.port}`, '--site-url', this.url, '--version', this.version, '--control',
			'--state', join(this.folder, 'mautic.json'), '--log', join(this.folder, 'mautic-requests.jsonl'), '--admin-password', this.password,
			'--client-id', this.clientId, '--client-secret', this.clientSecret,
			'--redirect-uri', 'https://unused.example.test/',
		], this.port, join(this.folder, 'mautic.log'));
	}

	async down() {
		await this.remember();
		await this.stop();
	}

	/** Ends it for good. */
	async stop() {
		await this.server?.stop();
		this.server = undefined;
	}

	/** Asks the control interface. */
	async control(method, path, body) {
		const response = await fetch(`${this.url}/_stand-in/${path}`, {
			method,
			headers: { 'Content-Type': 'application/json' },
			body: body && JSON.stringify(body),
		});
		const text = await response.text();
		if (!response.ok) {
			throw new Error(`${method} ${path}: ${response.status} ${text}`);
		}
		return text && JSON.parse(text);
	}

	/** Registers a redirect URI without the page for it. */
	async register(redirectUri) {
		await this.control('PATCH', `clients/${this.clientId}`, { redirect_uris: [redirectUri] });
	}

	/** Orders an answer for the next request to a path. */
	async fault(path, kind, more = {}) {
		await this.control('POST', 'faults', { path, kind, ...more });
	}

	/** The requests to a path since the last `forgetRequests`, oldest first. */
	async requests(path) {
		return (await this.control('GET', 'requests')).filter((request) => request.path.startsWith(path));
	}

	/** All requests that were ever answered, oldest first, whatever was forgotten. */
	everyRequest() {
		return readFileSync(join(this.folder, 'mautic-requests.jsonl'), 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line));
	}

	/** What it keeps, as it last stood in its file. */
	kept() {
		return JSON.parse(readFileSync(join(this.folder, 'mautic.json'), 'utf8'));
	}

	/** The grant types of the requests to the token endpoint since then, each with its answer's status. */
	async grants() {
		const requests = await this.requests('/oauth/v2/token');
		return requests.map(({ body, status }) => [new URLSearchParams(body).get('grant_type'), status]);
	}

	async forgetRequests() {
		await this.remember();
		await this.control('DELETE', 'requests');
	}
}
