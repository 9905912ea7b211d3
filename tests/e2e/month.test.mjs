// What the owner sees of a connection that is some weeks old: its last 30 days.

import assert from 'node:assert/strict';

import { story } from './harness/story.mjs';

/** Writes the history that a connection of 50 days has that was lost for nine hours; Mautic comes and goes five days ago. */
async function liveThrough50Days(wordpress) {
	await wordpress.php(`
		$now   = time();
		$line  = static fn( $kind, $ago ) => "\\n" . intdiv( $now - $ago, 3600 ) . $kind . ( $now - $ago ) % 3600;
		$lines = $line( 'c', 50 * 86400 );
		for ( $hours = 720; $hours > 0; $hours -= 5 + $hours % 3 ) {
			$lines .= 288 === $hours - $hours % 12 ? '' : $line( 't', $hours * 3600 );
			$lines .= $hours > 283 && $hours < 293 ? $line( 'f', $hours * 3600 ) : '';
		}
		$lines .= $line( 'l', 292 * 3600 ) . $line( 'r', 283 * 3600 ) . $line( 'f', 120 * 3600 );
		delete_option( 'connector_for_mautic_history' );
		add_option( 'connector_for_mautic_history', $lines, '', false );
	`);
}

story('the last 30 days as a picture, in sentences and day by day', async (owner) => {
	const { page, wordpress } = owner;
	await owner.connect();
	assert.equal(await page.getByRole('img', { name: 'The last 30 days' }).count(), 0, 'of the first day the sentence says it all');
	await page.getByText(/^Connected since .* No failures\./).waitFor();

	await liveThrough50Days(wordpress);
	await owner.openPage();
	const picture = page.getByRole('img', { name: 'The last 30 days' });
	await picture.waitFor();
	const told = page.locator('#cfm-timeline-told');
	assert.match(await told.innerText(), /^Connected since .*, 50 days ago\. The connection was lost once, for 9 hours\. Failures on [23] days\. Renewals on (30|29) days\.$/);
	assert.equal(await picture.evaluate((svg) => svg.getAttribute('aria-describedby')), await told.getAttribute('id'));
	await owner.screenshot('last-30-days', { whole: true });

	// By keyboard, as everything: it opens, and its region takes the focus to be scrolled.
	await page.getByText('Day by day').focus();
	await page.keyboard.press('Enter');
	const table = page.getByRole('region', { name: 'The last 30 days' });
	await table.waitFor();
	await page.keyboard.press('Tab');
	assert.ok(await table.evaluate((region) => region === document.activeElement));
	assert.equal(await table.getByRole('row').count(), 31);
	assert.match(await table.getByRole('row').nth(13).innerText() + await table.getByRole('row').nth(12).innerText(), /lost for/);
	await owner.screenshot('day-by-day');

	// In the width of a telephone nothing is cut, and the picture is as wide as the card.
	await page.setViewportSize({ width: 320, height: 800 });
	assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 320);
	assert.ok((await picture.boundingBox()).width > 200);
	await owner.look();
});
