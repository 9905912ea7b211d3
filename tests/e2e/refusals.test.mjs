// Mautic says no, or is not there: the page says what is wrong and what to do, and nothing is lost.

import assert from 'node:assert/strict';

import { story } from './harness/story.mjs';

story('deny: nothing comes back, and Authorize works again', async (owner) => {
	const { page, mautic, wordpress } = owner;
	await mautic.register(wordpress.redirectUri);
	await owner.openPage();
	await owner.saveSettings();
	await owner.press('Authorize');
	await owner.logInToMautic();
	await owner.press('Deny');
	// Mautic's answer is a redirect without a target: the browser stays at Mautic, on a blank page.
	await page.waitForLoadState();
	assert.ok(page.url().startsWith(mautic.url), page.url());

	await owner.openPage();
	await owner.seesStatus('Waiting for Mautic');
	await page.getByText('somebody pressed Deny').waitFor();
	await owner.screenshot('waiting-for-mautic');
	await owner.press('Authorize');
	await owner.press('Accept');
	await owner.seesStatus('Connected');
});

story('wrong secret: named as such, and corrected in place', async (owner) => {
	const { mautic, wordpress } = owner;
	await mautic.register(wordpress.redirectUri);
	await owner.openPage();
	await owner.saveSettings({ 'Client secret': 'not-the-secret' });
	await owner.press('Authorize');
	await owner.logInToMautic();
	await owner.press('Accept');
	const card = await owner.seesStatus('Ready to authorize');
	assert.doesNotMatch(card['Account e-mail'], /@/);
	await owner.seesError(/client (ID|secret)/i);
	await owner.screenshot('wrong-secret');

	await owner.saveSettings();
	await owner.press('Authorize');
	await owner.seesStatus('Connected');
});

story('wrong base URL: refused in the form, or found out on the way', async (owner) => {
	const { page, mautic, wordpress } = owner;
	await mautic.register(wordpress.redirectUri);
	await owner.openPage();
	await owner.saveSettings({ 'Base URL': 'ftp://mautic.example.test' });
	await owner.seesError(/Base URL|http/i);
	assert.equal(await page.getByLabel('Base URL').inputValue(), 'ftp://mautic.example.test');
	assert.equal(await page.getByLabel('Base URL').getAttribute('aria-invalid'), 'true');
	await owner.screenshot('base-url-refused', { whole: true });

	// The server is right, the folder is not: Mautic knows no such address, and nobody comes back.
	await owner.saveSettings({ 'Base URL': `${mautic.url}/crm` });
	await owner.seesStatus('Ready to authorize');
	await owner.press('Authorize');
	await page.getByText('Requested URL not found').waitFor();
	await owner.openPage();
	await owner.seesStatus('Waiting for Mautic');

	// What answers the code exchange is some other web site.
	await owner.saveSettings();
	await owner.press('Authorize');
	await owner.logInToMautic();
	await mautic.fault('/oauth/v2/token', 'respond', { status: 200, headers: { 'content-type': 'text/html' }, body: '<!DOCTYPE html><title>A shop</title><h1>Welcome</h1>' });
	await owner.press('Accept');
	await owner.seesError(/Mautic/);
	await page.getByText('A shop').first().waitFor();
	await owner.screenshot('not-mautic');

	await owner.press('Authorize');
	await owner.seesStatus('Connected');
});
