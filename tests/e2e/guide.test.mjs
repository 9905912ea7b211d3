// What helps on the way to a connection: the guide, what Mautic will be asked, and the box for what Mautic showed.

import assert from 'node:assert/strict';

import { story } from './harness/story.mjs';

/** The marks of the guide's steps that are shown. */
async function marks(page) {
	return page.locator('#cfm-guide .cfm-guide-mark:visible').allInnerTexts();
}

story('the guide follows what is typed, and leads to the pages of that Mautic', async (owner) => {
	const { page, mautic, wordpress } = owner;
	await page.context().grantPermissions(['clipboard-read', 'clipboard-write'], { origin: wordpress.url });
	await owner.openPage();
	assert.deepEqual(await marks(page), ['Next', 'To do', 'To do', 'To do', 'To do']);
	assert.equal(await page.getByRole('link', { name: 'Open API Settings' }).count(), 0);

	await page.getByLabel('Base URL').pressSequentially(`${mautic.url}/s/login`);
	const link = page.getByRole('link', { name: 'Open API Settings (opens in a new tab)' });
	await link.waitFor();
	assert.equal(await link.getAttribute('href'), `${mautic.url}/s/config/edit?tab=apiconfig`);
	assert.deepEqual(await marks(page), ['Done', 'Next', 'To do', 'To do', 'To do']);

	await page.getByRole('button', { name: 'Copy redirect URI' }).first().click();
	await page.getByText('Copied').first().waitFor();
	assert.equal(await page.evaluate(() => navigator.clipboard.readText()), wordpress.redirectUri);

	await page.getByLabel('Client ID').fill(mautic.clientId);
	await page.getByText('What Mautic will be asked').click();
	await page.getByText(`${mautic.url}/oauth/v2/authorize`).waitFor();
	assert.deepEqual(await page.locator('.cfm-parameters:visible code').allInnerTexts(), ['client_id', 'grant_type', 'redirect_uri', 'response_type', 'state']);
	await page.getByLabel('Client secret').fill(mautic.clientSecret);
	// Nobody has asked Mautic about its API, so that step is not said to be done.
	await page.waitForFunction(() => document.querySelectorAll('[data-methods="authorization_code"] [data-mark="done"]').length > 1);
	assert.deepEqual(await marks(page), ['Done', 'To do', 'Done', 'Next', 'To do']);
	await owner.screenshot('guide', { whole: true });

	await owner.press('Save settings');
	await owner.seesSuccess('it accepts the credentials. Now press Authorize.');
	assert.deepEqual(await marks(page), ['Done', 'Done', 'Done', 'Done', 'Next']);
	await page.getByRole('radio', { name: 'Basic', exact: true }).check();
	assert.deepEqual(await marks(page), ['Done', 'Done', 'Next', 'To do', 'To do']);
	assert.equal(await page.getByRole('link', { name: 'Create a user' }).getAttribute('href'), `${mautic.url}/s/users/new`);
});

story('who only follows the guide, and knows no other page of Mautic, ends connected', async (owner) => {
	const { page, mautic } = owner;
	await mautic.control('PATCH', 'settings', { api_enabled: false });
	await owner.openPage();
	await page.getByLabel('Base URL').fill(`${mautic.url}/`);
	const follow = async (name) => {
		const [opened] = await Promise.all([page.waitForEvent('popup'), page.getByRole('link', { name }).first().click()]);
		return opened;
	};

	const settings = await follow('Open API Settings');
	await owner.logInToMautic(settings);
	await settings.getByLabel('API enabled?').selectOption('Yes');
	await settings.getByLabel('Refresh token lifetime (in days)').fill('90');
	await settings.getByRole('button', { name: 'Apply' }).click();
	await settings.getByText('Configuration successfully updated').waitFor();
	await settings.close();

	const credentials = await follow('Open API Credentials');
	await credentials.getByLabel('Name').fill('The site');
	await credentials.getByLabel('Redirect URI').fill(await page.getByLabel('Redirect URI').inputValue());
	await credentials.getByRole('button', { name: 'Apply' }).click();
	const [clientId, secret] = await credentials.locator('section', { hasText: 'The site' }).locator('code').allInnerTexts();
	owner.secret(secret, 'client secret');
	await credentials.close();

	await owner.saveSettings({ 'Base URL': null, 'Client ID': clientId, 'Client secret': secret });
	await owner.seesSuccess('it accepts the credentials. Now press Authorize.');
	await owner.press('Authorize');
	await owner.logInToMautic();
	await owner.press('Accept');
	await owner.seesStatus('Connected');
});

story('settings that do not work are saved, and the page says why', async (owner) => {
	const { page, mautic } = owner;
	await owner.openPage();
	owner.secret('not-the-secret', 'client secret');
	await owner.saveSettings({ 'Client secret': 'not-the-secret' });
	await owner.seesError(/Settings saved\. They do not work yet:\s+Mautic does not know this client ID with this client secret/);
	assert.deepEqual(await marks(page), ['Done', 'Done', 'Next', 'To do', 'To do']);
	await owner.screenshot('saved-wrong-secret');
	await mautic.control('PATCH', 'settings', { api_enabled: false });
	await owner.saveSettings();
	await owner.seesError(/They do not work yet:.*API is switched off/s);
	assert.deepEqual(await marks(page), ['Done', 'Next', 'To do', 'To do', 'To do']);
	await mautic.control('PATCH', 'settings', { api_enabled: true });
	await owner.press('Save settings');
	await owner.seesSuccess('it accepts the credentials');
});

story('after Deny nobody comes back: what Mautic showed is pasted and explained, with and without JavaScript', async (owner) => {
	const { page, mautic, wordpress } = owner;
	await mautic.register(wordpress.redirectUri);
	await owner.openPage();
	await owner.saveSettings();
	await owner.press('Authorize');
	await owner.logInToMautic();
	await owner.press('Deny');
	await page.getByText('access_denied').waitFor();
	const shown = await page.locator('body').innerText();

	await owner.openPage();
	const box = page.getByLabel('What Mautic showed', { exact: true });
	await box.fill(shown); // The box is open, since somebody is waited for.
	const requests = [];
	page.on('request', (request) => requests.push(request.method()));
	await owner.press('Explain');
	await page.getByRole('status').getByText('somebody pressed Deny').waitFor();
	assert.equal(await page.evaluate(() => document.activeElement.id), 'cfm-explained');
	assert.ok(!requests.includes('POST'), 'the text left the browser');
	await owner.screenshot('explained', { whole: true });

	// Pasting is enough.
	await box.fill('');
	await box.evaluate((field) => {
		field.value = 'Oops! An Error Occurred The server returned a "403 Forbidden".';
		field.dispatchEvent(new ClipboardEvent('paste', { bubbles: true }));
	});
	await page.getByRole('status').getByText('API Access').waitFor();

	const plain = await page.context().browser().newContext({ javaScriptEnabled: false, storageState: await page.context().storageState() });
	const page2 = await plain.newPage();
	await page2.goto(wordpress.page);
	// What other methods need is hidden by the style alone.
	assert.ok(await page2.getByLabel('Client ID').isVisible());
	assert.ok(!await page2.getByLabel('User name').isVisible());
	await page2.getByLabel('What Mautic showed', { exact: true }).fill(shown);
	await page2.getByRole('button', { name: 'Explain', exact: true }).click();
	await page2.getByRole('status').getByText('somebody pressed Deny').waitFor();
	assert.equal(await page2.getByLabel('What Mautic showed', { exact: true }).inputValue(), '');
	await plain.close();
});
