// A Content Security Policy. Every story is watched for what a policy without inline scripts, styles and handlers
// finds of the plugin's (harness/policy.mjs); here, that the watch finds it, and that the page works under one.

import assert from 'node:assert/strict';

import { story } from './harness/story.mjs';

/** What is planted into the page, each with where, and the directive that finds it. */
const IN_PAGE = [
	['<h1>', '<h1 onclick="void 0">', 'script-src-attr'],
	['<dl ', '<dl style="color: red" ', 'style-src-attr'],
	['<dl ', '<script>void 1;</script><dl ', 'script-src-elem'],
	// As WordPress prints what a plugin adds to its script or its style, and names of modules.
	['</head>', '<script id="connector-for-mautic-js-extra">void 2;</script></head>', 'script-src-elem'],
	['</head>', '<style id="connector-for-mautic-settings-inline-css">h1 { color: red; }</style></head>', 'style-src-elem'],
	['</head>', '<script type="importmap">{"imports":{"@connector-for-mautic/data":"/data.js"}}</script></head>', 'script-src-elem'],
];
/** Likewise into a script of the plugin's. */
const IN_SCRIPT = [
	['new Function("");', 'script-src'],
	['document.body.setAttribute("style", "");', 'style-src-attr'],
	['document.head.append(Object.assign(document.createElement("style"), { textContent: "a {}" }));', 'style-src-elem'],
];

story('what a policy forbids is found on the page and in its files', async (owner) => {
	const { page, browser } = owner;
	/** Opens the page with something changed, and returns the directives and all that was said. */
	const find = async (pattern, change) => {
		await page.route(pattern, async (route) => {
			const response = await route.fetch();
			await route.fulfill({ response, body: change(await response.text()) });
		});
		await owner.openPage();
		await page.unroute(pattern);
		const said = browser.troubles.splice(0).filter((trouble) => trouble.startsWith('policy'));
		return { directives: said.map((finding) => finding.split(/[ :]+/)[1]).sort(), said };
	};
	const inPage = await find(/page=connector-for-mautic/, (html) => IN_PAGE.reduce((text, [place, planted]) => text.replace(place, planted), html));
	assert.deepEqual(inPage.directives, IN_PAGE.map(([, , directive]) => directive).sort(), inPage.said.join('\n'));
	const inScript = await find(/assets\/settings\.js/, (script) => [script, ...IN_SCRIPT.map(([code]) => code)].join('\n'));
	assert.deepEqual(inScript.directives, IN_SCRIPT.map(([, directive]) => directive).sort(), inScript.said.join('\n'));
	assert.ok(inScript.said.every((finding) => finding.includes('/assets/settings.js')));
	const harmless = await find(/page=connector-for-mautic/, (html) => html.replace('<h1>', '<h1 title="onclick">'));
	assert.deepEqual(harmless.said, []);
	assert.ok(browser.reports > 0, 'WordPress has inline scripts, and nothing was said of them');
});

story('the page works where a policy without inline scripts is enforced', async (owner) => {
	const { page, mautic, wordpress, browser } = owner;
	wordpress.define({ ENFORCED_POLICY: true });
	// WordPress' own scripts miss what WordPress says to them in inline ones.
	const ours = [];
	page.on('pageerror', (error) => /plugins\/connector-for-mautic/.test(error.stack) && ours.push(error.stack));
	await mautic.register(wordpress.redirectUri);
	await owner.openPage();
	assert.equal(await page.evaluate(() => typeof window.pagenow), 'undefined', 'the policy is enforced');

	// The core in the browser: checks and guide, the preview, the explanation of what is pasted.
	await page.getByLabel('Base URL').pressSequentially('http://user:secret-word@example.test');
	await page.getByText('contains a user name or password').first().waitFor();
	await page.getByLabel('Base URL').fill(`${mautic.url}/s/login`);
	const link = page.getByRole('link', { name: 'Open API Settings (opens in a new tab)' });
	await link.waitFor();
	assert.equal(await link.getAttribute('href'), `${mautic.url}/s/config/edit?tab=apiconfig`);
	await page.getByRole('heading', { name: 'Mautic showed something else?' }).click();
	await page.getByLabel('What Mautic showed').fill('{"errors":[{"message":"The client credentials are invalid","code":400,"type":"invalid_client"}]}');
	await page.getByRole('button', { name: 'Explain' }).click();
	await page.locator('#cfm-explained').getByText('does not know this client ID').waitFor();
	assert.equal(page.url(), wordpress.page, 'without the server');
	await page.getByRole('button', { name: 'Copy', exact: true }).click();
	await page.getByText('Copied').first().waitFor();

	// To a connection, and the doctor's steps as they come.
	await owner.saveSettings();
	await owner.press('Authorize');
	await owner.logInToMautic();
	await owner.press('Accept');
	await owner.seesStatus('Connected');
	const streamed = page.waitForRequest((request) => request.headers().accept === 'application/x-ndjson');
	await owner.press('Test connection');
	await streamed;
	await page.locator('#cfm-doctor').getByText('The account may read “contacts”').waitFor();
	assert.deepEqual(ours, []);
	browser.troubles = browser.troubles.filter((trouble) => !/^(JavaScript|console): /.test(trouble));
});
