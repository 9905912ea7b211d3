// WordPress' own screens that know of the connection.

import assert from 'node:assert/strict';

import { story } from './harness/story.mjs';

story('the screen of connectors shows the connection and leads to its page', async (owner) => {
	const { page, wordpress } = owner;
	const card = page.getByRole('group', { name: 'Mautic' });

	await owner.connect();
	await page.goto(`${wordpress.url}/wp-admin/options-connectors.php`);
	await card.getByText('Connected').waitFor();
	await page.getByRole('group', { name: 'Akismet Anti-spam' }).getByRole('button', { name: 'Activate' }).waitFor();
	await owner.screenshot('connectors');
	await card.getByRole('link', { name: 'Manage the connection to Mautic' }).click();
	await owner.seesStatus('Connected');

	// The screen asks for plugins of WordPress' own connectors, which are not installed here.
	owner.browser.troubles = owner.browser.troubles.filter((trouble) => !/404 .*\/wp\/v2\/plugins\//.test(trouble));
});

story('Site Health says how the connection is doing, and tries it', async (owner) => {
	const { page, mautic, wordpress } = owner;
	const screen = `${wordpress.url}/wp-admin/site-health.php`;

	await owner.connect();
	await page.goto(screen);
	await page.getByRole('button', { name: 'Passed tests' }).click();
	for (const name of ['This site is connected to Mautic', 'Mautic answers this site']) {
		await page.getByRole('button', { name }).waitFor();
	}

	await mautic.down();
	await page.goto(screen);
	const trouble = page.getByRole('button', { name: 'Mautic does not answer this site as it should' });
	await trouble.click();
	assert.match(await page.locator(`#${await trouble.getAttribute('aria-controls')}`).innerText(), /takes no connections.*may get an error/s);
	await owner.screenshot('site-health', { whole: true });
	await mautic.up();
	await page.getByRole('link', { name: 'Open the page “Mautic”' }).first().click();
	await owner.seesStatus('Connected');
});
