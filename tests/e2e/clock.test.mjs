// The times in words on the page go on by themselves, in the server's words and by the server's clock.

import assert from 'node:assert/strict';

import { story } from './harness/story.mjs';

const HOUR = 3600;

story('the times on the page keep time, by the server’s clock, and say what comes then', async (owner) => {
	const { page, mautic } = owner;
	// A browser whose clock is wrong.
	await page.clock.install({ time: Date.now() - 5 * HOUR * 1000 });
	await owner.connect();
	const renewal = async () => (await owner.card())['Token renewal'];
	const said = page.locator('#cfm-clock-said');
	assert.match(await renewal(), /in 5[45] minutes with the first request; at the latest in 1[12] hours/);

	const minutes = Number(/in (\d+) minutes/.exec(await renewal())[1]);
	await page.clock.fastForward((minutes - 30) * 60 * 1000);
	assert.match(await renewal(), /in (29|30) minutes/);
	await page.clock.fastForward(29 * 60 * 1000);
	assert.match(await renewal(), /in (1 minute|\d\d seconds)/);
	await page.clock.fastForward(40 * 1000);
	assert.match(await renewal(), /in \d+ seconds/);
	assert.equal(await said.textContent(), '', 'nothing is read aloud on the way');
	await page.clock.fastForward(60 * 1000);
	assert.match(await renewal(), /^With the next request\s+at the latest in 1[01] hours/);
	assert.match(await said.textContent(), /^Token renewal: With the next request at the latest in 1[01] hours/);
	await owner.look();

	await page.clock.fastForward(14 * 24 * HOUR * 1000);
	assert.match((await owner.card())['Reconnect by'], /ago: Mautic may refuse the next renewal\. If it does, press Authorize\./);
	assert.match(await said.textContent(), /^Reconnect by: /);
	assert.ok(!(await said.textContent()).includes(mautic.clientSecret));
});

story('script and server have the same words for every distance', async (owner) => {
	const { page, wordpress } = owner;
	await owner.openPage();
	const sizes = [1, 60, HOUR, 24 * HOUR, 2629800, 31557600];
	const distances = [0, ...sizes.flatMap((size) => [1, 1.49, 1.5, 2, 5, 11, 21, 22.5, 23.4, 23.5, 25, 35.5, 58.6, 59.4, 59.5, 60, 99, 101].map((count) => Math.round(size * count)))]
		.flatMap((seconds) => [seconds, -seconds]);
	const ofServer = JSON.parse(await wordpress.php(`echo wp_json_encode( array_map( fn( $off ) => Connector_For_Mautic\\Moment::distance( 1000000000 + $off, 1000000000 ), ${JSON.stringify(distances)} ) );`));
	const ofScript = await page.evaluate(async (all) => {
		const { inWords } = await import(document.querySelector('link[rel="modulepreload"][href*="/clock.js"]').href);
		return all.map(inWords);
	}, distances);
	assert.deepEqual(ofScript, ofServer);
	assert.ok(new Set(ofServer).size > 100);
});
