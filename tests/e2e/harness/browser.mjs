// A headless Chromium that remembers everything that should not happen.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after } from 'node:test';
import { chromium } from 'playwright-core';

import { watchPolicy } from './policy.mjs';
import { executable, ROOT, run } from './processes.mjs';

const LOOPBACK = new Set(['127.0.0.1', 'localhost']);

// One Chromium for all stories, which share nothing in it.
let engine;

export class Browser {
	/** What went wrong so far, each as a sentence. */
	troubles = [];
	/** How often WordPress itself was found to break the Content Security Policy: no page of it keeps it. */
	reports = 0;
	#contexts = [];
	#watches = [];
	#watch;

	/** Opens a page; `session` is what another one's `session` returned. */
	static async start(wordpressUrl, session) {
		engine ??= chromium.launch({
			// The whole browser draws a window too, for half as much again of a processor.
			executablePath: executable('chromium-headless-shell'),
			args: ['--no-sandbox', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
		});
		const browser = new Browser();
		browser.wordpressUrl = wordpressUrl;
		browser.page = await browser.newPage(session);
		return browser;
	}

	/** Has each page, also those that come, watched by what returns a function that resolves when it has seen all. */
	onPage(watch) {
		this.#watch = watch;
		this.#watches = this.#contexts.flatMap((context) => context.pages()).map(watch);
	}

	/** Resolves when whoever watches has seen all. */
	async settled() {
		await Promise.all(this.#watches.map((settled) => settled()));
	}

	/** Who is logged in where. */
	async session() {
		return this.page.context().storageState();
	}

	/** A page of a browser of its own: no cookie is shared with another one. */
	async newPage(session) {
		const context = await (await engine).newContext({
			viewport: { width: 1280, height: 900 }, locale: 'en-US', storageState: session,
			// Nothing fades in, neither before a click nor in a picture.
			reducedMotion: 'reduce',
		});
		this.#contexts.push(context);
		context.setDefaultTimeout(60_000);
		await context.route((url) => /^https?:$/.test(url.protocol) && !LOOPBACK.has(url.hostname), (route) => {
			this.troubles.push(`a request to another host: ${route.request().url()}`);
			return route.abort();
		});
		await watchPolicy(context, (finding) => finding ? this.troubles.push(finding) : ++this.reports);
		const page = await context.newPage();
		page.on('pageerror', (error) => this.troubles.push(`JavaScript: ${error.message}`));
		page.on('console', (message) => {
			// Mautic's refusals are pages with an error status, which Chromium reports here too.
			if (message.type() === 'error' && message.location().url.startsWith(this.wordpressUrl)) {
				this.troubles.push(`console: ${message.text()} (${message.location().url})`);
			}
		});
		page.on('response', (response) => {
			if (response.status() >= 500) {
				this.troubles.push(`HTTP ${response.status()}: ${response.url()}`);
			}
		});
		if (this.#watch) {
			this.#watches.push(this.#watch(page));
		}
		return page;
	}

	async stop() {
		await Promise.all(this.#contexts.map((context) => context.close()));
	}
}

after(async () => (await engine)?.close());

/** With SCREENSHOTS set, a picture for the documentation: of what one sees first, or of the whole page. */
export async function screenshot(page, name, { whole = false } = {}) {
	if (process.env.SCREENSHOTS) {
		const folder = join(ROOT, 'docs/screenshots');
		mkdirSync(folder, { recursive: true });
		await page.waitForLoadState();
		if (whole) {
			await page.evaluate(() => scrollTo(0, 0));
		}
		const path = join(folder, `${name}.png`);
		await page.screenshot({ path, fullPage: whole });
		// A third of the size, and no difference that one sees.
		await run('pngquant', ['--force', '--ext', '.png', '--strip', '--speed', '1', '--nofs', '96', path]);
	}
}
