// A story: one person, a browser, a WordPress and a Mautic that know of nothing before. It fails also if
// on the way anything happened that should not: an error of JavaScript, an HTTP 5xx, a notice of PHP, a
// request to another host, a secret in anything that could be seen, an inline script, style or handler of the
// plugin's (policy.mjs).
//
// A WordPress is installed and logged in to once; each story gets the database that it had then.

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

import { look } from './accessibility.mjs';
import { Browser, screenshot } from './browser.mjs';
import { askMautic, askWordPress, watch } from './inspection.mjs';
import { Mautic } from './mautic.mjs';
import { Secrets } from './secrets.mjs';
import { WordPress } from './wordpress.mjs';

let stage;
let stories = 0;
let failed = false;

async function setStage() {
	const folder = mkdtempSync(join(tmpdir(), 'connector-e2e-'));
	const wordpress = await WordPress.start(folder);
	const browser = await Browser.start(wordpress.url);
	await new Person(browser, wordpress).logIn();
	const session = await browser.session();
	await browser.stop();
	await wordpress.keep();
	return { folder, wordpress, session };
}

after(async () => {
	const { wordpress, folder } = await stage ?? {};
	await wordpress?.stop();
	if (folder && !failed) {
		rmSync(folder, { recursive: true });
	}
});

export function story(name, tell, version) {
	test(name, async () => {
		const { wordpress, session, folder: all } = await (stage ??= setStage());
		const folder = join(all, String(++stories));
		mkdirSync(folder);
		const started = [];
		const start = async (what) => {
			started.push(await what);
			return started.at(-1);
		};
		let person;
		try {
			await wordpress.renew();
			const mautic = await start(Mautic.start(folder, version));
			const browser = await start(Browser.start(wordpress.url, session));
			person = new Person(browser, wordpress, mautic);
			person.guardSecrets();
			person.guardLook();
			await tell(person);
			await person.look();
			assert.deepEqual(browser.troubles, []);
			assert.ok(browser.reports > 0, 'nothing was said of WordPress’ own inline scripts: the policy is not watched');
			assert.equal(wordpress.debugLog(), '');
			await person.inspect();
			assert.deepEqual(person.secrets.findings(), []);
		} catch (error) {
			failed = true;
			await person?.page.screenshot({ path: join(folder, 'failure.png'), fullPage: true });
			writeFileSync(join(folder, 'debug.log'), wordpress.debugLog());
			error.message += `\n(kept: ${folder}; the page: ${person?.page.url()})`;
			throw error;
		} finally {
			for (const what of started.reverse()) {
				await (what.stop?.() ?? what.down());
			}
		}
	});
}

/** Who owns the site, with what they can do in the browser. */
class Person {
	constructor(browser, wordpress, mautic) {
		this.browser = browser;
		this.wordpress = wordpress;
		this.mautic = mautic;
		this.page = browser.page;
	}

	/** From now on, what must stay secret and what could be seen is kept in `secrets`. */
	guardSecrets() {
		this.secrets = new Secrets();
		this.secrets.add('client secret', this.mautic.clientSecret);
		this.secrets.add('password', this.mautic.password);
		this.mautic.remember = () => askMautic(this.mautic, this.secrets);
		this.browser.onPage((page) => watch(page, (url) => !url.startsWith(this.mautic.url), this.secrets));
	}

	/** Something more that must stay secret; `what` it is. */
	secret(value, what) {
		this.secrets.add(what, value);
	}

	/** From now on, what the page shows is looked at before it is left for another address. */
	guardLook() {
		const goTo = this.page.goto.bind(this.page);
		this.page.goto = async (...where) => {
			await this.look();
			return goTo(...where);
		};
	}

	/**
	 * Has the browser say what is wrong for people who see, hear or use a page in another way: see accessibility.mjs.
	 * How a page looks does not depend on the database: with SQLite alone.
	 */
	async look() {
		if (process.env.E2E_DATABASE !== 'mariadb') {
			this.browser.troubles.push(...await look(this.page));
		}
	}

