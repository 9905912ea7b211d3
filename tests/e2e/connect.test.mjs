// From an empty plugin to a working connection.

import assert from 'node:assert/strict';

import { story } from './harness/story.mjs';

story('the whole story: settings, Authorize, login, Accept, connected', async (owner) => {
	const { page, mautic, wordpress } = owner;
	wordpress.define({ COMMAND_PALETTE: true }); // As every site has it.
	await page.goto(wordpress.dashboard);
	await page.getByRole('link', { name: 'Mautic', exact: true }).first().click();
	await owner.seesStatus('Not configured');
	await owner.screenshot('1-not-configured', { whole: true });

	// As people paste it: the address of the login page.
	await page.getByLabel('Base URL').pressSequentially(`${mautic.url}/s/login`);
	await page.getByText(`Will be saved as ${mautic.url}.`).waitFor();
	await owner.screenshot('2-live-check', { whole: true });
	await owner.saveSettings({ 'Base URL': `${mautic.url}/s/login` });
	const saved = await owner.seesStatus('Ready to authorize');
	assert.equal(saved['Mautic server'], mautic.url);
	assert.equal(await page.getByLabel('Base URL').inputValue(), mautic.url);
	assert.equal(await page.getByLabel('Client secret').inputValue(), '');
	assert.ok(!(await page.content()).includes(mautic.clientSecret), 'the secret is in the page');
	await owner.screenshot('3-ready');

	// The redirect URI goes from the page into Mautic, as the owner does it.
	const redirectUri = await page.getByLabel('Redirect URI').inputValue();
	assert.equal(redirectUri, wordpress.redirectUri);
	const mauticPage = await owner.browser.newPage();
	await mauticPage.goto(`${mautic.url}/s/credentials`);
	await owner.logInToMautic(mauticPage);
	await mauticPage.getByLabel('Redirect URI').fill(redirectUri);
	await mauticPage.getByRole('button', { name: 'Save' }).click();

	await owner.press('Authorize');
	await page.waitForURL(`${mautic.url}/**`);
	await owner.screenshot('4-mautic-login');
	await owner.logInToMautic();
	await page.getByRole('button', { name: 'Accept' }).waitFor();
	await owner.screenshot('5-mautic-consent');
	await owner.press('Accept');

	const card = await owner.seesStatus('Connected');
	assert.match(card['Account e-mail'], new RegExp(`^${mautic.email}`));
	assert.match(card['Token renewal'], /in 55 minutes|in 54 minutes/);
	assert.match(card['Reconnect by'], /in 14 days|in 13 days/);
	assert.match(card['Mautic server'], new RegExp(`^${mautic.url}`));
	await page.getByRole('status').getByText('This site is connected to Mautic.').waitFor();
	await owner.screenshot('6-connected', { whole: true });

	await mautic.forgetRequests();
	await owner.press('Test connection');
	await page.getByRole('status').getByText('The connection works').waitFor();
	const asked = (await mautic.requests('/api/users/self')).at(-1);
	assert.equal(asked.status, 200);
	assert.match(Object.fromEntries(asked.headers).authorization, /^Bearer .+/);
});

story('disconnect forgets the grant and keeps the settings', async (owner) => {
	const { page, mautic } = owner;
	await owner.connect();
	await owner.press('Disconnect');
	await page.getByRole('heading', { name: 'Disconnect this site from Mautic?' }).waitFor();
	await owner.screenshot('disconnect');
	await owner.press('Disconnect');
	const card = await owner.seesStatus('Ready to authorize');
	assert.doesNotMatch(card['Account e-mail'], /@/);
	assert.equal(await page.getByLabel('Client ID').inputValue(), mautic.clientId);

	// The login and the consent are still there in Mautic, so this is all it takes.
	await owner.press('Authorize');
	await owner.seesStatus('Connected');
});

for (const version of ['5.1.1', '6.0.3']) {
	story(`Mautic ${version} is as good`, async (owner) => {
		const { page, mautic } = owner;
		await owner.connect();
		const card = await owner.card();
		assert.match(card['Account e-mail'], new RegExp(`^${mautic.email}`));
		assert.ok(card['Mautic server'].includes(`Mautic ${version}`), card['Mautic server']);
		await owner.press('Refresh token');
		await page.getByRole('status').getByText('The token was renewed.').waitFor();
		await owner.press('Test connection');
		await page.getByRole('status').getByText('The connection works').waitFor();
	}, version);
}
