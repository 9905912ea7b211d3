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

story('neither code nor state is in the referrer of what comes next', async (owner) => {
	const { page, mautic, wordpress } = owner;
	const sent = [];
	page.context().on('request', async (request) => {
		sent.push(request.allHeaders().then((headers) => ({ url: request.url(), referer: headers.referer ?? '' })));
	});
	await owner.connect();
	// What comes next: to the site, and out of it to another one.
	await page.reload();
	await leaveFor(page, `${mautic.url}/s/login`);

	const requests = await Promise.all(sent);
	const back = requests.findIndex(({ url }) => url.startsWith(`${wordpress.redirectUri}?`) && url.includes('code='));
	assert.ok(back >= 0, 'nobody came back from Mautic');
	const { code, state } = Object.fromEntries(new URL(requests[back].url).searchParams);
	const after = requests.slice(back + 1);
	assert.ok(after.some(({ referer }) => referer.startsWith(wordpress.url)), 'no request had a referrer');
	for (const { url, referer } of requests) {
		assert.ok(!referer.includes(code) && !decodeURIComponent(referer).includes(code), `the code is in the referrer of ${url}`);
	}
	for (const { url, referer } of after) {
		assert.ok(!referer.includes(state), `the state is in the referrer of ${url}`);
	}
	// Out of the site goes no more than its name.
	const left = after.find(({ url }) => url === `${mautic.url}/s/login`);
	assert.equal(left.referer, `${wordpress.url}/`);
	await owner.openPage();
});

story('after a login on the way back, the code is in no referrer either', async (owner) => {
	const { page, mautic, wordpress } = owner;
	await mautic.register(wordpress.redirectUri);
	await owner.openPage();
	await owner.saveSettings();
	await owner.press('Authorize');
	await owner.logInToMautic();
	await page.getByRole('button', { name: 'Accept' }).waitFor();
	// The session ends meanwhile, so WordPress asks for a login and keeps where one was going.
	await page.context().clearCookies({ domain: '127.0.0.1' });
	const sent = [];
	page.context().on('request', (request) => {
		sent.push(request.allHeaders().then((headers) => ({ url: request.url(), referer: headers.referer ?? '' })));
	});
	await page.getByRole('button', { name: 'Accept' }).click();
	await page.waitForURL('**/wp-login.php?**');
	const code = new URL(new URL(page.url()).searchParams.get('redirect_to')).searchParams.get('code');
	assert.ok(code, 'the login page does not know where one was going');
	await leaveFor(page, `${mautic.url}/s/login`);
	for (const { url, referer } of await Promise.all(sent)) {
		assert.ok(url.startsWith(wordpress.url) || !decodeURIComponent(decodeURIComponent(referer)).includes(code), `the code is in the referrer of ${url}`);
	}
	await owner.logIn();
	await owner.openPage();
});

/** Follows a link of this page to another site. */
async function leaveFor(page, url) {
	await page.evaluate((href) => {
		const link = Object.assign(document.createElement('a'), { href });
		document.body.append(link);
		link.click();
	}, url);
	await page.waitForURL(`${new URL(url).origin}/**`);
}

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
