// Settings from wp-config.php.

import assert from 'node:assert/strict';

import { story } from './harness/story.mjs';

story('constants for everything: shown with their source, used, and never copied into the database', async (owner) => {
	const { page, mautic, wordpress } = owner;
	const key = 'k3Y-of-this-story-0123456789abcdefghijkl';
	const constants = {
		AUTH_METHOD: 'client_credentials', BASE_URL: mautic.url, CLIENT_ID: mautic.clientId, CLIENT_SECRET: mautic.clientSecret,
		USERNAME: 'constant-user', PASSWORD: 'constant-password', REFRESH_TOKEN_LIFETIME_DAYS: 321, TOKEN_IN_QUERY: true, KEY: key,
	};
	for (const name of ['CLIENT_SECRET', 'PASSWORD', 'KEY']) {
		owner.secret(constants[name], name);
	}
	wordpress.define(Object.fromEntries(Object.entries(constants).map(([name, value]) => [`CONNECTOR_FOR_MAUTIC_${name}`, value])));
	await owner.openPage();
	await owner.seesStatus('Ready');
	for (const label of ['Base URL', 'Client ID', 'Client secret', 'Send the access token in the address']) {
		assert.equal(await page.getByLabel(label, { exact: true }).isDisabled(), true, label);
	}
	for (const method of await page.getByRole('radio').all()) {
		assert.equal(await method.isDisabled(), true);
	}
	// What the other methods need is in the page too, though not shown.
	for (const name of ['username', 'password', 'refresh_token_lifetime_days']) {
		assert.equal(await page.locator(`input[name="${name}"]`).isDisabled(), true, name);
	}
	const text = await page.locator('#connector-for-mautic-form').evaluate((form) => form.textContent);
	for (const name of Object.keys(constants)) {
		assert.ok(text.includes(`CONNECTOR_FOR_MAUTIC_${name}`), name);
	}
	const html = await page.content();
	for (const secret of [mautic.clientSecret, constants.PASSWORD, key]) {
		assert.ok(!html.includes(secret), 'a secret is in the page');
	}
	await owner.screenshot('constants', { whole: true });

	await page.getByLabel('E-mail when it works again').uncheck();
	await owner.press('Save settings');
	await owner.seesSuccess('Settings saved.');
	const saved = await wordpress.document();
	// A grant says which server and client it belongs to, so that it is never sent to another one; the settings stay empty.
	const { settings, ...rest } = JSON.parse(saved);
	assert.equal(settings.mute_recovered, true);
	for (const value of [...Object.values(constants).filter((value) => value !== true), 'constant-user']) {
		assert.ok(!JSON.stringify(settings).includes(value), `${value} was copied into the settings`);
	}
	for (const value of [mautic.clientSecret, 'constant-user', 'constant-password', '321', key]) {
		assert.ok(!JSON.stringify(rest).includes(value), `${value} was copied into the database`);
	}

	await owner.press('Test connection');
	await owner.seesStatus('Connected');
	const [asked] = await mautic.requests('/api');
	assert.deepEqual(asked.query_names, ['access_token']);
	const connected = await wordpress.document();
	for (const secret of [mautic.clientSecret, 'constant-password', key]) {
		assert.ok(!connected.includes(secret), 'a secret was copied into the database');
	}

	// Without the constants nothing is left that could be used.
	wordpress.define({ CONNECTOR_FOR_MAUTIC_KEY: key });
	await owner.openPage();
	await owner.seesStatus('Not configured');
});
