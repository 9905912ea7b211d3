// Test connection: what is wrong is found step by step, and shows as it is found.

import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';

import { story } from './harness/story.mjs';

const STEP = '#cfm-doctor ol > li';

/** The steps in the panel: title, word, and all that is said. */
async function steps(page) {
	return page.locator(STEP).evaluateAll((items) => items.map((item) => ({
		title: item.querySelector('.cfm-step-title').innerText,
		word: item.querySelector('.cfm-step-state').innerText,
		all: item.innerText,
	})));
}

async function words(page) {
	return Object.fromEntries((await steps(page)).map(({ title, word }) => [title, word]));
}

/** Saves a base URL that is Mautic's but for a folder too many, has it tested, and takes over what is suggested. */
async function findAndMend(owner, page, press) {
	const { mautic } = owner;
	assert.equal((await words(page))['The base URL has the right path'], 'Failed');
	assert.equal((await words(page))['Mautic knows this site'], 'Not checked');
	const failed = (await steps(page)).find(({ word }) => word === 'Failed');
	assert.match(failed.all, new RegExp(`A Mautic was found at ${mautic.url}\\.`));
	assert.match(failed.all, new RegExp(`GET ${mautic.url}/crm/oauth/v2/token: HTTP status 404`));
	assert.match(failed.all, /The answer was: “Requested URL not found: \/crm\/oauth\/v2\/token”/);
	await page.locator('#cfm-doctor').getByRole('button', { name: 'Use this address' }).click();
	await page.getByText('Settings saved').waitFor();
	assert.equal(await page.getByLabel('Base URL').inputValue(), mautic.url);
	await press();
	await page.getByText('The connection works').waitFor();
	const found = await words(page);
	assert.equal(found['Mautic knows this site'], 'Passed');
	assert.equal(found['The account may read “contacts”'], 'Passed');
	assert.equal(found['The connection is secure (TLS)'], 'Not needed');
	assert.equal(found['This site reaches itself (loopback)'], 'Passed');
	assert.equal(found['There is a key to encrypt with'], 'Passed');
	assert.ok(!Object.values(found).includes('Failed'), JSON.stringify(found));
}

story('a wrong path: found, and mended by the button that is offered', async (owner) => {
	const { page, mautic } = owner;
	await owner.openPage();
	await owner.saveSettings({ 'Base URL': `${mautic.url}/crm` }, 'Client credentials');
	await page.getByLabel('Client ID', { exact: true }).fill('not saved yet');
	await owner.press('Test connection');
	await owner.seesError(/no token endpoint/);
	assert.equal(await page.getByLabel('Client ID', { exact: true }).inputValue(), 'not saved yet', 'what is typed stays');
	await owner.screenshot('doctor-found', { whole: true });
	await findAndMend(owner, page, () => owner.press('Test connection'));
	await owner.seesStatus('Connected');
	await owner.look();
	await owner.screenshot('doctor-passed', { whole: true });
	assert.equal(await page.evaluate(() => document.activeElement?.innerText), 'Test connection', 'the focus stays on the button');
	// Once more, in two tabs: each keeps its steps.
	const other = await page.context().newPage();
	await other.goto(owner.wordpress.page);
	const press = async (tab) => {
		await tab.getByRole('button', { name: 'Test connection', exact: true }).click();
		await tab.locator('#cfm-doctor[aria-busy="true"]').waitFor({ state: 'detached' });
	};
	await Promise.all([press(page), press(other)]);
	assert.deepEqual(await words(page), await words(other));
	assert.equal((await words(page))['Mautic knows this site'], 'Passed');
});

story('a wrong path, without JavaScript', async (owner) => {
	const { page, mautic, wordpress } = owner;
	await owner.openPage();
	await owner.saveSettings({ 'Base URL': `${mautic.url}/crm` }, 'Client credentials');
	const plain = await page.context().browser().newContext({ javaScriptEnabled: false, storageState: await page.context().storageState() });
	try {
		const bare = await plain.newPage();
		await bare.goto(wordpress.page);
		const press = () => bare.getByRole('button', { name: 'Test connection', exact: true }).click();
		await press();
		await findAndMend(owner, bare, press);
		await bare.goto(wordpress.page);
		assert.equal(await bare.locator('#cfm-doctor').isVisible(), false, 'shown once');
	} finally {
		await plain.close();
	}
});

