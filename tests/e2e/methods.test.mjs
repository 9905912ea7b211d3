// The ways to authenticate that need no person in front of Mautic, and what becomes of one when another is chosen.

import assert from 'node:assert/strict';

import { story } from './harness/story.mjs';

const HOUR = 3600;

function authorization(request) {
	return Object.fromEntries(request.headers).authorization;
}

story('client credentials: nobody logs in, and a new token comes in time', async (owner) => {
	const { page, mautic, wordpress } = owner;
	await owner.openPage();
	await owner.saveSettings({}, 'Client credentials');
	await owner.seesSuccess(/Test connection/);
	await owner.seesStatus('Ready');
	assert.equal(await page.getByRole('button', { name: 'Authorize' }).count(), 0);
	await owner.screenshot('client-credentials-ready');

	await owner.press('Test connection');
	await owner.seesSuccess('The connection works');
	const card = await owner.seesStatus('Connected');
	assert.match(card['Account e-mail'], /^none\s.*Administrator/s);
	assert.match(card['Token renewal'], /in 5[45] minutes/);
	assert.match(card['Reconnect by'], /^not needed/);
	assert.equal(await page.getByRole('button', { name: 'Authorize' }).count(), 0);
	await owner.screenshot('client-credentials');

	assert.equal((await wordpress.request('GET', 'contacts')).status, 200);
	await mautic.forgetRequests();
	await wordpress.passTime(HOUR - 60);
	assert.equal((await wordpress.request('GET', 'contacts')).status, 200);
	assert.deepEqual(await mautic.grants(), [['client_credentials', 200]]);
	assert.deepEqual((await mautic.requests('/api')).map((request) => request.status), [200]);

	await owner.openPage();
	await owner.press('Disconnect');
	await page.getByRole('heading', { name: 'Disconnect this site from Mautic?' }).waitFor();
	await owner.screenshot('client-credentials-disconnect');
	await owner.press('Disconnect');
	await owner.seesStatus('Ready');
	await mautic.forgetRequests();
	assert.equal((await wordpress.request('GET', 'contacts')).code, 'connector_for_mautic.connection.disconnected');
	assert.deepEqual(await mautic.requests('/'), []);
	await owner.press('Test connection');
	await owner.seesStatus('Connected');
	assert.equal((await wordpress.request('GET', 'contacts')).status, 200);
});

story('client credentials of somebody who is no administrator: the page says what to do', async (owner) => {
	const { page, mautic } = owner;
	const [clientId, secret] = ['2_67e2eohbipcswgo00s0sc0w8sk0wccskkkkgoww0ggkkgokccg', '50auq4lhb3ok0kccsccsgg0ckwg404wkc8ocgc4sck8kcks4wo'];
	owner.secret(secret, 'client secret');
	await mautic.control('POST', 'clients', {
		client_id: clientId, secret, redirect_uris: ['https://unused.example.test/'], grants: ['authorization_code', 'refresh_token'],
	});
	await owner.openPage();
	await owner.saveSettings({ 'Client ID': clientId, 'Client secret': secret }, 'Client credentials');
	await owner.press('Test connection');
	await owner.seesError(/was no administrator.*Have an administrator of Mautic create new ones/s);
	await owner.seesStatus('Ready');
	await owner.screenshot('client-credentials-refused');
	await owner.openPage();
	await page.getByText('Have an administrator of Mautic create new ones').waitFor();

	await owner.saveSettings({}, 'Client credentials');
	await owner.press('Test connection');
	await owner.seesStatus('Connected');
});

