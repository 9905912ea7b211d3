// A connection that lives on: tokens expire, Mautic goes down and comes back.

import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';

import { story } from './harness/story.mjs';

const HOUR = 3600;

async function refreshes(mautic) {
	const requests = await mautic.requests('/oauth/v2/token');
	// A test of the connection asks with a refresh token that is none whether Mautic knows the client.
	return requests.filter((request) => !['probe', null].includes(new URLSearchParams(request.body).get('refresh_token')));
}

story('the token expires and is renewed without anybody noticing', async (owner) => {
	const { page, mautic } = owner;
	// Once in real time: Mautic says of this token that it lives for seconds.
	await mautic.fault('/oauth/v2/token', 'patch', { members: { expires_in: 6 } });
	await owner.connect();
	await mautic.forgetRequests();
	await sleep(6000);
	// By Mautic's clock the first access token is long over: only a new one can answer.
	await mautic.control('POST', 'clock', { advance: 2 * HOUR });
	await owner.openPage();
	await owner.press('Test connection');
	await page.getByRole('status').getByText('The connection works').waitFor();
	const card = await owner.seesStatus('Connected');
	assert.match(card['Token renewal'], /in 5[45] minutes/);
	assert.deepEqual((await refreshes(mautic)).map((request) => request.status), [200]);
	await owner.screenshot('renewed');
});

story('WP-Cron renews the token while nobody is logged in', async (owner) => {
	const { mautic, wordpress } = owner;
	await owner.connect();
	await mautic.forgetRequests();
	await wordpress.passTime(13 * HOUR);
	await wordpress.makeTickDue();
	const visitor = await owner.browser.newPage();
	await visitor.goto(wordpress.url);
	for (let tries = 0; (await refreshes(mautic)).length === 0 && tries < 100; tries++) {
		await sleep(100);
	}
	assert.deepEqual((await refreshes(mautic)).map((request) => request.status), [200]);
	await owner.openPage();
	const card = await owner.seesStatus('Connected');
	assert.match(card['Token renewal'], /in 5[45] minutes/);
});

story('a token that Mautic ended early is renewed at the 401, once', async (owner) => {
	const { page, mautic } = owner;
	await owner.connect();
	await mautic.forgetRequests();
	await mautic.control('POST', 'clock', { advance: 2 * HOUR });
	await owner.press('Test connection');
	await page.getByRole('status').getByText('The connection works').waitFor();
	const calls = (await mautic.requests('/api/users/self')).filter((request) => Object.fromEntries(request.headers).authorization !== 'Bearer probe');
	assert.deepEqual(calls.map((request) => request.status), [401, 200]);
	assert.equal((await refreshes(mautic)).length, 1);
});

story('Mautic is down, then up again: the connection mends itself', async (owner) => {
	const { page, mautic, wordpress } = owner;
	await owner.connect();
	await wordpress.passTime(2 * HOUR);
	await mautic.down();
	await owner.openPage();
	await owner.press('Test connection');
	await owner.seesError(/Mautic/);
	const card = await owner.seesStatus('Needs attention');
	assert.match(card['Account e-mail'], new RegExp(`^${mautic.email}`));
	await owner.screenshot('mautic-down');

	await mautic.up();
	await owner.press('Refresh token');
	await page.getByRole('status').getByText('The token was renewed.').waitFor();
	await owner.seesStatus('Connected');
});

story('the grant is gone: only a new authorization helps, and it is one click', async (owner) => {
	const { mautic } = owner;
	await owner.connect();
	await mautic.control('POST', 'clock', { advance: 15 * 24 * HOUR });
	await owner.press('Test connection');
	await owner.seesStatus('Needs authorization');
	await owner.seesError(/Authorize/);
	await owner.screenshot('needs-authorization');
	// Login and consent are still there in Mautic.
	await owner.press('Authorize');
	await owner.seesStatus('Connected');
});

story('answers that are none: an error, a web page, 50 MB; the tokens stay', async (owner) => {
	const { page, mautic, wordpress } = owner;
	await owner.connect();
	const nonsense = [
		{ status: 500, body: '{"errors":[{"message":"x","code":500,"type":null}]}' },
		{ status: 200, headers: { 'content-type': 'text/html' }, body: '<title>Maintenance</title>' },
		{ status: 200, headers: { 'content-type': 'application/json' }, body: '{"access_token": ', bytes: 50_000_000 },
		{ status: 200, headers: { 'content-type': 'application/json' }, body: '{"access_token": [], "expires_in": {}}' },
	];
	for (const answer of nonsense) {
		await mautic.fault('/oauth/v2/token', 'respond', answer);
		await owner.press('Refresh token');
		await owner.seesError(/The connection is kept/);
		await owner.seesStatus('Connected');

		// Nobody knows what became of the token: it is not sent again before that is over.
		await mautic.forgetRequests();
		await owner.press('Refresh token');
		await owner.seesError(/too early/);
		assert.deepEqual(await refreshes(mautic), []);
		await wordpress.passTime(60);
	}
	await owner.press('Refresh token');
	await page.getByRole('status').getByText('The token was renewed.').waitFor();
});
