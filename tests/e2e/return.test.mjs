// The way back from Mautic, which anybody can call.

import assert from 'node:assert/strict';

import { story } from './harness/story.mjs';

story('reload of the return address: the true reason, and the connection stays', async (owner) => {
	const { page, mautic, wordpress } = owner;
	let returned;
	page.on('request', (request) => {
		if (request.url().startsWith(`${wordpress.redirectUri}?`) && request.url().includes('code=')) {
			returned = request.url();
		}
	});
	await owner.connect();
	assert.ok(returned, 'nobody came back from Mautic');
	await mautic.forgetRequests();
	await page.goto(returned);
	const card = await owner.seesStatus('Connected');
	assert.match(card['Account e-mail'], new RegExp(`^${mautic.email}`));
	await owner.seesError(/already|used/i);
	await owner.screenshot('return-reloaded');
	assert.deepEqual(await mautic.requests('/oauth'), []);
});

story('a return with a foreign state changes nothing', async (owner) => {
	const { page, mautic, wordpress } = owner;
	await owner.connect();
	await mautic.forgetRequests();
	await page.goto(`${wordpress.redirectUri}?state=cfm1.${'A'.repeat(32)}&code=stolen`);
	await owner.seesStatus('Connected');
	await owner.seesError(/Authorize|did not/i);
	await owner.screenshot('return-with-foreign-state');
	assert.deepEqual(await mautic.requests('/oauth'), []);

	// A state of somebody else's shape is not ours to judge.
	const response = await page.goto(`${wordpress.redirectUri}?state=other-plugin&code=x`);
	assert.equal(response.status(), 200);
	assert.ok(page.url().startsWith(`${wordpress.redirectUri}?state=other-plugin`));
});