story('Basic: switched off in Mautic, switched on, and a wrong password', async (owner) => {
	const { page, mautic, wordpress } = owner;
	mautic.password = ' pä55 "wörd": <&> ';
	owner.secret(mautic.password, 'password');
	await mautic.control('PATCH', 'users/admin', { password: mautic.password });
	await owner.openPage();
	await page.getByRole('radio', { name: 'Basic', exact: true }).check();
	await page.getByLabel('User name').pressSequentially('ada:x');
	await page.getByText('it has a colon or a control character').waitFor();
	await owner.screenshot('basic-form', { whole: true });
	await owner.saveSettings({}, 'Basic');
	await owner.seesStatus('Ready');
	await owner.press('Test connection');
	await owner.seesError(/switched off.*Enable HTTP basic auth/s);
	await owner.screenshot('basic-off');

	await mautic.control('PATCH', 'settings', { basic_enabled: true });
	await mautic.forgetRequests();
	await owner.press('Test connection');
	const card = await owner.seesStatus('Connected');
	assert.match(card['Account e-mail'], new RegExp(`^${mautic.email}`));
	assert.match(card['Token renewal'], /^not needed/);
	assert.match(card['Reconnect by'], /^not needed/);
	for (const name of ['Authorize', 'Refresh token']) {
		assert.equal(await page.getByRole('button', { name }).count(), 0, name);
	}
	await owner.screenshot('basic');
	assert.equal((await wordpress.request('GET', 'contacts')).status, 200);
	const basic = `Basic ${Buffer.from(`${mautic.user}:${mautic.password}`).toString('base64')}`;
	// The test first asks who answers there, and whether the header arrives: with nothing, and with a token that is none.
	assert.deepEqual(new Set((await mautic.requests('/')).map(authorization)), new Set([undefined, 'Bearer probe', basic]));
	assert.deepEqual((await mautic.requests('/oauth')).map(({ method, uri, body }) => [method, uri, body]), [['GET', '/oauth/v2/token', '']]);

	// Mautic 7 refuses with an empty answer, Mautic 5 with one of JSON.
	await owner.saveSettings({ Password: 'not the password' }, 'Basic');
	for (const version of ['7.0.0', '5.1.1']) {
		await mautic.control('PATCH', 'settings', { version });
		await owner.press('Test connection');
		await owner.seesError(/refused the user name or the password/);
		await owner.seesStatus('Needs attention');
	}
	await owner.screenshot('basic-refused');
	// What looks like one may be a web server that keeps the password to itself.
	await owner.saveSettings({}, 'Basic');
	await mautic.control('PATCH', 'settings', { strips_authorization: true });
	await owner.press('Test connection');
	await owner.seesError(/web server takes the Authorization header away/);
	await page.getByText('SetEnvIf Authorization').first().waitFor();
	await mautic.control('PATCH', 'settings', { strips_authorization: false });
	await owner.press('Test connection');
	await owner.seesStatus('Connected');
});

story('another method and back: settings are kept, and nothing of one is sent for another', async (owner) => {
	const { page, mautic, wordpress } = owner;
	await mautic.control('PATCH', 'settings', { basic_enabled: true });
	await owner.connect();
	const keep = { 'Base URL': null, 'Client ID': null, 'Client secret': null };

	// What the method does not need is not even sent to WordPress.
	const [form] = await Promise.all([page.waitForRequest((request) => request.method() === 'POST'), owner.saveSettings({}, 'Basic')]);
	const sent = new URLSearchParams(form.postData());
	assert.deepEqual([sent.get('auth_method'), sent.get('username'), sent.has('client_id'), sent.has('client_secret')], ['basic', mautic.user, false, false]);
	await mautic.forgetRequests();
	await owner.press('Test connection');
	await owner.seesStatus('Connected');
	await wordpress.request('GET', 'contacts');
	const withBasic = await mautic.requests('/');
	assert.deepEqual(withBasic.slice(0, 2).map((request) => [request.path, authorization(request)]), [['/oauth/v2/token', undefined], ['/api/users/self', 'Bearer probe']]);
	assert.deepEqual(withBasic.slice(2).map((request) => request.path), ['/api/users/self', '/api/contacts', '/api/contacts']);
	assert.ok(withBasic.slice(2).every((request) => /^Basic /.test(authorization(request))));

	// Client ID and secret are still there: they are not typed again.
	await owner.saveSettings(keep, 'Client credentials');
	await mautic.forgetRequests();
	await owner.press('Test connection');
	await owner.seesStatus('Connected');
	await wordpress.request('GET', 'contacts');
	assert.deepEqual(await mautic.grants(), [[null, 400], ['refresh_token', 400], ['client_credentials', 200]], 'the first two only ask who answers, and whether the client is known');
	assertNoPassword(await mautic.requests('/'), mautic);

	await owner.saveSettings(keep);
	await owner.seesStatus('Ready to authorize');
	await mautic.forgetRequests();
	assert.equal((await wordpress.request('GET', 'contacts')).code, 'connector_for_mautic.connection.needs_authorization');
	assert.deepEqual(await mautic.requests('/'), [], 'no token of another method');
	// Login and consent are still there in Mautic.
	await owner.press('Authorize');
	await owner.seesStatus('Connected');
	await wordpress.request('GET', 'contacts');
	assert.deepEqual(await mautic.grants(), [['authorization_code', 200]]);
	assertNoPassword(await mautic.requests('/'), mautic);

	await page.getByRole('radio', { name: 'Basic', exact: true }).check();
	assert.equal(await page.getByLabel('User name', { exact: true }).inputValue(), mautic.user);
	await page.getByText('Another method, server, client ID or user name ends the connection').waitFor();
});

/** The password of Basic is in no request to the API or the token endpoint. */
function assertNoPassword(requests, mautic) {
	const ours = requests.filter((request) => /^\/(api|oauth\/v2\/token)/.test(request.path));
	assert.notEqual(ours.length, 0);
	for (const request of ours) {
		assert.doesNotMatch(authorization(request) ?? '', /^Basic/);
		assert.ok(!`${request.uri} ${request.body}`.includes(mautic.password), request.path);
	}
}
