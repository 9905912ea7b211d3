// No secret is shown. Every story is searched for those that were used in it (harness/story.mjs); here, what no
// other story looks at, and that the search finds what is there.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { askWordPress } from './harness/inspection.mjs';
import { run } from './harness/processes.mjs';
import { Secrets } from './harness/secrets.mjs';
import { story } from './harness/story.mjs';

const VALUE = 'NDMy"Y/Tg0 <YjM&2';

for (const [spelling, text] of Object.entries({
	'as it is': `Bearer ${VALUE}`,
	'in an address': `?access_token=${encodeURIComponent(VALUE)}&x=1`,
	'in a form': new URLSearchParams({ refresh_token: VALUE }).toString(),
	'in an address in an address': `?redirect_to=${encodeURIComponent(`/?code=${encodeURIComponent(VALUE)}`)}`,
	'in JSON': JSON.stringify({ secret: VALUE }),
	'in PHP’s JSON': JSON.stringify({ secret: VALUE }).replaceAll('/', '\\/'),
	'in HTML': '<input value="NDMy&quot;Y/Tg0 &lt;YjM&amp;2">',
	'in base64': Buffer.from(VALUE).toString('base64'),
	'in base64, after something': Buffer.from(`user:${VALUE}`).toString('base64'),
	'in base64, in the middle': Buffer.from(`ab${VALUE}cd`).toString('base64'),
	'in base64url': Buffer.from(`a${VALUE}`).toString('base64url'),
	'in hexadecimal digits': Buffer.from(VALUE).toString('hex'),
})) {
	test(`a secret is found ${spelling}`, () => {
		const secrets = new Secrets();
		secrets.add('token', VALUE);
		secrets.saw('the page', VALUE.slice(1));
		secrets.saw('the log', text);
		assert.deepEqual(secrets.findings(), ['the token stands in the log']);
	});
}

test('what the protocol wants somewhere is no finding there', () => {
	const secrets = new Secrets();
	secrets.add('state', 'cfm1.0123456789');
	secrets.saw('the return address', '?state=cfm1.0123456789', ['code', 'state']);
	assert.deepEqual(secrets.findings(), []);
	secrets.saw('the page', 'cfm1.0123456789', ['code']);
	assert.deepEqual(secrets.findings(), ['the state stands in the page']);
});

test('what is too short to be looked for is no secret of a test', () => {
	assert.throws(() => new Secrets().add('password', 'secret'), /too short/);
});

story('no secret in what the page, the log, the command line and the database show', async (owner) => {
	const { page, mautic, wordpress, secrets } = owner;
	await owner.connect();
	await owner.press('Refresh token');
	await page.getByRole('status').getByText('The token was renewed.').waitFor();
	// Mautic repeats what it was sent.
	const [{ value }] = (await mautic.control('GET', 'tokens')).refresh_tokens;
	for (const kind of ['the token', encodeURIComponent(value)]) {
		await mautic.fault('/oauth/v2/token', 'respond', {
			status: 400, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ errors: [{ message: `No: ${value} ${mautic.clientSecret} ${kind}`, code: 400 }] }),
		});
		await owner.press('Refresh token');
		await page.getByRole('alert').first().waitFor();
	}
	const download = page.waitForEvent('download');
	await page.getByRole('button', { name: 'Download log' }).click();
	const file = readFileSync(await (await download).path(), 'utf8');
	assert.match(file, /^Plugin: +Connector for Mautic \d/m);
	assert.match(file, / token\.failed error=token\./);
	secrets.saw('the downloaded log', file);

	await page.evaluate(askRest);
	for (const command of ['status', 'status --format=json', 'log', 'log --format=json', 'log --format=csv', 'test --format=json', 'refresh --debug', 'request GET users/self --format=json --debug', 'request GET nothing --debug']) {
		const output = await run('sh', ['-c', `php "\${WP_CLI:?}" --allow-root --path='${wordpress.folder}' mautic ${command} 2>&1 || true`]);
		assert.ok(output.length > 20, `${command}: ${output}`);
		secrets.saw(`the output of wp mautic ${command}`, output);
	}

	// What is there is found: in a table, in a page, in a log.
	await owner.inspect();
	assert.deepEqual(secrets.findings(), []);
	for (const kind of ['client secret', 'password', 'key', 'code', 'state', 'access token', 'refresh token']) {
		assert.ok(secrets.counts[kind] > 0, kind);
	}
	const planted = new Secrets();
	planted.add('refresh token', value);
	await wordpress.php(`update_option( 'planted', base64_encode( 'x${value}' ) ); file_put_contents( WP_CONTENT_DIR . '/debug.log', '${value}' );`);
	await askWordPress(wordpress, planted);
	await wordpress.php("delete_option( 'planted' ); unlink( WP_CONTENT_DIR . '/debug.log' );");
	assert.deepEqual(planted.findings().filter((finding) => !finding.includes(' the file ')).sort(), [
		'the refresh token stands in debug.log',
		'the refresh token stands in the table wp_options',
	]);
});

/** In the page: calls each route of the plugin's REST API, whose answers are watched like all others. */
async function askRest() {
	const nonce = await (await fetch('/wp-admin/admin-ajax.php?action=rest-nonce')).text();
	for (const [method, route, body] of [
		['GET', 'status'], ['POST', 'test'], ['POST', 'refresh'], ['POST', 'authorize'],
		['POST', 'request', { method: 'GET', path: 'users/self' }],
	]) {
		const response = await fetch(`/wp-json/connector-for-mautic/v1/${route}`, {
			method, headers: { 'X-WP-Nonce': nonce, 'Content-Type': 'application/json' }, body: body && JSON.stringify(body),
		});
		const text = await response.text();
		if (!response.ok) {
			throw new Error(`${method} ${route}: ${response.status} ${text}`);
		}
	}
}