	/** Adds to `secrets` what is not seen in the browser. */
	async inspect() {
		await this.browser.settled();
		if (this.mautic.server) {
			await this.mautic.remember();
		}
		await askWordPress(this.wordpress, this.secrets);
	}

	async logIn(page = this.page, user = this.wordpress.user, password = this.wordpress.password) {
		await page.goto(`${this.wordpress.url}/wp-login.php`);
		// A script of the login page takes the focus a moment after loading, also from somebody typing.
		await page.waitForFunction(() => document.activeElement?.id === 'user_login');
		await page.getByLabel('Username or Email Address').fill(user);
		await page.getByLabel('Password', { exact: true }).fill(password);
		await page.getByRole('button', { name: 'Log In' }).click();
		await page.waitForURL('**/wp-admin/**');
	}

	async openPage() {
		await this.page.goto(this.wordpress.page);
	}

	/** Presses a button; a test of the connection is over when this returns, though the page stays. */
	async press(name) {
		const button = this.page.getByRole('button', { name, exact: true });
		await button.waitFor();
		await this.look();
		await button.click();
		await this.page.locator('#cfm-doctor[aria-busy="true"]').waitFor({ state: 'detached' });
	}

	/**
	 * Chooses a method, fills in what it needs as given, the rest as it has to be, and saves the form. What is
	 * given as null is left as it stands there.
	 */
	async saveSettings(given = {}, method = 'Authorization code') {
		const { url, clientId, clientSecret, user, password } = this.mautic;
		const credentials = method === 'Basic' ? { 'User name': user, Password: password } : { 'Client ID': clientId, 'Client secret': clientSecret };
		await this.page.getByRole('radio', { name: method, exact: true }).check();
		for (const [label, value] of Object.entries({ 'Base URL': url, ...credentials, ...given })) {
			if (value !== null) {
				await this.page.getByLabel(label, { exact: true }).fill(value);
			}
		}
		await this.press('Save settings');
	}

	/** Logs in to Mautic, which has just asked for it. */
	async logInToMautic(page = this.page) {
		await page.getByLabel('Username or email').fill(this.mautic.user);
		await page.getByLabel('Password').fill(this.mautic.password);
		await page.getByRole('button', { name: 'Login' }).click();
	}

	/** From nothing to connected, for stories that begin there. */
	async connect() {
		await this.mautic.register(this.wordpress.redirectUri);
		await this.openPage();
		await this.saveSettings();
		await this.press('Authorize');
		await this.logInToMautic();
		await this.press('Accept');
		await this.seesStatus('Connected');
	}

	/** The same with client credentials. */
	async connectWithCredentials() {
		await this.openPage();
		await this.saveSettings({}, 'Client credentials');
		await this.press('Test connection');
		await this.seesStatus('Connected');
	}

	/** The connection card as an object of its terms. */
	async card() {
		await this.page.locator('dl').first().waitFor();
		return this.page.locator('dl').first().evaluate((list) => Object.fromEntries(
			[...list.querySelectorAll('dt')].map((term) => [term.textContent.trim(), term.nextElementSibling.innerText.trim()]),
		));
	}

	/** Fails unless the plugin's page is shown with that connection status. */
	async seesStatus(status) {
		await this.page.waitForURL(this.wordpress.page);
		const card = await this.card();
		assert.equal(card['Connection status'], status);
		await this.look();
		return card;
	}

	/** Fails unless the page says that something went well, in words that match. */
	async seesSuccess(words) {
		await this.page.getByRole('status').getByText(words).waitFor();
	}

	/** Fails unless the page says that something is wrong, in words that match. */
	async seesError(words) {
		const alert = this.page.getByRole('alert').first();
		await alert.waitFor();
		assert.match(await alert.innerText(), words);
	}

	/** A state to be looked at, and with SCREENSHOTS to be shown. */
	async screenshot(name, options) {
		await this.look();
		await screenshot(this.page, name, options);
	}
}
