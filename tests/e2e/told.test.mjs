// Who is told when the connection needs somebody, and how it goes on.

import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';

import { story } from './harness/story.mjs';

const DAY = 24 * 3600;

function notice(page) {
	return page.getByRole('region', { name: /Connector for Mautic/ });
}

story('the grant is gone: the dashboard says so, its button mends it, and a mail tells each', async (owner) => {
	const { page, mautic, wordpress } = owner;
	await owner.connect();
	const secrets = [mautic.clientSecret, ...await tokens(mautic)];
	await page.goto(wordpress.dashboard);
	assert.equal(await notice(page).count(), 0);

	await mautic.control('POST', 'clock', { advance: 15 * DAY });
	await owner.openPage();
	await owner.press('Test connection');
	await owner.seesStatus('Needs authorization');
	assert.equal(await notice(page).count(), 0, 'the card says it');

	await page.goto(wordpress.dashboard);
	assert.match(await notice(page).innerText(), /Mautic no longer accepts.*Since .* (ago|just now)\..*Authorize/s);
	await owner.screenshot('notice-needs-authorization');
	await page.goto(`${wordpress.url}/wp-admin/users.php`);
	await notice(page).waitFor();

	await notice(page).getByRole('button', { name: 'Authorize' }).click();
	await owner.seesStatus('Connected');
	await page.goto(wordpress.dashboard);
	assert.equal(await notice(page).count(), 0);

	// It may be lost again within the hour; then it counts as mended.
	assert.equal(wordpress.mails().length, 1);
	await wordpress.passTime(3700);
	await wordpress.makeTickDue();
	await page.goto(wordpress.url);
	for (let tries = 0; wordpress.mails().length < 2 && tries < 100; tries++) {
		await sleep(100);
	}
	const mails = wordpress.mails();
	assert.deepEqual(mails.map((mail) => [mail.to, mail.subject]), [
		['admin@example.test', '[Connector for Mautic] Connector for Mautic: the connection is lost'],
		['admin@example.test', '[Connector for Mautic] Connector for Mautic: the connection works again'],
	]);
	assert.equal(secrets.length, 3);
	for (const { message } of mails) {
		assert.ok(message.includes(wordpress.page), message);
		assert.ok(!secrets.some((secret) => message.includes(secret)), 'a secret in a mail');
	}
});

story('mails are switched off with a checkbox', async (owner) => {
	const { page, mautic, wordpress } = owner;
	await owner.connect();
	await page.getByText('More settings', { exact: true }).click();
	await page.getByLabel('E-mail when the connection is lost').uncheck();
	await owner.press('Save settings');
	await page.getByRole('status').getByText('Settings saved.').waitFor();
	assert.equal(await page.getByLabel('E-mail when the connection is lost').isChecked(), false);
	assert.equal(await page.getByLabel('E-mail when it works again').isChecked(), true);
	await owner.seesStatus('Connected');

	await mautic.control('POST', 'clock', { advance: 15 * DAY });
	await owner.press('Refresh token');
	await owner.seesStatus('Needs authorization');
	assert.deepEqual(wordpress.mails(), []);
});

story('nobody runs WP-Cron: the dashboard says so while there is time, and one button renews', async (owner) => {
	const { page, mautic, wordpress } = owner;
	await owner.connect();
	wordpress.define({ DISABLE_WP_CRON: true });
	await page.goto(wordpress.dashboard);
	assert.equal(await notice(page).count(), 0);
	await wordpress.passTime(5 * DAY);
	await mautic.control('POST', 'clock', { advance: 5 * DAY });

	await page.goto(wordpress.dashboard);
	assert.match(await notice(page).innerText(), /overdue.*Since .* (ago|just now)\..*Press Refresh token now.*wp cron event run --due-now/s);
	await owner.screenshot('notice-cron-silent');
	await owner.openPage();
	const card = await owner.seesStatus('Needs attention');
	assert.match(card['Reconnect by'], /in 1 week|in 9 days|in 8 days/);
	await owner.screenshot('cron-silent');

	await page.goto(wordpress.dashboard);
	await notice(page).getByRole('button', { name: 'Refresh token' }).click();
	await page.getByRole('status').getByText('The token was renewed.').waitFor();
	assert.match((await owner.seesStatus('Connected'))['Reconnect by'], /in 14 days|in 13 days/);
	await page.getByText('Visits do not run WP-Cron here').waitFor();
	await page.goto(wordpress.dashboard);
	assert.equal(await notice(page).count(), 0);
});

story('a copied site asks, and as a copy forgets the connection', async (owner) => {
	const { page, mautic } = owner;
	await owner.connect();
	await copySite(owner);
	await mautic.forgetRequests();
	await owner.screenshot('notice-site-changed');

	await owner.openPage();
	await owner.seesStatus('Needs attention');
	await owner.screenshot('site-changed');
	await owner.press('This is a copy');
	await page.getByRole('heading', { name: 'Is this a copy' }).waitFor();
	await owner.press('This is a copy');
	await page.getByRole('status').getByText('This copy has forgotten the connection').waitFor();
	const card = await owner.seesStatus('Ready to authorize');
	assert.doesNotMatch(card['Account e-mail'], /@/);
	assert.equal(await page.getByLabel('Client ID').inputValue(), mautic.clientId);
	assert.deepEqual(await mautic.requests('/oauth'), []);
	await page.goto(owner.wordpress.dashboard);
	assert.equal(await notice(page).count(), 0);
});

story('a site that has moved says so, and stays connected', async (owner) => {
	const { page, wordpress } = owner;
	await owner.connect();
	await copySite(owner);
	await notice(page).getByRole('button', { name: 'This site has moved' }).click();
	await page.getByRole('status').getByText('The connection goes on at this address').waitFor();
	await owner.seesStatus('Connected');
	await owner.press('Refresh token');
	await page.getByRole('status').getByText('The token was renewed.').waitFor();
	await page.goto(wordpress.dashboard);
	assert.equal(await notice(page).count(), 0);
});

story('changed keys are named, and putting them back is enough', async (owner) => {
	const { page, wordpress } = owner;
	await owner.connect();
	wordpress.define({ CONNECTOR_FOR_MAUTIC_KEY: 'k'.repeat(40) });
	await owner.openPage();
	await owner.seesError(/keys in wp-config\.php have changed/);
	await owner.screenshot('key-changed');
	await page.goto(wordpress.dashboard);
	assert.match(await notice(page).innerText(), /keys in wp-config\.php have changed/);

	wordpress.define({});
	await owner.openPage();
	await owner.seesStatus('Connected');
	await page.goto(wordpress.dashboard);
	assert.equal(await notice(page).count(), 0);
});

/** The same database at another address, which its owner opens. */
async function copySite(owner) {
	const { page, wordpress } = owner;
	const former = wordpress.url;
	await wordpress.moveTo(former.replace('127.0.0.1', 'localhost'));
	await owner.logIn();
	await page.goto(wordpress.dashboard);
	await notice(page).getByRole('button', { name: 'This is a copy' }).waitFor();
	assert.ok((await notice(page).innerText()).includes(`address is ${wordpress.url}, but ${former} was connected`));
}

/** The tokens that Mautic has given out. */
async function tokens(mautic) {
	const { access_tokens: access, refresh_tokens: refresh } = await mautic.control('GET', 'tokens');
	return [...access, ...refresh].map((token) => token.value);
}