story('a slow server: each step shows before the next is known, and who leaves loses nothing', async (owner) => {
	const { page, mautic, wordpress } = owner;
	await owner.openPage();
	await owner.saveSettings({}, 'Client credentials');
	await page.getByText('Settings saved').waitFor();
	// The first answer comes at once; the one on credentials waits until it has been seen that the others are there.
	await mautic.fault('/oauth/v2/token', 'delay', { method: 'POST', milliseconds: 12_000 });
	const button = page.getByRole('button', { name: 'Test connection', exact: true });
	await page.evaluate(() => {
		window.heard = [];
		const listen = () => {
			const said = document.getElementById('cfm-doctor-voice')?.textContent;
			if (said && said !== window.heard.at(-1)) {
				window.heard.push(said);
			}
		};
		new MutationObserver(listen).observe(document.body, { subtree: true, childList: true, characterData: true });
	});
	await button.click();
	await page.getByText('The API is switched on').waitFor();
	assert.equal((await words(page))['Client ID and client secret are right'], undefined, 'not known yet');
	assert.equal(await page.locator('#cfm-doctor').getAttribute('aria-busy'), 'true');
	await page.getByText('Being checked now: Client ID and client secret are right').waitFor();
	// Pressed again meanwhile, nothing begins a second time.
	assert.equal(await button.getAttribute('aria-disabled'), 'true');
	await button.dispatchEvent('click');
	await owner.screenshot('doctor-at-work', { whole: true });
	await page.locator('#cfm-doctor[aria-busy="true"]').waitFor({ state: 'detached' });
	// A screen reader hears that it goes on, not every step.
	const heard = await page.evaluate(() => window.heard);
	assert.equal(heard[0], 'The test is running.');
	assert.ok(heard.includes('Checks that are done: 7.'), String(heard));
	assert.match(heard.at(-1), /^The test is over\. No check has failed/);
	assert.ok(heard.length <= 6, String(heard));
	assert.equal((await words(page))['Mautic knows this site'], 'Passed');
	assert.match((await steps(page)).find(({ title }) => title.startsWith('Client ID')).all, /1\d\.\d s/);
	assert.deepEqual((await mautic.grants()).filter(([grant]) => grant === 'client_credentials').length, 1);

	// Leaving ends nothing: the page that comes next has it all.
	await mautic.fault('/oauth/v2/token', 'delay', { method: 'POST', milliseconds: 3000 });
	await owner.openPage();
	await mautic.forgetRequests();
	await button.click();
	await page.getByText('The API is switched on').waitFor();
	await page.goto(wordpress.dashboard);
	for (let tries = 0; (await mautic.requests('/api/contacts')).length === 0; tries++) {
		assert.ok(tries < 300, 'the test ended with its page');
		await sleep(100);
	}
	// What follows the last request: the site's own checks, and the outcome is kept.
	await sleep(3000);
	await owner.openPage();
	await page.getByText('The connection works').waitFor();
	assert.equal((await words(page))['Mautic knows this site'], 'Passed');
});

story('a test that dies says so, and can be begun again', async (owner) => {
	const { page } = owner;
	await owner.openPage();
	await owner.saveSettings({}, 'Client credentials');
	await page.route('**/admin-post.php', (route) => route.fulfill({
		contentType: 'application/x-ndjson; charset=UTF-8',
		body: `${JSON.stringify({ html: '<li class="cfm-step"><p><span class="cfm-step-title">One</span><span class="cfm-step-state">Passed</span></p></li>', next: '' })}\n{"html": "<li>`,
	}));
	await owner.press('Test connection');
	await page.locator('#cfm-doctor').getByText('The test broke off').waitFor();
	await owner.look();
	await owner.screenshot('doctor-broken');
	await page.unroute('**/admin-post.php');
	await owner.press('Test connection');
	await owner.seesSuccess('The connection works');
	assert.equal(await page.getByText('The test broke off').count(), 0);
});

story('whoever has been logged out meanwhile gets to the login', async (owner) => {
	const { page } = owner;
	await owner.openPage();
	await owner.saveSettings({}, 'Client credentials');
	await page.waitForURL(owner.wordpress.page);
	await owner.look();
	await page.context().clearCookies();
	await page.getByRole('button', { name: 'Test connection', exact: true }).click();
	await page.waitForURL('**/wp-login.php?**');
	const troubles = owner.browser.troubles.splice(0);
	assert.ok(troubles.every((trouble) => /status of 400.*admin-post\.php/.test(trouble)), String(troubles));
});
