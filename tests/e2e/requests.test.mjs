// What a plugin's calls meet: a web server that keeps the header, a limit, redirects, long lists.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';

import { story } from './harness/story.mjs';

const HOUR = 3600;

/** How the requests to the API said who asks: `header`, `query`, or both. */
function ways(requests) {
	return requests.map((request) => [
		...request.headers.some(([name]) => name === 'authorization') ? ['header'] : [],
		...request.query_names.includes('access_token') ? ['query'] : [],
	].join(' and '));
}

story('the web server keeps the Authorization header: the page says what mends it, and there is a way round', async (owner) => {
	const { page, mautic, wordpress } = owner;
	await mautic.control('PATCH', 'settings', { strips_authorization: true });
	await owner.openPage();
	await owner.saveSettings({}, 'Client credentials');
	await owner.press('Test connection');
	await owner.seesError(/web server takes the Authorization header away/);
	await page.getByText('SetEnvIf Authorization').first().waitFor();
	await page.getByText('fastcgi_param HTTP_AUTHORIZATION').first().waitFor();
	await owner.screenshot('header-stripped', { whole: true });

	const inQuery = page.getByLabel('Send the access token in the address');
	assert.equal(await inQuery.isChecked(), false);
	await inQuery.check();
	await owner.press('Save settings');
	await owner.seesSuccess('Settings saved.');
	await mautic.forgetRequests();
	await owner.press('Test connection');
	await owner.seesStatus('Connected');
	await wordpress.passTime(HOUR);
	assert.equal((await wordpress.request('GET', 'contacts', { query: { search: 'ada' } })).status, 200);
	assert.equal((await wordpress.request('POST', 'contacts/new', { body: { email: 'ada@example.test' } })).status, 201);
	// The test reads who the site is, and whether it may read the contacts.
	assert.deepEqual(ways(await mautic.requests('/api')), ['query', 'query', 'query', 'query']);
	assert.deepEqual(new Set(ways(await mautic.requests('/oauth'))), new Set(['']));
	await owner.openPage();

	await mautic.control('PATCH', 'settings', { strips_authorization: false });
	await inQuery.uncheck();
	await owner.press('Save settings');
	await owner.seesSuccess('Settings saved.');
	await mautic.forgetRequests();
	await owner.press('Test connection');
	await owner.seesStatus('Connected');
	assert.deepEqual(ways(await mautic.requests('/api')), ['header', 'header', 'header']);
});

story('Mautic 6 limits the rate: the next call waits for the hour to be over', async (owner) => {
	const { mautic, wordpress } = owner;
	await mautic.control('PATCH', 'settings', { rate_limit: 3 });
	await owner.connectWithCredentials(); // Two calls of the token's.
	assert.equal((await wordpress.request('GET', 'contacts')).status, 200);
	const refused = await wordpress.request('GET', 'contacts');
	assert.equal(refused.code, 'connector_for_mautic.api.rate_limited');
	assert.ok(refused.data.retry_at > Date.now() / 1000 + HOUR - 120, JSON.stringify(refused));

	await mautic.forgetRequests();
	const held = await wordpress.request('GET', 'contacts');
	assert.equal(held.code, 'connector_for_mautic.api.rate_limited');
	assert.equal(held.data.retry_at, refused.data.retry_at);
	assert.deepEqual(await mautic.requests('/'), []);
	await owner.openPage();
	await owner.screenshot('rate-limited');

	await wordpress.passTime(HOUR);
	await mautic.control('POST', 'clock', { advance: HOUR });
	assert.equal((await wordpress.request('GET', 'contacts')).status, 200);
}, '6.0.3');

story('redirects to another host are not followed, and the connection stays', async (owner) => {
	const { mautic, wordpress } = owner;
	await owner.connectWithCredentials();
	let asked = 0;
	const elsewhere = createServer((_, response) => {
		asked++;
		response.setHeader('Content-Type', 'application/json').end('{"total":"0","contacts":{}}');
	});
	await new Promise((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
	const location = `http://127.0.0.1:${elsewhere.address().port}/api/contacts`;
	try {
		for (const status of [301, 302, 303, 307, 308]) {
			await mautic.fault('/api/contacts', 'respond', { status, headers: { location } });
			const answer = await wordpress.request('GET', 'contacts');
			assert.equal(answer.code, 'connector_for_mautic.api.redirected', `${status}`);
		}
		await mautic.fault('/oauth/v2/token', 'respond', { status: 307, headers: { location } });
		await owner.press('Refresh token');
		await owner.seesError(/sends this site on to another address/);
		await owner.screenshot('redirected');
	} finally {
		await new Promise((resolve) => elsewhere.close(resolve));
	}
	assert.equal(asked, 0);
	assert.equal((await wordpress.request('GET', 'contacts')).status, 200);
	await wordpress.passTime(60);
	await owner.press('Refresh token');
	await owner.seesSuccess('The token was renewed.');
	await owner.seesStatus('Connected');
});

story('a plugin walks 250 contacts, page by page, and uploads a file', async (owner) => {
	const { mautic, wordpress } = owner;
	await owner.connectWithCredentials();
	await mautic.control('POST', 'contacts', { count: 250 });
	await mautic.forgetRequests();
	const walked = JSON.parse(await wordpress.php(`
		foreach ( connector_for_mautic_records( 'contacts' ) as $id => $contact ) {
			$seen[ $id ] = $contact['fields']['all']['email'];
		}
		echo wp_json_encode( $seen );
	`));
	assert.deepEqual(Object.keys(walked), Array.from({ length: 250 }, (_, index) => String(index + 1)));
	assert.equal(walked[250], 'contact-250@example.test');
	assert.deepEqual((await mautic.requests('/api')).map((request) => request.status), [200, 200, 200]);

	const uploaded = await wordpress.request('POST', 'files/images/new', { files: { file: { name: 'dot.gif', contents: 'GIF89a', type: 'image/gif' } } });
	assert.equal(uploaded.status, 200, JSON.stringify(uploaded));
	const image = await fetch(uploaded.body.file.link);
	assert.equal(await image.text(), 'GIF89a');
});
